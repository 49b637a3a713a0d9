"""How well one column alone predicts the target: means in bins, learned on some folds and scored on another."""

from __future__ import annotations

import numpy as np

from core.quality.effects import auc

FOLDS = 3
BINS = 32
MOST_CODES = 255
PRIOR_ROWS = 5.0
"""A bin's mean is drawn towards the mean of all rows as if so many more rows stood in it."""

MOST_CLASSES = 10


def bins_of_numbers(values: np.ndarray) -> np.ndarray:
    """Return bins with about equally many rows; missing values have one of their own."""
    known = np.isfinite(values)
    if not known.any():
        return np.zeros(len(values), dtype=np.int64)
    edges = np.unique(np.quantile(values[known], np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.where(known, np.searchsorted(edges, np.nan_to_num(values), side="right"), len(edges) + 1)


def bins_of_codes(codes: np.ndarray) -> np.ndarray:
    """Return the most frequent codes as bins, the others as one, missing as another."""
    counts = np.bincount(codes[codes >= 0], minlength=1)
    order = np.argsort(-counts, kind="stable")[:MOST_CODES]
    place = np.full(len(counts) + 1, len(order))
    place[order] = np.arange(len(order))
    place[-1] = len(order) + 1
    return np.asarray(place[codes])


def class_score(bins: np.ndarray, classes: np.ndarray) -> float:
    """Return how well bins tell classes apart: the Gini norm 2 AUC - 1, mean over classes one against the rest.

    Parameters
    ----------
    bins : ndarray of int, shape (n,)
        From 0.
    classes : ndarray of int, shape (n,)
        Class codes from 0; the `MOST_CLASSES` most frequent are looked at.

    Returns
    -------
    float
        0 (nothing) to 1 (everything).
    """
    frequent = np.argsort(-np.bincount(classes), kind="stable")[:MOST_CLASSES]
    labels = frequent[:1] if len(np.unique(classes)) == 2 else frequent
    found = [2 * auc(_held_out(bins, (classes == label).astype(float)), classes == label) - 1 for label in labels]
    sure = [value for value in found if np.isfinite(value)]
    return max(float(np.mean(sure)), 0.0) if sure else 0.0


def number_score(bins: np.ndarray, target: np.ndarray) -> float:
    """Return how much of a number's variance bins explain: R squared on held-out rows, 0 where it is below."""
    total = float(((target - target.mean()) ** 2).sum())
    if total <= 0:
        return 0.0
    return max(1.0 - float(((target - _held_out(bins, target)) ** 2).sum()) / total, 0.0)


def _held_out(bins: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Predict each row by the mean of its bin in the other folds."""
    folds = np.arange(len(bins)) % FOLDS
    size = int(bins.max(initial=0)) + 1
    cells = folds * size + bins
    sums = np.bincount(cells, weights=target, minlength=FOLDS * size).reshape(FOLDS, size)
    counts = np.bincount(cells, minlength=FOLDS * size).reshape(FOLDS, size)
    other_sums, other_counts = sums.sum(axis=0) - sums, counts.sum(axis=0) - counts
    means = other_sums.sum(axis=1) / np.maximum(other_counts.sum(axis=1), 1)
    guesses = (other_sums + PRIOR_ROWS * means[:, None]) / (other_counts + PRIOR_ROWS)
    return np.asarray(guesses[folds, bins])
