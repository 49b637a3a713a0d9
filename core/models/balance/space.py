"""Prepared rows as points that may be measured: gaps filled, numbers in one unit, categories apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Space:
    """Rows for methods that look at neighbours.

    Trees get their numbers in any unit and with gaps; distances need neither.

    Attributes
    ----------
    points : ndarray or csr_matrix of shape (n_rows, n_features)
        Category codes first, as they are; then numbers with mean 0 and spread 1 (a sparse matrix is only scaled).
    mean, scale : ndarray of shape (n_features,)
        To go back; 0 and 1 for codes.
    n_codes : int
        Columns of category codes.
    """

    points: Any
    mean: np.ndarray
    scale: np.ndarray
    n_codes: int

    def back(self, points: Any) -> Any:
        """Return points of this space as prepared rows."""
        if hasattr(points, "tocsr"):
            return points.multiply(self.scale).tocsr()
        return points * self.scale + self.mean

    def measured(self) -> Any:
        """Return points in which two different categories are as far apart as two spreads of a number."""
        if not self.n_codes:
            return self.points
        codes, numbers = self.points[:, : self.n_codes], self.points[:, self.n_codes :]
        columns = [(column[:, None] == np.unique(column)[None, :]) * np.sqrt(2.0) for column in codes.T]
        return np.hstack([*columns, numbers])


def space_of(X: Any, *, n_codes: int = 0) -> Space:
    """Return the space of prepared rows ``X``, ndarray or csr matrix of shape (n_rows, n_features)."""
    if hasattr(X, "tocsr") and n_codes == 0:
        return _sparse_space(X.tocsr())
    dense = np.array(X.toarray() if hasattr(X, "toarray") else X, dtype=np.float64)
    numbers = dense[:, n_codes:]
    gaps = np.isnan(numbers)
    for place in np.flatnonzero(gaps.any(axis=0)):
        known = numbers[~gaps[:, place], place]
        numbers[gaps[:, place], place] = np.median(known) if len(known) else 0.0
    mean, scale = np.zeros(dense.shape[1]), np.ones(dense.shape[1])
    mean[n_codes:], scale[n_codes:] = numbers.mean(axis=0), _spread(numbers.std(axis=0))
    return Space((dense - mean) / scale, mean, scale, n_codes)


def _sparse_space(X: Any) -> Space:
    size = np.sqrt(np.asarray(X.multiply(X).mean(axis=0)).ravel())
    scale = _spread(size)
    return Space(X.multiply(1.0 / scale).tocsr(), np.zeros(X.shape[1]), scale, 0)


def _spread(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values) & (values > 0), values, 1.0)
