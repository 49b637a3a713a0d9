"""A `Graph` as a Keras model: the same function as PyTorch's, given equal weights. Keras is imported inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.models.adapters.graph import Graph, Layer
from core.models.adapters.network_spec import Weights

NEGATIVE_SLOPE = 0.01
EPSILON = 1e-5
MOMENTUM = 0.9
"""Of the running mean and variance. These three are PyTorch's; Keras has others."""

_OWN = {
    "scale": "Scale",
    "periodic": "Periodic",
    "tokens": "Tokens",
    "stack": "Stack",
    "class_token": "ClassToken",
    "first_token": "FirstToken",
    "members": "Members",
    "member_dense": "MemberDense",
    "member_mean": "MemberMean",
}


@dataclass(frozen=True)
class KerasNetwork:
    """The model, and what it is learned by.

    Attributes
    ----------
    model : keras.Model
        From [codes, numbers] to outputs of shape (n_rows, n_outputs).
    learner : keras.Model
        With the same layers: gives each member's outputs where the network has members, else the same.
    graph : Graph
    """

    model: Any
    learner: Any
    graph: Graph

    def weights(self) -> Weights:
        """Return the learned arrays under ``<layer>/<weight>``."""
        return {
            f"{layer.name}/{name}": np.asarray(value)
            for layer in self.graph.layers
            for (name, _), value in zip(layer.weights, self._arrays(layer), strict=True)
        }

    def set_weights(self, weights: Weights) -> None:
        """Set the learned arrays from ``<layer>/<weight>``."""
        for layer in self.graph.layers:
            if layer.weights:
                values = [weights[f"{layer.name}/{name}"] for name, _ in layer.weights]
                self.model.get_layer(layer.name).set_weights(values)

    def learned(self) -> list[tuple[str, Any]]:
        """Return name and variable of each array that learning corrects."""
        return [
            (f"{layer.name}/{name}", variable)
            for layer in self.graph.layers
            if layer.weights
            for (name, _), variable in zip(layer.weights, self.model.get_layer(layer.name).weights, strict=True)
            if name not in ("mean", "variance")
        ]

    @property
    def seeds(self) -> list[Any]:
        """The variables that say where dropout stands in its random numbers."""
        weights = {id(variable) for variable in self.model.weights}
        return [variable for variable in self.model.variables if id(variable) not in weights]

    def _arrays(self, layer: Layer) -> list[Any]:
        return self.model.get_layer(layer.name).get_weights() if layer.weights else []


def build_network(graph: Graph, *, dtype: str, seed: int = 0) -> KerasNetwork:
    """Build the layers of ``graph`` in Keras.

    Parameters
    ----------
    dtype : str
        "float64", "float32", or a policy of mixed precision ("mixed_bfloat16").
    seed : int
        Of dropout.
    """
    import keras

    n_codes, n_numeric = input_widths(graph)
    codes = keras.Input((n_codes,), dtype="int32", name="codes")
    policy = keras.DTypePolicy(dtype)
    numbers = keras.Input((n_numeric,), dtype=policy.variable_dtype, name="numbers")
    made: dict[str, Any] = {}
    for place, layer in enumerate(graph.layers):
        if layer.op == "numbers":
            made[layer.name] = numbers
            continue
        # Outputs and angles need more than the 8 bits of bfloat16.
        exact = layer.op == "periodic" or place >= len(graph.layers) - 2
        given = [made[name] for name in layer.inputs]
        if layer.op == "embedding":
            given = [codes[:, int(layer.options["code"])]]
        step = keras_layer(layer, dtype=policy.variable_dtype if exact else policy, seed=seed + place)
        made[layer.name] = step(given if layer.op in ("concat", "add", "stack") and len(given) > 1 else given[0])
    last = graph.output
    learned = made[last.inputs[0]] if last.op == "member_mean" else made[last.name]
    model = keras.Model([codes, numbers], made[last.name])
    return KerasNetwork(model, model if learned is made[last.name] else keras.Model([codes, numbers], learned), graph)


def input_widths(graph: Graph) -> tuple[int, int]:
    """Return how many code columns and how many numbers a network reads."""
    codes = [int(layer.options["code"]) + 1 for layer in graph.layers if layer.op == "embedding"]
    numbers = [layer.shape[0] for layer in graph.layers if layer.op == "numbers"]
    return max(codes, default=0), sum(numbers)


def keras_layer(layer: Layer, *, dtype: Any, seed: int) -> Any:
    """Return the Keras layer of a `Layer`: Keras's own where there is one."""
    from keras import layers

    from core.models.adapters import keras_layers as own

    more: dict[str, Any] = {"name": layer.name, "dtype": dtype}
    match layer.op:
        case "embedding":
            return layers.Embedding(*layer.weights[0][1], **more)
        case "concat":
            return layers.Concatenate(**more) if len(layer.inputs) > 1 else layers.Identity(**more)
        case "add":
            return layers.Add(**more)
        case "dense":
            return layers.Dense(layer.shape[-1], use_bias=len(layer.weights) > 1, **more)
        case "activation":
            return _activation(layer, more)
        case "dropout":
            return layers.Dropout(float(layer.options["rate"]), seed=seed, **more)
        case "batch_norm":
            return own.BatchNorm(momentum=MOMENTUM, epsilon=EPSILON, **more)
        case "layer_norm":
            return layers.LayerNormalization(epsilon=EPSILON, **more)
        case "attention":
            return own.Attention(layer, seed=seed, dtype=dtype)
        case _:
            return getattr(own, _OWN[layer.op])(layer, dtype=dtype)


def _activation(layer: Layer, more: dict[str, Any]) -> Any:
    from keras import layers

    from core.models.adapters.keras_layers import Halves

    match layer.options["kind"]:
        case "leaky_relu":
            return layers.LeakyReLU(negative_slope=NEGATIVE_SLOPE, **more)
        case "reglu":
            return Halves(layer, dtype=more["dtype"])
        case kind:
            return layers.Activation(str(kind), **more)
