"""Whether a model has learned by heart, too little, or in balance: said in words, with what would help.

The score on rows that the model learned from is held against that on rows it had not seen. The gap counts only where
it is larger than the noise: half the width of the score's own interval, or what the gap's spread over the folds leaves
open (with the correction of Nadeau and Bengio 2003, Inference for the generalization error, Machine Learning 52: folds
share rows that they learn from).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.evaluate.metrics import MetricSpec
from core.models.registry import get_model
from core.run.board import BASELINE
from core.run.complexity import changes
from core.run.result import ModelResult, Score
from core.words import number

_LARGE = 0.1
"""A gap is worth a word from this share of what the model gains over the baseline on rows it learned from."""
_LITTLE = 0.1
"""A model that goes less than this share of the way from the baseline to a perfect score has learned little."""
_Z = 1.96

_PLAN_LESS = "In the plan: keep fewer columns, or join rare categories, so that there is less to learn by heart."
_PLAN_MORE = "In the plan: add columns that tell more, such as products, ratios, parts of dates or words of texts."
_MORE_ROWS = "More rows help against it, as long as the learning curve still gets better."
_OTHER_MODEL = "Try a model that bends more, such as boosted trees: a simple one may not follow the pattern."
_BY_DESIGN = (
    "Forests, nearest neighbours and other models that keep their rows know them by design; what counts is the score "
    "on rows it had not seen."
)
_KEEPS_ROWS = frozenset({"knn", "forest", "extra_trees", "bagging", "gaussian_process"})


class Verdict(BaseModel):
    """How a model has learned.

    Attributes
    ----------
    kind : {"overfit", "underfit", "balanced", "unclear"}
    sentence : str
        The finding with its figures.
    advice : tuple of str
        What to try, the most promising first; names the model's own parameters.
    gap, noise : float or None
        How much better it is on rows it learned from, in the metric's units (never negative by its direction), and how
        much of that may be chance.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["overfit", "underfit", "balanced", "unclear"]
    sentence: str
    advice: tuple[str, ...] = ()
    gap: float | None = None
    noise: float | None = None


def verdict(
    result: ModelResult, baseline: ModelResult | None, metric: MetricSpec, *, best: ModelResult | None = None
) -> Verdict:
    """Judge how a model has learned.

    Parameters
    ----------
    result : ModelResult
        With ``learned`` scores.
    baseline : ModelResult or None
        The naive baseline of the same run; None where it has no score.
    metric : MetricSpec
        What to judge by.
    best : ModelResult, optional
        The best of the same run: where it is clearly better while this one knows even its own rows no better, this one
        has learned too little.
    """
    unseen, learned = result.score(metric.key), _named(result.learned, metric.key)
    if result.key == BASELINE:
        return Verdict(kind="unclear", sentence="The naive baseline learns nothing, so there is nothing to judge.")
    if unseen is None or learned is None or not math.isfinite(unseen.value) or not math.isfinite(learned.value):
        return Verdict(
            kind="unclear",
            sentence="How it does on the rows it learned from was not measured, so its fit cannot be judged.",
            advice=("Train it again to have it measured.",),
        )
    gap, noise = _gap(learned, unseen, metric)
    figures = {"gap": gap, "noise": noise}
    on = (number(learned.value), number(unseen.value))
    told = f"{metric.title}: {on[0]} on rows it learned from, {on[1]} on rows it had not seen"
    low = _start(baseline, metric)
    gained = None if low is None else metric.sign * (learned.value - low)
    is_large = gap > noise and (gained is None or gap > _LARGE * abs(gained))
    if is_large and gap > 0:
        return _overfit(result, told, figures)
    if _is_little(learned, unseen, low, metric) or _is_behind(result, learned, best, metric):
        return _underfit(result, told, low, best, figures)
    if noise > abs(gained if gained is not None else math.inf):
        return Verdict(
            kind="unclear",
            sentence=f"{told}. The noise is {number(noise)}, too much to tell whether it learned by heart.",
            advice=("Use more rows or more repeats of the folds for a surer answer.",),
            **figures,
        )
    within = "is within the noise" if gap <= noise else "is small beside what it has learned"
    sentence = f"In balance. {told}; the gap of {number(max(gap, 0.0))} {within}."
    return Verdict(kind="balanced", sentence=sentence, **figures)


def _overfit(result: ModelResult, told: str, figures: dict[str, float]) -> Verdict:
    spec = get_model(result.key)
    sentence = (
        f"It has learned part of its rows by heart. {told}; the gap of {number(figures['gap'])} is more than the "
        f"noise of {number(figures['noise'])}."
    )
    own = [change.words() for change in changes(spec, result.params, bend=-1)]
    by_design = [_BY_DESIGN] if result.key in _KEEPS_ROWS else []
    return Verdict(kind="overfit", sentence=sentence, advice=(*by_design, *own, _PLAN_LESS, _MORE_ROWS), **figures)


def _underfit(
    result: ModelResult, told: str, low: float | None, best: ModelResult | None, figures: dict[str, float]
) -> Verdict:
    against = f", against {number(low)} of the naive baseline" if low is not None else ""
    ahead = (
        f" {best.title} shows that there is more to find." if best is not None and best.label != result.label else ""
    )
    sentence = f"It has learned too little, even of its own rows. {told}{against}.{ahead}"
    own = [change.words() for change in changes(get_model(result.key), result.params, bend=1)]
    return Verdict(kind="underfit", sentence=sentence, advice=(*own, _PLAN_MORE, _OTHER_MODEL), **figures)


def _gap(learned: Score, unseen: Score, metric: MetricSpec) -> tuple[float, float]:
    """Return how much better it is on rows it learned from, and the noise of that."""
    gap = metric.sign * (learned.value - unseen.value)
    width = (unseen.high - unseen.low) / 2
    noises = [width if math.isfinite(width) else 0.0]
    if len(learned.folds) == len(unseen.folds) >= 2:
        gaps = metric.sign * (np.asarray(learned.folds) - np.asarray(unseen.folds))
        gaps = gaps[np.isfinite(gaps)]
        if len(gaps) >= 2:
            noises.append(_Z * spread_of_mean(gaps))
    return gap, max(noises)


def spread_of_mean(values: Sequence[float] | np.ndarray) -> float:
    """Return the standard error of a mean over folds, corrected for the rows that folds share (Nadeau and Bengio)."""
    count = len(values)
    return float(np.std(values, ddof=1) * math.sqrt(1 / count + 1 / (count - 1)))


def _is_little(learned: Score, unseen: Score, low: float | None, metric: MetricSpec) -> bool:
    """Tell whether it is hardly better than the baseline, even on the rows it learned from."""
    if low is None:
        return False
    perfect = 1.0 if metric.greater_is_better else 0.0
    way = metric.sign * (perfect - low)
    return way > 0 and metric.sign * (learned.value - low) < _LITTLE * way


def _is_behind(result: ModelResult, learned: Score, best: ModelResult | None, metric: MetricSpec) -> bool:
    """Tell whether the best model is clearly better on unseen rows than this one is on its own."""
    if best is None or best.label == result.label or not best.scores or best.scores[0].metric != metric.key:
        return False
    other = best.scores[0]
    worst = other.low if metric.greater_is_better else other.high
    return math.isfinite(worst) and metric.sign * (worst - learned.value) > 0


def _start(baseline: ModelResult | None, metric: MetricSpec) -> float | None:
    score = baseline.score(metric.key) if baseline is not None else None
    return score.value if score is not None and math.isfinite(score.value) else None


def _named(scores: Sequence[Score], key: str) -> Score | None:
    return next((score for score in scores if score.metric == key), None)
