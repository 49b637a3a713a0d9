"""Our own scikit-learn transformers: what the library does not have, or does not do safely on raw tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from core.errors import LatheError
from core.prepare.cells import to_canonical, to_category

LARGEST = float(np.finfo(np.float32).max) / 4
"""Numbers beyond this are cut, so that models that work in single precision do not see an infinity."""

MISSING_LEVEL = "(missing)"
RARE_LEVEL = "(rare)"


class RawColumns(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """First step of every pipeline: exactly the declared columns, in order, in the dtypes of the declared storage.

    Parameters
    ----------
    names : sequence of str
        Columns to take; others are ignored.
    storages : sequence of str
        `StorageType` value of each.

    Raises
    ------
    LatheError
        Where a column is missing from the table, or the input is no DataFrame.
    """

    def __init__(self, names: Sequence[str] = (), storages: Sequence[str] = ()) -> None:
        self.names = names
        self.storages = storages

    def fit(self, X: pd.DataFrame, y: Any = None) -> RawColumns:
        """Check that the columns are there; nothing is learned."""
        self._require(X)
        self.feature_names_in_ = np.asarray(list(self.names), dtype=object)
        self.n_features_in_ = len(self.names)
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return a frame of shape (n_rows, n_names); every row is converted on its own."""
        check_is_fitted(self)
        self._require(X)
        cells = {
            place: to_canonical(X[name], storage, largest=LARGEST)
            for place, (name, storage) in enumerate(zip(self.names, self.storages, strict=True))
        }
        frame = pd.DataFrame(cells, index=X.index)
        frame.columns = pd.Index(list(self.names), dtype=object)
        return frame

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the declared names."""
        return np.asarray(list(self.names), dtype=object)

    def _require(self, X: Any) -> None:
        if not isinstance(X, pd.DataFrame):
            raise LatheError(f"A table with named columns is needed. It is a {type(X).__name__}.")
        present = set(X.columns)
        absent = [name for name in self.names if name not in present]
        if absent:
            listed = ", ".join(repr(name) for name in absent)
            raise LatheError(
                f"The model needs the columns {listed}, and the table does not have them.",
                hint="Add them, or rename the table's columns to match.",
                field=absent[0],
            )

    def __sklearn_tags__(self) -> Any:
        """Declare mixed tables, not plain number arrays, as input."""
        return _table_tags(super().__sklearn_tags__())


class Categories(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Turn the cells of category columns into tidy text: blanks stripped, whole floats without ".0".

    Parameters
    ----------
    fill : {"keep", "level", "most_frequent"}
        What becomes of a missing cell: stays missing (NaN, the only mark that scikit-learn's encoders know), becomes a
        level of its own, or takes the most frequent level seen in ``fit`` (the first in sorted order among equals).
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
        columns = [to_category(column) for column in _columns_of(X)]
        self.fill_values_ = [self._fill_value(cells) for cells in columns]
        self.levels_ = [None if self.max_levels is None else self._kept_levels(cells) for cells in columns]
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return an object array of shape (n_rows, n_columns) of str (or NaN with ``fill="keep"``)."""
        check_is_fitted(self)
        is_frame = isinstance(X, pd.DataFrame)
        X = validate_data(self, X, dtype=None, ensure_all_finite=False, reset=False, skip_check_array=is_frame)
        out = np.empty((len(X), self.n_features_in_), dtype=object)
        for place, column in enumerate(_columns_of(X)):
            fill, levels = self.fill_values_[place], self.levels_[place]
            cells = [fill if cell is None else cell for cell in to_category(column)]
            if levels is not None:
                kept = set(levels)
                cells = [cell if cell in kept else np.nan for cell in cells]
            out[:, place] = cells
        return out

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
        return _table_tags(super().__sklearn_tags__())


class DateParts(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Expand dates to numbers a model can use; a missing date gives NaN in each.

    Parameters
    ----------
    parts : sequence of str
        Of `DATE_PARTS`. "hour" is given only where the time of day varied in ``fit``.

    Attributes
    ----------
    earliest_ : list of (str or None)
        Earliest date seen, ISO format; "days" counts from it.
    parts_ : list of list of str
        Parts given, for each column.
    """

    def __init__(self, parts: Sequence[str] = ("year", "month", "day")) -> None:
        self.parts = parts

    def fit(self, X: pd.DataFrame, y: Any = None) -> DateParts:
        """Learn the earliest date and whether the hour varies."""
        self.feature_names_in_ = np.asarray([str(name) for name in X.columns], dtype=object)
        self.n_features_in_ = X.shape[1]
        columns = [pd.to_datetime(column) for column in _columns_of(X)]
        self.earliest_ = [None if dates.isna().all() else dates.min().isoformat() for dates in columns]
        self.parts_ = [self._useful(dates) for dates in columns]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_parts of all columns)."""
        check_is_fitted(self)
        out: list[np.ndarray] = []
        for dates, parts, earliest in zip(_columns_of(X), self.parts_, self.earliest_, strict=True):
            out.extend(date_part(pd.to_datetime(dates), part, earliest) for part in parts)
        return np.column_stack(out) if out else np.empty((len(X), 0))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "column part" for each output column."""
        check_is_fitted(self)
        names = [
            f"{name} {part}" for name, parts in zip(self.feature_names_in_, self.parts_, strict=True) for part in parts
        ]
        return np.asarray(names, dtype=object)

    def _useful(self, dates: pd.Series) -> list[str]:
        varies = dates.dt.hour.nunique() > 1
        return [part for part in self.parts if part != "hour" or varies] or ["days"]

    def __sklearn_tags__(self) -> Any:
        """Declare dates, not plain number arrays, as input."""
        return _table_tags(super().__sklearn_tags__())


def date_part(dates: pd.Series, part: str, earliest: str | None) -> np.ndarray:
    """Return one part of ``dates`` as float64 of shape (n_rows,), NaN where the date is missing."""
    if part == "days":
        if earliest is None:
            return np.full(len(dates), np.nan)
        return np.asarray((dates - pd.Timestamp(earliest)).dt.total_seconds() / 86_400, dtype=np.float64)
    attribute = {"day of year": "day_of_year", "weekday": "day_of_week"}.get(part, part)
    return np.asarray(getattr(dates.dt, attribute), dtype=np.float64)


class TextWords(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """TF-IDF of the words of one text column; a missing cell is an empty text.

    Parameters
    ----------
    max_words : int
        Keep this many words, the most frequent ones.

    Notes
    -----
    A thin guard around scikit-learn's ``TfidfVectorizer``, which refuses a column without a single word;
    here such a column gives one column of zeros.
    """

    def __init__(self, max_words: int = 100) -> None:
        self.max_words = max_words

    def fit(self, X: pd.DataFrame, y: Any = None) -> TextWords:
        """Learn the words and how rare each is."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.feature_names_in_ = np.asarray([str(name) for name in X.columns], dtype=object)
        self.n_features_in_ = X.shape[1]
        vectorizer = TfidfVectorizer(max_features=self.max_words, strip_accents="unicode", sublinear_tf=True)
        texts = _texts_of(X)
        analyze = vectorizer.build_analyzer()
        self.vectorizer_ = vectorizer.fit(texts) if any(analyze(text) for text in texts) else None
        return self

    def transform(self, X: pd.DataFrame) -> Any:
        """Return a sparse float64 matrix of shape (n_rows, n_words)."""
        from scipy.sparse import csr_matrix

        check_is_fitted(self)
        return csr_matrix((len(X), 1)) if self.vectorizer_ is None else self.vectorizer_.transform(_texts_of(X))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "column: word" for each output column."""
        check_is_fitted(self)
        words = ["(no words)"] if self.vectorizer_ is None else self.vectorizer_.get_feature_names_out()
        return np.asarray([f"{self.feature_names_in_[0]}: {word}" for word in words], dtype=object)

    def __sklearn_tags__(self) -> Any:
        """Declare text, not plain number arrays, as input."""
        return _table_tags(super().__sklearn_tags__())


class FiniteMatrix(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Last step of preparation: a dense float64 array without infinities, with unique column names.

    Parameters
    ----------
    keep_missing : bool
        Leave NaN for a model that takes it; otherwise NaN becomes 0.
    """

    def __init__(self, keep_missing: bool = False) -> None:
        self.keep_missing = keep_missing

    def fit(self, X: Any, y: Any = None) -> FiniteMatrix:
        """Record the width; nothing is learned."""
        validate_data(self, X, ensure_all_finite=False)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_columns)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, ensure_all_finite=False, reset=False, copy=False)
        if np.isfinite(X).all() and np.abs(X).max(initial=0.0) <= LARGEST:
            return np.asarray(X)
        missing = np.nan if self.keep_missing else 0.0
        finite: np.ndarray = np.nan_to_num(X, nan=missing, posinf=LARGEST, neginf=-LARGEST)
        np.clip(finite, -LARGEST, LARGEST, out=finite)
        return finite

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the incoming names; a repeated one gets " (2)", " (3)", ..."""
        return unique_names(super().get_feature_names_out(input_features))

    def __sklearn_tags__(self) -> Any:
        """Declare that missing values are welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


def unique_names(names: Iterable[str]) -> np.ndarray:
    """Return ``names`` with a number behind each that was there before."""
    taken: set[str] = set()
    unique = []
    for name in names:
        candidate, count = str(name), 1
        while candidate in taken:
            count += 1
            candidate = f"{name} ({count})"
        taken.add(candidate)
        unique.append(candidate)
    return np.asarray(unique, dtype=object)


def level_name(feature: str, level: Any) -> str:
    """Name a one-hot column; scikit-learn's word for grouped rare levels is replaced by ours."""
    return f"{feature} = {RARE_LEVEL if level == 'infrequent_sklearn' else level}"


def _columns_of(X: Any) -> list[pd.Series]:
    frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X)
    return [frame.iloc[:, place] for place in range(frame.shape[1])]


def _texts_of(X: Any) -> list[str]:
    return [cell or "" for cell in to_category(_columns_of(X)[0])]


def _table_tags(tags: Any) -> Any:
    tags.input_tags.two_d_array = False
    tags.input_tags.string = True
    tags.input_tags.categorical = True
    tags.input_tags.allow_nan = True
    return tags
