"""Each operation of a graph in PyTorch, see `core.models.adapters.graph`. Import this module inside functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor
from torch.nn import functional

from core.models.adapters.graph import Layer

EPSILON, MOMENTUM, LEAK = 1e-5, 0.1, 0.01
TURN = 2 * math.pi

Arrays = Mapping[str, Tensor]
Step = Callable[..., Tensor]


class Mode:
    """Whether the network is learning: dropout, and the batch's own mean in batch normalisation."""

    learning = False


def step_of(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    """Return the function from a layer's inputs to what it gives.

    Parameters
    ----------
    arrays : mapping of str to Tensor
        The layer's learned arrays by name; kernels of two axes lie as (out, in).
    """
    return _STEPS[layer.op](layer, arrays, mode)


def _embedding(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    table, code = arrays["table"], int(layer.options["code"])
    return lambda codes: functional.embedding(codes[:, code], table)


def _dense(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    kernel, bias = arrays["kernel"], arrays["bias"]
    return lambda x: functional.linear(x, kernel, bias)


def _activation(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    kind = str(layer.options["kind"])
    match kind:
        case "reglu":
            return _reglu
        case "leaky_relu":
            return lambda x: functional.leaky_relu(x, LEAK)
        case "tanh" | "sigmoid":
            return getattr(torch, kind)  # type: ignore[no-any-return]
        case _:
            return getattr(functional, kind)  # type: ignore[no-any-return]


def _reglu(x: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return first * functional.relu(second)


def _dropout(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    rate = float(layer.options["rate"])
    return lambda x: functional.dropout(x, rate, training=True) if mode.learning else x


def _batch_norm(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    mean, variance, scale, shift = (arrays[name] for name in ("mean", "variance", "scale", "shift"))

    def normalised(x: Tensor) -> Tensor:
        # A single row has no variance of its own.
        learning = mode.learning and len(x) > 1
        return functional.batch_norm(x, mean, variance, scale, shift, learning, MOMENTUM, EPSILON)

    return normalised


def _layer_norm(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    scale, shift = arrays["scale"], arrays["shift"]
    return lambda x: functional.layer_norm(x, scale.shape, scale, shift, EPSILON)


def _scale(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    scale = arrays["scale"]
    return lambda x: x * scale


def _add(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    def total(first: Tensor, *others: Tensor) -> Tensor:
        for other in others:
            first = first + other
        return first

    return total


def _periodic(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    frequency, phase, kernel, bias = (arrays[name] for name in ("frequency", "phase", "kernel", "bias"))

    def described(x: Tensor) -> Tensor:
        waves = torch.cos(TURN * (x.unsqueeze(-1) * frequency + phase))
        inner = torch.einsum("nck,ckw->ncw", waves, kernel) + bias
        return torch.cat([x.unsqueeze(-1), inner], dim=-1).flatten(1)

    return described


def _tokens(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    kernel, bias = arrays["kernel"], arrays["bias"]
    return lambda x: torch.addcmul(bias, x.unsqueeze(-1), kernel)


def _stack(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    return lambda *parts: torch.cat([part.unsqueeze(1) if part.ndim == 2 else part for part in parts], dim=1)


def _class_token(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    token = arrays["token"]
    return lambda x: torch.cat([token.expand(len(x), 1, -1), x], dim=1)


def _attention(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    qkv_kernel, qkv_bias, kernel, bias = (arrays[name] for name in ("qkv_kernel", "qkv_bias", "out_kernel", "out_bias"))
    heads, rate = int(layer.options["heads"]), float(layer.options["dropout"])

    def attended(x: Tensor) -> Tensor:
        rows, tokens, width = x.shape
        parts = functional.linear(x, qkv_kernel, qkv_bias).view(rows, tokens, 3, heads, width // heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, dropout_p=rate if mode.learning else 0.0)
        return functional.linear(mixed.transpose(1, 2).reshape(rows, tokens, width), kernel, bias)

    return attended


def _members(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    members = int(layer.options["members"])
    return lambda x: x.unsqueeze(1).expand(-1, members, -1)


def _member_dense(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    kernel, bias = arrays["kernel"], arrays["bias"]
    if not layer.options["shared"]:
        return lambda x: torch.einsum("nmi,mio->nmo", x, kernel) + bias
    before, after = arrays["before"], arrays["after"]
    return lambda x: torch.addcmul(bias, functional.linear(x * before, kernel), after)


def _member_mean(layer: Layer, arrays: Arrays, mode: Mode) -> Step:
    if layer.options["of"] == "values":
        return lambda x: x.mean(1)
    return lambda x: torch.logsumexp(functional.log_softmax(x, -1), 1) - math.log(x.shape[1])


_STEPS: dict[str, Callable[[Layer, Arrays, Mode], Step]] = {
    "numbers": lambda layer, arrays, mode: lambda x: x,
    "embedding": _embedding,
    "concat": lambda layer, arrays, mode: lambda *parts: torch.cat(parts, dim=-1),
    "dense": _dense,
    "activation": _activation,
    "dropout": _dropout,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "scale": _scale,
    "add": _add,
    "periodic": _periodic,
    "tokens": _tokens,
    "stack": _stack,
    "class_token": _class_token,
    "attention": _attention,
    "first_token": lambda layer, arrays, mode: lambda x: x[:, 0],
    "members": _members,
    "member_dense": _member_dense,
    "member_mean": _member_mean,
}
