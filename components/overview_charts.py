"""The pictures of the Overview page that are not charts of rows: relations, strengths, missing cells, fitted curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from components.theme import CATEGORIES, faint, palette
from components.words import shortened
from core.explore.distributions import Distributions
from core.explore.missing import MissingMap
from core.explore.relations import Method, RelationMatrix
from core.explore.target import TargetRelation

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

LONGEST = 22
NUMBERED = 16
"""A matrix of so many columns has its numbers written into the cells."""


def label(name: str) -> str:
    """Return a column's name for an axis: cut, and with tags shown as they are."""
    return shortened(name, LONGEST).replace("<", "&lt;")


def relation_map(matrix: RelationMatrix) -> go.Figure:
    """Return the heat map of a matrix of relations; a covariance is coloured by what it is of the largest possible."""
    import plotly.graph_objects as go

    values = np.array([[np.nan if v is None else v for v in row] for row in matrix.values], dtype=np.float64)
    strength = values
    if matrix.method is Method.COVARIANCE:
        spread = np.sqrt(np.diag(values))
        strength = values / np.outer(spread, spread)
    names = [label(name) for name in matrix.columns]
    signed = bool((strength < -0.005).any())
    texts = [[f"{v:.3g}" if np.isfinite(v) else "not measured" for v in row] for row in values]
    hover = [
        [f"{a} and {b}<br>{text}" for b, text in zip(names, row, strict=True)]
        for a, row in zip(names, texts, strict=True)
    ]
    places, colors = list(range(len(names))), palette()
    fig = go.Figure(
        go.Heatmap(
            x=places,
            y=places,
            z=strength,
            zmin=-1 if signed else 0,
            zmax=1,
            colorscale=colors.diverging if signed else _upper(colors.diverging),
            customdata=hover,
            hovertemplate="%{customdata}<extra></extra>",
            text=[[f"{v:.2g}" if np.isfinite(v) else "" for v in row] for row in values],
            texttemplate="%{text}" if len(names) <= NUMBERED else None,
            textfont={"size": 11},
            xgap=1,
            ygap=1,
            colorbar={"thickness": 10, "outlinewidth": 0, "tickfont": {"color": colors.muted}},
        )
    )
    side = int(np.clip(34 * len(names), 220, 760))
    font = {"size": int(np.clip(side / len(names), 6, 12)), "color": colors.muted}
    fig.update_layout(height=side + 60)
    fig.update_xaxes(tickvals=places, ticktext=names, tickfont=font, tickangle=-60, showgrid=False)
    fig.update_yaxes(tickvals=places, ticktext=names, tickfont=font, autorange="reversed", showgrid=False)
    return fig


def _upper(scale: list[list[float | str]]) -> list[list[float | str]]:
    return [[0.0, scale[1][1]], [1.0, scale[2][1]]]


def strength_bars(relations: Sequence[TargetRelation]) -> go.Figure:
    """Return lying bars of how much each column tells about the target."""
    import plotly.graph_objects as go

    places = list(range(len(relations)))
    fig = go.Figure(
        go.Bar(
            y=places,
            x=[one.strength for one in relations],
            orientation="h",
            text=[f"\N{NO-BREAK SPACE}{one.strength:.2f}" for one in relations],
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
            marker={"color": CATEGORIES[0], "line": {"width": 0}},
        )
    )
    fig.update_layout(height=max(28 * len(relations) + 30, 100))
    fig.update_xaxes(range=[0, 1.08], visible=False)
    fig.update_yaxes(
        tickvals=places, ticktext=[label(one.column) for one in relations], autorange="reversed", showgrid=False
    )
    return fig


def missing_cells(found: MissingMap) -> go.Figure:
    """Return the map of missing cells: a line a column, from the first row to the last."""
    import plotly.graph_objects as go

    colors, places = palette(), list(range(len(found.columns)))
    names = [label(name) for name in found.columns]
    starts = [start + 1 for start in found.starts]
    fig = go.Figure(
        go.Heatmap(
            x=starts,
            y=places,
            z=found.shares,
            zmin=0,
            zmax=1,
            colorscale=[[0.0, faint(colors.muted, 0.10)], [1e-6, faint(colors.accent, 0.3)], [1.0, colors.accent]],
            customdata=[[name] * len(starts) for name in names],
            hovertemplate="%{customdata}<br>from row %{x:,}: %{z:.1%} missing<extra></extra>",
            ygap=2,
            colorbar={"thickness": 10, "outlinewidth": 0, "tickformat": ".0%", "tickfont": {"color": colors.muted}},
        )
    )
    fig.update_layout(height=int(np.clip(24 * len(names) + 70, 140, 900)))
    fig.update_xaxes(title_text="Row", showgrid=False)
    fig.update_yaxes(tickvals=places, ticktext=names, autorange="reversed", showgrid=False)
    return fig


def fitted_curves(found: Distributions, values: Sequence[tuple[float, float, int]], shown: Sequence[str]) -> go.Figure:
    """Return a histogram (low, high, rows) as density with the curves of the fits in ``shown`` over it."""
    import plotly.graph_objects as go

    total = sum(count for _, _, count in values) or 1
    widths = [(high - low) or 1.0 for low, high, _ in values]
    fig = go.Figure(
        go.Bar(
            x=[(low + high) / 2 for low, high, _ in values],
            y=[count / total / width for (_, _, count), width in zip(values, widths, strict=True)],
            width=[0.94 * width for width in widths],
            marker={"color": palette().border, "line": {"width": 0}},
            hoverinfo="skip",
            name=label(found.column),
        )
    )
    top = max((count / total / width for (_, _, count), width in zip(values, widths, strict=True)), default=1.0)
    for place, fit in enumerate(one for one in found.fits if one.key in shown):
        fig.add_scatter(
            x=[x for x, _ in fit.curve],
            y=[y for _, y in fit.curve],
            mode="lines",
            name=fit.title,
            line={"color": CATEGORIES[place % len(CATEGORIES)], "width": 2},
            hovertemplate=f"{fit.title}<extra></extra>",
        )
    fig.update_yaxes(title_text="Density", range=[0, 1.5 * top])
    fig.update_xaxes(title_text=found.column)
    return fig
