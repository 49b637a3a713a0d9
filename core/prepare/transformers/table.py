"""The manners of our transformers that read tables column by column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from core.prepare.transformers.common import table_tags


class TableTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Base of transformers that take a frame of any cells and name what they make.

    Attributes
    ----------
    feature_names_in_ : ndarray of str
    n_features_in_ : int
    names_ : list of str
        Columns made.
    """

    def _remember(self, X: pd.DataFrame) -> list[str]:
        """Keep and return the names of the columns given."""
        names = [str(name) for name in X.columns]
        self.feature_names_in_ = np.asarray(names, dtype=object)
        self.n_features_in_ = len(names)
        return names

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns made."""
        return np.asarray(self.names_, dtype=object)

    def __sklearn_tags__(self) -> Any:
        """Declare that any cells are welcome."""
        return table_tags(super().__sklearn_tags__())


def side_by_side(columns: list[np.ndarray], rows: int) -> np.ndarray:
    """Return ``columns`` as one float64 array of shape (n_rows, n_columns)."""
    return np.column_stack(columns).astype(np.float64) if columns else np.empty((rows, 0))


def helper_place(X: pd.DataFrame, name: str) -> int | None:
    """Return the place of the column that a parameter names: the last one of that name; None where it is gone."""
    return max((place for place, column in enumerate(X.columns) if column == name), default=None)
