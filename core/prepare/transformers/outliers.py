"""Cells far from the others: fences learned from the training rows, and what is done beyond them."""

from __future__ import annotations

import numpy as np

from core.prepare.transformers.grid import GridTransformer, known_of

_NORMAL_MAD = 1.4826022185056018
"""Standard deviations of a normal distribution in one median absolute deviation."""


def fences_of(cells: np.ndarray, method: str, factor: float, tail: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and highest value of each column that is no outlier.

    Parameters
    ----------
    cells : ndarray of shape (n_rows, n_columns)
        NaN where missing.
    method : {"iqr", "zscore", "mad", "quantile"}
        Quartiles minus and plus ``factor`` times their distance (Tukey 1977); mean or median minus and plus
        ``factor`` standard deviations (of the median absolute deviation: Leys et al. 2013); quantiles ``tail`` and
        ``1 - tail``.
    factor, tail : float
        As above.

    Returns
    -------
    lower, upper : ndarray of shape (n_columns,)
        Infinite where a column has no spread to measure by: nothing is an outlier there.
    """
    fences = [_fence(known_of(column), method, factor, tail) for column in cells.T]
    return np.asarray([low for low, _ in fences]), np.asarray([high for _, high in fences])


def _fence(known: np.ndarray, method: str, factor: float, tail: float) -> tuple[float, float]:
    if not known.size:
        return -np.inf, np.inf
    if method == "quantile":
        low, high = np.quantile(known, [tail, 1.0 - tail])
        return float(low), float(high)
    if method == "iqr":
        low, high = (float(q) for q in np.quantile(known, [0.25, 0.75]))
        spread = high - low
    elif method == "zscore":
        low = high = float(known.mean())
        spread = float(known.std())
    else:
        low = high = float(np.median(known))
        spread = _NORMAL_MAD * float(np.median(np.abs(known - low)))
    if not spread > 0 or np.isinf(spread):
        return -np.inf, np.inf
    return low - factor * spread, high + factor * spread


def is_outside(cells: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Return which cells lie beyond the fences; missing cells do not."""
    outside: np.ndarray = (cells < lower) | (cells > upper)
    return outside


class Fenced(GridTransformer):
    """Base: fences learned in ``fit``.

    Parameters
    ----------
    method, factor, tail
        See `fences_of`.
    sides : {"both", "low", "high"}
        Which fences count.

    Attributes
    ----------
    lower_, upper_ : ndarray of shape (n_columns,)
    """

    def __init__(self, method: str = "iqr", factor: float = 1.5, tail: float = 0.01, sides: str = "both") -> None:
        self.method = method
        self.factor = factor
        self.tail = tail
        self.sides = sides

    def _learn(self, cells: np.ndarray, y: object) -> None:
        lower, upper = fences_of(cells, self.method, self.factor, self.tail)
        self.lower_ = np.full_like(lower, -np.inf) if self.sides == "high" else lower
        self.upper_ = np.full_like(upper, np.inf) if self.sides == "low" else upper


class CapOutliers(Fenced):
    """Moves cells beyond a fence onto it."""

    def _change(self, cells: np.ndarray) -> np.ndarray:
        return np.asarray(np.clip(cells, self.lower_, self.upper_))


class BlankOutliers(Fenced):
    """Makes cells beyond a fence missing."""

    def _change(self, cells: np.ndarray) -> np.ndarray:
        return np.where(is_outside(cells, self.lower_, self.upper_), np.nan, cells)


class FlagOutliers(Fenced):
    """Columns of 0 and 1: which cells lie beyond a fence.

    Parameters
    ----------
    together : bool
        One column that counts the cells outside, in place of one a column.
    """

    def __init__(
        self,
        method: str = "iqr",
        factor: float = 1.5,
        tail: float = 0.01,
        sides: str = "both",
        together: bool = False,
    ) -> None:
        super().__init__(method, factor, tail, sides)
        self.together = together

    def _change(self, cells: np.ndarray) -> np.ndarray:
        outside = is_outside(cells, self.lower_, self.upper_).astype(np.float64)
        return outside.sum(axis=1, keepdims=True) if self.together else outside

    def _names(self) -> list[str]:
        return ["outliers in the row"] if self.together else [f"{name} outlier" for name in self.feature_names_in_]
