"""Figures of before and after: bars of ranges or of values, one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from components.chart_parts import safe
from components.theme import CATEGORIES, Palette
from core.prepare.preview_types import CellsView, FeatureScore, Histogram, StepPreview
from core.prepare.spec import Form

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_BARS = 8
MOST_SCORES = 20
_TALL, _LINE, _BETWEEN = 120, 26, 56
"""Pixels: of a picture of ranges, of one bar of values, between two pictures."""


def compared(found: StepPreview, colors: Palette) -> go.Figure | None:
    """Return bars of a column before and after, one above the other; None where neither can be drawn."""
    from plotly.subplots import make_subplots

    sides = [(title, view) for title, view in (("Before", found.before), ("After", found.after)) if _drawable(view)]
    if not sides:
        return None
    heights = [_height(view) for _, view in sides]
    whole = sum(heights) + _BETWEEN * len(sides)
    fig = make_subplots(
        rows=len(sides),
        cols=1,
        subplot_titles=[title for title, _ in sides],
        row_heights=heights,
        vertical_spacing=_BETWEEN / whole,
    )
    for row, (title, view) in enumerate(sides, start=1):
        assert view is not None
        color = colors.muted if title == "Before" else CATEGORIES[0]
        fig.add_trace(_bars(view, color), row=row, col=1)
        if not _by_value(view):
            fig.update_xaxes(type="date" if view.form is Form.DATE else "linear", row=row, col=1)
        else:
            fig.update_yaxes(autorange="reversed", type="category", showgrid=False, ticksuffix="  ", row=row, col=1)
            fig.update_xaxes(showgrid=True, rangemode="tozero", row=row, col=1)
    fig.update_annotations(font={"size": 12, "color": colors.muted}, x=0, xanchor="left")
    fig.update_layout(height=whole, showlegend=False, bargap=0.18, margin={"t": 24})
    return fig


def bars_table(found: StepPreview) -> pd.DataFrame:
    """Return the numbers that `compared` draws."""
    lines: list[dict[str, Any]] = []
    for title, view in (("Before", found.before), ("After", found.after)):
        if view is None:
            continue
        if _by_value(view):
            lines += [{"When": title, "Value": label, "Rows": count} for label, count in _in_order(view.levels)]
        elif view.histogram is not None:
            edges, counts = _edges(view), view.histogram.counts
            lines += [
                {"When": title, "Value": f"{low} to {high}", "Rows": count}
                for low, high, count in zip(edges, edges[1:], counts, strict=False)
            ]
    return pd.DataFrame(lines, columns=["When", "Value", "Rows"])


def scores(found: Sequence[FeatureScore], colors: Palette) -> go.Figure:
    """Return bars of the features that a selection weighed, those left out in grey."""
    import plotly.graph_objects as go

    shown = [score for score in found if score.score is not None][:MOST_SCORES]
    fig = go.Figure(
        go.Bar(
            x=[score.score for score in shown],
            y=[safe(score.name) for score in shown],
            orientation="h",
            marker_color=[CATEGORIES[0] if score.kept else colors.muted for score in shown],
            customdata=["kept" if score.kept else "left out" for score in shown],
            hovertemplate="%{y}: %{x:.3g}, %{customdata}<extra></extra>",
        )
    )
    fig.update_yaxes(autorange="reversed", type="category", showgrid=False, ticksuffix="  ")
    fig.update_xaxes(title_text="Score", showgrid=True)
    fig.update_layout(height=60 + 22 * len(shown))
    return fig


def scree(shares: Sequence[float], colors: Palette) -> go.Figure:
    """Return the share of the variance that each component explains, and all up to it."""
    import plotly.graph_objects as go

    places = list(range(1, len(shares) + 1))
    total = pd.Series(shares).cumsum()
    fig = go.Figure(
        [
            go.Bar(x=places, y=list(shares), marker_color=CATEGORIES[0], name="Each"),
            go.Scatter(
                x=places, y=total, mode="lines+markers", line={"color": colors.text, "width": 1.5}, name="Together"
            ),
        ]
    )
    fig.update_xaxes(title_text="Component", tickformat="d")
    fig.update_yaxes(title_text="Share of the variance", tickformat=".0%", rangemode="tozero")
    fig.update_layout(height=240)
    return fig


def _height(view: CellsView | None) -> int:
    assert view is not None
    return _LINE * max(min(len(view.levels), MOST_BARS), 2) if _by_value(view) else _TALL


def _drawable(view: CellsView | None) -> bool:
    return view is not None and (bool(view.levels) or view.histogram is not None)


def _by_value(view: CellsView) -> bool:
    return view.histogram is None or bool(view.levels)


def _in_order(levels: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return values with their rows: numbers from low to high, other values as they come (the most frequent first)."""
    try:
        return sorted(levels, key=lambda level: float(level[0].replace(",", "")))
    except ValueError:
        return list(levels)


def _bars(view: CellsView, color: str) -> go.Bar:
    import plotly.graph_objects as go

    if _by_value(view):
        shown = _in_order(view.levels[:MOST_BARS])
        return go.Bar(
            x=[count for _, count in shown],
            y=[safe(label, 22) or "(empty)" for label, _ in shown],
            orientation="h",
            marker_color=color,
            hovertemplate="%{y}: %{x:,} rows<extra></extra>",
        )
    assert isinstance(view.histogram, Histogram)
    edges = _edges(view)
    raw = view.histogram.edges
    wide = raw[1] - raw[0]
    return go.Bar(
        x=edges[:-1],
        y=list(view.histogram.counts),
        width=wide * (1000 if view.form is Form.DATE else 1),
        offset=0,
        marker={"color": color, "line": {"width": 0.5, "color": "rgba(255,255,255,0.35)"}},
        hovertemplate="from %{x}: %{y:,} rows<extra></extra>",
    )


def _edges(view: CellsView) -> list[Any]:
    assert view.histogram is not None
    if view.form is Form.DATE:
        return [pd.Timestamp(edge, unit="s") for edge in view.histogram.edges]
    return [float(f"{edge:.6g}") for edge in view.histogram.edges]
