"""What transformers of text cells share: they remember the names of their columns and read cells as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.cells import to_category
from core.prepare.transformers.common import columns_of, table_tags


class CellWise(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A transformer of columns of text; subclasses say what they learn and what they give.

    Attributes
    ----------
    feature_names_in_ : ndarray of str
    n_features_in_ : int
    """

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Remember the columns, and learn from their cells."""
        frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X)
        self.feature_names_in_ = np.asarray([str(name) for name in frame.columns], dtype=object)
        self.n_features_in_ = frame.shape[1]
        self._learn(frame)
        return self

    def _learn(self, X: pd.DataFrame) -> None:
        """Learn nothing; for subclasses to say otherwise."""

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns made: those of the columns given, unless a subclass says otherwise."""
        check_is_fitted(self)
        return self.feature_names_in_

    def __sklearn_tags__(self) -> Any:
        """Declare text, not plain number arrays, as input."""
        return table_tags(super().__sklearn_tags__())


def texts_by_column(X: Any) -> list[list[str]]:
    """Return each column's cells as text; a missing cell is an empty text."""
    return [[cell or "" for cell in to_category(column)] for column in columns_of(X)]


def distinct(cells: Sequence[str], convert: Callable[[list[str]], Sequence[Any]]) -> list[Any]:
    """Return ``convert(cells)``, with equal cells converted once. ``convert`` must take each cell on its own."""
    unique = list(dict.fromkeys(cells))
    made = dict(zip(unique, convert(unique), strict=True))
    return [made[cell] for cell in cells]


def object_table(columns: Sequence[Sequence[str | None]], rows: int) -> np.ndarray:
    """Return columns of text as an object array of shape (n_rows, n_columns)."""
    table = np.empty((rows, len(columns)), dtype=object)
    for place, cells in enumerate(columns):
        table[:, place] = cells
    return table
