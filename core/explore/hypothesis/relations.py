"""Tests of two numbers that may move together."""

from __future__ import annotations

import math

from core.explore.hypothesis import intervals, words
from core.explore.hypothesis.result import Effect, Outcome, Working
from core.explore.hypothesis.samples import Pairs
from core.explore.hypothesis.spec import TestRequest


def pearson(pairs: Pairs, request: TestRequest) -> Outcome:
    """Measure the straight-line relation."""
    from scipy import stats

    n = pairs.n
    r = max(-1.0, min(1.0, pairs.covariance / math.sqrt(pairs.var_x * pairs.var_y)))
    t = r * math.sqrt((n - 2) / (1 - r * r)) if abs(r) < 1 else math.copysign(math.inf, r)
    p = float(2 * stats.t.sf(abs(t), n - 2))
    low, high = intervals.fisher_z(r, 1 / math.sqrt(n - 3))
    correlation = _correlation(r, low, high, "Pearson's r", "Fisher's z")
    slope = pairs.covariance / pairs.var_x
    error = math.sqrt(max(1 - r * r, 0.0) * pairs.var_y / pairs.var_x / (n - 2))
    s_low, s_high = intervals.of_mean(slope, error, n - 2)
    steep = Effect(
        name=f"Change of {pairs.second} for one more of {pairs.first}",
        term="slope of the least-squares line",
        value=slope,
        low=s_low,
        high=s_high,
        method="t distribution",
        column_unit=True,
    )
    tendency = "higher" if r > 0 else "lower"
    sentence = (
        f"Rows with more {pairs.first} tend to have {tendency} {pairs.second}: the correlation is {words.figure(r)}"
        f"{words.between(low, high)}, and a straight line explains {words.percent(r * r)} of the spread. "
    )
    working = (
        Working(name="Rows", formula="n", value=n),
        Working(name="Covariance", formula=r"s_{xy}", value=pairs.covariance),
        Working(name=f"Standard deviation of {pairs.first}", formula="s_x", value=math.sqrt(pairs.var_x)),
        Working(name=f"Standard deviation of {pairs.second}", formula="s_y", value=math.sqrt(pairs.var_y)),
        Working(name="r", formula=r"s_{xy}/(s_xs_y)", value=r),
    )
    return Outcome(
        statistic_name="r",
        statistic=r,
        df=(n - 2,),
        p=p,
        effects=(correlation, steep),
        sentence=sentence + words.chance(p, "A relation this strong"),
        rows=n,
        working=working,
    )


def spearman(pairs: Pairs, request: TestRequest) -> Outcome:
    """Measure how far the order of one number follows that of the other."""
    from scipy import stats

    found = stats.spearmanr(pairs.x, pairs.y)
    value, n = float(found.statistic), len(pairs.x)
    # Bonett and Wright 2000: the variance of z grows with the correlation.
    low, high = intervals.fisher_z(value, math.sqrt((1 + value**2 / 2) / (n - 3)))
    return _ranked(pairs, value, float(found.pvalue), low, high, "Spearman's rho", "Bonett and Wright")


def kendall(pairs: Pairs, request: TestRequest) -> Outcome:
    """Measure how many pairs of rows stand in the same order in both numbers."""
    from scipy import stats

    found = stats.kendalltau(pairs.x, pairs.y)
    value, n = float(found.statistic), len(pairs.x)
    low, high = intervals.fisher_z(value, math.sqrt(0.437 / (n - 4)))
    return _ranked(pairs, value, float(found.pvalue), low, high, "Kendall's tau", "Fieller, z scale")


def _ranked(pairs: Pairs, value: float, p: float, low: float, high: float, term: str, method: str) -> Outcome:
    tendency = "higher" if value > 0 else "lower"
    sentence = (
        f"Rows with more {pairs.first} tend to have {tendency} {pairs.second}: the rank correlation is "
        f"{words.figure(value)}{words.between(low, high)}. "
    )
    return Outcome(
        statistic_name=term,
        statistic=value,
        p=p,
        effects=(_correlation(value, low, high, term, method),),
        sentence=sentence + words.chance(p, "A relation this strong"),
        rows=len(pairs.x),
        working=(
            Working(name="Rows", formula="n", value=len(pairs.x)),
            Working(name=term, formula=r"\rho" if "rho" in term else r"\tau", value=value),
        ),
    )


def _correlation(value: float, low: float, high: float, term: str, method: str) -> Effect:
    return Effect(
        name="Strength of the relation, -1 to 1",
        term=term,
        value=value,
        low=low,
        high=high,
        size=words.cohen_r(value),
        method=method,
    )
