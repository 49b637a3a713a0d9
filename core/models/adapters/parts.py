"""The rows that a network learns from and those that only watch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SMALLEST_VALIDATION = 8


@dataclass(frozen=True)
class TrainingPart:
    """Rows to learn from or to watch.

    Attributes
    ----------
    codes : int32 ndarray of shape (n_rows, n_codes)
        Rows of the embedding tables: category code plus one, 0 for unseen and missing.
    numbers : float32 ndarray of shape (n_rows, n_numeric)
    target : ndarray of shape (n_rows, 1) float32 for regression, (n_rows,) int32 class index otherwise
    weight : float32 ndarray of shape (n_rows,) or None
        Weight of each row in the loss, 1 on average; None where all count the same.
    """

    codes: np.ndarray
    numbers: np.ndarray
    target: np.ndarray
    weight: np.ndarray | None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.target)

    @property
    def is_regression(self) -> bool:
        """Whether the target is a number."""
        return self.target.ndim == 2

    def take(self, rows: np.ndarray) -> TrainingPart:
        """Return the part that has only ``rows``."""
        weight = None if self.weight is None else self.weight[rows]
        return TrainingPart(self.codes[rows], self.numbers[rows], self.target[rows], weight)


def split_validation(labels: np.ndarray | None, n_rows: int, *, share: float, seed: int) -> np.ndarray:
    """Choose the rows that watch: a boolean mask of shape (n_rows,).

    Parameters
    ----------
    labels : int ndarray of shape (n_rows,) or None
        Class of each row: the share is taken of every class, and each class keeps a row to learn from.

    Returns
    -------
    bool ndarray of shape (n_rows,)
        All False where fewer than 8 rows would watch: too few to judge by, and too few left to learn from.
    """
    rng = np.random.default_rng([seed, 2])
    watch = np.zeros(n_rows, dtype=bool)
    groups = np.zeros(n_rows, dtype=np.int64) if labels is None else labels
    for group in np.unique(groups):
        rows = rng.permutation(np.flatnonzero(groups == group))
        watch[rows[: min(round(share * len(rows)), len(rows) - 1)]] = True
    return watch if watch.sum() >= SMALLEST_VALIDATION else np.zeros(n_rows, dtype=bool)
