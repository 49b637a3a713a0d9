"""A person's own layers as text, one a line: read, checked and added to a graph.

====================================== =======================================================================
line                                   what it adds
====================================== =======================================================================
``numeric embedding 8``                each number described by 8 (periodic); before all others
``category embedding 8``               each category described by 8; before all others
``scale``                              a learned factor for each value
``dense 128 relu``                     a layer of 128 neurons; the activation may be left out
``dropout 0.1``                        a share of the values switched off while learning
``batch norm``, ``layer norm``         normalisation
``activation gelu``                    an activation alone
``residual 128 gelu 0.1``              batch norm, dense 128, activation, dropout (may be left out), dense back,
                                       added to what came in (Gorishniy et al. 2021)
====================================== =======================================================================

Empty lines and what follows a ``#`` are left aside. The output layer is added at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from core.errors import LatheError
from core.models.adapters.blocks import Blocks
from core.models.adapters.network_spec import Activation, NetworkSpec

WIDEST, MOST_LINES = 4096, 50
PERIODIC_SPREAD = 0.1
FORMS = {
    "dense": "dense 128 relu",
    "residual": "residual 128 gelu",
    "dropout": "dropout 0.1",
    "batch norm": "batch norm",
    "layer norm": "layer norm",
    "activation": "activation relu",
    "scale": "scale",
    "numeric embedding": "numeric embedding 8",
    "category embedding": "category embedding 8",
}
"""What a line can be, with an example of each."""

AT_START = ("numeric embedding", "category embedding")


@dataclass(frozen=True)
class OwnLayer:
    """One line: what it adds and its settings, checked.

    Attributes
    ----------
    line : int
        From 1.
    what : str
        A key of `FORMS`.
    width : int
        0 where it has none.
    activation : str
        "" where it has none.
    rate : float
        Of dropout.
    """

    line: int
    what: str
    width: int = 0
    activation: str = ""
    rate: float = 0.0


def read_layers(text: str) -> tuple[OwnLayer, ...]:
    """Read a person's layers.

    Raises
    ------
    LatheError
        Naming the first line that cannot be read, and what it can be (field ``own_layers``).
    """
    found: list[OwnLayer] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].lower().replace(",", " ").split()
        if not words:
            continue
        layer = _read(number, line.strip(), words)
        if layer.what in AT_START and any(other.what not in AT_START or other.what == layer.what for other in found):
            raise _refusal(number, line, f"{layer.what} stands once, before all other layers")
        found.append(layer)
    if not found or len(found) > MOST_LINES:
        raise LatheError(
            f"A network of your own has 1 to {MOST_LINES} layers, one a line. It has {len(found)}.",
            hint=f"Write for example: {FORMS['dense']}",
            field="own_layers",
        )
    return tuple(found)


def _read(number: int, line: str, words: Sequence[str]) -> OwnLayer:
    what = next((form for form in FORMS if list(words[: len(form.split())]) == form.split()), "")
    rest = list(words[len(what.split()) :])
    match what:
        case "dense" | "residual":
            width = _width(number, line, rest, least=1)
            activation = _activation(number, line, rest, needed=what == "residual")
            rate = _rate(number, line, rest) if what == "residual" and rest else 0.0
            layer = OwnLayer(number, what, width, activation, rate)
        case "dropout":
            layer = OwnLayer(number, what, rate=_rate(number, line, rest))
        case "activation":
            layer = OwnLayer(number, what, activation=_activation(number, line, rest, needed=True))
        case "numeric embedding":
            layer = OwnLayer(number, what, _width(number, line, rest, least=2, most=64))
        case "category embedding":
            layer = OwnLayer(number, what, _width(number, line, rest, least=1, most=64))
        case "":
            raise _refusal(number, line, "a line begins with " + ", ".join(FORMS))
        case _:
            layer = OwnLayer(number, what)
    if rest:
        raise _refusal(number, line, f"after {what} it is {FORMS[what]!r}, and {' '.join(rest)!r} is left over")
    return layer


def _width(number: int, line: str, rest: list[str], *, least: int, most: int = WIDEST) -> int:
    text = rest.pop(0) if rest else ""
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise _refusal(number, line, f"its width must be a whole number from {least} to {most}")
    return int(text)


def _rate(number: int, line: str, rest: list[str]) -> float:
    text = rest.pop(0) if rest else ""
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 0.9:
        raise _refusal(number, line, "its share must be a number from 0 to 0.9")
    return rate


def _activation(number: int, line: str, rest: list[str], *, needed: bool) -> str:
    if not rest and not needed:
        return ""
    text = rest.pop(0) if rest else ""
    if text not in get_args(Activation):
        raise _refusal(number, line, f"its activation must be one of {', '.join(get_args(Activation))}")
    return text


def _refusal(number: int, line: str, rule: str) -> LatheError:
    return LatheError(
        f"Line {number}, {line.strip()!r}: {rule}.",
        hint="Lines look like: " + "; ".join(FORMS.values()) + ".",
        field="own_layers",
    )


def add_own_layers(blocks: Blocks, spec: NetworkSpec) -> None:
    """Add the layers of ``spec.lines`` and the output layer.

    Raises
    ------
    LatheError
        See `read_layers`.
    """
    layers = read_layers(spec.lines)
    widths = {layer.what: layer.width for layer in layers}
    numbers = blocks.numbers()
    if numbers is not None and "numeric embedding" in widths:
        numbers = blocks.periodic(numbers, widths["numeric embedding"], spread=PERIODIC_SPREAD)
    columns = [*blocks.embeddings(widths.get("category embedding")), *([numbers] if numbers else [])]
    source = blocks.concat(columns, name="inputs")
    for layer in layers:
        source = _added(blocks, source, layer)
    blocks.output(source)


def _added(blocks: Blocks, source: str, layer: OwnLayer) -> str:
    match layer.what:
        case "dense":
            source = blocks.dense(source, layer.width)
            return blocks.activation(source, layer.activation) if layer.activation else source
        case "residual":
            inner = blocks.activation(blocks.dense(blocks.batch_norm(source), layer.width), layer.activation)
            inner = blocks.dense(blocks.dropout(inner, layer.rate), blocks.width(source))
            return blocks.sum_of(source, inner)
        case "dropout":
            return blocks.dropout(source, layer.rate)
        case "batch norm":
            return blocks.batch_norm(source)
        case "layer norm":
            return blocks.layer_norm(source)
        case "activation":
            return blocks.activation(source, layer.activation)
        case "scale":
            return blocks.scale(source)
        case _:
            return source
