"""Charts of decisions: cost and rates by threshold, error by the share that goes to a person, reliability, coverage."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from components.theme import CATEGORIES, Palette, faint
from core.evaluate.calibration import Reliability
from core.evaluate.conformal import GroupCoverage
from core.evaluate.human import HumanPoint
from core.evaluate.thresholds import ThresholdPoint

_PERCENT = ".0%"


def rates_figure(curve: Sequence[ThresholdPoint], at: ThresholdPoint, colors: Palette) -> go.Figure:
    """Draw what is found, how often a call is right and how many rows are called, by threshold."""
    figure = go.Figure()
    x = [point.threshold for point in curve]
    lines = (
        ("Found", [point.recall for point in curve], CATEGORIES[0]),
        ("Right when it says so", [point.precision for point in curve], CATEGORIES[1]),
        ("Rows called", [point.called for point in curve], CATEGORIES[7]),
    )
    for name, y, colour in lines:
        figure.add_trace(
            go.Scatter(
                x=x,
                y=y,
                name=name,
                mode="lines",
                line={"color": colour, "width": 2.5},
                hovertemplate=f"{name} %{{y:.1%}} from %{{x:.3f}} on<extra></extra>",
            )
        )
    _mark(figure, at.threshold, colors)
    figure.update_xaxes(title="Called from this probability on", range=[0, 1])
    figure.update_yaxes(range=[0, 1.02], tickformat=_PERCENT)
    return figure


def cost_figure(
    curve: Sequence[ThresholdPoint], at: ThresholdPoint, chosen: tuple[float, float], colors: Palette
) -> go.Figure:
    """Draw the cost of 1,000 rows by threshold, with the range in which the best threshold may lie."""
    figure = go.Figure()
    if chosen[1] > chosen[0]:
        figure.add_vrect(x0=chosen[0], x1=chosen[1], fillcolor=faint(colors.accent, 0.14), line_width=0)
    figure.add_trace(
        go.Scatter(
            x=[point.threshold for point in curve],
            y=[point.cost for point in curve],
            mode="lines",
            line={"color": colors.accent, "width": 2.5},
            hovertemplate="costs %{y:,.4g} from %{x:.3f} on<extra></extra>",
        )
    )
    _mark(figure, at.threshold, colors)
    figure.update_xaxes(title="Called from this probability on", range=[0, 1])
    figure.update_yaxes(title="Cost of 1,000 rows")
    figure.update_layout(showlegend=False)
    return figure


def _mark(figure: go.Figure, at: float, colors: Palette) -> None:
    figure.add_vline(x=min(max(at, 0.0), 1.0), line={"color": colors.text, "width": 1.5, "dash": "dot"})


def human_figure(curve: Sequence[HumanPoint], at: HumanPoint | None, colors: Palette) -> go.Figure:
    """Draw the error of what the model decides by the share that goes to a person."""
    shown = [point for point in curve if point.kept_rows >= 10]
    figure = go.Figure()
    x = [point.sent for point in shown]
    edges = ([point.high for point in shown], [point.low for point in shown])
    for number, y in enumerate(edges):
        figure.add_trace(
            go.Scatter(
                x=x,
                y=y,
                mode="lines",
                line={"width": 0},
                fill="tonexty" if number else None,
                fillcolor=faint(colors.accent, 0.16),
                hoverinfo="skip",
                showlegend=False,
            )
        )
    figure.add_trace(
        go.Scatter(
            x=x,
            y=[point.error for point in shown],
            mode="lines",
            line={"color": colors.accent, "width": 2.5},
            customdata=[point.certainty for point in shown],
            hovertemplate="%{x:.0%} to a person (less than %{customdata:.3f} certain): "
            "%{y:.1%} of the rest wrong<extra></extra>",
        )
    )
    if at is not None:
        figure.add_vline(x=at.sent, line={"color": colors.text, "width": 1.5, "dash": "dot"})
    figure.update_xaxes(title="Rows that go to a person", tickformat=_PERCENT, range=[0, 1])
    figure.update_yaxes(title="Wrong among the rest", tickformat=".1%", rangemode="tozero")
    figure.update_layout(showlegend=False)
    return figure


def reliability_figure(found: Reliability, colour: str, colors: Palette) -> go.Figure:
    """Draw what was said against what happened, a dot a group of rows with its 95 % interval."""
    figure = go.Figure()
    figure.add_trace(
        go.Scatter(
            x=[0, 1], y=[0, 1], mode="lines", line={"color": colors.muted, "width": 1, "dash": "dot"}, hoverinfo="skip"
        )
    )
    marks = found.bins
    figure.add_trace(
        go.Scatter(
            x=[one.said for one in marks],
            y=[one.happened for one in marks],
            mode="lines+markers",
            line={"color": colour, "width": 1.5},
            marker={
                "size": 9,
                "color": [colour if one.is_off else colors.surface for one in marks],
                "line": {"color": colour, "width": 2},
            },
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [one.high - one.happened for one in marks],
                "arrayminus": [one.happened - one.low for one in marks],
                "color": faint(colour, 0.6),
                "thickness": 1.5,
                "width": 0,
            },
            customdata=[one.rows for one in marks],
            hovertemplate="said %{x:.1%}, happened %{y:.1%} of %{customdata:,} rows<extra></extra>",
        )
    )
    # Of a rare class all that is said lies near 0: the axes end where the dots do.
    most = min(1.02, 1.15 * max(0.05, *(max(one.said, one.high) for one in marks)))
    figure.update_xaxes(title="Probability the model gives", tickformat=_PERCENT, range=[-0.02 * most, most])
    figure.update_yaxes(title="Share that is so", tickformat=_PERCENT, range=[-0.02 * most, most])
    figure.update_layout(showlegend=False)
    return figure


def coverage_figure(groups: Sequence[GroupCoverage], wanted: float, colors: Palette) -> go.Figure:
    """Draw the share covered in each group with its 95 % interval, against the share that was chosen."""
    ordered = list(reversed(groups))
    names = [group.name.replace("<", "&lt;") for group in ordered]
    short = [group.high < wanted for group in ordered]
    figure = go.Figure(
        go.Scatter(
            x=[group.covered for group in ordered],
            y=names,
            mode="markers",
            marker={"size": 10, "color": [colors.bad if one else colors.accent for one in short]},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [group.high - group.covered for group in ordered],
                "arrayminus": [group.covered - group.low for group in ordered],
                "color": colors.muted,
                "thickness": 1.5,
                "width": 0,
            },
            customdata=[group.rows for group in ordered],
            hovertemplate="%{x:.1%} of %{customdata:,} rows<extra>%{y}</extra>",
        )
    )
    figure.add_vline(x=wanted, line={"color": colors.text, "width": 1.5, "dash": "dot"})
    figure.update_xaxes(title="Truths inside", tickformat=_PERCENT)
    # Classes called 0 and 1 are names too; as numbers they would push "All rows" off the chart.
    figure.update_yaxes(type="category", automargin=True)
    figure.update_layout(showlegend=False, height=90 + 30 * len(groups))
    return figure
