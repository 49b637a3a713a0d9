"""Which test suits the data, why, and what else could be taken."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.explore.hypothesis.assumptions import mean_is_normal
from core.explore.hypothesis.registry import get_test, tests_for
from core.explore.hypothesis.result import Verdict
from core.explore.hypothesis.samples import Counts, Groups, Pairs
from core.explore.hypothesis.spec import Question, TestRequest, TestSpec

CURVED = 0.1
"""Lead of the rank correlation from which a relation is taken as bent."""


class Alternative(BaseModel):
    """Another test of the question: whether it can be taken, and what speaks for or against it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    test: str
    title: str
    possible: bool
    words: str


class Suggestion(BaseModel):
    """The suggested test, the reason in words, and all others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    test: str
    title: str
    reason: str
    alternatives: tuple[Alternative, ...]


def suggest_for(data: Groups | Pairs | Counts, request: TestRequest) -> Suggestion:
    """Suggest a test for data that were read."""
    if isinstance(data, Groups):
        key, reason = _of_groups(data, request)
    elif isinstance(data, Pairs):
        key, reason = _of_pairs(data, request)
    else:
        key, reason = _of_counts(data, request)
    others = tuple(_alternative(spec, data, request) for spec in tests_for(request.question) if spec.key != key)
    return Suggestion(test=key, title=get_test(key).title, reason=reason, alternatives=others)


def _of_groups(groups: Groups, request: TestRequest) -> tuple[str, str]:
    fixed = {
        Question.NORMAL: ("shapiro", "It finds departures from the bell shape most surely."),
        Question.SPREAD: ("levene", "It compares spreads and does not need bell-shaped values."),
        Question.SAME: ("ks_two", "It sees differences in middle, spread and shape."),
        Question.VALUE: ("t_one_sample", "It compares a mean with a value."),
    }
    if request.question in fixed:
        return fixed[request.question]
    two = len(groups.moments) == 2
    flat = any(group.variance == 0 for group in groups.moments)
    rough = any(mean_is_normal(v, m.n) is Verdict.FAILS for v, m in zip(groups.values, groups.moments, strict=True))
    if flat or rough:
        why = "in a group all values are the same" if flat else "a group is small and lopsided, so its mean is unsure"
        return ("mann_whitney" if two else "kruskal"), f"It goes by ranks: {why}."
    reason = "It compares means and does not suppose that the groups spread alike."
    return ("welch" if two else "welch_anova"), reason


def _of_pairs(pairs: Pairs, request: TestRequest) -> tuple[str, str]:
    from scipy import stats

    if request.question is Question.CHANGE:
        if mean_is_normal(pairs.y - pairs.x, pairs.n) is Verdict.FAILS:
            return "wilcoxon", "It goes by ranks: the changes are few and lopsided."
        return "t_paired", "It compares the mean change with zero, row by row."
    rank = abs(float(stats.spearmanr(pairs.x, pairs.y).statistic))
    if rank - abs(float(np.corrcoef(pairs.x, pairs.y)[0, 1])) > CURVED:
        return "spearman", "The relation bends: ranks follow it better than a straight line does."
    return "pearson", "A straight line describes the relation about as well as ranks do."


def _of_counts(counts: Counts, request: TestRequest) -> tuple[str, str]:
    n = counts.counts.sum()
    if request.question is Question.FREQUENCY:
        return "chi_square_fit", "It compares counts with expected ones."
    if request.question is Question.VALUE:
        expected = request.expected or 0.0
        if n * min(expected, 1 - expected) >= 10:
            return "proportion_z", "There are enough rows for the normal distribution."
        return "binomial", "Few rows are expected on one side; it is exact for any count."
    expected_counts = np.outer(counts.counts.sum(axis=1), counts.counts.sum(axis=0)) / n
    if (expected_counts < 5).mean() > 0.2 or expected_counts.min() < 1:
        return "fisher", "Some combinations are so rare that the chi-square test would be rough."
    return "chi_square", "There are enough rows in each combination."


def _alternative(spec: TestSpec, data: Groups | Pairs | Counts, request: TestRequest) -> Alternative:
    groups = len(data.moments) if isinstance(data, Groups) and data.by else 0
    least, most = spec.groups
    shares = spec.key in ("proportion_z", "binomial")
    if most and groups and not least <= groups <= most:
        possible, words = False, f"For {least} groups only; there are {groups}."
    elif request.question is Question.VALUE and shares is not isinstance(data, Counts):
        possible, words = False, "For a share of a category." if shares else "For a column of numbers."
    else:
        possible, words = True, f"{spec.asks} Needs: {spec.needs[0].lower()}{spec.needs[1:]}"
    return Alternative(test=spec.key, title=spec.title, possible=possible, words=words)
