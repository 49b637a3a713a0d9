"""A network as a graph of layers: what PyTorch and Keras both build, and what a screen draws without either.

Each layer names the layers it reads. Arrays between layers have the shapes

- ``(n,)`` per code column and ``(n, columns)`` for numbers, at the two inputs,
- ``(n, width)`` for most layers,
- ``(n, tokens, width)`` where each column is a token (transformers),
- ``(n, members, width)`` where several networks share most of their weights (TabM).

A dense layer, a normalisation, an activation and dropout act on the last axis, whatever stands before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Op = Literal[
    "numbers",  # input: the columns that are numbers, (n, columns)
    "embedding",  # input: one code column; option "code" is its place, "levels" its known categories -> (n, width)
    "concat",  # along the last axis
    "dense",  # x W + b
    "activation",  # option "kind": relu, gelu, silu, tanh, selu, leaky_relu, sigmoid
    "dropout",  # option "rate"
    "batch_norm",
    "layer_norm",
    "scale",  # each value times a learned number
    "add",  # sum of inputs of equal shape
    "periodic",  # numbers -> (n, columns * width): sin and cos of learned frequencies, then dense, each column apart
    "tokens",  # numbers -> (n, columns, width): each column's number times a learned vector, plus a learned vector
    "stack",  # embeddings of (n, width) and tokens of (n, tokens, width) -> (n, all tokens, width)
    "class_token",  # (n, tokens, width) -> one more learned token in front
    "attention",  # multi-head self-attention over tokens; options "heads", "dropout"
    "first_token",  # (n, tokens, width) -> (n, width)
    "members",  # (n, width) -> (n, members, width): the same values for each member; option "members"
    "member_dense",  # shared W with a learned in- and out-scaling and bias of each member (BatchEnsemble)
    "member_mean",  # (n, members, width) -> (n, width), when predicting; while learning each member has its own loss
]


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes
    ----------
    name : str
        Unique in the network; the key of its weights.
    op : str
        What it does, see `Op`.
    inputs : tuple of str
        Names of the layers it reads, all of which stand before it.
    shape : tuple of int
        Shape of what it gives for one row.
    weights : tuple of (str, tuple of int)
        Name and shape of each learned array. Batch normalisation's ``mean`` and ``variance`` are among them.
    options : mapping
        What else the operation needs, as named at `Op`.
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
