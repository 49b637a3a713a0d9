"""A network as few boxes: layers that belong together stand in one, equal blocks are told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.models.adapters.graph import Graph, Layer

TIMES = "\N{MULTIPLICATION SIGN}"
_JOINED = ("activation", "dropout", "batch_norm", "layer_norm", "scale", "concat", "first_token", "member_mean")
"""Operations that stand in the box of what they read."""
_LONGEST = 12
"""Boxes of one block at most."""

ACTIVATIONS = {
    "relu": "ReLU", "gelu": "GELU", "silu": "SiLU", "tanh": "tanh", "selu": "SELU", "leaky_relu": "Leaky ReLU",
    "sigmoid": "sigmoid", "mish": "Mish", "reglu": "ReGLU",
}  # fmt: skip

_WORDS: dict[str, Callable[[Layer], str]] = {
    "numbers": lambda layer: f"{layer.shape[0]} number columns",
    "concat": lambda layer: "side by side",
    "dense": lambda layer: f"dense {layer.shape[-1]:,}",
    "activation": lambda layer: ACTIVATIONS.get(str(layer.options.get("kind")), str(layer.options.get("kind"))),
    "dropout": lambda layer: f"dropout {float(layer.options['rate']):g}",
    "batch_norm": lambda layer: "batch norm",
    "layer_norm": lambda layer: "layer norm",
    "scale": lambda layer: "scale",
    "add": lambda layer: "sum",
    "periodic": lambda layer: "numbers as waves",
    "tokens": lambda layer: "each number as a token",
    "stack": lambda layer: "all tokens",
    "class_token": lambda layer: "with the answer's token",
    "attention": lambda layer: f"attention, {layer.options['heads']} heads",
    "first_token": lambda layer: "the answer's token",
    "members": lambda layer: f"{layer.shape[0]} members",
    "member_dense": lambda layer: f"dense {layer.shape[-1]:,} in each member",
    "member_mean": lambda layer: "mean of the members",
}


@dataclass(frozen=True)
class Box:
    """Layers drawn as one.

    Attributes
    ----------
    title : str
        What they do, in order.
    shape : tuple of int
        Of what they give for one row.
    parameters : int
        Numbers they learn.
    inputs : tuple of int
        Places of the boxes they read.
    note : bool
        It stands for blocks that are left out.
    """

    title: str
    shape: tuple[int, ...]
    parameters: int
    inputs: tuple[int, ...] = ()
    note: bool = False


def layer_words(layer: Layer) -> str:
    """Say what a layer does."""
    if layer.op == "embedding":
        return f"category {int(layer.options['code']) + 1} as {layer.shape[-1]} numbers"
    return _WORDS[layer.op](layer)


def shape_words(shape: Sequence[int]) -> str:
    """Say a shape: "128", or "13 by 32"."""
    return " by ".join(f"{length:,}" for length in shape)


def boxes_of(graph: Graph) -> tuple[Box, ...]:
    """Return the boxes of a network, top to bottom; each reads only earlier ones."""
    *others, last = fold(_boxes(graph))
    return (*others, replace(last, title=f"Prediction: {last.title[:1].lower()}{last.title[1:]}"))


def _boxes(graph: Graph) -> list[Box]:
    readers = Counter(name for layer in graph.layers for name in layer.inputs)
    ops = {layer.name: layer.op for layer in graph.layers}
    boxes: list[Box] = []
    home: dict[str, int] = {}
    for layer in graph.layers:
        places = tuple(dict.fromkeys(home[name] for name in layer.inputs))
        if layer.op == "embedding":
            tables = home.setdefault(f"{layer.name.rpartition('_')[0]} tables", len(boxes))
            home[layer.name] = tables
            _add_embedding(boxes, tables, layer)
            continue
        joined = len(places) == 1 and all(readers[name] == 1 for name in layer.inputs)
        if joined and _belongs(layer, boxes[places[0]], [ops[name] for name in layer.inputs]):
            home[layer.name] = places[0]
            boxes[places[0]] = _grown(boxes[places[0]], layer)
            continue
        home[layer.name] = len(boxes)
        boxes.append(Box(_capital(layer_words(layer)), layer.shape, layer.parameters, places))
    return boxes


def _belongs(layer: Layer, box: Box, read: Sequence[str]) -> bool:
    if box.note or read[0] in ("numbers", "embedding", "tokens", "periodic", "stack"):
        return False
    norm_alone = box.title in ("Batch norm", "Layer norm")
    return layer.op in _JOINED or (norm_alone and layer.op in ("dense", "attention", "member_dense"))


def _grown(box: Box, layer: Layer) -> Box:
    title = f"{box.title}, {layer_words(layer)}"
    return replace(box, title=title, shape=layer.shape, parameters=box.parameters + layer.parameters)


def _add_embedding(boxes: list[Box], place: int, layer: Layer) -> None:
    """Put the tables of all category columns into one box."""
    if place == len(boxes):
        boxes.append(Box("", (0,), 0))
    box = boxes[place]
    count = int(box.title.partition(" ")[0] or 0) + 1
    columns = "category columns" if count > 1 else "category column"
    boxes[place] = replace(
        box, title=f"{count} {columns} as learned numbers", shape=(box.shape[0] + layer.shape[0],),
        parameters=box.parameters + layer.parameters,
    )  # fmt: skip


def fold(boxes: Sequence[Box]) -> tuple[Box, ...]:
    """Tell a block that is repeated at least three times in a row only once."""
    for start in range(len(boxes)):
        for length in range(1, min(_LONGEST, (len(boxes) - start) // 3) + 1):
            times = _times(boxes, start, length)
            if times >= 3:
                return _folded(boxes, start, length, times)
    return tuple(boxes)


def _times(boxes: Sequence[Box], start: int, length: int) -> int:
    signs = [_sign(box, place) for place, box in enumerate(boxes)]
    block, times = signs[start : start + length], 1
    while signs[start + times * length : start + (times + 1) * length] == block:
        times += 1
    return times


def _sign(box: Box, place: int) -> tuple[Any, ...]:
    return box.title, box.shape, box.parameters, tuple(place - one for one in box.inputs)


def _folded(boxes: Sequence[Box], start: int, length: int, times: int) -> tuple[Box, ...]:
    end, cut = start + length, start + length * times
    left = boxes[end:cut]
    word = "block" if length > 1 else "layer"
    note = Box(
        f"the same {word} {times - 1} times more", boxes[cut - 1].shape, sum(box.parameters for box in left),
        (end - 1,), note=True,
    )  # fmt: skip
    moved = {
        place: place if place < end else end if place < cut else place - (cut - end) + 1 for place in range(len(boxes))
    }
    after = [replace(box, inputs=tuple(dict.fromkeys(moved[one] for one in box.inputs))) for box in boxes[cut:]]
    return (*boxes[:end], note, *after)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
