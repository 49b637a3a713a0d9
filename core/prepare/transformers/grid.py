"""What transformers of number columns share: cells as one array in, finite numbers out."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.common import table_tags
from core.prepare.transformers.matrix import finite
from core.prepare.transformers.numeric import names_of, numbers_of


def grid_of(X: Any) -> np.ndarray:
    """Return the cells as C-ordered float64 of shape (n_rows, n_columns), nothing beyond single precision; NaN stays.

    One order in memory for every batch: NumPy may sum and round differently along another one.
    """
    return np.ascontiguousarray(finite(numbers_of(X), keep_missing=True))


def known_of(values: np.ndarray) -> np.ndarray:
    """Return what is not missing of one column."""
    known: np.ndarray = values[~np.isnan(values)]
    return known


class GridTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Base of transformers from number columns to number columns. Missing cells are NaN on both sides.

    Attributes
    ----------
    feature_names_in_ : ndarray of str
    n_features_in_ : int
    """

    def fit(self, X: Any, y: Any = None) -> GridTransformer:
        """Learn from the rows of ``X``, shape (n_rows, n_columns), and of the target where the method looks at it."""
        self.feature_names_in_ = names_of(X)
        self.n_features_in_ = X.shape[1]
        with np.errstate(all="ignore"):
            self._learn(grid_of(X), y)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_out) without infinities; each row follows from itself."""
        check_is_fitted(self)
        with np.errstate(all="ignore"):
            return finite(self._change(grid_of(X)), keep_missing=True)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return one name an output column."""
        check_is_fitted(self)
        return np.asarray(self._names(), dtype=object)

    @abstractmethod
    def _learn(self, cells: np.ndarray, y: Any) -> None:
        """Set the learned attributes from ``cells``."""

    @abstractmethod
    def _change(self, cells: np.ndarray) -> np.ndarray:
        """Return what the cells become."""

    def _names(self) -> list[str]:
        return [str(name) for name in self.feature_names_in_]

    def __sklearn_tags__(self) -> Any:
        """Declare that missing cells are welcome."""
        return table_tags(super().__sklearn_tags__())
