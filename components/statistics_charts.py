"""The picture beside an answer: boxes, shares with intervals, points, a bell, or cumulative shares."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components import charts
from components.theme import CATEGORIES, category_color, faint, palette
from core.explore.hypothesis.intervals import wilson
from core.explore.hypothesis.result import CrossTable, TestResult
from core.explore.hypothesis.spec import Question
from core.explore.hypothesis.words import percent

if TYPE_CHECKING:
    import plotly.graph_objects as go

ROW_HEIGHT = 46
LEAST_HEIGHT, MOST_HEIGHT = 180, 640
MOST_PARTS = 8


def draw(result: TestResult, *, key: str) -> None:
    """Draw the picture of a result."""
    kinds = {"groups": _groups, "shares": _shares, "points": _points, "curve": _curve, "steps": _steps}
    fig, title, caption, table = kinds[result.picture.kind](result)
    charts.show(fig, title=title, caption=caption, table=table, key=key)


Drawn = tuple["go.Figure", str, str, pd.DataFrame]


def _groups(result: TestResult) -> Drawn:
    import plotly.graph_objects as go

    colors, groups = palette(), result.groups[::-1]
    labels = [_safe(group.label) for group in groups]
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
            y=[_safe(label) for label, _ in rows],
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
        y=[_safe(label) for label, _ in rows],
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
    labels = [_safe(label) for label in cross.rows[::-1]]
    fig = go.Figure()
    for place, column in enumerate(sorted(shown)):
        fig.add_bar(
            y=labels,
            x=shares[::-1, column],
            orientation="h",
            name=_safe(cross.columns[column]),
            marker={"color": category_color(place), "line": {"width": 0}},
            hovertemplate="%{x:.1%}<extra>" + _safe(cross.columns[column]) + "</extra>",
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
    fig.update_xaxes(tickformat=".0%", range=[0, 1], title_text=f"Share of each {result.picture.y_name}")
    title = f"{result.picture.y_name} by {result.picture.x_name}"
    return fig, title, "Each bar is one group; its parts add up to all of its rows."


def _expected(result: TestResult, cross: CrossTable) -> Drawn:
    import plotly.graph_objects as go

    observed, expected = np.array(cross.counts[0]), np.array(cross.expected[0])
    n = observed.sum()
    order = list(range(len(observed)))[::-1]
    labels = [_safe(cross.columns[place]) for place in order]
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


def _points(result: TestResult) -> Drawn:
    import plotly.graph_objects as go

    shown, colors = result.picture, palette()
    x, y = np.array(shown.x), np.array(shown.y)
    fig = go.Figure(
        go.Scattergl(
            x=x,
            y=y,
            mode="markers",
            marker={"color": CATEGORIES[0], "size": 6, "opacity": max(0.25, min(0.8, 120 / max(len(x), 1)))},
            hovertemplate="%{x:,.4g}, %{y:,.4g}<extra></extra>",
            showlegend=False,
        )
    )
    change = result.question is Question.CHANGE
    low, high = (min(x.min(), y.min()), max(x.max(), y.max())) if change else (x.min(), x.max())
    slope, intercept = shown.line
    fig.add_scatter(
        x=[low, high],
        y=[intercept + slope * low, intercept + slope * high],
        mode="lines",
        line={"color": colors.muted if change else CATEGORIES[1], "width": 2, "dash": "dash" if change else "solid"},
        hoverinfo="skip",
        showlegend=False,
    )
    fig.update_xaxes(title_text=shown.x_name, showgrid=True)
    fig.update_yaxes(title_text=shown.y_name)
    table = pd.DataFrame({shown.x_name: x, shown.y_name: y})
    caption = (
        "Each point is a row; on the dashed line nothing changed, above it the second value is higher."
        if change
        else "Each point is a row, with the straight line that fits best."
    )
    few = "" if len(x) >= result.rows_used else f" {len(x):,} rows drawn at random are shown."
    return fig, f"{shown.y_name} and {shown.x_name}", caption + few, table


def _curve(result: TestResult) -> Drawn:
    import plotly.graph_objects as go

    shown = result.picture
    edges, heights = np.array(shown.x), np.array(shown.y)
    mean, sd = shown.line
    grid = np.linspace(min(edges[0], mean - 3 * sd), max(edges[-1], mean + 3 * sd), 200)
    bell = np.exp(-(((grid - mean) / sd) ** 2) / 2) / (sd * math.sqrt(2 * math.pi))
    fig = go.Figure(
        go.Bar(
            x=(edges[1:] + edges[:-1]) / 2,
            y=heights,
            width=np.diff(edges) * 0.94,
            marker={"color": faint(CATEGORIES[0], 0.65), "line": {"width": 0}},
            name="Found",
            hovertemplate="around %{x:,.4g}<extra></extra>",
        )
    )
    fig.add_scatter(
        x=grid, y=bell, mode="lines", line={"color": CATEGORIES[1], "width": 2.5}, name="Normal", hoverinfo="skip"
    )
    fig.update_xaxes(title_text=shown.x_name)
    fig.update_yaxes(title_text="Density", showticklabels=False)
    table = pd.DataFrame({"From": edges[:-1], "To": edges[1:], "Density": heights})
    caption = "Bars are the values, the line is the normal distribution of the same mean and spread."
    return fig, f"{shown.x_name} against the bell of the same mean and spread", caption, table


def _steps(result: TestResult) -> Drawn:
    import plotly.graph_objects as go

    shown, fig, parts = result.picture, go.Figure(), []
    for place, (label, values) in enumerate(shown.series.items()):
        shares = np.linspace(0, 1, len(values))
        name = f"{shown.y_name} = {label}" if shown.y_name else label
        fig.add_scatter(
            x=values,
            y=shares,
            mode="lines",
            name=_safe(name),
            line={"color": category_color(place), "width": 2.5},
            hovertemplate="%{y:.0%} are at most %{x:,.4g}<extra></extra>",
        )
        parts.append(pd.DataFrame({"Sample": name, "Value": values, "Share": shares}))
    at = next((line.value for line in result.working if line.formula == "x^*"), None)
    if at is not None:
        fig.add_vline(x=at, line={"color": palette().muted, "width": 1.5, "dash": "dash"})
    fig.update_yaxes(tickformat=".0%", title_text="Share of rows up to here")
    fig.update_xaxes(title_text=shown.x_name)
    caption = "Each line climbs from none to all of a sample. The dashed line stands where they are furthest apart."
    return fig, "Where the samples part", caption, pd.concat(parts)


def _crossed(cross: CrossTable, name: str) -> pd.DataFrame:
    frame = pd.DataFrame(cross.counts, columns=list(cross.columns))
    frame.insert(0, name if name not in cross.columns else f"{name} (group)", cross.rows)
    return frame


def _height(rows: int) -> int:
    return max(LEAST_HEIGHT, min(MOST_HEIGHT, 70 + ROW_HEIGHT * rows))


def _safe(label: str) -> str:
    """Show a value as it is: plotly reads tags such as <b> in text."""
    return label.replace("<", "&lt;")
