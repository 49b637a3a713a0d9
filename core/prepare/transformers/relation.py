"""How columns of numbers are related to a target and to each other."""

from __future__ import annotations

import numpy as np
import pandas as pd


def target_of(y: np.ndarray, task: str) -> np.ndarray:
    """Return the target as whole numbers 0, 1, ... for classes, or float64."""
    is_text = y.dtype.kind not in "fiub"
    if task == "classification" or (is_text and task != "regression"):
        places: np.ndarray = pd.factorize(np.asarray([str(label) for label in y], dtype=object), sort=True)[0]
        return np.asarray(places, dtype=np.int64)
    numbers = pd.to_numeric(pd.Series(y), errors="coerce").to_numpy(dtype=np.float64)
    return np.asarray(np.nan_to_num(numbers, nan=0.0, posinf=0.0, neginf=0.0))


def relation(values: np.ndarray, target: np.ndarray, score: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how related each column is to the target, and the p-values (NaN where there is no test).

    Columns that do not vary are 0 with p = 1. The chi-squared test takes columns moved so that their smallest value
    is 0; where a number is predicted, the F test takes its place.
    """
    from sklearn.feature_selection import chi2, f_classif, f_regression, mutual_info_classif, mutual_info_regression

    classes = target.dtype.kind == "i"
    if score == "mutual":
        method = mutual_info_classif if classes else mutual_info_regression
        near = min(3, len(values) - 1)
        scores = method(values, target, discrete_features=False, n_neighbors=near, random_state=seed)
        p_values = np.full(values.shape[1], np.nan)
    elif score == "chi2" and classes:
        lowest = values.min(axis=0)
        scores, p_values = chi2(values - np.minimum(lowest, 0.0), target)
    else:
        scores, p_values = (f_classif if classes else f_regression)(values, target)
    constant = np.ptp(values, axis=0) == 0
    # A perfect line has r**2 = 1, or a hair above it, where F divides by nothing or turns negative.
    perfect = (scores < 0) | np.isinf(scores)
    scores = np.where(perfect, np.finfo(np.float64).max, scores)
    p_values = np.where(perfect, 0.0, p_values)
    return np.where(constant | np.isnan(scores), 0.0, scores), np.where(constant, 1.0, p_values)


def under_fdr(p_values: np.ndarray, alpha: float) -> np.ndarray:
    """Return which tests stay under the false discovery rate ``alpha`` (Benjamini and Hochberg, 1995)."""
    ordered = np.sort(p_values)
    allowed = ordered[ordered <= alpha * np.arange(1, len(ordered) + 1) / max(len(ordered), 1)]
    return np.asarray(p_values <= allowed.max()) if allowed.size else np.zeros(len(p_values), dtype=bool)


def best(scores: np.ndarray, count: int) -> np.ndarray:
    """Return which are the ``count`` largest; of equal ones the earlier."""
    keep = np.zeros(len(scores), dtype=bool)
    keep[np.argsort(-scores, kind="stable")[:count]] = True
    return keep


def correlations(values: np.ndarray) -> np.ndarray:
    """Return absolute Pearson correlations of shape (n_columns, n_columns); 0 for columns that do not vary."""
    centred = values - values.mean(axis=0)
    largest = np.abs(centred).max(axis=0, initial=0.0)
    centred = centred / np.where(largest > 0, largest, 1.0)
    lengths = np.sqrt((centred**2).sum(axis=0))
    scaled = centred / np.where(lengths > 0, lengths, 1.0)
    related: np.ndarray = np.clip(np.abs(scaled.T @ scaled), 0.0, 1.0)
    return related


def ranks_of(values: np.ndarray) -> np.ndarray:
    """Return the rank of each cell in its column, equal cells sharing the mean rank."""
    return np.asarray(pd.DataFrame(values).rank().to_numpy(dtype=np.float64))
