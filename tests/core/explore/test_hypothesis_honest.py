"""Honest numbers: under the null hypothesis p-values are uniform, and 95 % intervals hold the truth 95 times in 100."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from core.explore.hypothesis import intervals, medians, pairs, ranks, shapes, variance
from core.explore.hypothesis.corrections import correct
from core.explore.hypothesis.registry import get_test
from core.explore.hypothesis.result import Outcome
from core.explore.hypothesis.run import carry_out
from core.explore.hypothesis.samples import Counts, Groups, Moments, Pairs
from core.explore.hypothesis.spec import Correction, Question, TestRequest

REPEATS = 500


def groups_of(*values: np.ndarray) -> Groups:
    labels = [f"g{place}" for place in range(len(values))]
    moments = tuple(
        Moments(label, len(v), float(v.mean()), float(v.var(ddof=1))) for label, v in zip(labels, values, strict=True)
    )
    return Groups("v", "g", moments, values, sum(len(v) for v in values), 0, False)


def pairs_of(x: np.ndarray, y: np.ndarray) -> Pairs:
    covariance, change = np.cov(x, y), y - x
    return Pairs(
        first="x", second="y", n=len(x), mean_x=float(x.mean()), mean_y=float(y.mean()),
        var_x=float(covariance[0, 0]), var_y=float(covariance[1, 1]), covariance=float(covariance[0, 1]),
        mean_change=float(change.mean()), var_change=float(change.var(ddof=1)),
        x=x, y=y, total=len(x), missing=0, sampled=False,
    )  # fmt: skip


def counts_of(table: np.ndarray) -> Counts:
    rows, columns = (tuple(f"{name}{place}" for place in range(n)) for name, n in zip("rc", table.shape, strict=True))
    return Counts("r", "c", rows if table.shape[0] > 1 else ("",), columns, table, int(table.sum()), 0)


def outcome(test: str, data: Any, **more: Any) -> Outcome:
    spec = get_test(test)
    return carry_out(spec, data, TestRequest(question=spec.question, test=test, value="v", **more))


def normal(rng: np.random.Generator, *sizes: int) -> Groups:
    return groups_of(*(rng.normal(3, 2, n) for n in sizes))


NULLS: dict[str, Callable[[np.random.Generator], Any]] = {
    "t_independent": lambda rng: normal(rng, 12, 20),
    "welch": lambda rng: groups_of(rng.normal(3, 1, 20), rng.normal(3, 3, 12)),
    "mann_whitney": lambda rng: groups_of(rng.exponential(1, 25), rng.exponential(1, 30)),
    "anova": lambda rng: normal(rng, 10, 15, 20),
    "welch_anova": lambda rng: groups_of(rng.normal(0, 1, 25), rng.normal(0, 2, 30), rng.normal(0, 4, 20)),
    "kruskal": lambda rng: groups_of(*(rng.exponential(1, n) for n in (15, 20, 25))),
    "t_paired": lambda rng: pairs_of(rng.normal(0, 1, 15), rng.normal(0, 2, 15)),
    "wilcoxon": lambda rng: pairs_of(rng.normal(0, 1, 40), rng.normal(0, 1, 40)),
    "pearson": lambda rng: pairs_of(rng.normal(0, 1, 20), rng.normal(0, 3, 20)),
    "spearman": lambda rng: pairs_of(rng.exponential(1, 30), rng.normal(0, 1, 30)),
    "kendall": lambda rng: pairs_of(rng.exponential(1, 30), rng.normal(0, 1, 30)),
    "shapiro": lambda rng: normal(rng, 40),
    "ks_two": lambda rng: normal(rng, 300, 300),
    "t_one_sample": lambda rng: normal(rng, 12),
    "levene": lambda rng: normal(rng, 60, 60, 60),
}


@pytest.fixture
def p_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what takes long and has no part in the p-value: pairs and resampled intervals."""
    monkeypatch.setattr(pairs, "MOST_GROUPS", 2)
    for module in (ranks, shapes, variance):
        monkeypatch.setattr(module, "BOOTSTRAPS", 1)


@pytest.mark.parametrize("test", NULLS)
def test_p_values_are_uniform_where_there_is_nothing(test: str, p_only: None) -> None:
    rng = np.random.default_rng(11)
    expected = {"expected": 3.0} if test == "t_one_sample" else {}
    p = [outcome(test, NULLS[test](rng), **expected).p for _ in range(REPEATS)]
    assert stats.kstest(p, "uniform").pvalue > 0.005
    assert np.mean(np.array(p) < 0.05) < 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / REPEATS)


COUNTED: dict[str, Callable[[np.random.Generator], Any]] = {
    "chi_square": lambda rng: counts_of(rng.multinomial(400, np.outer([0.3, 0.7], [0.2, 0.8]).ravel()).reshape(2, 2)),
    "fisher": lambda rng: counts_of(rng.multinomial(60, np.outer([0.4, 0.6], [0.3, 0.7]).ravel()).reshape(2, 2)),
    "chi_square_fit": lambda rng: counts_of(rng.multinomial(300, [0.25] * 4)[None, :]),
    "proportion_z": lambda rng: counts_of(rng.multinomial(400, [0.3, 0.7])[None, :]),
    "binomial": lambda rng: counts_of(rng.multinomial(50, [0.3, 0.7])[None, :]),
}  # fmt: skip


@pytest.mark.parametrize("test", COUNTED)
def test_counts_are_called_different_in_at_most_5_of_100_tables(test: str) -> None:
    rng = np.random.default_rng(12)
    more = {"level": "c0", "expected": 0.3} if test in ("proportion_z", "binomial") else {}
    p = np.array([outcome(test, COUNTED[test](rng), **more).p for _ in range(REPEATS)])
    assert (p < 0.05).mean() < 0.05 + 2.5 * np.sqrt(0.05 * 0.95 / REPEATS)
    assert (p < 0.5).mean() > 0.25


def test_normality_by_kolmogorov_smirnov_is_honest_and_sees_a_lopsided_column() -> None:
    rng = np.random.default_rng(13)
    p = [outcome("ks_normal", normal(rng, 50)).p for _ in range(100)]
    assert stats.kstest(p, "uniform").pvalue > 0.01
    assert outcome("ks_normal", groups_of(rng.exponential(1, 200))).p < 0.01


SHIFTED = 1.0
TRUE_RANK = float(stats.norm.cdf(SHIFTED / np.sqrt(2)))


def shifted(rng: np.random.Generator) -> Groups:
    return groups_of(rng.normal(SHIFTED, 1, 40), rng.normal(0, 1, 50))


def related(rng: np.random.Generator, n: int = 60) -> Pairs:
    x = rng.normal(0, 1, n)
    return pairs_of(x, 0.5 * x + rng.normal(0, np.sqrt(0.75), n))


def spread(rng: np.random.Generator) -> Groups:
    return groups_of(*(rng.normal(mean, 1, 30) for mean in (0, 0.4, 0.8)))


# The variance that the groups explain, in units of that within: the mean square of (-0.4, 0, 0.4).
EXPLAINED = 0.32 / 3
TRUTHS: dict[str, tuple[str, Callable[[np.random.Generator], Any], dict[str, float]]] = {
    "t_independent": ("t_independent", shifted, {"mean difference": SHIFTED, "Hedges' g": SHIFTED}),
    "welch": (
        "welch",
        lambda rng: groups_of(rng.normal(2, 1, 40), rng.normal(0, 3, 50)),
        {"mean difference": 2.0, "Cohen's d over the mean variance": 2 / np.sqrt(5)},
    ),
    "mann_whitney": (
        "mann_whitney",
        shifted,
        {
            "probability of superiority": TRUE_RANK,
            "rank-biserial correlation": 2 * TRUE_RANK - 1,
            "Hodges-Lehmann shift": SHIFTED,
        },
    ),
    "anova": ("anova", spread, {"eta squared": EXPLAINED / (1 + EXPLAINED)}),
    "welch_anova": ("welch_anova", spread, {"omega squared, weighted": EXPLAINED / (1 + EXPLAINED)}),
    "t_paired": (
        "t_paired",
        lambda rng: pairs_of(np.zeros(25), rng.normal(0.6, 1.5, 25)),
        {"mean change": 0.6, "Hedges' g": 0.4},
    ),
    "wilcoxon": (
        "wilcoxon",
        lambda rng: pairs_of(np.zeros(60), rng.normal(0.5, 1, 60)),
        {
            "Hodges-Lehmann pseudo-median": 0.5,
            "matched rank-biserial correlation": 2 * float(stats.norm.cdf(0.5 * np.sqrt(2))) - 1,
        },
    ),
    "pearson": ("pearson", related, {"Pearson's r": 0.5, "slope of the least-squares line": 0.5}),
    "spearman": ("spearman", related, {"Spearman's rho": 6 / np.pi * np.arcsin(0.25)}),
    "kendall": ("kendall", related, {"Kendall's tau": 2 / np.pi * np.arcsin(0.5)}),
    "chi_square": (
        "chi_square",
        lambda rng: counts_of(np.stack([rng.multinomial(90, [0.6, 0.4]), rng.multinomial(120, [0.35, 0.65])])),
        {"risk difference": 0.25, "odds ratio": (0.65 / 0.35) / (0.4 / 0.6)},
    ),
    "proportion_z": (
        "proportion_z",
        lambda rng: counts_of(rng.multinomial(150, [0.3, 0.7])[None]),
        {"proportion": 0.3},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUTHS)
def test_intervals_hold_the_truth_95_times_in_100(name: str, p_only: None) -> None:
    test, draw, truths = TRUTHS[name]
    rng = np.random.default_rng(21)
    more = {"level": "c0", "expected": 0.5} if test == "proportion_z" else {}
    held = dict.fromkeys(truths, 0)
    for _ in range(REPEATS):
        effects = {effect.term: effect for effect in outcome(test, draw(rng), **more).effects}
        for term, truth in truths.items():
            held[term] += effects[term].low <= truth <= effects[term].high
    for term, count in held.items():
        assert 0.93 <= count / REPEATS <= 0.975, (term, count / REPEATS)


def test_intervals_of_ranks_close_where_one_group_lies_wholly_above() -> None:
    chance, low, high = intervals.auc(np.arange(20, 32.0), np.arange(12.0))
    assert (chance, high) == (1.0, 1.0)
    assert 0.6 < low < 0.95


def test_noncentral_bounds_return_their_own_probabilities() -> None:
    low, high = intervals.noncentral_t(2.3, 18)
    assert stats.nct.cdf(2.3, 18, low) == pytest.approx(0.975, abs=1e-6)
    assert stats.nct.cdf(2.3, 18, high) == pytest.approx(0.025, abs=1e-6)
    low, high = intervals.noncentral_f(4.2, 3, 40)
    assert stats.ncf.cdf(4.2, 3, 40, low) == pytest.approx(0.975, abs=1e-6)
    assert stats.ncf.cdf(4.2, 3, 40, high) == pytest.approx(0.025, abs=1e-6)
    assert intervals.noncentral_chi_square(0.5, 3)[0] == 0


@pytest.mark.parametrize("seed", range(5))
def test_typical_differences_are_the_medians_of_all_pairs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=17), rng.integers(0, 4, 12).astype(float)
    assert medians.shift(x, y)[0] == pytest.approx(np.median(np.subtract.outer(x, y)), abs=1e-9)
    i, j = np.triu_indices(len(x))
    assert medians.pseudo_median(x)[0] == pytest.approx(np.median((x[i] + x[j]) / 2), abs=1e-9)


def test_corrections_are_those_of_the_textbook() -> None:
    p = (0.01, 0.04, 0.03, 0.005)
    assert correct(p, Correction.BONFERRONI) == pytest.approx((0.04, 0.16, 0.12, 0.02))
    assert correct(p, Correction.HOLM) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert correct(p, Correction.BENJAMINI_HOCHBERG) == pytest.approx(stats.false_discovery_control(p))
    assert correct((), Correction.HOLM) == ()


def test_questions_and_tests_belong_together() -> None:
    from core.explore.hypothesis.registry import tests_for

    assert all(tests_for(question) for question in Question)
