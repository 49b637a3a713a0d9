"""The weights that a network starts from: the same ones for every framework."""

from __future__ import annotations

import numpy as np

from core.models.adapters.graph import Graph, Layer
from core.models.adapters.network_spec import Weights

TABLE_SPREAD = 0.05
ONES, ZEROS = ("scale", "variance", "after"), ("shift", "mean", "bias", "qkv_bias", "out_bias")


def initial_weights(graph: Graph, *, seed: int) -> Weights:
    """Draw the starting weights in the order of the layers.

    - Kernels are Glorot uniform (Glorot, Bengio 2010): within ``sqrt(6 / (in + out))``, the two last axes being in and
      out; biases are zero, scalings one; batch normalisation starts as the identity.
    - Embedding tables are normal with standard deviation 0.05, or that of the layer's option "spread".
    - Arrays of "tokens" and "class_token" are uniform within ``1 / sqrt(width)`` (Gorishniy et al. 2021).
    - "periodic": frequencies are normal with the standard deviation of the option "spread", phases uniform in
      -0.5 ... 0.5 of a turn (Holzmueller et al. 2024).
    - "member_dense": ``before`` is one, or 1 and -1 by chance where the option "signs" is set (Gorishniy et al. 2025).

    Returns
    -------
    dict of str to float32 ndarray
        Keys are ``<layer>/<weight>`` with the names and shapes of the graph.
    """
    rng = np.random.default_rng(seed)
    return {
        f"{layer.name}/{name}": _drawn(layer, name, shape, rng).astype(np.float32)
        for layer in graph.layers
        for name, shape in layer.weights
    }


def _drawn(layer: Layer, name: str, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    if layer.op in ("tokens", "class_token"):
        limit = shape[-1] ** -0.5
        return rng.uniform(-limit, limit, shape)
    if name in ONES:
        return np.ones(shape)
    if name in ZEROS:
        return np.zeros(shape)
    match name:
        case "table" | "frequency":
            return rng.normal(0.0, layer.options.get("spread", TABLE_SPREAD), shape)
        case "phase":
            return rng.uniform(-0.5, 0.5, shape)
        case "before":
            return rng.choice([-1.0, 1.0], shape) if layer.options.get("signs") else np.ones(shape)
    limit = np.sqrt(6.0 / (shape[-2] + shape[-1]))
    return rng.uniform(-limit, limit, shape)
