"""A person's own layers edited as lines: a layer as its line, what is wrong with each, and networks told as layers."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import LatheError
from core.models.adapters.architectures import PERIODIC_WIDTH, RESNET_FACTOR
from core.models.adapters.network_spec import NetworkSpec
from core.models.adapters.own_layers import OwnLayer, read_layers

COPIED = ("mlp", "resnet", "realmlp")
"""Architectures that layers in a row can say whole."""


def line_of(layer: OwnLayer) -> str:
    """Return the line that `read_layers` reads as ``layer``."""
    words = [layer.what]
    if layer.width:
        words.append(str(layer.width))
    if layer.activation:
        words.append(layer.activation)
    if layer.what == "dropout" or layer.rate:
        words.append(f"{layer.rate:g}")
    return " ".join(words)


def read_lines(lines: Sequence[str]) -> tuple[OwnLayer | LatheError, ...]:
    """Read each line by itself, after those before it that can be read.

    Returns
    -------
    tuple of OwnLayer or LatheError
        One a line; the error says what the line can be.
    """
    found: list[OwnLayer | LatheError] = []
    sound = [""] * len(lines)
    for place, line in enumerate(lines):
        sound[place] = line
        try:
            found.append(read_layers("\n".join(sound[: place + 1]))[-1])
        except LatheError as error:
            found.append(error)
            sound[place] = ""
    return tuple(found)


def as_lines(spec: NetworkSpec, *, predicts_number: bool) -> tuple[str, ...]:
    """Return lines that build the same network as ``spec``; none for architectures that lines cannot say.

    Parameters
    ----------
    predicts_number : bool
        RealMLP has another activation then.
    """
    drop = [f"dropout {spec.dropout:g}"] if spec.dropout else []
    start = [f"category embedding {spec.embedding_width}"] if spec.embedding_width else []
    match spec.architecture:
        case "mlp":
            for width in spec.hidden:
                start += _dense(spec, width) + drop
            return tuple(start)
        case "resnet":
            rate = f" {spec.dropout:g}" if spec.dropout else ""
            blocks = [f"residual {width * RESNET_FACTOR} relu{rate}" for width in spec.hidden]
            return (*start, f"dense {spec.hidden[0]}", *blocks, "batch norm", "activation relu")
        case "realmlp":
            activation = "mish" if predicts_number else "selu"
            start += [f"numeric embedding {PERIODIC_WIDTH}", "scale"]
            for width in spec.hidden:
                start += [f"dense {width} {activation}", *drop]
            return tuple(start)
        case "layers":
            return tuple(line for line in spec.lines.splitlines() if line.strip())
        case _:
            return ()


def _dense(spec: NetworkSpec, width: int) -> list[str]:
    if not spec.batch_norm:
        return [f"dense {width} {spec.activation}"]
    return [f"dense {width}", "batch norm", f"activation {spec.activation}"]
