"""95 % intervals of scores from bootstrap draws.

What the interval is for: the score that the models of the folds would have on endless new rows from the same source,
averaged over the folds (the k-fold test error of Bayle, Bayle, Janson and Mackey, Cross-validation Confidence Intervals
for Test Error, 2020). It is not for the score after training on another table, whose spread no single round of folds
tells (Bates, Hastie and Tibshirani, Cross-validation: What Does It Estimate and How Well Does It Do It?, 2023); the
model fitted on all rows learned from more rows than those of the folds and is usually a little better.

How it is made: the draws are taken to a scale on which they spread evenly (shares to log-odds, errors to logarithms;
DiCiccio and Efron, Bootstrap Confidence Intervals, 1996), there their bias is taken off, and the interval is as many
of their standard deviations wide as Student's t asks for. A bootstrap of m rows spreads too little by the factor
sqrt((m - 1) / m), which is given back (Hesterberg, What Teachers Should Know About the Bootstrap, 2015); where a metric
lives off the rarest class, m is the number of its rows. Coverage is measured in `benchmarks/interval_coverage.py`:
about 0.91 to 0.97 from 300 rows on where classes are even or a number is predicted. With one row in ten of the class
asked for it is 0.87 to 0.98, and it falls short (F1: 0.7 at 300 rows) where a model calls next to no rows that class,
so that folds score 0: what was never seen, no resampling shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluate.outcome import Outcome

LEAST_DRAWS = 20
_AT_EDGE = 0.02
"""With a larger part of the draws at the end of the scale, log-odds tell nothing and percentiles are taken."""

_SHARES = (
    *("roc_auc", "roc_auc_macro", "roc_auc_pairs", "average_precision", "average_precision_macro"),
    *("accuracy", "zero_one_loss", "balanced_accuracy", "f1", "f2", "f05", "f1_macro", "f1_weighted", "precision"),
    *("precision_macro", "precision_weighted", "recall", "recall_weighted", "specificity", "negative_value"),
    *("jaccard", "jaccard_macro", "jaccard_weighted", "jaccard_micro", "top_2", "top_3", "top_5"),
)
_ERRORS = (
    *("log_loss", "brier", "brier_multi", "hinge", "hinge_multi", "rmse", "mse", "mae", "median_error", "mape"),
    *("smape", "rmsle", "msle", "pinball_10", "pinball_90", "poisson_deviance", "gamma_deviance", "tweedie_deviance"),
)
_TAKEN_AWAY = (
    *("r2", "explained_variance", "d2_absolute", "d2_pinball_10", "d2_pinball_90", "d2_poisson", "d2_gamma"),
    *("d2_tweedie", "d2_log_loss", "d2_brier"),
)
_OF_THE_RAREST = (
    *("roc_auc", "roc_auc_macro", "roc_auc_pairs", "average_precision", "average_precision_macro"),
    *("balanced_accuracy", "f1", "f2", "f05", "f1_macro", "precision", "precision_macro", "recall", "jaccard"),
    *("jaccard_macro", "matthews", "kappa"),
)
_EXTREMES = ("max_error",)
"""Of a largest value no bootstrap tells the spread; percentiles show what was seen."""


@dataclass(frozen=True)
class _Scale:
    there: Callable[[np.ndarray], np.ndarray]
    back: Callable[[np.ndarray], np.ndarray]


def _odds(v: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(v / (1 - v)))


_PLAIN = _Scale(lambda v: v, lambda v: v)
_SCALES = {
    **dict.fromkeys(_SHARES, _Scale(_odds, lambda v: 1 / (1 + np.exp(-v)))),
    **dict.fromkeys(_ERRORS, _Scale(np.log, np.exp)),
    **dict.fromkeys(_TAKEN_AWAY, _Scale(lambda v: -np.log(1 - v), lambda v: 1 - np.exp(-v))),
}


def interval(metric: str, value: float, draws: np.ndarray, folds: Sequence[Outcome]) -> tuple[float, float]:
    """Return the 95 % interval of a score; NaN twice where it cannot be formed.

    Parameters
    ----------
    metric : str
        Key of the metric.
    value : float
        Mean over folds.
    draws : ndarray of shape (n_draws,)
        The same in bootstrap draws; NaN where a draw cannot be judged.
    folds : sequence of Outcome
        The rows judged.
    """
    usable = draws[~np.isnan(draws)]
    if len(usable) < LEAST_DRAWS or not np.isfinite(value):
        return float("nan"), float("nan")
    rows = [_rows_of(fold, metric in _OF_THE_RAREST) for fold in folds]
    scale = _SCALES.get(metric, _PLAIN)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        moved, centre = scale.there(usable), float(scale.there(np.asarray(value)))
    inside = np.isfinite(moved)
    if metric in _EXTREMES or not np.isfinite(centre) or np.mean(~inside) > _AT_EDGE:
        low, high = np.percentile(usable, [2.5, 97.5])
        return float(min(low, value)), float(max(high, value))
    moved = moved[inside]
    middle = 2 * centre - float(moved.mean())
    half = _wider(rows, skewed=metric in _ERRORS) * float(moved.std())
    low, high = (float(scale.back(np.asarray(middle + side * half))) for side in (-1, 1))
    return low, high


def _rows_of(fold: Outcome, rarest: bool) -> int:
    """Rows of a fold, or of its rarest class that occurs."""
    if not rarest or not fold.n_classes:
        return len(fold.truth)
    counts = np.bincount(fold.truth, minlength=fold.n_classes)
    return int(counts[counts > 0].min())


def _wider(rows: Sequence[int], *, skewed: bool) -> float:
    """Standard deviations of the draws to each side."""
    from scipy.stats import t

    mean = max(float(np.mean(rows)), 2.0)
    # The spread of errors hangs on a few large ones: it is known as if from the rows of one fold.
    freedom = max(mean - 1 if skewed else sum(rows) - len(rows), 2)
    return float(t.ppf(0.975, freedom) * np.sqrt(mean / (mean - 1)))
