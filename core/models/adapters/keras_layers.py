"""The layers of a network that Keras has no layer of its own for. Import this module inside functions: it needs Keras.

Each is told its `Layer` and learns the arrays named there, so that weights have the same names and shapes everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import keras
import numpy as np
from keras import ops

from core.models.adapters.graph import Layer

PACKAGE = "lathe"


class GraphLayer(keras.layers.Layer):  # type: ignore[misc]
    """A layer with the learned arrays of a `Layer`, by name in ``learned``.

    Parameters
    ----------
    layer : Layer or mapping
        What it does; a mapping where Keras reads the layer from a file.
    """

    def __init__(self, layer: Layer | Mapping[str, Any], **more: Any) -> None:
        given = layer if isinstance(layer, Layer) else _read(layer)
        super().__init__(name=given.name, **{key: value for key, value in more.items() if key != "name"})
        self.layer = given
        self.learned: dict[str, Any] = {}

    def build(self, input_shape: Any) -> None:
        """Make the learned arrays; their values are set from outside."""
        for name, shape in self.layer.weights:
            self.learned[name] = self.add_weight(name=name, shape=shape, initializer="zeros")
        self.built = True

    def compute_output_shape(self, *_: Any) -> tuple[int | None, ...]:
        """Return the shape that the graph says, for any number of rows."""
        return (None, *self.layer.shape)

    def get_config(self) -> dict[str, Any]:
        """Return what Keras writes to a file."""
        return {**super().get_config(), "layer": asdict(self.layer)}


def _read(stored: Mapping[str, Any]) -> Layer:
    weights = tuple((str(name), tuple(shape)) for name, shape in stored["weights"])
    return Layer(
        name=stored["name"], op=stored["op"], inputs=tuple(stored["inputs"]), shape=tuple(stored["shape"]),
        weights=weights, options=dict(stored["options"]),
    )  # fmt: skip


@keras.saving.register_keras_serializable(PACKAGE)
class Scale(GraphLayer):
    """Each value times a learned number."""

    def call(self, values: Any) -> Any:
        """Return values of the shape that came."""
        return values * self.learned["scale"]


@keras.saving.register_keras_serializable(PACKAGE)
class Halves(GraphLayer):
    """ReGLU (Shazeer 2020): one half of the last axis, let through where the other is positive."""

    def call(self, values: Any) -> Any:
        """Return half the width."""
        value, gate = ops.split(values, 2, axis=-1)
        return value * ops.relu(gate)


@keras.saving.register_keras_serializable(PACKAGE)
class Periodic(GraphLayer):
    """Each number itself and, of a cosine of learned frequencies, a dense layer a column."""

    def call(self, numbers: Any) -> Any:
        """Return (n, columns * width) of (n, columns)."""
        numbers = ops.expand_dims(numbers, -1)
        waves = ops.cos(2 * np.pi * (numbers * self.learned["frequency"] + self.learned["phase"]))
        dense = ops.einsum("nck,cko->nco", waves, self.learned["kernel"]) + self.learned["bias"]
        return ops.reshape(ops.concatenate([numbers, dense], axis=-1), (-1, *self.layer.shape))


@keras.saving.register_keras_serializable(PACKAGE)
class Tokens(GraphLayer):
    """Each column's number times a learned vector, plus a learned vector."""

    def call(self, numbers: Any) -> Any:
        """Return (n, columns, width) of (n, columns)."""
        return ops.expand_dims(numbers, -1) * self.learned["kernel"] + self.learned["bias"]


@keras.saving.register_keras_serializable(PACKAGE)
class Stack(GraphLayer):
    """Embeddings (n, width) and tokens (n, tokens, width) one below the other."""

    def call(self, inputs: Any) -> Any:
        """Return (n, all tokens, width)."""
        parts = inputs if isinstance(inputs, Sequence) else [inputs]
        return ops.concatenate([part if part.ndim == 3 else ops.expand_dims(part, 1) for part in parts], axis=1)


@keras.saving.register_keras_serializable(PACKAGE)
class ClassToken(GraphLayer):
    """One more learned token in front."""

    def call(self, tokens: Any) -> Any:
        """Return (n, tokens + 1, width) of (n, tokens, width)."""
        row = ops.reshape(self.learned["token"], (1, 1, -1))
        return ops.concatenate([row + ops.zeros_like(tokens[:, :1]), tokens], axis=1)


@keras.saving.register_keras_serializable(PACKAGE)
class FirstToken(GraphLayer):
    """The first of the tokens."""

    def call(self, tokens: Any) -> Any:
        """Return (n, width) of (n, tokens, width)."""
        return tokens[:, 0]


@keras.saving.register_keras_serializable(PACKAGE)
class Attention(GraphLayer):
    """Multi-head self-attention over tokens (Vaswani et al. 2017), with dropout of the attention weights."""

    def __init__(self, layer: Layer | Mapping[str, Any], *, seed: int = 0, **more: Any) -> None:
        super().__init__(layer, **more)
        self.heads = int(self.layer.options["heads"])
        rate = float(self.layer.options.get("dropout", 0.0))
        self.forget = keras.layers.Dropout(rate, seed=seed, dtype=self.dtype_policy) if rate else None

    def call(self, tokens: Any, training: bool = False) -> Any:
        """Return tokens of the shape that came, (n, tokens, width)."""
        learned = self.learned
        parts = ops.split(ops.matmul(tokens, learned["qkv_kernel"]) + learned["qkv_bias"], 3, axis=-1)
        query, key, value = (self._heads(part) for part in parts)
        likeness = ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))) / np.sqrt(query.shape[-1])
        wide = keras.backend.result_type(likeness.dtype, "float32")
        shares = ops.cast(ops.softmax(ops.cast(likeness, wide), axis=-1), likeness.dtype)
        if self.forget is not None:
            shares = self.forget(shares, training=training)
        found = ops.reshape(ops.transpose(ops.matmul(shares, value), (0, 2, 1, 3)), (-1, *self.layer.shape))
        return ops.matmul(found, learned["out_kernel"]) + learned["out_bias"]

    def _heads(self, values: Any) -> Any:
        n_tokens, width = self.layer.shape
        parts = ops.reshape(values, (-1, n_tokens, self.heads, width // self.heads))
        return ops.transpose(parts, (0, 2, 1, 3))


@keras.saving.register_keras_serializable(PACKAGE)
class Members(GraphLayer):
    """The same values for each member."""

    def call(self, values: Any) -> Any:
        """Return (n, members, width) of (n, width)."""
        return ops.repeat(ops.expand_dims(values, 1), self.layer.shape[0], axis=1)


@keras.saving.register_keras_serializable(PACKAGE)
class MemberDense(GraphLayer):
    """A dense layer whose kernel all members share, with scalings of each member's own; or one a member."""

    def call(self, values: Any) -> Any:
        """Return (n, members, outputs) of (n, members, inputs)."""
        learned = self.learned
        if not self.layer.options.get("shared", True):
            return ops.einsum("nmi,mio->nmo", values, learned["kernel"]) + learned["bias"]
        return ops.matmul(values * learned["before"], learned["kernel"]) * learned["after"] + learned["bias"]


@keras.saving.register_keras_serializable(PACKAGE)
class MemberMean(GraphLayer):
    """The mean of the members' values, or the logarithm of their mean probabilities."""

    def call(self, values: Any) -> Any:
        """Return (n, width) of (n, members, width)."""
        if self.layer.options["of"] == "values":
            return ops.mean(values, axis=1)
        return ops.logsumexp(ops.log_softmax(values, axis=-1), axis=1) - np.log(values.shape[1])


@keras.saving.register_keras_serializable(PACKAGE)
class BatchNorm(keras.layers.BatchNormalization):  # type: ignore[misc]
    """Batch normalisation whose running variance is the unbiased one, as PyTorch keeps it."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Normalise the columns of values (n, width)."""
        if not training:
            return super().call(inputs, training=False)
        values = ops.cast(inputs, keras.backend.result_type(inputs.dtype, "float32"))
        count = ops.cast(ops.shape(values)[0], values.dtype)
        mean, variance = ops.moments(values, axes=[0])
        # A single row has no variance of its own.
        mean = ops.where(count > 1, mean, self.moving_mean)
        variance = ops.where(count > 1, variance, self.moving_variance)
        unbiased = ops.where(count > 1, variance * count / ops.maximum(count - 1, 1), variance)
        self.moving_mean.assign(self.moving_mean * self.momentum + mean * (1 - self.momentum))
        self.moving_variance.assign(self.moving_variance * self.momentum + unbiased * (1 - self.momentum))
        normal = ops.batch_normalization(values, mean, variance, -1, self.beta, self.gamma, self.epsilon)
        return ops.cast(normal, inputs.dtype)
