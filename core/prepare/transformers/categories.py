"""Categories as tidy text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from core.prepare.cells import to_category
from core.prepare.transformers.common import columns_of, table_tags

MISSING_LEVEL = "(missing)"
RARE_LEVEL = "(rare)"


class Categories(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn the cells of category columns into tidy text: blanks stripped, whole floats without ".0".

    Parameters
    ----------
    fill : {"keep", "level", "most_frequent"}
        What becomes of a missing cell: stays missing (NaN, the only mark that scikit-learn's encoders know; the level
        "(missing)" that an earlier step made counts as missing), becomes a level of its own, or takes the most
        frequent level seen in ``fit`` (the first in sorted order among equals).
    min_rows : int
        Levels seen in fewer rows become missing, and so do levels never seen. How a model does on levels seen once is
        the best guess for levels it will see for the first time (Good, 1953), so they should look alike to it.
    max_levels : int or None
        At most this many levels are kept, the most frequent ones. None keeps all, also those never seen.

    Attributes
    ----------
    levels_ : list of (list of str or None)
        Levels kept, one list a column, sorted; None where all are.
    fill_values_ : list of (str or float)
        One a column.
    """

    def __init__(self, fill: str = "level", min_rows: int = 1, max_levels: int | None = None) -> None:
        self.fill = fill
        self.min_rows = min_rows
        self.max_levels = max_levels

    def fit(self, X: Any, y: Any = None) -> Categories:
        """Learn what a missing cell is filled with."""
        validate_data(self, X, dtype=None, ensure_all_finite=False, skip_check_array=isinstance(X, pd.DataFrame))
        columns = [self._cells(column) for column in columns_of(X)]
        self.fill_values_ = [self._fill_value(cells) for cells in columns]
        self.levels_ = [None if self.max_levels is None else self._kept_levels(cells) for cells in columns]
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return an object array of shape (n_rows, n_columns) of str (or NaN with ``fill="keep"``)."""
        check_is_fitted(self)
        is_frame = isinstance(X, pd.DataFrame)
        X = validate_data(self, X, dtype=None, ensure_all_finite=False, reset=False, skip_check_array=is_frame)
        out = np.empty((len(X), self.n_features_in_), dtype=object)
        for place, column in enumerate(columns_of(X)):
            fill, levels = self.fill_values_[place], self.levels_[place]
            cells = [fill if cell is None else cell for cell in self._cells(column)]
            if levels is not None:
                kept = set(levels)
                cells = [cell if cell in kept else np.nan for cell in cells]
            out[:, place] = cells
        return out

    def _cells(self, column: pd.Series) -> list[str | None]:
        cells = to_category(column)
        if self.fill != "keep":
            return cells
        return [None if cell == MISSING_LEVEL else cell for cell in cells]

    def _fill_value(self, cells: Sequence[str | None]) -> str | float:
        if self.fill == "keep":
            return float("nan")
        seen = pd.Series([cell for cell in cells if cell is not None], dtype=object)
        if self.fill == "level" or seen.empty:
            return MISSING_LEVEL
        return str(seen.mode().iloc[0])

    def _kept_levels(self, cells: Sequence[str | None]) -> list[str]:
        counts = Counter(cell for cell in cells if cell is not None)
        frequent = [level for level, count in counts.items() if count >= self.min_rows]
        frequent.sort(key=lambda level: (-counts[level], level))
        return sorted(frequent[: self.max_levels])

    def __sklearn_tags__(self) -> Any:
        """Declare that text and missing cells are welcome."""
        return table_tags(super().__sklearn_tags__())


def level_name(feature: str, level: Any) -> str:
    """Name a one-hot column; scikit-learn's word for grouped rare levels is replaced by ours."""
    return f"{feature} = {RARE_LEVEL if level == 'infrequent_sklearn' else level}"
