"""Scores over folds with bootstrap intervals that are paired between the models of a run.

Rows are resampled within each fold (Efron and Tibshirani 1993); `core.evaluate.intervals` says what the interval is for
and how it is made of the draws. The draws depend on the seed and
the rows alone, so all models of a run see the same draws and their differences can be taken pair by pair.

Where the folds were drawn several times a row is judged several times, yet it is one row: drawing it anew for each
repeat would pretend to more rows than there are. Then whole rows are resampled, each with the same count in all folds
that judge it, and the interval is that of the mean over all folds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import LatheError
from core.evaluate.intervals import interval
from core.evaluate.metric_spec import MetricSpec
from core.evaluate.outcome import Outcome

DRAWS = 400
DRAWS_LARGE = 200
LARGE_ROWS = 20_000
_CHUNK_CELLS = 4_000_000


@dataclass(frozen=True)
class FoldScores:
    """One metric over all folds.

    Attributes
    ----------
    value : float
        Mean of the folds.
    low, high : float
        95 % interval (`core.evaluate.intervals`); NaN where it cannot be formed.
    folds : tuple of float
        Value of each fold.
    draws : ndarray of shape (n_draws,)
        Mean over folds in each bootstrap draw.
    """

    metric: str
    value: float
    low: float
    high: float
    folds: tuple[float, ...]
    draws: np.ndarray


def score_folds(
    folds: Sequence[Outcome],
    metrics: Sequence[MetricSpec],
    *,
    seed: int,
    rows: Sequence[np.ndarray] | None = None,
    drawn: Sequence[MetricSpec] | None = None,
) -> tuple[FoldScores, ...]:
    """Score every metric on every fold, with intervals.

    Parameters
    ----------
    folds : sequence of Outcome
        One a fold (a single one for a hold-out).
    metrics : sequence of MetricSpec
        What to measure.
    seed : int
        Seed of the draws; the same for all models that are to be compared.
    rows : sequence of ndarray of int, optional
        Row numbers of each fold. Needed where a row may stand in several folds (repeats).
    drawn : sequence of MetricSpec, optional
        Those of ``metrics`` that get an interval; all where it is left out.

    Returns
    -------
    tuple of FoldScores
        In the order of ``metrics``.
    """
    points = np.array([[float(metric.function(fold)[0]) for metric in metrics] for fold in folds])
    # One number of draws for all folds: folds by group or by chance differ in size, also around the limit.
    count = DRAWS if max(len(fold.truth) for fold in folds) <= LARGE_ROWS else DRAWS_LARGE
    chosen = tuple(metrics) if drawn is None else tuple(drawn)
    if rows is not None and _is_judged_again(rows):
        draws = _shared_draws(folds, rows, chosen, count, seed=seed)
    else:
        draws = np.stack([_fold_draws(fold, chosen, count, seed=seed + index) for index, fold in enumerate(folds)])
    by_key = dict(zip((metric.key for metric in chosen), _mean_over_folds(draws), strict=True))
    values = _mean_over_folds(points)
    none = np.zeros(0)
    return tuple(
        _scores(metric.key, float(values[i]), points[:, i], by_key.get(metric.key, none), folds)
        for i, metric in enumerate(metrics)
    )


def _scores(key: str, value: float, each: np.ndarray, draws: np.ndarray, folds: Sequence[Outcome]) -> FoldScores:
    return FoldScores(key, value, *interval(key, value, draws, folds), tuple(each.tolist()), draws)


def judgeable(folds: Sequence[Outcome], metrics: Sequence[MetricSpec]) -> tuple[MetricSpec, ...]:
    """Return the metrics that are defined on every fold.

    Raises
    ------
    LatheError
        Where the first, which ranks the board, is not.
    """
    for metric in metrics[:1]:
        why = next((why for fold in folds if (why := metric.undefined(fold))), "")
        if why:
            raise LatheError(
                f"{metric.title} cannot judge this model. {why}",
                hint="Rank by another metric, or transform the target so that predictions stay in range.",
                field="task.metric",
            )
    return tuple(metric for metric in metrics if not any(metric.undefined(fold) for fold in folds))


def _mean_over_folds(values: np.ndarray) -> np.ndarray:
    """Mean over the first axis of what could be judged; NaN where no fold could."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(np.divide(total, known.sum(axis=0), out=np.full(total.shape, np.nan), where=known.any(axis=0)))


def _fold_draws(fold: Outcome, metrics: Sequence[MetricSpec], draws: int, *, seed: int) -> np.ndarray:
    """Return the metrics of bootstrap draws of one fold, shape (n_metrics, n_draws)."""
    n = len(fold.truth)
    rng = np.random.default_rng(seed)
    step = max(1, min(draws, _CHUNK_CELLS // max(n, fold.n_classes**2, 1)))
    parts = []
    for start in range(0, draws, step):
        weights = resample_counts(rng, n, min(step, draws - start))
        chunk = fold.with_weights(weights)
        parts.append(np.stack([metric.function(chunk) for metric in metrics]))
    return np.hstack(parts)


def _is_judged_again(rows: Sequence[np.ndarray]) -> bool:
    """Tell whether a row stands in more than one fold."""
    every = np.concatenate(list(rows))
    return len(np.unique(every)) < len(every)


def _shared_draws(
    folds: Sequence[Outcome], rows: Sequence[np.ndarray], metrics: Sequence[MetricSpec], draws: int, *, seed: int
) -> np.ndarray:
    """Return the metrics of draws in which a row counts as often in every fold that judges it.

    Returns
    -------
    ndarray of shape (n_folds, n_metrics, n_draws)
        NaN where a draw holds no row of a fold.
    """
    every = np.unique(np.concatenate(list(rows)))
    places = [np.searchsorted(every, where) for where in rows]
    rng = np.random.default_rng(seed)
    step = max(1, min(draws, _CHUNK_CELLS // max(len(every), max(fold.n_classes for fold in folds) ** 2, 1)))
    parts = []
    for start in range(0, draws, step):
        counts = resample_counts(rng, len(every), min(step, draws - start))
        parts.append(
            np.stack([_measured(fold, counts[:, place], metrics) for fold, place in zip(folds, places, strict=True)])
        )
    return np.concatenate(parts, axis=2)


def _measured(fold: Outcome, weights: np.ndarray, metrics: Sequence[MetricSpec]) -> np.ndarray:
    """Return the metrics under ``weights``, shape (n_metrics, n_draws); NaN where a draw has no row of the fold."""
    held = weights.any(axis=1)
    found = np.full((len(metrics), len(weights)), np.nan)
    if held.any():
        chunk = fold.with_weights(weights[held])
        found[:, held] = np.stack([metric.function(chunk) for metric in metrics])
    return found


def resample_counts(rng: np.random.Generator, n_rows: int, n_draws: int) -> np.ndarray:
    """Count how often each row is drawn in ``n_draws`` resamples with replacement; shape (n_draws, n_rows)."""
    picks = rng.integers(0, n_rows, size=(n_draws, n_rows), dtype=np.int64)
    picks += np.arange(n_draws)[:, None] * n_rows
    return np.bincount(picks.ravel(), minlength=n_draws * n_rows).reshape(n_draws, n_rows).astype(np.float64)
