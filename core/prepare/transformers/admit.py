"""Categories that no training row had, taken as missing where the person says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.cells import to_category
from core.prepare.transformers.common import table_tags


class Admit(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Empties the cells of ``columns`` whose category was not there in ``fit``; the rest of the frame passes.

    Parameters
    ----------
    columns : sequence of str
        Columns whose unseen categories count as missing.

    Attributes
    ----------
    levels_ : dict of str to list of str
        Categories seen, by column.
    """

    def __init__(self, columns: Sequence[str] = ()) -> None:
        self.columns = columns

    def fit(self, X: pd.DataFrame, y: Any = None) -> Admit:
        """Learn the categories."""
        self.n_features_in_ = X.shape[1]
        self.feature_names_in_ = np.asarray([str(name) for name in X.columns], dtype=object)
        self.levels_ = {
            name: sorted({cell for cell in to_category(X[name]) if cell is not None}) for name in self.columns
        }
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return a frame of the same shape; every row is looked at on its own."""
        check_is_fitted(self)
        changed = X.copy(deep=False)
        for name, levels in self.levels_.items():
            known = set(levels)
            cells = X[name].copy()
            cells[[cell not in known for cell in to_category(cells)]] = None
            changed[name] = cells
        return changed

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the frame's columns."""
        check_is_fitted(self)
        return self.feature_names_in_

    def __sklearn_tags__(self) -> Any:
        """Declare tables of text as input."""
        return table_tags(super().__sklearn_tags__())
