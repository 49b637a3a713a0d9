"""Numbers: what scikit-learn does not have, or not for our frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.common import columns_of, table_tags


def median_fill() -> Any:
    """Return an imputer for what no step filled; a column that is empty in a fold stays, as zeros."""
    from sklearn.impute import SimpleImputer

    return SimpleImputer(strategy="median", keep_empty_features=True)


class MissingMarks(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Columns of 0 and 1 for the columns that lack cells in the rows it is fitted on.

    Attributes
    ----------
    marked_ : list of int
        Places of those columns.
    """

    def fit(self, X: pd.DataFrame, y: Any = None) -> MissingMarks:
        """Learn which columns lack cells."""
        self.feature_names_in_ = np.asarray([str(name) for name in X.columns], dtype=object)
        self.n_features_in_ = X.shape[1]
        self.marked_ = [place for place, column in enumerate(columns_of(X)) if column.isna().any()]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_marked)."""
        check_is_fitted(self)
        columns = columns_of(X)
        marks = [columns[place].isna().to_numpy(dtype=np.float64) for place in self.marked_]
        return np.column_stack(marks) if marks else np.empty((len(X), 0))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "column missing" for each output column."""
        check_is_fitted(self)
        return np.asarray([f"{self.feature_names_in_[place]} missing" for place in self.marked_], dtype=object)

    def __sklearn_tags__(self) -> Any:
        """Declare that any cells are welcome."""
        return table_tags(super().__sklearn_tags__())
