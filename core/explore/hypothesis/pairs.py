"""Which groups differ: comparisons of pairs after a test of several groups."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from itertools import combinations, pairwise

import numpy as np

from core.explore.hypothesis.corrections import correct
from core.explore.hypothesis.result import Pair
from core.explore.hypothesis.samples import Groups, Moments
from core.explore.hypothesis.spec import Correction

Errors = Callable[[Moments, Moments], tuple[float, float]]
"""Squared standard error and degrees of freedom of a difference."""

MOST_GROUPS = 12
"""Groups up to which all pairs are compared: 66 of them; more are neither quick to compute nor to read."""


def too_many(groups: int) -> tuple[str, ...]:
    """Say that pairs were left out."""
    if groups <= MOST_GROUPS:
        return ()
    count = groups * (groups - 1) // 2
    return (
        f"The {groups} groups make {count:,} pairs, which are not compared one by one. "
        f"Choose up to {MOST_GROUPS} groups to compare them.",
    )


def tukey(groups: Groups) -> tuple[Pair, ...]:
    """Compare all pairs of means of groups with equal spreads (Tukey 1949, Kramer 1956)."""
    moments = groups.moments
    df = sum(group.n - 1 for group in moments)
    pooled = sum((group.n - 1) * group.variance for group in moments) / df
    return _studentised(moments, lambda a, b: (pooled * (1 / a.n + 1 / b.n), df))


def games_howell(groups: Groups) -> tuple[Pair, ...]:
    """Compare all pairs of means without supposing equal spreads (Games and Howell 1976)."""

    def error(a: Moments, b: Moments) -> tuple[float, float]:
        one, two = a.variance / a.n, b.variance / b.n
        return one + two, (one + two) ** 2 / (one**2 / (a.n - 1) + two**2 / (b.n - 1))

    return _studentised(groups.moments, error)


def dunn(groups: Groups, method: Correction) -> tuple[Pair, ...]:
    """Compare all pairs by their mean ranks, with the correction for ties (Dunn 1964)."""
    from scipy import stats

    if not 2 < len(groups.values) <= MOST_GROUPS:
        return ()
    everything = np.concatenate(groups.values)
    ranks, n = stats.rankdata(everything), len(everything)
    _, ties = np.unique(everything, return_counts=True)
    variance = n * (n + 1) / 12 - float((ties.astype(np.float64) ** 3 - ties).sum()) / (12 * (n - 1))
    places = np.cumsum([0, *(len(v) for v in groups.values)])
    mean_rank = [float(ranks[a:b].mean()) for a, b in pairwise(places)]
    found = list(combinations(range(len(groups.values)), 2))
    z = [
        (mean_rank[a] - mean_rank[b]) / math.sqrt(variance * (1 / len(groups.values[a]) + 1 / len(groups.values[b])))
        for a, b in found
    ]
    p = [float(2 * stats.norm.sf(abs(value))) for value in z]
    corrected = correct(p, method)
    labels, medians = groups.labels, [float(np.median(v)) for v in groups.values]
    return tuple(
        Pair(first=labels[a], second=labels[b], difference=medians[a] - medians[b], p=p[i], p_corrected=corrected[i])
        for i, (a, b) in enumerate(found)
    )


def _studentised(moments: tuple[Moments, ...], error: Errors) -> tuple[Pair, ...]:
    if not 2 < len(moments) <= MOST_GROUPS:
        return ()
    return tuple(_pair(a, b, len(moments), *error(a, b)) for a, b in combinations(moments, 2))


def _pair(a: Moments, b: Moments, k: int, variance: float, df: float) -> Pair:
    from scipy import stats

    difference, standard_error = a.mean - b.mean, math.sqrt(variance)
    # scipy integrates over the degrees of freedom; from a few thousand on the limit is the same and far quicker.
    df = min(df, 5_000.0)
    q = abs(difference) / standard_error * math.sqrt(2)
    half = _critical(k, _coarse(df)) * standard_error / math.sqrt(2)
    return Pair(
        first=a.label,
        second=b.label,
        difference=difference,
        low=difference - half,
        high=difference + half,
        p=float(2 * stats.t.sf(abs(difference) / standard_error, df)),
        p_corrected=min(1.0, max(0.0, float(stats.studentized_range.sf(q, k, df)))),
    )


@lru_cache(maxsize=1_000)
def _critical(k: int, df: float) -> float:
    from scipy import stats

    return float(stats.studentized_range.isf(0.05, k, df))


def _coarse(df: float) -> float:
    """Round degrees of freedom down to two digits: an interval is then a trace too wide and found far sooner."""
    if df < 10:
        return df
    step: float = 10.0 ** (math.floor(math.log10(df)) - 1)
    return math.floor(df / step) * step
