"""A network's layers as data: what both frameworks build, and what a screen can show without either of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from core.errors import LatheError

Activation = Literal["relu", "gelu", "silu", "tanh"]
Optimizer = Literal["adamw", "adam", "sgd"]
Weights = dict[str, np.ndarray]

SMALLEST_BATCH, LARGEST_BATCH, ROWS_PER_BATCH_ROW = 32, 1024, 32


@dataclass(frozen=True)
class NetworkSpec:
    """What is chosen about a network and its training; nothing that depends on the data.

    Attributes
    ----------
    hidden : tuple of int
        Width of each hidden layer, first to last.
    batch_norm, dropout
        A hidden layer is dense, batch normalisation (optional), activation, dropout, in this order.
    embedding_width : int or None
        Width of every embedding; None follows `embedding_width`.
    weight_decay : float
        Decoupled (AdamW); the other optimisers do without.
    """

    hidden: tuple[int, ...] = (128, 128)
    activation: Activation = "relu"
    dropout: float = 0.1
    batch_norm: bool = False
    embedding_width: int | None = None
    optimizer: Optimizer = "adamw"
    learning_rate: float = 1e-3
    weight_decay: float = 1e-2

    def __post_init__(self) -> None:
        """Refuse names that no framework was taught.

        Raises
        ------
        LatheError
            Where the activation or the optimiser is unknown.
        """
        for field, value, known in (
            ("activation", self.activation, get_args(Activation)),
            ("optimizer", self.optimizer, get_args(Optimizer)),
        ):
            if value not in known:
                raise LatheError(f"{field} must be one of {', '.join(known)}. It is {value!r}.", field=field)


@dataclass(frozen=True)
class DataShape:
    """What the data decides about a network.

    Attributes
    ----------
    n_numeric : int
        Columns that are numbers.
    levels : tuple of int
        Number of known categories of each code column. Code columns come first in the matrix.
    n_outputs : int
        Classes, or 1 for regression.
    """

    n_numeric: int
    levels: tuple[int, ...] = ()
    n_outputs: int = 1


@dataclass(frozen=True)
class LayerShape:
    """One layer with learned numbers: how many values go in and come out, and how many numbers it learns."""

    name: str
    kind: Literal["embedding", "dense", "batch_norm"]
    inputs: int
    outputs: int
    parameters: int


def hidden_widths(layers: int, width: int, shape: str = "equal") -> tuple[int, ...]:
    """Return the width of each hidden layer; "halving" halves it from layer to layer, never below 4."""
    return tuple(max(4, width // 2**depth) if shape == "halving" else width for depth in range(layers))


def embedding_width(levels: int) -> int:
    """Return how many numbers describe one of ``levels`` categories.

    ``min(50, round(1.6 * levels ** 0.56))``: the rule of fastai's tabular models (``emb_sz_rule``), with the smaller
    cap of its first version, because tables here have thousands rather than millions of rows.
    """
    width: float = 1.6 * levels**0.56
    return max(1, min(50, round(width)))


def batch_rows(n_rows: int) -> int:
    """Return the automatic batch size: the power of two at or below ``n_rows / 32``, from 32 to 1024."""
    wanted = max(1, n_rows // ROWS_PER_BATCH_ROW)
    return min(LARGEST_BATCH, max(SMALLEST_BATCH, 1 << (wanted.bit_length() - 1)))


def layer_shapes(spec: NetworkSpec, data: DataShape) -> tuple[LayerShape, ...]:
    """Return the layers that learn, in order.

    The index of an embedding is the category code plus one: row 0 stands for unseen and missing categories.
    """
    shapes = []
    for index, levels in enumerate(data.levels):
        width = spec.embedding_width or embedding_width(levels)
        shapes.append(LayerShape(f"embedding_{index}", "embedding", levels + 1, width, (levels + 1) * width))
    inputs = data.n_numeric + sum(shape.outputs for shape in shapes)
    for index, width in enumerate(spec.hidden):
        shapes.append(LayerShape(f"dense_{index}", "dense", inputs, width, (inputs + 1) * width))
        if spec.batch_norm:
            shapes.append(LayerShape(f"norm_{index}", "batch_norm", width, width, 2 * width))
        inputs = width
    shapes.append(LayerShape("output", "dense", inputs, data.n_outputs, (inputs + 1) * data.n_outputs))
    return tuple(shapes)


def describe(
    spec: NetworkSpec, n_features: int, levels: tuple[int, ...] = (), *, n_outputs: int = 1
) -> tuple[LayerShape, ...]:
    """Return the layers of ``spec`` for a table, with their numbers of parameters; no framework is imported.

    Parameters
    ----------
    n_features : int
        Columns of the prepared matrix, code columns included.
    levels : tuple of int
        Number of categories of each code column.
    n_outputs : int
        Classes, or 1 for regression.
    """
    return layer_shapes(spec, DataShape(n_features - len(levels), levels, n_outputs))


def initial_weights(spec: NetworkSpec, data: DataShape, *, seed: int) -> Weights:
    """Draw the starting weights, the same ones for every framework.

    Dense kernels of shape (inputs, outputs) are Glorot uniform (Glorot, Bengio 2010), biases zero, embeddings normal
    with standard deviation 0.05; batch normalisation starts as the identity.

    Returns
    -------
    dict of str to float32 ndarray
        Keys are ``<layer>/<weight>`` with the names of `layer_shapes`.
    """
    rng = np.random.default_rng(seed)
    weights: Weights = {}
    for layer in layer_shapes(spec, data):
        if layer.kind == "embedding":
            weights[f"{layer.name}/table"] = rng.normal(0.0, 0.05, (layer.inputs, layer.outputs))
        elif layer.kind == "dense":
            limit = np.sqrt(6.0 / (layer.inputs + layer.outputs))
            weights[f"{layer.name}/kernel"] = rng.uniform(-limit, limit, (layer.inputs, layer.outputs))
            weights[f"{layer.name}/bias"] = np.zeros(layer.outputs)
        else:
            for name, value in (("scale", 1.0), ("shift", 0.0), ("mean", 0.0), ("variance", 1.0)):
                weights[f"{layer.name}/{name}"] = np.full(layer.outputs, value)
    return {name: value.astype(np.float32) for name, value in weights.items()}
