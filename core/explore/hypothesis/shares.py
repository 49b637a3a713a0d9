"""Tests of one share against a value."""

from __future__ import annotations

import math

from core.explore.hypothesis import intervals, words
from core.explore.hypothesis.result import CrossTable, Effect, Outcome, Working
from core.explore.hypothesis.samples import Counts
from core.explore.hypothesis.spec import TestRequest


def proportion_z(counts: Counts, request: TestRequest) -> Outcome:
    """Compare a share with a value by the normal distribution."""
    from scipy import stats

    hits, n, expected = _counted(counts, request)
    z = (hits / n - expected) / math.sqrt(expected * (1 - expected) / n)
    p = float(2 * stats.norm.sf(abs(z)))
    return _outcome(counts, request, ("z", z), p, intervals.wilson(hits, n), "Wilson")


def binomial(counts: Counts, request: TestRequest) -> Outcome:
    """Compare a share with a value exactly."""
    from scipy import stats

    hits, n, expected = _counted(counts, request)
    found = stats.binomtest(hits, n, expected)
    exact = found.proportion_ci(0.95, method="exact")
    bounds = (float(exact.low), float(exact.high))
    return _outcome(counts, request, ("k", float(hits)), float(found.pvalue), bounds, "Clopper and Pearson")


def _counted(counts: Counts, request: TestRequest) -> tuple[int, int, float]:
    place = counts.columns.index(request.level)
    return int(counts.counts[0, place]), int(counts.counts.sum()), float(request.expected or 0.0)


def _outcome(
    counts: Counts,
    request: TestRequest,
    statistic: tuple[str, float],
    p: float,
    bounds: tuple[float, float],
    method: str,
) -> Outcome:
    hits, n, expected = _counted(counts, request)
    share = hits / n
    h = 2 * math.asin(math.sqrt(share)) - 2 * math.asin(math.sqrt(expected))
    angles = [2 * math.asin(math.sqrt(bound)) - 2 * math.asin(math.sqrt(expected)) for bound in bounds]
    effects = (
        Effect(name="Share", term="proportion", value=share, low=bounds[0], high=bounds[1], method=method),
        Effect(
            name="Distance from the value",
            term="Cohen's h",
            value=h,
            low=angles[0],
            high=angles[1],
            size=words.cohen_d(h),
            method=f"{method}, on the angles",
        ),
    )
    side = "above" if share > expected else "below"
    sentence = (
        f"{words.named(request.level, counts.second)} holds for {words.percent(share)} of rows"
        f"{words.between(*bounds, as_percent=True)}, {words.points(abs(share - expected))} {side} "
        f"{words.percent(expected)}. "
    )
    rest, spread = n - hits, math.sqrt(n * expected * (1 - expected))
    residual = (hits - n * expected) / spread
    table = CrossTable(
        rows=("",),
        columns=(request.level, "all other"),
        counts=((hits, rest),),
        expected=((n * expected, n * (1 - expected)),),
        residuals=((residual, -residual),),
    )
    return Outcome(
        statistic_name=statistic[0],
        statistic=statistic[1],
        p=p,
        effects=effects,
        sentence=sentence + words.chance(p, "A distance this large", "if the share were the given value"),
        rows=n,
        table=table,
        working=(
            Working(name="Rows counted", formula="n", value=n),
            Working(name=f"Rows where {words.named(request.level, counts.second)}", formula="k", value=hits),
            Working(name="Share", formula=r"\hat p=k/n", value=share),
            Working(name="Value to compare with", formula="p_0", value=expected),
            Working(
                name="Spread of the share by chance",
                formula=r"\sqrt{p_0(1-p_0)/n}",
                value=spread / n,
            ),
        ),
    )
