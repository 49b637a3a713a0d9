"""Missing cells: filled with a text, from the same group's history, or reason enough to leave a column out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.cells import to_category
from core.prepare.transformers.common import columns_of, table_tags
from core.prepare.transformers.history import GroupHistory, group_texts, time_numbers
from core.prepare.transformers.numeric import names_of

_DATES = "datetime64[us]"


class FillText(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Puts a fixed text where a category is missing, and tidies the others.

    Parameters
    ----------
    text : str
        The text.
    """

    def __init__(self, text: str = "unknown") -> None:
        self.text = text

    def fit(self, X: pd.DataFrame, y: Any = None) -> FillText:
        """Learn nothing but the names."""
        self.feature_names_in_ = names_of(X)
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return an object array of shape (n_rows, n_columns) of str."""
        check_is_fitted(self)
        out = np.empty(X.shape, dtype=object)
        for place, column in enumerate(columns_of(X)):
            out[:, place] = [self.text if cell is None else cell for cell in to_category(column)]
        return out

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns."""
        check_is_fitted(self)
        return self.feature_names_in_

    def __sklearn_tags__(self) -> Any:
        """Declare that text and missing cells are welcome."""
        return table_tags(super().__sklearn_tags__())


class FullColumns(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Keeps the columns that lack few cells in the rows it is fitted on.

    Parameters
    ----------
    most : float
        Columns that lack a larger share of cells are left out.

    Attributes
    ----------
    support_ : ndarray of bool, shape (n_columns,)
        Which columns stay.
    """

    def __init__(self, most: float = 0.5) -> None:
        self.most = most

    def fit(self, X: pd.DataFrame, y: Any = None) -> FullColumns:
        """Learn which columns stay."""
        self.feature_names_in_ = names_of(X)
        self.n_features_in_ = X.shape[1]
        shares = [float(column.isna().mean()) if len(X) else 0.0 for column in columns_of(X)]
        self.support_ = np.asarray([share <= self.most for share in shares], dtype=bool)
        return self

    def fit_transform(self, X: pd.DataFrame, y: Any = None, **params: Any) -> pd.DataFrame:
        """Fit, and return the columns that stay."""
        return self.fit(X, y).transform(X)

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return the columns that stay."""
        check_is_fitted(self)
        return X.iloc[:, np.flatnonzero(self.support_)]

    def get_support(self) -> np.ndarray:
        """Return which columns stay, bool of shape (n_columns,)."""
        check_is_fitted(self)
        return self.support_

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns that stay."""
        return np.asarray(self.feature_names_in_[self.get_support()])

    def __sklearn_tags__(self) -> Any:
        """Declare that any cells are welcome."""
        return table_tags(super().__sklearn_tags__())


class FillAlong(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Fills a gap with the value that the same group had before it, or has after it.

    The history is that of the rows of ``fit``; any other row looks up its own group and time there.

    Parameters
    ----------
    order, group : str
        Columns of the frame to put in order by, and to stay inside of; "" for no group.
    extra : int
        The frame's last ``extra`` columns are read only, and no part of the result.
    direction : {"forward", "backward"}
        The last known value before, or the first one after.
    otherwise : {"other", "typical", "leave"}
        Where there is none: look the other way, take the median (of words the most frequent one), or leave the gap.
        What the other way does not find either is filled with the typical value.

    Attributes
    ----------
    histories_ : list of GroupHistory
        One a column; words stand there as places in ``levels_``.
    levels_ : list of (list of str or None)
    typical_ : list of float
    """

    def __init__(
        self,
        order: str = "",
        group: str = "",
        extra: int = 0,
        direction: str = "forward",
        otherwise: str = "other",
    ) -> None:
        self.order = order
        self.group = group
        self.extra = extra
        self.direction = direction
        self.otherwise = otherwise

    def fit(self, X: pd.DataFrame, y: Any = None) -> FillAlong:
        """Learn the known values of each group in order of time."""
        self.n_features_in_ = X.shape[1]
        self.feature_names_in_ = names_of(X)
        groups, times = self._groups(X), self._times(X)
        self.histories_, self.levels_, self.typical_ = [], [], []
        for column in self._own(X):
            levels = _levels_of(column)
            values = _as_numbers(column, levels)
            self.histories_.append(GroupHistory().fit(groups, times, values))
            self.levels_.append(levels)
            self.typical_.append(_typical(values, levels, _is_date(column)))
        return self

    def fit_transform(self, X: pd.DataFrame, y: Any = None, **params: Any) -> Any:
        """Fit, and fill the rows fitted on."""
        return self.fit(X, y).transform(X)

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return a frame of the own columns in their dtypes."""
        check_is_fitted(self)
        groups, times = self._groups(X), self._times(X)
        filled = {place: self._fill(column, place, groups, times) for place, column in enumerate(self._own(X))}
        frame = pd.DataFrame(filled, index=X.index)
        frame.columns = pd.Index(self.get_feature_names_out(), dtype=object)
        return frame

    def _fill(self, column: pd.Series, place: int, groups: np.ndarray | None, times: np.ndarray) -> pd.Series:
        gaps = column.isna().to_numpy(dtype=bool)
        if not gaps.any():
            return column
        history = self.histories_[place]
        asked = None if groups is None else groups[gaps]
        before = history.from_end(history.before(asked, times[gaps]))
        after = history.from_start(history.after(asked, times[gaps]))
        found, other = (before, after) if self.direction == "forward" else (after, before)
        if self.otherwise == "other":
            found = np.where(np.isnan(found), other, found)
        if self.otherwise != "leave":
            found = np.where(np.isnan(found), self.typical_[place], found)
        return _put(column, gaps, found, self.levels_[place])

    def _own(self, X: pd.DataFrame) -> list[pd.Series]:
        columns = columns_of(X)
        return columns[: len(columns) - self.extra]

    def _times(self, X: pd.DataFrame) -> np.ndarray:
        column = _named(X, self.order)
        if column is None or column.dtype == object:
            return np.full(len(X), np.nan)
        return time_numbers(column)

    def _groups(self, X: pd.DataFrame) -> np.ndarray | None:
        column = _named(X, self.group) if self.group else None
        return None if column is None else group_texts(column)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the own columns."""
        check_is_fitted(self)
        return self.feature_names_in_[: self.n_features_in_ - self.extra]

    def __sklearn_tags__(self) -> Any:
        """Declare that any cells are welcome."""
        return table_tags(super().__sklearn_tags__())


def _named(X: pd.DataFrame, name: str) -> pd.Series | None:
    """Return the last column called ``name``: helpers stand behind the own columns."""
    places = [place for place, column in enumerate(X.columns) if str(column) == name]
    return X.iloc[:, places[-1]] if places else None


def _is_date(column: pd.Series) -> bool:
    return bool(pd.api.types.is_datetime64_any_dtype(column))


def _levels_of(column: pd.Series) -> list[str] | None:
    return sorted({str(cell) for cell in column[column.notna()]}) if column.dtype == object else None


def _as_numbers(column: pd.Series, levels: list[str] | None) -> np.ndarray:
    if levels is None:
        return time_numbers(column)
    place = {level: float(n) for n, level in enumerate(levels)}
    missing = column.isna().to_numpy(dtype=bool)
    return np.asarray([np.nan if m else place[str(c)] for c, m in zip(column, missing, strict=True)], dtype=np.float64)


def _typical(values: np.ndarray, levels: list[str] | None, is_date: bool) -> float:
    known = values[~np.isnan(values)]
    if not known.size:
        return 0.0 if levels is None and not is_date else float("nan")
    if levels is None:
        return float(np.median(known))
    return float(np.argmax(np.bincount(known.astype(np.int64))))


def _put(column: pd.Series, gaps: np.ndarray, found: np.ndarray, levels: list[str] | None) -> pd.Series:
    """Return ``column`` with ``found`` in its gaps, in the column's own dtype."""
    out = column.to_numpy().copy()
    if _is_date(column):
        known = ~np.isnan(found)
        stamps = np.where(known, found, 0.0).astype(np.int64).astype(_DATES)
        out[gaps] = np.where(known, stamps, np.datetime64("NaT", "us"))
    elif levels is not None:
        out[gaps] = [None if np.isnan(code) else levels[int(code)] for code in found]
    else:
        out[gaps] = found
    return pd.Series(out, index=column.index, dtype=column.dtype)
