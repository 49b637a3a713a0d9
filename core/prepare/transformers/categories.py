"""Categories as tidy text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from core.prepare.cells import category_codes
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
        columns = [self._coded(column) for column in columns_of(X)]
        self.fill_values_ = [self._fill_value(counts) for counts in map(_counts, columns)]
        self.levels_ = [None if self.max_levels is None else self._kept_levels(_counts(coded)) for coded in columns]
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return an object array of shape (n_rows, n_columns) of str (or NaN with ``fill="keep"``)."""
        check_is_fitted(self)
        is_frame = isinstance(X, pd.DataFrame)
        X = validate_data(self, X, dtype=None, ensure_all_finite=False, reset=False, skip_check_array=is_frame)
        out = np.empty((len(X), self.n_features_in_), dtype=object)
        for place, column in enumerate(columns_of(X)):
            codes, texts = self._coded(column)
            cells: list[Any] = [*texts, self.fill_values_[place]]
            levels = self.levels_[place]
            if levels is not None:
                kept = set(levels)
                cells = [cell if cell in kept else np.nan for cell in cells]
            out[:, place] = np.asarray(cells, dtype=object)[codes]
        return out

    def _coded(self, column: pd.Series) -> tuple[np.ndarray, list[str]]:
        codes, texts = category_codes(column)
        if self.fill == "keep" and MISSING_LEVEL in texts:
            codes = np.where(codes == texts.index(MISSING_LEVEL), -1, codes)
        return codes, texts

    def _fill_value(self, counts: Mapping[str, int]) -> str | float:
        if self.fill == "keep":
            return float("nan")
        if self.fill == "level" or not counts:
            return MISSING_LEVEL
        return min(counts, key=lambda level: (-counts[level], level))

    def _kept_levels(self, counts: Mapping[str, int]) -> list[str]:
        frequent = [level for level, count in counts.items() if count >= self.min_rows]
        frequent.sort(key=lambda level: (-counts[level], level))
        return sorted(frequent[: self.max_levels])

    def __sklearn_tags__(self) -> Any:
        """Declare that text and missing cells are welcome."""
        return table_tags(super().__sklearn_tags__())


def _counts(coded: tuple[np.ndarray, list[str]]) -> dict[str, int]:
    """Return how many rows have each category that a row has."""
    codes, texts = coded
    counts = np.bincount(codes[codes >= 0], minlength=len(texts))
    return {text: int(count) for text, count in zip(texts, counts, strict=True) if count}


def level_name(feature: str, level: Any) -> str:
    """Name a one-hot column; scikit-learn's word for grouped rare levels is replaced by ours."""
    return f"{feature} = {RARE_LEVEL if level == 'infrequent_sklearn' else level}"
