"""What statistical models share: columns that do not follow from others, and errors laid back on all columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

_FOLLOWS = 1e-8


@dataclass(frozen=True)
class Estimates:
    """What a library found for a design of a constant and some columns.

    Attributes
    ----------
    values : ndarray of shape (n_equations, 1 + n_kept)
        The constant first.
    errors : ndarray of shape (n_equations, 1 + n_kept)
        Standard errors; 0 where not known.
    """

    values: np.ndarray
    errors: np.ndarray

    @property
    def are_finite(self) -> bool:
        """Whether every number is one."""
        return bool(np.isfinite(self.values).all() and np.isfinite(self.errors).all())


def independent_columns(X: np.ndarray) -> np.ndarray:
    """Return which columns do not follow from a constant and the columns before them, bool of shape (n_features,).

    One column of each set that adds up is left out, as R does: its effect is in the others. Found by a Cholesky
    factorisation of the columns' correlations that passes over what leaves nothing.
    """
    centred = X - X.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    varies = length > 1e-12 * np.maximum(np.abs(X).max(axis=0, initial=0.0), 1.0) * np.sqrt(len(X))
    unit = centred / np.where(varies, length, 1.0)
    gram = unit.T @ unit
    keep = np.zeros(X.shape[1], dtype=bool)
    factor = np.zeros((X.shape[1], X.shape[1]))
    kept: list[int] = []
    for column in np.flatnonzero(varies):
        count = len(kept)
        if count >= len(X) - 1:
            break
        shadow = solve_triangular(factor[:count, :count], gram[kept, column], lower=True) if count else np.empty(0)
        left = gram[column, column] - float(shadow @ shadow)
        if left > _FOLLOWS:
            factor[count, :count], factor[count, count] = shadow, np.sqrt(left)
            kept.append(int(column))
            keep[column] = True
    return keep


def with_constant(X: np.ndarray) -> np.ndarray:
    """Return X with a column of ones before it."""
    return np.column_stack([np.ones(len(X)), X])


def standard_errors(covariance: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Return square roots of the diagonal as ``shape``; 0 where there is no finite one."""
    diagonal = np.asarray(np.diag(covariance), dtype=np.float64).reshape(shape)
    return np.sqrt(np.where(np.isfinite(diagonal) & (diagonal > 0), diagonal, 0.0))


def laid_out(kept: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Return what is known of kept columns at their places among all, 0 elsewhere; shape (n_equations, n_features)."""
    out = np.zeros((len(kept), len(keep)))
    out[:, keep] = kept
    return out
