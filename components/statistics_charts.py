"""The picture beside an answer: boxes, shares with intervals, points, a bell, or cumulative shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components import charts
from components.statistics_curves import Drawn, curve, points, safe, steps
from components.theme import CATEGORIES, category_color, faint, palette
from core.explore.hypothesis.intervals import wilson
from core.explore.hypothesis.result import CrossTable, TestResult
from core.explore.hypothesis.words import percent

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW_HEIGHT = 46
LEAST_HEIGHT, MOST_HEIGHT = 180, 640
MOST_PARTS = 8


def draw(result: TestResult, *, key: str) -> None:
    """Draw the picture of a result."""
    kinds = {"groups": _groups, "shares": _shares, "points": points, "curve": curve, "steps": steps}
    fig, title, caption, table = kinds[result.picture.kind](result)
    charts.show(fig, title=title, caption=caption, table=table, key=key)


def _groups(result: TestResult) -> Drawn:
    import plotly.graph_objects as go

    colors, groups = palette(), result.groups[::-1]
    labels = [safe(group.label) for group in groups]
    fig = go.Figure(
        go.Box(
            y=labels,
            q1=[g.q1 for g in groups],
            median=[g.median for g in groups],
            q3=[g.q3 for g in groups],
            lowerfence=[g.whisker_low for g in groups],
            upperfence=[g.whisker_high for g in groups],
            orientation="h",
            marker_color=CATEGORIES[0],
            fillcolor=faint(CATEGORIES[0], 0.22),
            line={"width": 1.5},
            width=0.5,
            showlegend=False,
            hoverinfo="skip",
        )
    )
    fig.add_scatter(
        x=[g.mean for g in groups],
        y=labels,
        mode="markers",
        marker={"color": CATEGORIES[1], "size": 9, "symbol": "diamond"},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [g.high - g.mean for g in groups],
            "arrayminus": [g.mean - g.low for g in groups],
            "color": CATEGORIES[1],
            "thickness": 2.5,
            "width": 6,
        },
        customdata=[[g.rows, g.low, g.high] for g in groups],
        hovertemplate="mean %{x:,.4g} (%{customdata[1]:,.4g} to %{customdata[2]:,.4g})<br>"
        "%{customdata[0]:,} rows<extra>%{y}</extra>",
        showlegend=False,
    )
    for value in result.picture.line:
        fig.add_vline(x=value, line={"color": colors.bad, "width": 1.5, "dash": "dash"})
    fig.update_layout(height=_height(len(groups)), yaxis={"showgrid": False, "type": "category"})
    fig.update_xaxes(title_text=result.picture.y_name, showgrid=True)
    table = pd.DataFrame([g.model_dump() for g in result.groups])
    name, by = result.picture.y_name, result.picture.x_name
    title = f"{name} by {by}" if by else name
    caption = "Boxes hold the middle half of the rows, the line is the median. Diamonds are means with 95 % intervals."
    line = " The dashed line is the value to compare with." if result.picture.line else ""
    return fig, title, caption + line, table


def _shares(result: TestResult) -> Drawn:
    assert result.table is not None
    if len(result.table.rows) == 1:
        return _expected(result, result.table)
    table = _crossed(result.table, result.picture.x_name)
    if len(result.table.columns) == 2:
        return (*_two_shares(result, result.table), table)
    return (*_stacked(result, result.table), table)


def _two_shares(result: TestResult, cross: CrossTable) -> tuple[go.Figure, str, str]:
    import plotly.graph_objects as go

    rows = list(zip(cross.rows, cross.counts, strict=True))[::-1]
    shares = [counts[1] / sum(counts) for _, counts in rows]
    bounds = [wilson(counts[1], sum(counts)) for _, counts in rows]
    fig = go.Figure(
        go.Bar(
            y=[safe(label) for label, _ in rows],
            x=shares,
            orientation="h",
            marker={"color": faint(CATEGORIES[0], 0.75), "line": {"width": 0}},
            width=0.55,
            showlegend=False,
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [high - share for share, (_, high) in zip(shares, bounds, strict=True)],
                "arrayminus": [share - low for share, (low, _) in zip(shares, bounds, strict=True)],
                "color": palette().text,
                "thickness": 1.5,
                "width": 5,
            },
            customdata=[[counts[1], sum(counts)] for _, counts in rows],
            hovertemplate="%{x:.1%} (%{customdata[0]:,} of %{customdata[1]:,})<extra>%{y}</extra>",
        )
    )
    # Text of a trace and not annotations: those take labels that look like numbers for places on the axis.
    fig.add_scatter(
        y=[safe(label) for label, _ in rows],
        x=[high for _, high in bounds],
        text=[f"\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}{percent(share)}" for share in shares],
        mode="text",
        textposition="middle right",
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )
    name, value = result.picture.y_name, cross.columns[1]
    reach = min(1.0, max(high for _, high in bounds) * 1.18)
    fig.update_xaxes(tickformat=".0%", range=[0, max(reach, 0.02)], title_text=f"Share of {name} = {value}")
    fig.update_layout(height=_height(len(rows)), yaxis={"showgrid": False, "type": "category"})
    title = f"Share of rows where {name} = {value}, by {result.picture.x_name}"
    return fig, title, "Bars are shares of each group; the lines are 95 % intervals."


def _stacked(result: TestResult, cross: CrossTable) -> tuple[go.Figure, str, str]:
    import plotly.graph_objects as go

    counts = np.array(cross.counts, dtype=float)
    order = np.argsort(-counts.sum(axis=0), kind="stable")
    shown = order if len(order) <= MOST_PARTS else order[: MOST_PARTS - 1]
    shares = counts / counts.sum(axis=1, keepdims=True)
    labels = [safe(label) for label in cross.rows[::-1]]
    fig = go.Figure()
    for place, column in enumerate(sorted(shown)):
        fig.add_bar(
            y=labels,
            x=shares[::-1, column],
            orientation="h",
            name=safe(cross.columns[column]),
            marker={"color": category_color(place), "line": {"width": 0}},
            hovertemplate="%{x:.1%}<extra>" + safe(cross.columns[column]) + "</extra>",
        )
    if len(shown) < len(order):
        rest = 1 - shares[::-1][:, sorted(shown)].sum(axis=1)
        fig.add_bar(y=labels, x=rest, orientation="h", name="others", marker={"color": CATEGORIES[-1]})
    fig.update_layout(
        barmode="stack",
        height=_height(len(labels)) + 30,
        yaxis={"showgrid": False, "type": "category"},
        legend={"traceorder": "normal"},
    )
    fig.update_xaxes(tickformat=".0%", range=[0, 1], title_text="Share of the group")
    title = f"{result.picture.y_name} by {result.picture.x_name}"
    return fig, title, "Each bar is one group; its parts add up to all of its rows."


def _expected(result: TestResult, cross: CrossTable) -> Drawn:
    import plotly.graph_objects as go

    observed, expected = np.array(cross.counts[0]), np.array(cross.expected[0])
    n = observed.sum()
    order = list(range(len(observed)))[::-1]
    labels = [safe(cross.columns[place]) for place in order]
    fig = go.Figure(
        go.Bar(
            y=labels,
            x=observed[order] / n,
            orientation="h",
            width=0.55,
            name="Found",
            marker={"color": faint(CATEGORIES[0], 0.75), "line": {"width": 0}},
            hovertemplate="%{x:.1%}<extra>%{y}</extra>",
        )
    )
    fig.add_scatter(
        y=labels,
        x=expected[order] / n,
        mode="markers",
        name="Expected",
        marker={"symbol": "line-ns", "size": 22, "line": {"width": 3, "color": CATEGORIES[1]}},
        hovertemplate="expected %{x:.1%}<extra>%{y}</extra>",
    )
    fig.update_xaxes(tickformat=".0%", rangemode="tozero", title_text="Share of rows")
    fig.update_layout(height=_height(len(labels)) + 30, yaxis={"showgrid": False, "type": "category"})
    table = pd.DataFrame({"Value": cross.columns, "Rows": observed, "Expected": expected, "Share": observed / n})
    return fig, f"Values of {result.picture.y_name}", "Bars are what was found, marks what was expected.", table


def _crossed(cross: CrossTable, name: str) -> pd.DataFrame:
    frame = pd.DataFrame(cross.counts, columns=list(cross.columns))
    frame.insert(0, name if name not in cross.columns else f"{name} (group)", cross.rows)
    return frame


def _height(rows: int) -> int:
    return max(LEAST_HEIGHT, min(MOST_HEIGHT, 70 + ROW_HEIGHT * rows))
