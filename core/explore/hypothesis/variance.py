"""Tests of several groups: means (ANOVA, Welch's ANOVA) and spreads (Levene)."""

from __future__ import annotations

import math

import numpy as np

from core.explore.hypothesis import intervals, pairs, words
from core.explore.hypothesis.result import Effect, Outcome, Pair, Working
from core.explore.hypothesis.samples import Groups
from core.explore.hypothesis.spec import TestRequest

BOOTSTRAPS = 500


def anova(groups: Groups, request: TestRequest) -> Outcome:
    """Compare the means of groups with equal spreads."""
    from scipy import stats

    n, mean, variance = _arrays(groups)
    total, k = n.sum(), len(n)
    grand = float((n * mean).sum() / total)
    between, within = float((n * (mean - grand) ** 2).sum()), float(((n - 1) * variance).sum())
    df1, df2 = k - 1, total - k
    error = within / df2
    f = between / df1 / error
    p = float(stats.f.sf(f, df1, df2))
    low, high = (nc / (nc + total) for nc in intervals.noncentral_f(f, df1, df2))
    eta = Effect(
        name="Share of the spread that the groups explain",
        term="eta squared",
        value=between / (between + within),
        low=low,
        high=high,
        size=words.cohen_eta(between / (between + within)),
        method="noncentral F",
    )
    omega = Effect(
        name="The same, without what chance adds",
        term="omega squared",
        value=max(0.0, (between - df1 * error) / (between + within + error)),
    )
    working = (
        Working(name="Mean of all rows", formula=r"\bar x", value=grand),
        Working(name="Squares between the groups", formula=r"\sum n_k(\bar x_k-\bar x)^2", value=between),
        Working(name="Squares within the groups", formula=r"\sum (n_k-1)s_k^2", value=within),
        Working(name="F", formula=rf"\frac{{SS_b/{df1}}}{{SS_w/{df2:.0f}}}", value=f),
    )
    return _means(groups, f, (df1, float(df2)), p, (eta, omega), working, pairs.tukey(groups), "Tukey and Kramer")


def welch_anova(groups: Groups, request: TestRequest) -> Outcome:
    """Compare the means of groups whose spreads may differ (Welch 1951)."""
    from scipy import stats

    n, mean, variance = _arrays(groups)
    k, total = len(n), n.sum()
    weights = n / variance
    weighted = float((weights * mean).sum() / weights.sum())
    loss = float(((1 - weights / weights.sum()) ** 2 / (n - 1)).sum())
    between = float((weights * (mean - weighted) ** 2).sum()) / (k - 1)
    f = between / (1 + 2 * (k - 2) / (k**2 - 1) * loss)
    df1, df2 = k - 1, (k**2 - 1) / (3 * loss)
    p = float(stats.f.sf(f, df1, df2))
    low, high = (nc / (nc + total) for nc in intervals.noncentral_f(f, df1, df2))
    value = max(0.0, df1 * (f - 1) / (df1 * (f - 1) + total))
    omega = Effect(
        name="Share of the spread that the groups explain",
        term="omega squared, weighted",
        value=value,
        low=min(low, value),
        high=max(high, value),
        size=words.cohen_eta(value),
        method="noncentral F",
    )
    working = (
        Working(name="Mean, weighted by the precision of each group", formula=r"\bar x_w", value=weighted),
        Working(
            name="Weighted squares between, a degree", formula=r"\sum w_k(\bar x_k-\bar x_w)^2/(K-1)", value=between
        ),
        Working(name="F", formula="F", value=f),
        Working(name="Degrees of freedom within", formula=r"(K^2-1)/(3\Lambda)", value=df2),
    )
    compared = pairs.games_howell(groups)
    return _means(groups, f, (df1, df2), p, (omega,), working, compared, "Games and Howell")


def levene(groups: Groups, request: TestRequest) -> Outcome:
    """Compare spreads by the distances from each group's median (Brown and Forsythe 1974)."""
    from scipy import stats

    found = stats.levene(*groups.values, center="median")
    spreads = {label: float(np.std(v, ddof=1)) for label, v in zip(groups.labels, groups.values, strict=True)}
    widest, narrowest = max(spreads, key=spreads.__getitem__), min(spreads, key=spreads.__getitem__)
    by_label = dict(zip(groups.labels, groups.values, strict=True))
    ratio = spreads[widest] / spreads[narrowest] if spreads[narrowest] > 0 else math.inf

    def resampled(rng: np.random.Generator) -> float:
        one, two = (np.std(rng.choice(by_label[label], len(by_label[label]))) for label in (widest, narrowest))
        return float(one / two) if two > 0 else math.nan

    low, high = (
        intervals.bootstrap(resampled, seed=request.seed, repeats=BOOTSTRAPS) if math.isfinite(ratio) else (1, 1)
    )
    effect = Effect(
        name="Widest spread over the narrowest",
        term="ratio of standard deviations",
        value=ratio,
        low=low if math.isfinite(ratio) else None,
        high=high if math.isfinite(ratio) else None,
        method=f"bootstrap, {BOOTSTRAPS} resampled tables",
    )
    p, k, n = float(found.pvalue), len(groups.values), sum(len(v) for v in groups.values)
    sentence = (
        f"{groups.column} varies most where {words.named(widest, groups.by)} (standard deviation "
        f"{words.figure(spreads[widest])}) and least where {words.named(narrowest, groups.by)} "
        f"({words.figure(spreads[narrowest])}). "
    )
    return Outcome(
        statistic_name="F",
        statistic=float(found.statistic),
        df=(k - 1, n - k),
        p=p,
        effects=(effect,),
        sentence=sentence + words.chance(p, "A difference of spreads this large"),
        rows=n,
        working=tuple(Working(name=f"Spread of {label}", formula="s", value=s) for label, s in spreads.items()),
    )


def _arrays(groups: Groups) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = np.array([group.n for group in groups.moments], dtype=np.float64)
    mean = np.array([group.mean for group in groups.moments])
    return n, mean, np.array([group.variance for group in groups.moments])


def _means(
    groups: Groups,
    f: float,
    df: tuple[float, ...],
    p: float,
    effects: tuple[Effect, ...],
    working: tuple[Working, ...],
    compared: tuple[Pair, ...],
    method: str,
) -> Outcome:
    order = sorted(groups.moments, key=lambda group: group.mean)
    low, high = order[0], order[-1]
    sentence = (
        f"Mean {groups.column} goes from {words.figure(low.mean)} where {words.named(low.label, groups.by)} to "
        f"{words.figure(high.mean)} where {words.named(high.label, groups.by)}; the groups explain "
        f"{words.percent(effects[0].value)} of its spread"
        f"{words.between(effects[0].low, effects[0].high, as_percent=True)}. "
    )
    return Outcome(
        statistic_name="F",
        statistic=f,
        df=df,
        p=p,
        effects=effects,
        sentence=sentence + words.chance(p, "Differences this large"),
        rows=sum(group.n for group in groups.moments),
        pairs=compared,
        pair_method=method if compared else "",
        notes=pairs.too_many(len(groups.moments)),
        working=working,
    )
