"""Tests of means: one sample, two groups, before and after."""

from __future__ import annotations

import math

from core.explore.hypothesis import intervals, words
from core.explore.hypothesis.result import Effect, Outcome, Working
from core.explore.hypothesis.samples import Groups, Moments, Pairs
from core.explore.hypothesis.spec import TestRequest

T_INTERVAL = "t distribution"


def welch(groups: Groups, request: TestRequest) -> Outcome:
    """Compare two means without supposing equal spreads (Welch 1947)."""
    first, second = _larger_first(groups.moments)
    part_1, part_2 = first.variance / first.n, second.variance / second.n
    error = math.sqrt(part_1 + part_2)
    df = (part_1 + part_2) ** 2 / (part_1**2 / (first.n - 1) + part_2**2 / (second.n - 1))
    spread = math.sqrt((first.variance + second.variance) / 2)
    d = (first.mean - second.mean) / spread
    low, high = _bonett(d, first, second)
    size = _standardised(d, low, high, "Cohen's d over the mean variance", "Bonett 2008")
    return _two_means(groups, (first, second), error, df, size)


def student(groups: Groups, request: TestRequest) -> Outcome:
    """Compare two means of groups with equal spreads (Student 1908)."""
    first, second = _larger_first(groups.moments)
    df = first.n + second.n - 2
    pooled = math.sqrt(((first.n - 1) * first.variance + (second.n - 1) * second.variance) / df)
    scale = math.sqrt(1 / first.n + 1 / second.n)
    d = (first.mean - second.mean) / pooled
    # Hedges' factor takes off what d is too large by in small samples.
    factor = _hedges(df)
    low, high = intervals.noncentral_t(d / scale, df)
    size = _standardised(d * factor, low * scale * factor, high * scale * factor, "Hedges' g", "noncentral t")
    return _two_means(groups, (first, second), pooled * scale, df, size)


def one_sample(groups: Groups, request: TestRequest) -> Outcome:
    """Compare a mean with a given value."""
    [all_rows] = groups.moments
    expected = request.expected or 0.0
    away = all_rows.mean - expected
    low, high = intervals.of_mean(all_rows.mean, all_rows.sd / math.sqrt(all_rows.n), all_rows.n - 1)
    side = "above" if away > 0 else "below"
    sentence = (
        f"The mean of {groups.column} is {words.figure(all_rows.mean)}{words.between(low, high)}, "
        f"{words.figure(abs(away))} {side} {words.figure(expected)}. "
    )
    return _one_mean(away, all_rows, sentence, what="the given value", name="Mean", against_value=True)


def paired(pairs: Pairs, request: TestRequest) -> Outcome:
    """Compare two means that stand in the same rows."""
    change = Moments("", pairs.n, pairs.mean_change, pairs.var_change)
    low, high = intervals.of_mean(change.mean, change.sd / math.sqrt(change.n), change.n - 1)
    side = "higher" if change.mean > 0 else "lower"
    bounds = (low, high) if change.mean > 0 else (-high, -low)
    sentence = (
        f"{pairs.second} is {words.figure(abs(change.mean))} {side} than {pairs.first} on average"
        f"{words.between(*bounds)}. "
    )
    return _one_mean(change.mean, change, sentence, what="no change", name="Mean change", against_value=False)


def _two_means(groups: Groups, pair: tuple[Moments, Moments], error: float, df: float, size: Effect) -> Outcome:
    from scipy import stats

    first, second = pair
    difference = first.mean - second.mean
    t = difference / error
    p = float(2 * stats.t.sf(abs(t), df))
    low, high = intervals.of_mean(difference, error, df)
    amount = Effect(
        name="Difference of the means",
        term="mean difference",
        value=difference,
        low=low,
        high=high,
        method=T_INTERVAL,
        column_unit=True,
    )
    sentence = (
        f"{groups.column} is higher by {words.figure(difference)} on average{words.between(low, high)} where "
        f"{words.named(first.label, groups.by)} than where {words.named(second.label, groups.by)}. "
    )
    working = (
        *_described(first),
        *_described(second),
        Working(name="Difference of the means", formula=r"\bar x_1-\bar x_2", value=difference),
        Working(name="Its standard error", formula=r"SE", value=error),
        Working(name="t", formula=r"(\bar x_1-\bar x_2)/SE", value=t),
        Working(name="Degrees of freedom", formula=r"\nu", value=df),
    )
    return Outcome(
        statistic_name="t",
        statistic=t,
        df=(df,),
        p=p,
        effects=(amount, size),
        sentence=sentence + words.chance(p, "A difference this large"),
        rows=first.n + second.n,
        working=working,
    )


def _one_mean(away: float, moments: Moments, sentence: str, *, what: str, name: str, against_value: bool) -> Outcome:
    from scipy import stats

    n, df = moments.n, moments.n - 1
    error = moments.sd / math.sqrt(n)
    t = away / error
    p = float(2 * stats.t.sf(abs(t), df))
    low, high = intervals.of_mean(moments.mean, error, df)
    factor = _hedges(df)
    d_low, d_high = (bound / math.sqrt(n) * factor for bound in intervals.noncentral_t(t, df))
    amount = Effect(
        name=name, term=name.lower(), value=moments.mean, low=low, high=high, method=T_INTERVAL, column_unit=True
    )
    size = _standardised(t / math.sqrt(n) * factor, d_low, d_high, "Hedges' g", "noncentral t")
    absent = "if the mean were the given value" if against_value else "if the mean change were zero"
    working = (
        *_described(moments),
        Working(name=f"Away from {what}", formula=r"\bar x-\mu_0", value=away),
        Working(name="Standard error of the mean", formula=r"s/\sqrt n", value=error),
        Working(name="t", formula=r"(\bar x-\mu_0)/(s/\sqrt n)", value=t),
        Working(name="Degrees of freedom", formula=r"n-1", value=df),
    )
    return Outcome(
        statistic_name="t",
        statistic=t,
        df=(df,),
        p=p,
        effects=(amount, size),
        sentence=sentence + words.chance(p, "A distance this large", absent),
        rows=n,
        working=working,
    )


def _standardised(value: float, low: float, high: float, term: str, method: str) -> Effect:
    return Effect(
        name="In standard deviations",
        term=term,
        value=value,
        low=low,
        high=high,
        size=words.cohen_d(value),
        method=method,
    )


def _bonett(d: float, first: Moments, second: Moments) -> tuple[float, float]:
    s2, a, b = (first.variance + second.variance) / 2, first.n - 1, second.n - 1
    variance = d**2 * (first.variance**2 / a + second.variance**2 / b) / (8 * s2**2)
    variance += (first.variance / a + second.variance / b) / s2
    half = intervals.Z95 * math.sqrt(variance)
    return d - half, d + half


def _hedges(df: float) -> float:
    return 1 - 3 / (4 * df - 1) if df > 1 else 1.0


def _larger_first(moments: tuple[Moments, ...]) -> tuple[Moments, Moments]:
    first, second = sorted(moments, key=lambda group: -group.mean)
    return first, second


def _described(moments: Moments) -> tuple[Working, ...]:
    of = f" of {moments.label}" if moments.label else ""
    return (
        Working(name=f"Rows{of}", formula="n", value=moments.n),
        Working(name=f"Mean{of}", formula=r"\bar x", value=moments.mean),
        Working(name=f"Standard deviation{of}", formula="s", value=moments.sd),
    )
