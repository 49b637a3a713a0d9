"""A person's own layers edited as lines: a layer as its line, what each line adds, and networks told as layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import LatheError
from core.models.adapters.architectures import PERIODIC_WIDTH, RESNET_FACTOR, build_graph
from core.models.adapters.network_spec import DataShape, NetworkSpec
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


_DESCRIBED = {"numeric embedding": "periodic", "category embedding": "embedding"}
"""The operation that describes the columns, by the line that says how."""


@dataclass(frozen=True)
class AtLine:
    """What a line adds to the network so far.

    Attributes
    ----------
    layer : OwnLayer or None
        None where the line cannot be read.
    problem : LatheError or None
        What is wrong where the line cannot be read, or stands in a wrong place.
    shape : tuple of int
        Of what the network gives for one row after the line.
    parameters : int
        Numbers that the line learns.
    """

    layer: OwnLayer | None
    problem: LatheError | None = None
    shape: tuple[int, ...] = ()
    parameters: int = 0


def split_lines(text: str) -> tuple[str, ...]:
    """Return the lines of ``text`` that say a layer."""
    return tuple(line.strip() for line in text.splitlines() if line.partition("#")[0].strip())


def follow_lines(lines: Sequence[str], data: DataShape) -> tuple[AtLine, ...]:
    """Read each line after those before it that can be read, and see what it adds to a network for ``data``.

    Raises
    ------
    LatheError
        Where the data has no columns.
    """
    found: list[AtLine] = []
    sound: list[str] = []
    before = 0
    for place, line in enumerate(lines):
        try:
            graph = build_graph(NetworkSpec("layers", (), lines="\n".join([*sound, line])), data)
        except LatheError:
            found.append(_unfit(lines[:place], line, sound))
            continue
        sound.append(line)
        layer, inner = read_layers(line)[0], graph.layers[:-1]
        described = sum(one.parameters for one in inner if one.op == _DESCRIBED.get(layer.what))
        learned = sum(one.parameters for one in inner if one.op not in _DESCRIBED.values())
        found.append(AtLine(layer, None, inner[-1].shape, described or learned - before))
        before = learned
    return tuple(found)


def _unfit(before: Sequence[str], line: str, sound: Sequence[str]) -> AtLine:
    """Return what is wrong with a line, told with the number that it has among all lines."""
    blank = [one if one in sound else "" for one in before]
    problem = _problem("\n".join([*blank, line]))
    return AtLine(None if _problem(line) else read_layers(line)[0], problem)


def _problem(text: str) -> LatheError | None:
    try:
        read_layers(text)
    except LatheError as error:
        return error
    return None


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
            return split_lines(spec.lines)
        case _:
            return ()


def _dense(spec: NetworkSpec, width: int) -> list[str]:
    if not spec.batch_norm:
        return [f"dense {width} {spec.activation}"]
    return [f"dense {width}", "batch norm", f"activation {spec.activation}"]
