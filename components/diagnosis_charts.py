"""Charts of a model's mistakes as plotly figures: slices, lift, residuals. Data in, figure out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.model_charts import FAINT, NEUTRAL
from core.evaluate.curves import Curve
from core.evaluate.lift import Lift
from core.evaluate.residuals import Quantiles, Trend
from core.evaluate.slices import LevelError
from core.words import number, share

LONGEST_LABEL = 58


def error_text(value: float, *, is_share: bool) -> str:
    """Write an error: a share of rows, or how far off."""
    return share(value) if is_share else number(value)


def intervals_figure(
    names: Sequence[str],
    values: Sequence[tuple[float, float, float]],
    *,
    line: float,
    axis: str,
    colour: str,
    is_share: bool,
    notes: Sequence[str],
) -> go.Figure:
    """Draw one dot with its interval a line of the chart, and the error of all rows as a dotted line.

    Parameters
    ----------
    names, notes : sequence of str
        Words at the axis; words shown on hovering.
    values : sequence of (float, float, float)
        Error, low end, high end.
    line : float
        Error of all rows.
    """
    # By place and not by name: two long names may be the same once they are shortened.
    labels, places = [_shortened(name) for name in names], list(range(len(names)))
    figure = go.Figure(
        go.Scatter(
            x=[value for value, _, _ in values],
            y=places,
            mode="markers",
            marker={"color": colour, "size": 9},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [high - value for value, _, high in values],
                "arrayminus": [value - low for value, low, _ in values],
                "color": colour,
                "thickness": 2,
                "width": 0,
            },
            customdata=list(notes),
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.add_vline(x=line, line={"color": NEUTRAL, "width": 1, "dash": "dot"})
    figure.update_layout(showlegend=False, height=76 + 27 * len(labels), margin={"r": 24})
    figure.update_xaxes(title=axis, tickformat=".0%" if is_share else None, rangemode="tozero")
    ends = [len(labels) - 0.5, -0.5]
    figure.update_yaxes(tickvals=places, ticktext=labels, range=ends, showgrid=False, zeroline=False, automargin=True)
    return figure


def levels_figure(levels: Sequence[LevelError], *, line: float, axis: str, colour: str, is_share: bool) -> go.Figure:
    """Draw the error of each level of a column with its interval."""
    return intervals_figure(
        [level.label for level in levels],
        [(level.error, level.low, level.high) for level in levels],
        line=line,
        axis=axis,
        colour=colour,
        is_share=is_share,
        notes=[f"{error_text(level.error, is_share=is_share)} of {level.rows:,} rows" for level in levels],
    )


def _shortened(name: str) -> str:
    text = name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return text.replace("<", "&lt;")


def gain_figure(found: Lift, *, colour: str) -> go.Figure:
    """Draw what share of the class is found in the first rows of the ranking, with chance and the best possible."""
    figure = go.Figure()
    figure.add_trace(_line((0, 1), (0, 1), NEUTRAL, dash="dot"))
    figure.add_trace(_line((0, found.rate, 1), (0, 1, 1), FAINT, dash="dot"))
    figure.add_trace(
        go.Scatter(
            x=found.gain.x,
            y=found.gain.y,
            mode="lines",
            line={"color": colour, "width": 2.5},
            customdata=found.gain.threshold,
            hovertemplate="first %{x:.0%} of rows<br>%{y:.0%} found<br>down to %{customdata:.2f}<extra></extra>",
        )
    )
    figure.add_annotation(x=0.5, y=0.5, text="chance", showarrow=False, yshift=-12, xshift=20, font={"color": NEUTRAL})
    figure.update_layout(showlegend=False, height=340, margin={"r": 24})
    figure.update_xaxes(title="Rows, the likeliest first", range=[-0.01, 1.02], tickformat=".0%", dtick=0.25)
    figure.update_yaxes(title="Found", range=[-0.01, 1.03], tickformat=".0%", dtick=0.25)
    return figure


def lift_figure(found: Lift, *, colour: str) -> go.Figure:
    """Draw the lift of each tenth of the rows as bars, the whole ranking as a line at 1."""
    names = [str(decile.number) for decile in found.deciles]
    figure = go.Figure(
        go.Bar(
            x=names,
            y=[decile.lift for decile in found.deciles],
            marker={"color": colour},
            customdata=[[share(d.rate), d.rows, share(d.found)] for d in found.deciles],
            hovertemplate="%{y:.2f} times the average<br>%{customdata[0]} of %{customdata[1]:,} rows<br>"
            "%{customdata[2]} found so far<extra>tenth %{x}</extra>",
        )
    )
    figure.add_hline(y=1, line={"color": NEUTRAL, "dash": "dot", "width": 1})
    figure.update_layout(showlegend=False, height=340)
    figure.update_xaxes(title="Tenth of the rows, the likeliest first", type="category")
    figure.update_yaxes(title="Times the average share", rangemode="tozero")
    return figure


def classes_figure(
    curves: Sequence[tuple[str, str, Curve]], *, x: str, y: str, chance: float | None = None
) -> go.Figure:
    """Draw one curve a class (or a model), each with its name, colour and area; chance is level or the diagonal."""
    figure = go.Figure(_line((0, 1), (0, 1) if chance is None else (chance, chance), NEUTRAL, dash="dot"))
    for name, colour, curve in curves:
        trace = _line(curve.x, curve.y, colour, width=2)
        trace.update(name=f"{name} ({number(curve.area)})".replace("<", "&lt;"), showlegend=True)
        figure.add_trace(trace)
    figure.update_layout(height=380, margin={"r": 24})
    figure.update_xaxes(title=x, range=[-0.01, 1.02], tickformat=".0%", dtick=0.25)
    figure.update_yaxes(title=y, range=[-0.01, 1.03], tickformat=".0%", dtick=0.25)
    return figure


def within_figure(lines: Sequence[tuple[str, str, Sequence[float], Sequence[float]]], *, target: str) -> go.Figure:
    """Draw the share of rows (y) that are off by at most so much (x), one line a model, to nine tenths and a bit."""
    figure = go.Figure()
    for name, colour, x, y in lines:
        trace = _line(x, y, colour, width=2)
        trace.update(name=name.replace("<", "&lt;"), showlegend=True)
        figure.add_trace(trace)
    furthest = max(x[round(0.95 * (len(x) - 1))] for _, _, x, _ in lines)
    figure.update_layout(height=380, margin={"r": 24})
    figure.update_xaxes(title=f"Off by at most, in {target}", range=[0, furthest])
    figure.update_yaxes(title="Share of rows", range=[0, 1.02], tickformat=".0%", dtick=0.25)
    return figure


def trend_figure(trend: Trend, *, colour: str) -> go.Figure:
    """Draw the middle of the residuals along a column with the band that holds half of them."""
    x = pd.to_datetime(np.asarray(trend.x)).tolist() if trend.is_time else list(trend.x)
    figure = go.Figure()
    figure.add_trace(_line(x, trend.high, "rgba(0,0,0,0)"))
    band = _line(x, trend.low, "rgba(0,0,0,0)")
    band.update(fill="tonexty", fillcolor="rgba(122,127,135,0.22)")
    figure.add_trace(band)
    figure.add_trace(
        go.Scatter(
            x=x,
            y=trend.middle,
            mode="lines+markers",
            line={"color": colour, "width": 2.5},
            customdata=trend.rows,
            hovertemplate="%{x}<br>off by %{y:,.4g}, %{customdata:,} rows<extra></extra>",
        )
    )
    figure.add_hline(y=0, line={"color": NEUTRAL, "dash": "dot", "width": 1})
    figure.update_layout(showlegend=False, height=340)
    figure.update_xaxes(title=trend.name)
    figure.update_yaxes(title="True minus predicted")
    return figure


def quantile_figure(found: Quantiles, *, colour: str) -> go.Figure:
    """Draw sorted residuals against those of a normal distribution, with the line on which they would lie."""
    ends = (found.x[0], found.x[-1])
    figure = go.Figure(_line(ends, ends, NEUTRAL, dash="dot"))
    marker = {"color": colour, "size": 5, "opacity": 0.7}
    hover = "%{y:,.4g} where a normal one has %{x:,.4g}<extra></extra>"
    figure.add_trace(go.Scatter(x=found.x, y=found.y, mode="markers", marker=marker, hovertemplate=hover))
    figure.update_layout(showlegend=False, height=340)
    figure.update_xaxes(title="If they were normally distributed")
    figure.update_yaxes(title="True minus predicted")
    return figure


def _line(x: Sequence[object], y: Sequence[float], colour: str, *, dash: str = "solid", width: float = 1) -> go.Scatter:
    line = {"color": colour, "dash": dash, "width": width}
    return go.Scatter(x=list(x), y=list(y), mode="lines", line=line, hoverinfo="skip", showlegend=False)
