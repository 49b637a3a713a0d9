"""How strongly things go along, from counts alone: small numpy functions that need no statistics library."""

from __future__ import annotations

import numpy as np

SURE_Z = 3.3
"""One in a thousand, two-sided: what is less sure is not told."""

CLEAR_V = 0.1
CLEAR_D = 0.3


def classes_shift(inside: np.ndarray, classes: np.ndarray) -> tuple[float, int, float, float] | None:
    """Tell whether classes are mixed differently in some rows than in the others.

    Parameters
    ----------
    inside : ndarray of bool, shape (n,)
        The rows.
    classes : ndarray of int, shape (n,)
        Class codes; rows below 0 are left out.

    Returns
    -------
    (float, int, float, float) or None
        Cramer's V, the class whose share differs most, its share inside and outside; None where the difference is small
        or may be chance.
    """
    known = classes >= 0
    table = np.zeros((2, int(classes.max(initial=0)) + 1))
    np.add.at(table, (inside[known].astype(int), classes[known]), 1)
    table = table[:, table.sum(axis=0) > 0]
    kept = np.unique(classes[known])
    total, rows = table.sum(), table.sum(axis=1)
    if len(kept) < 2 or (rows == 0).any():
        return None
    expected = np.outer(rows, table.sum(axis=0)) / total
    chi2 = float(((table - expected) ** 2 / expected).sum())
    v = float(np.sqrt(chi2 / total))
    if v < CLEAR_V or chi2_z(chi2, len(kept) - 1) < SURE_Z:
        return None
    shares = table / rows[:, None]
    place = int(np.argmax(np.abs(shares[1] - shares[0])))
    return v, int(kept[place]), float(shares[1, place]), float(shares[0, place])


def mean_shift(inside: np.ndarray, values: np.ndarray) -> tuple[float, float, float] | None:
    """Tell whether numbers are higher or lower in some rows than in the others.

    Returns
    -------
    (float, float, float) or None
        Cohen's d without sign (extreme values cut at the 1st and 99th percentile), mean inside and outside; None where
        the difference is small or may be chance.
    """
    known = np.isfinite(values)
    if known.sum() < 3:
        return None
    low, high = np.quantile(values[known], [0.01, 0.99])
    cut = np.clip(values, low, high)
    here, there = cut[known & inside], cut[known & ~inside]
    if min(len(here), len(there)) < 2:
        return None
    freedom = len(here) + len(there) - 2
    spread = float(np.sqrt((here.var() * len(here) + there.var() * len(there)) / max(freedom, 1)))
    gap = abs(float(here.mean() - there.mean()))
    if spread == 0:
        return None
    d = gap / spread
    if d < CLEAR_D or d * np.sqrt(len(here) * len(there) / (len(here) + len(there))) < SURE_Z:
        return None
    return d, float(values[known & inside].mean()), float(values[known & ~inside].mean())


def chi2_z(chi2: float, freedom: int) -> float:
    """Return a chi-square statistic as a standard normal deviate (Wilson and Hilferty 1931)."""
    part = 2.0 / (9.0 * freedom)
    return float(((chi2 / freedom) ** (1 / 3) - (1.0 - part)) / np.sqrt(part))


def auc(scores: np.ndarray, positive: np.ndarray) -> float:
    """Return the area under the ROC curve; ties count half. NaN where there is one class only."""
    hits, n = int(positive.sum()), len(positive)
    if hits in (0, n):
        return float("nan")
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2.0)[places]
    return float((ranks[positive].sum() - hits * (hits + 1) / 2) / (hits * (n - hits)))


def population_shift(first: np.ndarray, last: np.ndarray) -> float:
    """Return the population stability index between two histograms of counts; empty cells count as half a row."""
    a, b = np.maximum(first, 0.5), np.maximum(last, 0.5)
    a, b = a / a.sum(), b / b.sum()
    return float(((a - b) * np.log(a / b)).sum())
