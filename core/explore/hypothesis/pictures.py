"""What is drawn beside an answer: a few hundred numbers, whatever the size of the table."""

from __future__ import annotations

import math

import numpy as np

from core.explore.hypothesis import intervals
from core.explore.hypothesis.result import GroupSummary, Picture
from core.explore.hypothesis.samples import Counts, Groups, Pairs
from core.explore.hypothesis.spec import Question, TestRequest

MOST_POINTS = 1_500
BARS = 40
STEPS = 200


def summaries(groups: Groups) -> tuple[GroupSummary, ...]:
    """Describe each group: moments of all rows, quantiles of the values held."""
    found = []
    for moments, values in zip(groups.moments, groups.values, strict=True):
        q1, median, q3 = (float(q) for q in np.quantile(values, [0.25, 0.5, 0.75]))
        reach = 1.5 * (q3 - q1)
        low, high = intervals.of_mean(moments.mean, moments.sd / math.sqrt(moments.n), max(moments.n - 1, 1))
        found.append(
            GroupSummary(
                label=moments.label or groups.column,
                rows=moments.n,
                mean=moments.mean,
                sd=moments.sd,
                low=low,
                high=high,
                q1=q1,
                median=median,
                q3=q3,
                whisker_low=float(values[values >= q1 - reach].min()),
                whisker_high=float(values[values <= q3 + reach].max()),
            )
        )
    return tuple(found)


def picture(data: Groups | Pairs | Counts, request: TestRequest) -> Picture:
    """Return what is drawn for these data and this question."""
    if isinstance(data, Counts):
        return Picture(kind="shares", x_name=data.first, y_name=data.second)
    if isinstance(data, Pairs):
        return _points(data, request)
    if request.question is Question.NORMAL:
        return _curve(data)
    if request.question is Question.SAME:
        return _steps(data)
    line = (request.expected,) if request.expected is not None and request.question is Question.VALUE else ()
    return Picture(kind="groups", x_name=data.by, y_name=data.column, line=line)


def _points(pairs: Pairs, request: TestRequest) -> Picture:
    rng = np.random.default_rng(request.seed)
    places = np.sort(rng.permutation(len(pairs.x))[:MOST_POINTS])
    slope = pairs.covariance / pairs.var_x if pairs.var_x > 0 else 0.0
    line = (1.0, 0.0) if request.question is Question.CHANGE else (slope, pairs.mean_y - slope * pairs.mean_x)
    return Picture(
        kind="points",
        x=tuple(float(v) for v in pairs.x[places]),
        y=tuple(float(v) for v in pairs.y[places]),
        line=line,
        x_name=pairs.first,
        y_name=pairs.second,
    )


def _curve(groups: Groups) -> Picture:
    [values], [moments] = groups.values, groups.moments
    bars = min(BARS, max(5, round(math.sqrt(len(values)))))
    heights, edges = np.histogram(values, bins=bars, density=True)
    return Picture(
        kind="curve",
        x=tuple(float(v) for v in edges),
        y=tuple(float(v) for v in heights),
        line=(moments.mean, moments.sd),
        x_name=groups.column,
    )


def _steps(groups: Groups) -> Picture:
    series = {}
    for label, values in zip(groups.labels, groups.values, strict=True):
        shares = np.linspace(0, 1, min(STEPS, len(values) + 1))
        series[label] = tuple(float(v) for v in np.quantile(values, shares))
    return Picture(kind="steps", series=series, x_name=groups.column, y_name=groups.by)
