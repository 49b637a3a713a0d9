"""The architecture of a network as a calm diagram: boxes top to bottom, with what goes on from each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from components import charts
from components.network_boxes import Box, boxes_of, layer_words, shape_words
from components.numbers import counted
from components.theme import Palette, palette
from core.models.adapters.graph import Graph

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

ROW = 46
"""Height of a row of boxes in pixels."""
_HALF = 0.26
"""Half of a box's height, in rows."""


def network_diagram(graph: Graph, *, key: str) -> None:
    """Draw the boxes of a network; every single layer stands in the table."""
    boxes = boxes_of(graph)
    charts.show(
        diagram(boxes),
        title=f"{counted(graph.parameters, 'number')} to learn in {counted(len(graph.layers), 'layer')}",
        caption="From the prepared columns at the top to the prediction. On the right: what each gives for one row.",
        table=layers_table(graph),
        key=key,
        alt="; ".join(f"{box.title}, gives {shape_words(box.shape)}" for box in boxes),
    )


def layers_table(graph: Graph) -> pd.DataFrame:
    """Return one row a layer."""
    import pandas as pd

    return pd.DataFrame(
        {
            "Layer": [layer.name for layer in graph.layers],
            "What it does": [layer_words(layer) for layer in graph.layers],
            "Reads": [", ".join(layer.inputs) for layer in graph.layers],
            "Gives": [shape_words(layer.shape) for layer in graph.layers],
            "Numbers to learn": [layer.parameters for layer in graph.layers],
        }
    )


def diagram(boxes: Sequence[Box]) -> go.Figure:
    """Return the figure: boxes in rows, each below all that it reads."""
    import plotly.graph_objects as go

    colors, places = palette(), positions(boxes)
    rows = 1 + max(row for _, row, _ in places)
    fig = go.Figure(_hovers(boxes, places))
    _lines(fig, boxes, places, colors)
    for number, (box, place) in enumerate(zip(boxes, places, strict=True)):
        _box(fig, box, place, colors, last=number == len(boxes) - 1)
    hidden: dict[str, Any] = {"visible": False, "fixedrange": True}
    fig.update_layout(height=ROW * rows + 16, showlegend=False)
    fig.update_xaxes(range=[0, 1], **hidden)
    fig.update_yaxes(range=[rows - 0.5, -0.5], **hidden)
    return fig


def positions(boxes: Sequence[Box]) -> list[tuple[float, int, float]]:
    """Return middle, row and half width of each box; boxes of one row stand side by side."""
    rows: list[int] = []
    for box in boxes:
        rows.append(1 + max((rows[one] for one in box.inputs), default=-1))
    beside: dict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        beside[row].append(place)
    found = []
    for place, row in enumerate(rows):
        share = 0.86 / len(beside[row])
        found.append((0.04 + share * (beside[row].index(place) + 0.5), row, share / 2 - 0.012))
    return found


def _box(fig: go.Figure, box: Box, place: tuple[float, int, float], colors: Palette, *, last: bool) -> None:
    middle, row, half = place
    edge = colors.accent if last else colors.border
    fig.add_shape(
        type="rect", x0=middle - half, x1=middle + half, y0=row - _HALF, y1=row + _HALF, layer="above",
        fillcolor="rgba(0,0,0,0)" if box.note else colors.surface,
        line={"color": edge, "width": 1.5 if last else 1, "dash": "dot" if box.note else "solid"},
    )  # fmt: skip
    words = {"showarrow": False, "y": row, "yanchor": "middle"}
    title, gives = box.title.replace("<", "&lt;"), shape_words(box.shape)
    room = int(2 * half * 88) - len(gives) - 4
    text = title if len(title) <= room else f"{title[: max(room - 1, 8)]}\N{HORIZONTAL ELLIPSIS}"
    color = colors.muted if box.note else colors.text
    fig.add_annotation(
        text=text, x=middle - half, xanchor="left", xshift=12, font={"color": color, "size": 13}, **words
    )
    fig.add_annotation(
        text=gives, x=middle + half, xanchor="right", xshift=-12, font={"color": colors.muted, "size": 12}, **words
    )


def _lines(fig: go.Figure, boxes: Sequence[Box], places: Sequence[tuple[float, int, float]], colors: Palette) -> None:
    """Draw what reads what: straight down to the next row, round the side past rows between."""
    pen = {"color": colors.muted, "width": 1}
    lanes = 0
    for place, box in enumerate(boxes):
        x, row, half = places[place]
        for one in box.inputs:
            other, above, wide = places[one]
            if row == above + 1:
                fig.add_shape(type="line", x0=other, y0=above + _HALF, x1=x, y1=row - _HALF, line=pen, layer="below")
                continue
            side = 0.93 + 0.02 * (lanes % 3)
            lanes += 1
            path = f"M {other + wide},{above} L {side},{above} L {side},{row} L {x + half},{row}"
            fig.add_shape(type="path", path=path, line=pen, layer="below")


def _hovers(boxes: Sequence[Box], places: Sequence[tuple[float, int, float]]) -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=[middle for middle, _, _ in places],
        y=[row for _, row, _ in places],
        mode="markers",
        marker={"opacity": 0, "size": 36},
        text=[f"{box.title}<br>{counted(box.parameters, 'number')} to learn" for box in boxes],
        hovertemplate="%{text}<extra></extra>",
    )
