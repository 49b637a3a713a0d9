"""Tests of a distribution's shape: against the normal one, and of two samples against one another."""

from __future__ import annotations

import math

import numpy as np

from core.explore.hypothesis import intervals, words
from core.explore.hypothesis.result import Effect, Outcome, Working
from core.explore.hypothesis.samples import Groups
from core.explore.hypothesis.spec import TestRequest

MOST = 5_000
"""Rows of the tests of normality: Royston's approximation of the p-value goes no further."""

NO_PROOF = "so nothing speaks against it here; that is no proof"

RANDOM_TABLES = 999
BOOTSTRAPS = 500


def shapiro(groups: Groups, request: TestRequest) -> Outcome:
    """Compare the ordered values with those of a normal distribution."""
    from scipy import stats

    values = normality_sample(groups.values[0], request.seed)
    found = stats.shapiro(values)
    return _normality(groups, values, ("W", float(found.statistic)), float(found.pvalue), request.seed)


def ks_normal(groups: Groups, request: TestRequest) -> Outcome:
    """Measure the largest gap to the normal distribution of the same mean and spread (Lilliefors 1967)."""
    values = normality_sample(groups.values[0], request.seed)
    gap = _gaps(values[None, :])[0]
    rng = np.random.default_rng(request.seed)
    # In slices, so that 999 tables of 5,000 rows never stand in memory at once.
    random = np.concatenate([_gaps(rng.normal(size=(111, len(values)))) for _ in range(RANDOM_TABLES // 111)])
    p = float((1 + (random >= gap).sum()) / (1 + len(random)))
    return _normality(groups, values, ("D", float(gap)), p, request.seed)


def ks_two(groups: Groups, request: TestRequest) -> Outcome:
    """Measure the largest gap between the cumulative shares of two samples."""
    from scipy import stats

    x, y = groups.values
    found = stats.ks_2samp(x, y)
    gap, place, p = float(found.statistic), float(found.statistic_location), float(found.pvalue)
    # Both shares stay within this band of the true ones (Massart), so their gap does as well.
    half = float(stats.kstwobign.isf(0.05)) * math.sqrt((len(x) + len(y)) / (len(x) * len(y)))
    effect = Effect(
        name="Largest gap between the cumulative shares",
        term="Kolmogorov-Smirnov distance",
        value=gap,
        low=max(0.0, gap - half),
        high=min(1.0, gap + half),
        method="band around both shares; rather too wide",
    )
    one, two = (float((values <= place).mean()) for values in (x, y))
    a, b = (words.named(label, groups.by) for label in groups.labels)
    sentence = (
        f"The samples lie furthest apart at {words.figure(place)}: {words.percent(one)} of {groups.column} are at most "
        f"that where {a}, {words.percent(two)} where {b}. "
        if groups.by
        else f"The samples lie furthest apart at {words.figure(place)}: {words.percent(one)} of {groups.labels[0]} and "
        f"{words.percent(two)} of {groups.labels[1]} are at most that. "
    )
    return Outcome(
        statistic_name="D",
        statistic=gap,
        p=p,
        effects=(effect,),
        sentence=sentence + words.chance(p, "A gap this large", "if both came from one distribution"),
        rows=len(x) + len(y),
        working=(
            Working(name=f"Rows of {groups.labels[0]}", formula="n_1", value=len(x)),
            Working(name=f"Rows of {groups.labels[1]}", formula="n_2", value=len(y)),
            Working(name="Where the gap is largest", formula="x^*", value=place),
            Working(name="Share of the first up to there", formula="F_1(x^*)", value=one),
            Working(name="Share of the second up to there", formula="F_2(x^*)", value=two),
        ),
    )


def normality_sample(values: np.ndarray, seed: int) -> np.ndarray:
    """Return at most `MOST` of the values."""
    if len(values) <= MOST:
        return values
    return np.random.default_rng(seed).choice(values, MOST, replace=False)


def skewness(values: np.ndarray) -> float:
    """Return the third standardised moment; 0 where nothing varies."""
    centred = values - values.mean()
    spread = float(np.sqrt((centred**2).mean()))
    return float((centred**3).mean()) / spread**3 if spread > 0 else 0.0


def _gaps(tables: np.ndarray) -> np.ndarray:
    from scipy import special

    n = tables.shape[1]
    ordered = np.sort(tables, axis=1)
    standard = (ordered - ordered.mean(axis=1, keepdims=True)) / ordered.std(axis=1, ddof=1, keepdims=True)
    normal = special.ndtr(standard)
    steps = np.arange(n + 1) / n
    found: np.ndarray = np.maximum((steps[1:] - normal).max(axis=1), (normal - steps[:-1]).max(axis=1))
    return found


def _normality(groups: Groups, values: np.ndarray, statistic: tuple[str, float], p: float, seed: int) -> Outcome:
    skew = skewness(values)
    low, high = intervals.bootstrap(
        lambda rng: skewness(rng.choice(values, len(values))), seed=seed, repeats=BOOTSTRAPS
    )
    tails = float(((values - values.mean()) ** 4).mean() / values.var() ** 2 - 3)
    lean = "leans to neither side" if abs(skew) < 0.5 else f"has its long tail on the {'right' if skew > 0 else 'left'}"
    weight = "" if abs(tails) < 1 else f", and its tails are {'heavier' if tails > 0 else 'lighter'} than the bell's"
    verdict = (
        f"{groups.column} does not follow a normal distribution: it {lean}{weight}. "
        if p < 0.05
        else f"{groups.column} looks like a normal distribution as far as this table can tell: it {lean}{weight}. "
    )
    effect = Effect(
        name="Lean: 0 is even, above 0 the long tail is on the right",
        term="skewness",
        value=skew,
        low=low,
        high=high,
        size=words.size_word(skew, (0.5, 1, 2)),
        method=f"bootstrap, {BOOTSTRAPS} resampled tables",
    )
    notes = (
        (f"A random sample of {MOST:,} of the {len(groups.values[0]):,} values was tested.",)
        if len(values) < len(groups.values[0])
        else ()
    )
    return Outcome(
        statistic_name=statistic[0],
        statistic=statistic[1],
        p=p,
        effects=(effect,),
        sentence=verdict
        + words.chance(p, "A shape this far from a bell", "if the values were normal", open_end=NO_PROOF),
        rows=len(values),
        notes=notes,
        working=(
            Working(name="Rows", formula="n", value=len(values)),
            Working(name="Mean", formula=r"\bar x", value=float(values.mean())),
            Working(name="Standard deviation", formula="s", value=float(values.std(ddof=1))),
            Working(name="Skewness", formula="g_1", value=skew),
            Working(name="Weight of the tails beyond the bell's (excess kurtosis)", formula="g_2", value=tails),
        ),
    )
