"""Charts of explanations as plotly figures: importance of columns, contributions to one prediction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from components.model_charts import FAINT, NEUTRAL
from components.numbers import number, signed


@dataclass(frozen=True)
class Bar:
    """One column's importance with its interval."""

    name: str
    value: float
    low: float
    high: float


def importance_figure(bars: Sequence[Bar], *, axis: str, colour: str) -> go.Figure:
    """Draw horizontal bars from zero with intervals, largest on top; bars that may be zero are greyed."""
    shown = list(reversed(bars))
    figure = go.Figure(
        go.Bar(
            x=[b.value for b in shown],
            y=[b.name for b in shown],
            orientation="h",
            marker={"color": [colour if b.low > 0 else FAINT for b in shown]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [max(b.high - b.value, 0) for b in shown],
                "arrayminus": [max(b.value - b.low, 0) for b in shown],
                "color": NEUTRAL,
                "thickness": 1.5,
                "width": 3,
            },
            customdata=[[number(b.low), number(b.high)] for b in shown],
            hovertemplate="%{y}: %{x:.3g} (%{customdata[0]} to %{customdata[1]})<extra></extra>",
        )
    )
    figure.update_layout(showlegend=False, height=64 + 28 * len(shown), bargap=0.45)
    figure.update_xaxes(title=axis, zeroline=True)
    figure.update_yaxes(type="category", automargin=True, showgrid=False)
    return figure


def contribution_figure(
    base: float, contributions: Mapping[str, float], *, axis: str, raises: str, lowers: str
) -> go.Figure:
    """Draw a waterfall from the base value through each contribution to the prediction.

    Parameters
    ----------
    base : float
        Prediction of an average row.
    contributions : mapping of str to float
        Words for a column and its value, in drawing order, to its contribution.
    axis : str
        What the numbers are.
    raises, lowers : str
        Colours of contributions above and below zero.
    """
    names = ["Average row", *contributions, "This row"]
    levels = np.cumsum([base, *contributions.values()])
    low, high = min(0.0, float(levels.min())), max(0.0, float(levels.max()))
    # Labels stand outside the bars, on either side.
    room = 0.14 * (high - low or 1.0)
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            y=names,
            x=[base, *contributions.values(), 0.0],
            measure=["absolute", *("relative" for _ in contributions), "total"],
            text=[
                number(base),
                *(signed(v) for v in contributions.values()),
                number(base + sum(contributions.values())),
            ],
            textposition="outside",
            cliponaxis=False,
            connector={"line": {"color": FAINT, "width": 1}},
            increasing={"marker": {"color": raises}},
            decreasing={"marker": {"color": lowers}},
            totals={"marker": {"color": NEUTRAL}},
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    figure.update_layout(showlegend=False, height=72 + 30 * len(names), waterfallgap=0.4)
    figure.update_xaxes(title=axis, range=[low - room if levels.min() < room else low, high + room])
    figure.update_yaxes(type="category", autorange="reversed", automargin=True, showgrid=False)
    return figure
