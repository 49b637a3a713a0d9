"""Tests of counts: two categories, or one against expected shares."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from core.explore.hypothesis import intervals, words
from core.explore.hypothesis.corrections import TITLES, correct
from core.explore.hypothesis.pairs import MOST_GROUPS
from core.explore.hypothesis.result import CrossTable, Effect, Outcome, Pair, Working
from core.explore.hypothesis.samples import Counts
from core.explore.hypothesis.spec import Correction, TestRequest

RANDOM_TABLES = 4_999
MOST_CONDITIONAL = 5_000
"""Rows up to which the conditional odds ratio is computed; it solves for it and is slow on large counts."""


def chi_square(counts: Counts, request: TestRequest) -> Outcome:
    """Compare the shares of one category between the values of another (Pearson, no continuity correction)."""
    from scipy import stats

    found = stats.chi2_contingency(counts.counts, correction=False)
    statistic, df, p = float(found.statistic), int(found.dof), float(found.pvalue)
    table = _cross(counts, found.expected_freq)
    two_by_two = counts.counts.shape == (2, 2)
    effects = (*(_two_by_two(counts) if two_by_two else ()), cramers_v(counts.counts, statistic, df))
    working = (
        Working(name="Rows counted", formula="N", value=int(counts.counts.sum())),
        Working(name="Chi-square", formula=r"\sum (O-E)^2/E", value=statistic),
        Working(name="Degrees of freedom", formula="(r-1)(c-1)", value=df),
        Working(
            name="Largest standardised difference",
            formula="r_{ij}",
            value=float(np.abs(table.residuals).max()),
        ),
    )
    compared = _pairs(counts, request.correction)
    return Outcome(
        statistic_name="chi-square",
        statistic=statistic,
        df=(df,),
        p=p,
        effects=effects,
        sentence=describe(counts, table, effects) + words.chance(p, "Shares this different"),
        rows=int(counts.counts.sum()),
        table=table,
        pairs=compared,
        pair_method=f"chi-square of each pair, corrected by {TITLES[request.correction]}" if compared else "",
        working=working,
    )


def fisher(counts: Counts, request: TestRequest) -> Outcome:
    """Compare shares without supposing large counts; larger tables than 2 by 2 by random tables of the same sums."""
    from scipy import stats

    expected = stats.contingency.expected_freq(counts.counts)
    table = _cross(counts, expected)
    statistic = float((np.square(counts.counts - expected) / expected).sum())
    df = (counts.counts.shape[0] - 1) * (counts.counts.shape[1] - 1)
    note: tuple[str, ...]
    effects: tuple[Effect, ...]
    if counts.counts.shape == (2, 2):
        p, note = float(stats.fisher_exact(counts.counts).pvalue), ()
        effects = (*_two_by_two(counts), cramers_v(counts.counts, statistic, df))
        name, value = "odds ratio", effects[1].value
    else:
        method = stats.MonteCarloMethod(n_resamples=RANDOM_TABLES, rng=np.random.default_rng(request.seed))
        p = float(stats.fisher_exact(counts.counts, method=method).pvalue)
        note = (f"The p-value comes from {RANDOM_TABLES:,} random tables with the same sums.",)
        effects = (cramers_v(counts.counts, statistic, df),)
        name, value = "Cramer's V", effects[0].value
    return Outcome(
        statistic_name=name,
        statistic=value,
        p=p,
        effects=effects,
        sentence=describe(counts, table, effects) + words.chance(p, "Shares this different"),
        rows=int(counts.counts.sum()),
        table=table,
        notes=note,
        working=(Working(name="Rows counted", formula="N", value=int(counts.counts.sum())),),
    )


def chi_square_fit(counts: Counts, request: TestRequest) -> Outcome:
    """Compare the frequencies of a category's values with expected shares."""
    from scipy import stats

    observed = counts.counts[0]
    n, k = int(observed.sum()), len(observed)
    shares = np.array([request.shares.get(name, 1 / k) if request.shares else 1 / k for name in counts.columns])
    expected = n * shares
    found = stats.chisquare(observed, expected)
    statistic, p = float(found.statistic), float(found.pvalue)
    residuals = (observed - expected) / np.sqrt(expected * (1 - shares))
    low, high = (math.sqrt(max(nc, 0.0) / n) for nc in intervals.noncentral_chi_square(statistic, k - 1))
    w = math.sqrt(statistic / n)
    effect = Effect(
        name="How far the shares lie from the expected ones",
        term="Cohen's w",
        value=w,
        low=min(low, w),
        high=max(high, w),
        size=words.cohen_r(w),
        method="noncentral chi-square",
    )
    far = int(np.abs(residuals).argmax())
    sentence = (
        f"{words.named(counts.columns[far], counts.second)} stands out most: {words.percent(observed[far] / n)} of "
        f"rows where {words.percent(float(shares[far]))} were expected. "
    )
    table = CrossTable(
        rows=("",),
        columns=counts.columns,
        counts=(tuple(int(v) for v in observed),),
        expected=(tuple(float(v) for v in expected),),
        residuals=(tuple(float(v) for v in residuals),),
    )
    return Outcome(
        statistic_name="chi-square",
        statistic=statistic,
        df=(k - 1,),
        p=p,
        effects=(effect,),
        sentence=sentence + words.chance(p, "Frequencies this far off", "if the expected shares held"),
        rows=n,
        table=table,
        working=(
            Working(name="Rows counted", formula="N", value=n),
            Working(name="Chi-square", formula=r"\sum (O-E)^2/E", value=statistic),
        ),
    )


def cramers_v(counts: np.ndarray, statistic: float, df: int) -> Effect:
    """Return Cramer's V with the interval from the noncentral chi-square."""
    n, least = int(counts.sum()), min(counts.shape) - 1
    value = math.sqrt(statistic / (n * least))
    low, high = (math.sqrt(max(nc, 0.0) / (n * least)) for nc in intervals.noncentral_chi_square(statistic, df))
    return Effect(
        name="Strength of the relation, 0 to 1",
        term="Cramer's V",
        value=value,
        low=min(low, value),
        high=min(1.0, max(high, value)),
        size=words.cohen_r(value * math.sqrt(least)),
        method="noncentral chi-square",
    )


def odds_ratio(a: int, b: int, c: int, d: int) -> tuple[float, float, float]:
    """Return ad / bc with Woolf's interval; half a row is added to each cell where one is empty (Haldane)."""
    cells = np.array([a, b, c, d], dtype=np.float64)
    if (cells == 0).any():
        cells += 0.5
    log = math.log(cells[0] * cells[3] / (cells[1] * cells[2]))
    half = intervals.Z95 * math.sqrt(float((1 / cells).sum()))
    return math.exp(log), math.exp(log - half), math.exp(log + half)


def describe(counts: Counts, table: CrossTable, effects: tuple[Effect, ...]) -> str:
    """Say what the shares are: where one category has two values in full, else the cell that stands out most."""
    totals = counts.counts.sum(axis=1)
    if counts.counts.shape == (2, 2):
        top, bottom = _order(counts)
        shares = counts.counts[:, -1] / totals
        gap = effects[0]
        return (
            f"{words.named(counts.columns[-1], counts.second)} holds for {words.percent(shares[top])} of rows where "
            f"{words.named(counts.rows[top], counts.first)} and for {words.percent(shares[bottom])} where "
            f"{words.named(counts.rows[bottom], counts.first)}: {words.points(gap.value)} more"
            f"{words.between(gap.low, gap.high, as_points=True)}. "
        )
    if len(counts.columns) == 2:
        shares = counts.counts[:, -1] / totals
        least, most = int(shares.argmin()), int(shares.argmax())
        return (
            f"{words.named(counts.columns[-1], counts.second)} holds for {words.percent(shares[least])} of rows where "
            f"{words.named(counts.rows[least], counts.first)}, and for {words.percent(shares[most])} where "
            f"{words.named(counts.rows[most], counts.first)}; the other groups lie between. "
        )
    residuals = np.asarray(table.residuals)
    row, column = (int(place) for place in np.unravel_index(np.abs(residuals).argmax(), residuals.shape))
    here = counts.counts[row, column] / totals[row]
    overall = counts.counts[:, column].sum() / totals.sum()
    where = words.named(counts.rows[row], counts.first)
    what = words.named(counts.columns[column], counts.second)
    return (
        f"Where {where}, {what} holds for {words.percent(here)} of rows; in all rows for {words.percent(overall)}. "
        "No other cell stands out as much. "
    )


def _order(counts: Counts) -> tuple[int, int]:
    shares = counts.counts[:, -1] / counts.counts.sum(axis=1)
    return (0, 1) if shares[0] >= shares[1] else (1, 0)


def _two_by_two(counts: Counts) -> tuple[Effect, Effect]:
    from scipy import stats

    top, bottom = _order(counts)
    (a, b), (c, d) = ((int(counts.counts[place, 1]), int(counts.counts[place, 0])) for place in (top, bottom))
    low, high = intervals.share_difference(a, a + b, c, c + d)
    gap = Effect(
        name="Difference of the shares",
        term="risk difference",
        value=a / (a + b) - c / (c + d),
        low=low,
        high=high,
        method="Newcombe, from Wilson's intervals",
    )
    if a + b + c + d <= MOST_CONDITIONAL and 0 not in (a, b, c, d):
        found = stats.contingency.odds_ratio([[a, b], [c, d]], kind="conditional")
        exact = found.confidence_interval(0.95)
        ratio, method = (float(found.statistic), float(exact.low), float(exact.high)), "conditional, exact"
    else:
        ratio, method = odds_ratio(a, b, c, d), "Woolf"
    odds = Effect(
        name="How many times the odds", term="odds ratio", value=ratio[0], low=ratio[1], high=ratio[2], method=method
    )
    return gap, odds


def _cross(counts: Counts, expected: np.ndarray) -> CrossTable:
    n = counts.counts.sum()
    down, across = counts.counts.sum(axis=1) / n, counts.counts.sum(axis=0) / n
    spread = np.sqrt(np.maximum(expected * np.outer(1 - down, 1 - across), 1e-300))
    residuals = (counts.counts - expected) / spread
    return CrossTable(
        rows=counts.rows,
        columns=counts.columns,
        counts=tuple(tuple(int(v) for v in row) for row in counts.counts),
        expected=tuple(tuple(float(v) for v in row) for row in expected),
        residuals=tuple(tuple(float(v) for v in row) for row in residuals),
    )


def _pairs(counts: Counts, method: Correction) -> tuple[Pair, ...]:
    """Compare the rows of counts two by two; the difference is that of the last column's share."""
    from scipy import stats

    if not 2 < len(counts.rows) <= MOST_GROUPS:
        return ()
    shares = counts.counts[:, -1] / counts.counts.sum(axis=1)
    found, p = list(combinations(range(len(counts.rows)), 2)), []
    for a, b in found:
        both = counts.counts[[a, b]]
        both = both[:, both.sum(axis=0) > 0]
        p.append(float(stats.chi2_contingency(both, correction=False).pvalue) if both.shape[1] > 1 else 1.0)
    corrected = correct(p, method)
    return tuple(
        Pair(
            first=counts.rows[a],
            second=counts.rows[b],
            difference=float(shares[a] - shares[b]),
            p=p[place],
            p_corrected=corrected[place],
        )
        for place, (a, b) in enumerate(found)
    )
