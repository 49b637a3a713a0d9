"""What a test takes for granted, looked at in the data: a verdict in words, and what to take where it fails."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from core.explore.hypothesis import words
from core.explore.hypothesis.result import Assumption, Outcome, Verdict
from core.explore.hypothesis.samples import Groups, Pairs
from core.explore.hypothesis.shapes import normality_sample, skewness

Check = Callable[[Any, Outcome], Assumption]

FEW = 30
"""Rows from which a mean of values that are not too lopsided is close to normal."""

LOPSIDED = 25
"""A mean is close to normal from this many times the squared skewness on (Cochran 1977)."""


def check(keys: tuple[str, ...], data: Any, outcome: Outcome) -> tuple[Assumption, ...]:
    """Return a verdict for each assumption named."""
    return tuple(CHECKS[key](data, outcome) for key in keys)


def mean_is_normal(values: np.ndarray, rows: int) -> Verdict:
    """Tell whether the mean of such values is near enough to normal for a t-test."""
    from scipy import stats

    known = normality_sample(values, 0)
    if len(known) < 3 or np.ptp(known) == 0:
        return Verdict.WATCH
    if rows >= max(FEW, LOPSIDED * skewness(known) ** 2):
        return Verdict.HOLDS
    if stats.shapiro(known).pvalue >= 0.05:
        return Verdict.HOLDS
    return Verdict.FAILS if rows < FEW else Verdict.WATCH


def _normal_groups(groups: Groups, outcome: Outcome) -> Assumption:
    verdicts = [mean_is_normal(v, m.n) for v, m in zip(groups.values, groups.moments, strict=True)]
    instead = "mann_whitney" if len(groups.moments) == 2 else "kruskal"
    return _normal(groups.labels, verdicts, instead, groups.by)


def _normal_values(groups: Groups, outcome: Outcome) -> Assumption:
    return _normal(("The column",), [mean_is_normal(groups.values[0], groups.moments[0].n)], "", "")


def _normal_changes(pairs: Pairs, outcome: Outcome) -> Assumption:
    return _normal(("The changes",), [mean_is_normal(pairs.y - pairs.x, pairs.n)], "wilcoxon", "")


def _normal(labels: tuple[str, ...], verdicts: list[Verdict], instead: str, by: str) -> Assumption:
    name = "Means are close to normal"
    failing = [label for label, verdict in zip(labels, verdicts, strict=True) if verdict is not Verdict.HOLDS]
    if not failing:
        text = "There are enough rows for the shape of the values, or they are bell-shaped themselves."
        return Assumption(key="normal", name=name, verdict=Verdict.HOLDS, words=text)
    verdict = Verdict.FAILS if Verdict.FAILS in verdicts else Verdict.WATCH
    where = words.listed([words.named(label, by) for label in failing])
    text = f"{where}: too lopsided for so few rows, so the p-value is rough."
    return Assumption(key="normal", name=name, verdict=verdict, words=text, instead=instead)


def _equal_spread(groups: Groups, outcome: Outcome) -> Assumption:
    from scipy import stats

    spreads = [group.sd for group in groups.moments]
    ratio = max(spreads) / min(spreads) if min(spreads) > 0 else math.inf
    p = float(stats.levene(*(normality_sample(v, 0) for v in groups.values), center="median").pvalue)
    instead = "welch" if len(spreads) == 2 else "welch_anova"
    told = f"The widest spread is {words.figure(ratio)} times the narrowest (Levene p {words.p_text(p)})"
    if ratio < 1.5 or (p >= 0.05 and ratio < 2):
        return Assumption(key="spread", name="Equal spreads", verdict=Verdict.HOLDS, words=f"{told}: close enough.")
    verdict = Verdict.FAILS if p < 0.05 else Verdict.WATCH
    text = f"{told}: the test may find too much or too little."
    return Assumption(key="spread", name="Equal spreads", verdict=verdict, words=text, instead=instead)


def _outliers(groups: Groups, outcome: Outcome) -> Assumption:
    far = sum(_far(v) for v in groups.values)
    rows = sum(len(v) for v in groups.values)
    instead = {1: "", 2: "mann_whitney"}.get(len(groups.values), "kruskal")
    return _outlying(far, rows, instead)


def _outliers_changes(pairs: Pairs, outcome: Outcome) -> Assumption:
    return _outlying(_far(pairs.y - pairs.x), len(pairs.x), "wilcoxon")


def _outliers_both(pairs: Pairs, outcome: Outcome) -> Assumption:
    return _outlying(max(_far(pairs.x), _far(pairs.y)), len(pairs.x), "spearman")


def _far(values: np.ndarray) -> int:
    """Count values more than three times the middle half beyond it."""
    q1, q3 = np.quantile(values, [0.25, 0.75])
    return int(((values < q1 - 3 * (q3 - q1)) | (values > q3 + 3 * (q3 - q1))).sum()) if q3 > q1 else 0


def _outlying(far: int, rows: int, instead: str) -> Assumption:
    name = "No extreme values"
    if far == 0:
        return Assumption(key="outliers", name=name, verdict=Verdict.HOLDS, words="No value lies far beyond the rest.")
    text = f"{far:,} of {rows:,} values lie far beyond the rest and pull the means."
    return Assumption(key="outliers", name=name, verdict=Verdict.WATCH, words=text, instead=instead)


def _same_shape(groups: Groups, outcome: Outcome) -> Assumption:
    spreads = [float(np.subtract(*np.quantile(v, [0.75, 0.25]))) for v in groups.values]
    wide = min(spreads) > 0 and max(spreads) / min(spreads) > 2
    name = "Groups of the same shape"
    if wide:
        text = "The spreads differ, so this speaks of ranks and not of medians."
        return Assumption(key="shape", name=name, verdict=Verdict.WATCH, words=text)
    text = "The spreads are alike; a difference may be read as one of medians."
    return Assumption(key="shape", name=name, verdict=Verdict.HOLDS, words=text)


def _ties(groups: Groups, outcome: Outcome) -> Assumption:
    return _tied(np.concatenate(groups.values))


def _ties_changes(pairs: Pairs, outcome: Outcome) -> Assumption:
    return _tied(np.abs(pairs.y - pairs.x))


def _tied(values: np.ndarray) -> Assumption:
    _, counts = np.unique(values, return_counts=True)
    share = float(counts[counts > 1].sum() / len(values))
    verdict = Verdict.WATCH if share > 0.5 else Verdict.HOLDS
    text = f"{words.percent(share)} of values occur more than once; the p-value allows for that."
    return Assumption(key="ties", name="Few equal values", verdict=verdict, words=text)


def _symmetric_changes(pairs: Pairs, outcome: Outcome) -> Assumption:
    skew = skewness(pairs.y - pairs.x)
    verdict = Verdict.HOLDS if abs(skew) < 1 else Verdict.WATCH
    text = "Rises and falls spread alike." if verdict is Verdict.HOLDS else "The changes lean to one side."
    return Assumption(key="symmetry", name="Changes spread evenly around the middle", verdict=verdict, words=text)


def _expected_counts(counts: object, outcome: Outcome) -> Assumption:
    expected = np.array(outcome.table.expected if outcome.table else ((0.0,),))
    small = float((expected < 5).mean())
    name = "Enough rows expected in each cell"
    if expected.min() >= 5:
        text = f"The smallest expected count is {words.figure(float(expected.min()))}."
        return Assumption(key="expected", name=name, verdict=Verdict.HOLDS, words=text)
    bad = small > 0.2 or expected.min() < 1
    text = f"{words.percent(small)} of cells expect fewer than 5 rows, the least {words.figure(float(expected.min()))}."
    instead = "fisher" if expected.shape[0] > 1 else ""
    return Assumption(
        key="expected", name=name, verdict=Verdict.FAILS if bad else Verdict.WATCH, words=text, instead=instead
    )


def _enough_cases(counts: object, outcome: Outcome) -> Assumption:
    least = float(np.min(outcome.table.expected)) if outcome.table else 0.0
    name = "At least 10 rows expected with and without"
    if least >= 10:
        text = f"The smaller expected count is {words.figure(least)}."
        return Assumption(key="cases", name=name, verdict=Verdict.HOLDS, words=text)
    text = f"Only {words.figure(least)} are expected on one side."
    return Assumption(key="cases", name=name, verdict=Verdict.FAILS, words=text, instead="binomial")


def _straight_line(pairs: Pairs, outcome: Outcome) -> Assumption:
    from scipy import stats

    rank, straight = float(stats.spearmanr(pairs.x, pairs.y).statistic), float(np.corrcoef(pairs.x, pairs.y)[0, 1])
    name = "The relation is a straight line"
    if abs(rank) - abs(straight) > 0.1:
        text = f"The rank correlation ({words.figure(rank)}) is clearly stronger: the relation bends."
        return Assumption(key="line", name=name, verdict=Verdict.FAILS, words=text, instead="spearman")
    text = f"The rank correlation ({words.figure(rank)}) is not clearly stronger. Look at the points for a bend."
    return Assumption(key="line", name=name, verdict=Verdict.HOLDS, words=text)


def _monotone(pairs: Pairs, outcome: Outcome) -> Assumption:
    text = "A relation that rises and then falls is not seen; look at the points."
    return Assumption(key="monotone", name="The relation goes one way", verdict=Verdict.REMINDER, words=text)


def _large_normality(groups: Groups, outcome: Outcome) -> Assumption:
    name = "Neither too few nor too many rows"
    if outcome.rows < 20:
        text = f"With {outcome.rows} rows only a gross departure is found."
        return Assumption(key="rows", name=name, verdict=Verdict.WATCH, words=text)
    if outcome.rows >= 1_000:
        text = "With so many rows even a harmless departure is found; look at the shape."
        return Assumption(key="rows", name=name, verdict=Verdict.WATCH, words=text)
    return Assumption(key="rows", name=name, verdict=Verdict.HOLDS, words=f"{outcome.rows:,} rows are a good number.")


def _rounding(groups: Groups, outcome: Outcome) -> Assumption:
    values = normality_sample(groups.values[0], 0)
    distinct = len(np.unique(values))
    if distinct < min(20, len(values) / 3):
        text = f"The values take only {distinct} different numbers, which alone is not normal."
        return Assumption(key="rounding", name="Finely measured", verdict=Verdict.WATCH, words=text)
    text = f"The values take {distinct:,} different numbers."
    return Assumption(key="rounding", name="Finely measured", verdict=Verdict.HOLDS, words=text)


def _reminder(key: str, name: str, text: str) -> Check:
    def remind(data: object, outcome: Outcome) -> Assumption:
        return Assumption(key=key, name=name, verdict=Verdict.REMINDER, words=text)

    return remind


INDEPENDENT = "No row may depend on another: not the same person twice, no neighbours in time. Data cannot show this."

CHECKS: Mapping[str, Check] = {
    "normal_groups": _normal_groups,
    "normal_values": _normal_values,
    "normal_changes": _normal_changes,
    "equal_spread": _equal_spread,
    "outliers": _outliers,
    "outliers_changes": _outliers_changes,
    "outliers_both": _outliers_both,
    "same_shape": _same_shape,
    "ties": _ties,
    "ties_changes": _ties_changes,
    "symmetric_changes": _symmetric_changes,
    "expected_counts": _expected_counts,
    "enough_cases": _enough_cases,
    "straight_line": _straight_line,
    "monotone": _monotone,
    "large_normality": _large_normality,
    "rounding": _rounding,
    "independent": _reminder("independent", "Rows are independent", INDEPENDENT),
    "independent_pairs": _reminder("independent", "Rows are independent of one another", INDEPENDENT),
    "fixed_sums": _reminder(
        "sums", "Totals taken as given", "It asks how counts fall when all totals stay as they are."
    ),
}
