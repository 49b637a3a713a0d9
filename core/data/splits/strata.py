"""What the mix of a part is measured by: classes, or bins of a number."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.task import Task
from core.types import SplitKind

_MOST_BINS = 10


def strata_of(y: np.ndarray, rows: np.ndarray, task: Task) -> np.ndarray | None:
    """Return what each row counts as where the parts should have the same mix; None where they need not.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        Target as `target_values` gives it.
    rows : ndarray of int
        Rows that are divided.
    task : Task
        Its split tells whether the mix matters.

    Returns
    -------
    ndarray of shape (n_rows,) or None
        Numbers of classes; bins of equal count for a number, -1 outside ``rows``.
    """
    split = task.split
    is_mixed = split.kind in (SplitKind.STRATIFIED, SplitKind.COLUMN) or split.stratify
    if not is_mixed:
        return None
    if task.kind.is_classification:
        # Numbered in sorted order, as scikit-learn would number the labels, only faster.
        return np.asarray(pd.factorize(y, sort=True)[0])
    if split.kind is SplitKind.COLUMN:
        return None
    return _bins(y, rows, split.folds)


def _bins(y: np.ndarray, rows: np.ndarray, folds: int) -> np.ndarray:
    """Cut a number at its quantiles; equal numbers stay in one bin, and a bin has rows for every fold."""
    count = int(np.clip(len(rows) // (2 * folds), 1, _MOST_BINS))
    edges = np.unique(np.quantile(y[rows], np.linspace(0, 1, count + 1)[1:-1])) if count > 1 else np.empty(0)
    found = np.full(len(y), -1)
    found[rows] = np.searchsorted(edges, y[rows], side="right")
    return found


def codes_of(strata: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    """Return the strata of some rows as numbers from 0."""
    return None if strata is None else np.asarray(pd.factorize(strata[rows])[0])
