"""Which rows are learned from. Rows to predict always stay; see `core.prepare.fitting`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from core.prepare.transformers.common import columns_of
from core.prepare.transformers.forest import Forest
from core.prepare.transformers.grid import grid_of
from core.prepare.transformers.outliers import fences_of, is_outside


class CompleteRows(BaseEstimator):  # type: ignore[misc]
    """Chooses rows without missing cells.

    Parameters
    ----------
    how : {"any", "all"}
        A row goes where any, or all, of its cells are missing.
    """

    def __init__(self, how: str = "any") -> None:
        self.how = how

    def keep_rows(self, X: pd.DataFrame, y: Any = None) -> np.ndarray:
        """Return bool of shape (n_rows,)."""
        gaps = [column.isna().to_numpy(dtype=bool) for column in columns_of(X)]
        if not gaps:
            return np.ones(len(X), dtype=bool)
        joined = np.logical_or.reduce(gaps) if self.how == "any" else np.logical_and.reduce(gaps)
        return keep_every_class(~joined, y)


class RowsInside(BaseEstimator):  # type: ignore[misc]
    """Chooses rows without outliers.

    Parameters
    ----------
    method : {"iqr", "zscore", "mad", "quantile", "forest"}
        A rule for each column (`fences_of`), or the isolation forest over all of them.
    factor : float
        Width of the fences, in the rule's unit.
    tail : float
        Share beyond each fence of the rule "quantile".
    columns_outside : int
        A row goes where so many of its cells are outside.
    share : float
        Share of rows that the isolation forest takes out.
    trees, seed : int
        Of the isolation forest.
    """

    def __init__(
        self,
        method: str = "iqr",
        factor: float = 1.5,
        tail: float = 0.01,
        columns_outside: int = 1,
        share: float = 0.02,
        trees: int = 100,
        seed: int = 0,
    ) -> None:
        self.method = method
        self.factor = factor
        self.tail = tail
        self.columns_outside = columns_outside
        self.share = share
        self.trees = trees
        self.seed = seed

    def keep_rows(self, X: pd.DataFrame, y: Any = None) -> np.ndarray:
        """Return bool of shape (n_rows,)."""
        with np.errstate(all="ignore"):
            return keep_every_class(self._inside(grid_of(X)), y)

    def _inside(self, cells: np.ndarray) -> np.ndarray:
        if not cells.size:
            return np.ones(len(cells), dtype=bool)
        if self.method == "forest":
            scores = Forest(self.trees, seed=self.seed).fit(cells).scores(cells)
            kept: np.ndarray = scores <= np.quantile(scores, 1.0 - self.share)
            return kept
        lower, upper = fences_of(cells, self.method, self.factor, self.tail)
        count = is_outside(cells, lower, upper).sum(axis=1)
        return np.asarray(count < min(self.columns_outside, cells.shape[1]))


def keep_every_class(keep: np.ndarray, y: Any) -> np.ndarray:
    """Return ``keep`` with every row of a class (text target) of which nothing would be left."""
    if y is None or np.asarray(y).dtype.kind not in "OUS":
        return keep
    labels = np.asarray(y)
    rescued: np.ndarray = keep | ~np.isin(labels, labels[keep])
    return rescued
