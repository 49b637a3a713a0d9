"""Tests of ranks: two groups, several groups, before and after."""

from __future__ import annotations

import math

import numpy as np

from core.explore.hypothesis import intervals, medians, pairs, words
from core.explore.hypothesis.corrections import TITLES
from core.explore.hypothesis.result import Effect, Outcome, Working
from core.explore.hypothesis.samples import Groups, Pairs
from core.explore.hypothesis.spec import TestRequest

BOOTSTRAPS = 400
BOOTSTRAP_ROWS = 20_000
"""Rows up to which the interval of epsilon squared is resampled; beyond it the closed form is as good."""


def mann_whitney(groups: Groups, request: TestRequest) -> Outcome:
    """Compare two groups by how often a value of one exceeds one of the other."""
    from scipy import stats

    order = sorted(zip(groups.labels, groups.values, strict=True), key=lambda item: -float(np.median(item[1])))
    (label_x, x), (label_y, y) = order
    if stats.mannwhitneyu(x, y).statistic * 2 < len(x) * len(y):
        (label_x, x), (label_y, y) = (label_y, y), (label_x, x)
    found = stats.mannwhitneyu(x, y)
    chance, low, high = intervals.auc(x, y)
    shift, shift_low, shift_high = medians.shift(x, y)
    biserial = 2 * chance - 1
    over = Effect(
        name="Chance that a value of the first group is the larger",
        term="probability of superiority",
        value=chance,
        low=low,
        high=high,
        method="DeLong, logit scale",
    )
    rank = Effect(
        name="How far the groups lie apart in ranks",
        term="rank-biserial correlation",
        value=biserial,
        low=2 * low - 1,
        high=2 * high - 1,
        size=words.cohen_r(biserial),
        method="DeLong, logit scale",
    )
    typical = Effect(
        name="Typical difference",
        term="Hodges-Lehmann shift",
        value=shift,
        low=shift_low,
        high=shift_high,
        method="order of all differences",
        column_unit=True,
    )
    p = float(found.pvalue)
    sentence = (
        f"A row where {words.named(label_x, groups.by)} has the larger {groups.column} than one where "
        f"{words.named(label_y, groups.by)} in {words.percent(chance)} of pairs"
        f"{words.between(low, high, as_percent=True)}; the typical difference is {words.figure(shift)}"
        f"{words.between(shift_low, shift_high)}. "
    )
    working = (
        Working(name=f"Rows of {label_x}", formula="m", value=len(x)),
        Working(name=f"Rows of {label_y}", formula="n", value=len(y)),
        Working(name="Pairs won", formula="U", value=float(found.statistic)),
        Working(name="Share of pairs won", formula=r"U/(mn)", value=chance),
    )
    return Outcome(
        statistic_name="U",
        statistic=float(found.statistic),
        p=p,
        effects=(rank, over, typical),
        sentence=sentence + words.chance(p, "A tilt this large"),
        rows=len(x) + len(y),
        working=working,
    )


def kruskal(groups: Groups, request: TestRequest) -> Outcome:
    """Compare several groups by their ranks."""
    from scipy import stats

    found = stats.kruskal(*groups.values)
    n, k = sum(len(v) for v in groups.values), len(groups.values)
    h, p = float(found.statistic), float(found.pvalue)
    value = h / (n - 1)
    low, high, method = _epsilon_interval(groups, h, n, k, request.seed)
    effect = Effect(
        name="Share of the spread of the ranks that the groups explain",
        term="epsilon squared",
        value=value,
        low=min(low, value),
        high=max(high, value),
        size=words.cohen_eta(value),
        method=method,
    )
    middles = {label: float(np.median(v)) for label, v in zip(groups.labels, groups.values, strict=True)}
    least, most = min(middles, key=middles.__getitem__), max(middles, key=middles.__getitem__)
    sentence = (
        f"The middle {groups.column} (median) goes from {words.figure(middles[least])} where "
        f"{words.named(least, groups.by)} to {words.figure(middles[most])} where {words.named(most, groups.by)}. "
    )
    compared = pairs.dunn(groups, request.correction)
    return Outcome(
        statistic_name="H",
        statistic=h,
        df=(k - 1,),
        p=p,
        effects=(effect,),
        sentence=sentence + words.chance(p, "Differences in rank this large"),
        rows=n,
        pairs=compared,
        pair_method=f"Dunn, corrected by {TITLES[request.correction]}" if compared else "",
        notes=pairs.too_many(k),
        working=tuple(Working(name=f"Median of {label}", formula=r"\tilde x", value=m) for label, m in middles.items()),
    )


def wilcoxon(columns: Pairs, request: TestRequest) -> Outcome:
    """Compare before and after by the ranks of the changes; rows without a change are left out."""
    from scipy import stats

    change = columns.y - columns.x
    moved = change[change != 0]
    found = stats.wilcoxon(change)
    middle, low, high = medians.pseudo_median(change)
    ranks = stats.rankdata(np.abs(moved))
    up, down = float(ranks[moved > 0].sum()), float(ranks[moved < 0].sum())
    biserial = (up - down) / (up + down)
    r_low, r_high = intervals.fisher_z(biserial, _biserial_error(moved, biserial))
    typical = Effect(
        name="Typical change",
        term="Hodges-Lehmann pseudo-median",
        value=middle,
        low=low,
        high=high,
        method="order of all averages of two",
        column_unit=True,
    )
    rank = Effect(
        name="How much the rises outweigh the falls",
        term="matched rank-biserial correlation",
        value=biserial,
        low=r_low,
        high=r_high,
        size=words.cohen_r(biserial),
        method="U-statistic, Fisher's z scale",
    )
    p, side = float(found.pvalue), "higher" if middle > 0 else "lower"
    bounds = (low, high) if middle > 0 else (-high, -low)
    sentence = (
        f"{columns.second} is typically {words.figure(abs(middle))} {side} than {columns.first}"
        f"{words.between(*bounds)}. "
    )
    still = len(change) - len(moved)
    working = (
        Working(name="Rows that rose", formula="n_+", value=int((moved > 0).sum())),
        Working(name="Rows that fell", formula="n_-", value=int((moved < 0).sum())),
        Working(name="Ranks of the rises", formula="W_+", value=up),
        Working(name="Ranks of the falls", formula="W_-", value=down),
    )
    return Outcome(
        statistic_name="W",
        statistic=float(found.statistic),
        p=p,
        effects=(typical, rank),
        sentence=sentence + words.chance(p, "A change this one-sided"),
        rows=len(change),
        notes=(f"{still:,} rows did not change; they do not count for or against.",) if still else (),
        working=working,
    )


def _epsilon_interval(groups: Groups, h: float, n: int, k: int, seed: int) -> tuple[float, float, str]:
    from scipy import stats

    if n > BOOTSTRAP_ROWS:
        # H divided by n - 1 is the eta squared of the ranks, whose F and its noncentral form are known.
        share = min(h / (n - 1), 1 - 1e-12)
        f = share / (k - 1) / ((1 - share) / (n - k))
        low, high = (nc / (nc + n) for nc in intervals.noncentral_f(f, k - 1, n - k))
        return low, high, "noncentral F of the ranks"

    def resampled(rng: np.random.Generator) -> float:
        drawn = [rng.choice(v, len(v)) for v in groups.values]
        if all(np.ptp(v) == 0 for v in drawn) and len({v[0] for v in drawn}) == 1:
            return math.nan
        return float(stats.kruskal(*drawn).statistic) / (n - 1)

    return (*intervals.bootstrap(resampled, seed=seed, repeats=BOOTSTRAPS), f"bootstrap, {BOOTSTRAPS} resampled tables")


def _biserial_error(moved: np.ndarray, biserial: float) -> float:
    """Return the standard error on the z scale, from how each row's sums with the others fall (Hoeffding 1948)."""
    n, sorted_moves = len(moved), np.sort(moved)
    if n < 3 or abs(biserial) >= 1:
        return math.inf
    above = n - np.searchsorted(sorted_moves, -moved, "right")
    share = (above - (moved > 0)) / (n - 1)
    return 2 * 2 * float(np.std(share, ddof=1)) / math.sqrt(n) / (1 - biserial**2)
