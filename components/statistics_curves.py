"""Pictures of numbers beside an answer: points with a line, bars with a bell, cumulative shares."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from components.theme import CATEGORIES, category_color, faint, palette
from core.explore.hypothesis.result import TestResult
from core.explore.hypothesis.spec import Question

if TYPE_CHECKING:
    import plotly.graph_objects as go

Drawn = tuple["go.Figure", str, str, pd.DataFrame]
"""Figure, finding, caption and table twin."""


def safe(label: str) -> str:
    """Show a value as it is: plotly reads tags such as <b> in text."""
    return label.replace("<", "&lt;")


def points(result: TestResult) -> Drawn:
    """Draw two numbers a row, with the line that fits best or the line of no change."""
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


def curve(result: TestResult) -> Drawn:
    """Draw a column beside the normal distribution of the same mean and spread."""
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


def steps(result: TestResult) -> Drawn:
    """Draw the cumulative shares of two samples."""
    import plotly.graph_objects as go

    shown, fig, parts = result.picture, go.Figure(), []
    for place, (label, values) in enumerate(shown.series.items()):
        shares = np.linspace(0, 1, len(values))
        name = f"{shown.y_name} = {label}" if shown.y_name else label
        fig.add_scatter(
            x=values,
            y=shares,
            mode="lines",
            name=safe(name),
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
