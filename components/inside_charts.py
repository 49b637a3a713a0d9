"""What stands inside a model as plotly figures: weights with their intervals, and the questions of a tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.chart_parts import safe
from components.model_charts import FAINT, NEUTRAL
from components.model_colors import class_color
from components.numbers import counted, number
from components.theme import Palette, faint
from core.explain.coefficients import Coefficient
from core.explain.tree_rules import TreeNode, TreeRules
from core.words import share

_ROW_PX = 26
_LEAF_PX = 44


def weights_figure(rows: Sequence[Coefficient], *, axis: str, colour: str) -> go.Figure:
    """Draw a bar a weight from zero, with its 95 % interval where it is known; weights that may be zero are grey."""
    places = list(range(len(rows)))
    known = [row.low is not None and row.high is not None for row in rows]
    figure = go.Figure(
        go.Bar(
            x=[row.estimate for row in rows],
            y=places,
            orientation="h",
            marker={"color": [FAINT if _may_be_zero(row) else colour for row in rows]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [(row.high or 0.0) - row.estimate if k else 0.0 for row, k in zip(rows, known, strict=True)],
                "arrayminus": [
                    row.estimate - (row.low or 0.0) if k else 0.0 for row, k in zip(rows, known, strict=True)
                ],
                "color": NEUTRAL,
                "thickness": 1.5,
                "width": 3,
                "visible": any(known),
            },
            text=[_hover(row) for row in rows],
            textposition="none",
            hovertemplate="%{text}<extra></extra>",
        )
    )
    figure.update_layout(showlegend=False, height=56 + _ROW_PX * len(rows), bargap=0.4)
    figure.update_xaxes(title=axis, zeroline=True)
    figure.update_yaxes(
        tickvals=places,
        ticktext=[safe(row.feature, 44) for row in rows],
        autorange="reversed",
        automargin=True,
        showgrid=False,
        ticklabelstandoff=4,
    )
    return figure


def _may_be_zero(row: Coefficient) -> bool:
    return row.low is not None and row.high is not None and row.low <= 0 <= row.high


def _hover(row: Coefficient) -> str:
    reach = f" ({number(row.low)} to {number(row.high)})" if row.low is not None and row.high is not None else ""
    ratio = f", ratio {number(row.ratio)}" if row.ratio is not None else ""
    step = f"; a step is {row.unit}" + (f", {number(row.step)}" if row.step is not None else "")
    return f"{safe(row.feature, 80)}: {number(row.estimate)}{reach}{ratio}{step if row.unit else ''}"


@dataclass(frozen=True)
class _Spot:
    """Where a node is drawn: its depth, and its place from the top."""

    node: TreeNode
    x: float
    y: float


def tree_figure(tree: TreeRules, *, depth: int, colors: Palette, colour: str) -> go.Figure:
    """Draw the questions from left to right, the first ``depth`` of them; yes goes up, no goes down."""
    spots: dict[int, _Spot] = {}
    lines: list[tuple[int, int]] = []
    ends = _place(tree, 0, depth, 0.0, spots, lines)
    figure = go.Figure()
    for parent, child in lines:
        one, other = spots[parent], spots[child]
        figure.add_scatter(
            x=[one.x, one.x, other.x],
            y=[one.y, other.y, other.y],
            mode="lines",
            line={"color": faint(colors.muted, 0.55), "width": 1 + 9 * other.node.share},
            hoverinfo="skip",
        )
    asked = [spot for spot in spots.values() if _is_asked(spot, depth)]
    said = [spot for spot in spots.values() if not _is_asked(spot, depth)]
    figure.add_scatter(
        x=[spot.x for spot in asked],
        y=[spot.y for spot in asked],
        mode="markers+text",
        marker={"color": colors.surface, "size": 11, "line": {"color": colors.muted, "width": 1.5}},
        text=["  " + safe(f"{spot.node.question}?", 34) for spot in asked],
        textposition="middle right",
        hovertext=[_told(spot.node) for spot in asked],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.add_scatter(
        x=[spot.x for spot in said],
        y=[spot.y for spot in said],
        mode="markers+text",
        marker={"color": [_shade(tree, spot.node, colour) for spot in said], "size": 13},
        text=[f"{safe(spot.node.answer, 18)} · {_amount(spot.node)}" for spot in said],
        textposition="middle right",
        hovertext=[_told(spot.node) for spot in said],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    deepest = max(spot.x for spot in spots.values())
    figure.update_layout(showlegend=False, height=max(140, 40 + int(_LEAF_PX * ends)))
    figure.update_xaxes(visible=False, range=[-0.08, deepest + 0.9])
    figure.update_yaxes(visible=False, autorange="reversed")
    return figure


def _is_asked(spot: _Spot, depth: int) -> bool:
    return spot.node.yes >= 0 and spot.x < depth


def _place(
    tree: TreeRules, at: int, depth: int, top: float, spots: dict[int, _Spot], lines: list[tuple[int, int]]
) -> float:
    """Lay the node ``at`` and what is below it from ``top`` on; return the first free place below."""
    node = tree.nodes[at]
    if node.yes < 0 or node.depth >= depth:
        spots[at] = _Spot(node, float(node.depth), top)
        return top + 1.0
    middle = _place(tree, node.yes, depth, top, spots, lines)
    bottom = _place(tree, node.no, depth, middle, spots, lines)
    lines += [(at, node.yes), (at, node.no)]
    spots[at] = _Spot(node, float(node.depth), (spots[node.yes].y + spots[node.no].y) / 2)
    return bottom


def _amount(node: TreeNode) -> str:
    rows = counted(node.rows, "row")
    return f"{share(node.value)} of {rows}" if node.shares else rows


def _told(node: TreeNode) -> str:
    answer = safe(node.answer, 40)
    head = f"{safe(node.question, 120)}? yes: up, no: down<br>" if node.yes >= 0 else ""
    return f"{head}{counted(node.rows, 'row')}, {answer}" + (f" {share(node.value)}" if node.shares else "")


def _shade(tree: TreeRules, node: TreeNode, colour: str) -> str:
    if node.shares:
        return class_color(node.answer, tree.classes)
    values = [one.value for one in tree.nodes]
    reach = max(values) - min(values)
    return faint(colour, 0.25 + 0.75 * ((node.value - min(values)) / reach if reach else 1.0))
