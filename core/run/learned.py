"""How a model does on the rows that it learned from: a sample of them, predicted where they lie prepared already."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.evaluate.metrics import MetricSpec
from core.evaluate.outcome import Outcome
from core.run.result import Score

MOST_ROWS = 20_000
_ENOUGH = 1_000


def learned_places(count: int, *, judged: int, seed: int) -> np.ndarray:
    """Return which of ``count`` rows learned from are predicted again: all, or a sample, in order.

    About as many as the rows that the fold judges, so that it takes as long as judging, and `MOST_ROWS` at most.
    """
    wanted = min(MOST_ROWS, max(judged, _ENOUGH))
    if count <= wanted:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, wanted, replace=False))


def learned_scores(folds: Sequence[Outcome], metrics: Sequence[MetricSpec]) -> tuple[Score, ...]:
    """Score what each fold's model says of rows that it learned from.

    Returns
    -------
    tuple of Score
        Every metric that is defined on all folds. ``low`` and ``high`` are the lowest and the highest fold: rows that
        were learned from are no sample of new ones, so that there is nothing to form an interval of.
    """
    found = []
    for metric in metrics if folds else ():
        if any(metric.undefined(fold) for fold in folds):
            continue
        values = tuple(float(metric.function(fold)[0]) for fold in folds)
        known = [value for value in values if np.isfinite(value)]
        if known:
            mean = float(np.mean(known))
            found.append(Score(metric=metric.key, value=mean, low=min(known), high=max(known), folds=values))
    return tuple(found)
