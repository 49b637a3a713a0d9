"""A network as a graph of layers: what PyTorch and Keras both build, and what a screen draws without either.

Each layer names the layers it reads. Arrays between layers have the shapes

- ``(n,)`` per code column and ``(n, columns)`` for numbers, at the two inputs,
- ``(n, width)`` for most layers,
- ``(n, tokens, width)`` where each column is a token (transformers),
- ``(n, members, width)`` where several networks share most of their weights (TabM).

A dense layer, a normalisation, an activation and dropout act on the last axis, whatever stands before it.

What each operation computes, with its weights in brackets (``x`` is what it reads). Both frameworks hold to it:

numbers
    The columns that are numbers, ``(n, columns)``.
embedding [table (levels + 1, width)]
    ``table[codes[:, option "code"]]``; the code array holds category + 1, so that row 0 is unseen and missing.
concat
    Along the last axis, in the order of ``inputs``.
dense [kernel (in, out), bias (out,)]
    ``x @ kernel + bias``.
activation
    relu, gelu (exact, by the error function), silu, tanh, selu, sigmoid, mish, leaky_relu (0.01 below zero), and reglu:
    the last axis is cut into two halves, ``a * relu(b)``, which halves the width.
dropout
    Each value is zero with probability "rate" and divided by ``1 - rate`` otherwise; only while learning.
batch_norm [scale, shift, mean, variance, each (width,)]
    ``(x - m) / sqrt(v + 1e-5) * scale + shift``. While learning m and v (divided by n) are of the batch, and
    ``mean = 0.9 mean + 0.1 m``, ``variance = 0.9 variance + 0.1 v n / (n - 1)``; for predicting m and v are those two.
    Shape (n, width) only.
layer_norm [scale, shift, each (width,)]
    The same with mean and variance (divided by width) of each row's last axis, epsilon 1e-5.
scale [scale (width,)]
    ``x * scale``.
add
    The sum of inputs of equal shape.
periodic [frequency (columns, k), phase (columns, k), kernel (columns, k, width - 1), bias (columns, width - 1)]
    Of each column's number x: x itself, then ``cos(2 pi (x * frequency + phase)) @ kernel + bias``; these ``width``
    numbers of the first column, then those of the second, ...: (n, columns * width). (PBLD of Holzmueller et al. 2024.)
tokens [kernel (columns, width), bias (columns, width)]
    ``x[:, :, None] * kernel + bias``.
stack
    Inputs of shape (n, width) count as one token; all tokens in the order of ``inputs``: (n, all tokens, width).
class_token [token (width,)]
    One more token in front of the others, the same for each row.
attention [qkv_kernel (width, 3 width), qkv_bias (3 width,), out_kernel (width, width), out_bias (width,)]
    ``x @ qkv_kernel + qkv_bias`` is cut into query, key and value, in this order; each into "heads" equal parts of
    width d, in order. Each head: ``softmax(q k^T / sqrt(d)) v`` over the tokens, with dropout of rate "dropout" on the
    softmax while learning. The heads beside each other, in order, then ``@ out_kernel + out_bias``.
first_token
    ``x[:, 0]``.
members
    (n, width) -> (n, "members", width): the same values for each member.
member_dense [kernel (in, out), before (members, in), after (members, out), bias (members, out)]
    ``((x * before) @ kernel) * after + bias`` (BatchEnsemble, Wen et al. 2020). Option "shared" False: each member has
    a dense layer of its own: [kernel (members, in, out), bias (members, out)], ``x[:, i] @ kernel[i] + bias[i]``.
member_mean
    (n, members, width) -> (n, width). Option "of" is "values": the mean over members; "probabilities":
    ``log(mean(softmax(x)))`` over the members, softmax along the width, so that the softmax of the outcome is the mean
    probability. While learning this layer is left out: the loss is the mean over rows and members of each member's own
    loss. The loss on rows set aside is of the mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Op = Literal[
    "numbers",
    "embedding",
    "concat",
    "dense",
    "activation",
    "dropout",
    "batch_norm",
    "layer_norm",
    "scale",
    "add",
    "periodic",
    "tokens",
    "stack",
    "class_token",
    "attention",
    "first_token",
    "members",
    "member_dense",
    "member_mean",
]


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes
    ----------
    name : str
        Unique in the network; the key of its weights: ``<name>/<weight>``.
    op : str
        What it does, see the module.
    inputs : tuple of str
        Names of the layers it reads, all of which stand before it.
    shape : tuple of int
        Shape of what it gives for one row.
    weights : tuple of (str, tuple of int)
        Name and shape of each learned array. Batch normalisation's ``mean`` and ``variance`` are among them.
    options : mapping
        What else the operation needs.
    """

    name: str
    op: Op
    inputs: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    weights: tuple[tuple[str, tuple[int, ...]], ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> int:
        """How many numbers it learns."""
        return sum(_size(shape) for name, shape in self.weights if name not in ("mean", "variance"))


@dataclass(frozen=True)
class Graph:
    """All layers in an order in which each reads only earlier ones; the last one gives the outputs."""

    layers: tuple[Layer, ...]

    @property
    def output(self) -> Layer:
        """The last layer, of shape (n_outputs,)."""
        return self.layers[-1]

    @property
    def members(self) -> int:
        """How many networks learn together: 1 but for TabM, whose last layer is ``member_mean``."""
        if self.output.op != "member_mean":
            return 1
        return next(layer.shape[0] for layer in self.layers if layer.name == self.output.inputs[0])

    @property
    def parameters(self) -> int:
        """How many numbers the network learns."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def activations(self) -> int:
        """How many numbers lie between the layers for one row: what training has to keep."""
        return sum(_size(layer.shape) for layer in self.layers)


def _size(shape: Sequence[int]) -> int:
    total = 1
    for length in shape:
        total *= length
    return total
