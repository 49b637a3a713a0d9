"""Charts of the board as plotly figures: scores with intervals, score against speed, fold by fold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from components.model_charts import NEUTRAL
from components.numbers import interval, microseconds
from core.run.result import Score

ROOMY = 12
"""More models than this and their lines stand closer together."""
MOST_NAMED = 6
"""More models than this and only those that no other beats in both are named in a cloud of dots."""


@dataclass(frozen=True)
class ScoreMark:
    """One model on the score chart."""

    title: str
    score: Score
    colour: str
    tied: bool = False


def score_figure(marks: Sequence[ScoreMark], *, axis: str, baseline: Score | None = None) -> go.Figure:
    """Draw dots with their 95 % intervals, best on top, and the baseline as a line.

    Parameters
    ----------
    marks : sequence of ScoreMark
        In the order of the board.
    axis : str
        Name of the metric.
    baseline : Score, optional
        Score of the naive model.
    """
    figure = go.Figure()
    for mark in reversed(marks):
        score = mark.score
        figure.add_trace(
            go.Scatter(
                x=[score.low, score.high],
                y=[mark.title, mark.title],
                mode="lines",
                line={"color": mark.colour, "width": 3},
                opacity=0.45,
                hoverinfo="skip",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=[score.value],
                y=[mark.title],
                mode="markers",
                marker={
                    "color": mark.colour,
                    "size": 11,
                    "symbol": "circle" if mark.tied else "circle-open",
                    "line": {"width": 2, "color": mark.colour},
                },
                hovertemplate=f"{interval(score)}<extra>%{{y}}</extra>",
            )
        )
    if baseline is not None:
        figure.add_vline(x=baseline.value, line={"color": NEUTRAL, "width": 1, "dash": "dot"})
    figure.update_layout(
        showlegend=False, height=72 + (30 if len(marks) <= ROOMY else 22) * len(marks), margin={"r": 24}
    )
    edges = [edge for m in marks for edge in (m.score.low, m.score.high, m.score.value) if np.isfinite(edge)]
    if edges:
        room = 0.04 * (max(edges) - min(edges) or 1.0)
        figure.update_xaxes(range=[min(edges) - room, max(edges) + room])
    figure.update_xaxes(title=axis)
    figure.update_yaxes(showgrid=False, automargin=True, type="category")
    return figure


@dataclass(frozen=True)
class SpeedMark:
    """One model by its time a row and its score."""

    title: str
    microseconds: float
    score: Score
    colour: str
    tied: bool


def unbeaten(marks: Sequence[SpeedMark], *, sign: int) -> tuple[SpeedMark, ...]:
    """Return the models that no other beats in both speed and score; ``sign`` is 1 where a greater score is better."""

    def beats(other: SpeedMark, mark: SpeedMark) -> bool:
        gain, quicker = sign * (other.score.value - mark.score.value), mark.microseconds - other.microseconds
        return gain >= 0 and quicker >= 0 and (gain > 0 or quicker > 0)

    return tuple(mark for mark in marks if not any(beats(other, mark) for other in marks))


def speed_figure(marks: Sequence[SpeedMark], *, axis: str, sign: int) -> go.Figure:
    """Draw scores (y) with their intervals against the time to predict a row (x, logarithmic)."""
    figure = go.Figure()
    best = unbeaten(marks, sign=sign)
    for mark in marks:
        named = mark in best or len(marks) <= MOST_NAMED
        figure.add_trace(
            go.Scatter(
                x=[max(mark.microseconds, 0.01)],
                y=[mark.score.value],
                mode="markers+text" if named else "markers",
                text=[mark.title.replace("<", "&lt;")],
                textposition="top center",
                textfont={"size": 11},
                marker={
                    "color": mark.colour,
                    "size": 11,
                    "symbol": "circle" if mark.tied else "circle-open",
                    "line": {"width": 2, "color": mark.colour},
                },
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": [mark.score.high - mark.score.value],
                    "arrayminus": [mark.score.value - mark.score.low],
                    "color": mark.colour,
                    "thickness": 1,
                    "width": 0,
                },
                hovertemplate=f"{interval(mark.score)}, {microseconds(mark.microseconds)} a row"
                f"<extra>{mark.title.replace('<', '&lt;')}</extra>",
            )
        )
    figure.update_layout(showlegend=False, height=380, margin={"r": 24})
    figure.update_xaxes(title="Microseconds to predict a row", type="log", showgrid=True)
    if marks:
        # Room for half a name on either side; the axis counts in powers of ten.
        powers = [math.log10(max(mark.microseconds, 0.01)) for mark in marks]
        room = 0.18 * (max(powers) - min(powers) or 1.0)
        figure.update_xaxes(range=[min(powers) - room, max(powers) + room])
    figure.update_yaxes(title=axis)
    return figure


def folds_figure(lines: Sequence[tuple[str, str, Score]], *, axis: str) -> go.Figure:
    """Draw one faint dot a fold and a mark at the mean, one line a model, in the order of the board."""
    figure = go.Figure()
    for name, colour, score in reversed(lines):
        dots = {"color": colour, "size": 8, "opacity": 0.45}
        figure.add_trace(
            go.Scatter(
                x=list(score.folds),
                y=[name] * len(score.folds),
                mode="markers",
                marker=dots,
                customdata=list(range(1, len(score.folds) + 1)),
                hovertemplate="fold %{customdata}: %{x:.4g}<extra></extra>",
            )
        )
        bar = {
            "color": colour,
            "size": 16 if len(lines) <= ROOMY else 10,
            "symbol": "line-ns",
            "line": {"width": 3, "color": colour},
        }
        figure.add_trace(go.Scatter(x=[score.value], y=[name], mode="markers", marker=bar, hoverinfo="skip"))
    figure.update_layout(showlegend=False, height=72 + (30 if len(lines) <= ROOMY else 22) * len(lines))
    figure.update_xaxes(title=axis)
    figure.update_yaxes(showgrid=False, automargin=True, type="category")
    return figure
