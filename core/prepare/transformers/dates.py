"""Dates as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.common import columns_of, table_tags


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
        columns = [pd.to_datetime(column) for column in columns_of(X)]
        self.earliest_ = [None if dates.isna().all() else dates.min().isoformat() for dates in columns]
        self.parts_ = [self._useful(dates) for dates in columns]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_parts of all columns)."""
        check_is_fitted(self)
        out: list[np.ndarray] = []
        for dates, parts, earliest in zip(columns_of(X), self.parts_, self.earliest_, strict=True):
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
        return table_tags(super().__sklearn_tags__())


def date_part(dates: pd.Series, part: str, earliest: str | None) -> np.ndarray:
    """Return one part of ``dates`` as float64 of shape (n_rows,), NaN where the date is missing."""
    if part == "days":
        if earliest is None:
            return np.full(len(dates), np.nan)
        return np.asarray((dates - pd.Timestamp(earliest)).dt.total_seconds() / 86_400, dtype=np.float64)
    if part in ("week", "weekend", "month start", "month end"):
        found = {
            "week": lambda: dates.dt.isocalendar().week.astype("float64"),
            "weekend": lambda: dates.dt.day_of_week >= 5,
            "month start": lambda: dates.dt.is_month_start,
            "month end": lambda: dates.dt.is_month_end,
        }[part]()
        return np.where(dates.isna(), np.nan, found.to_numpy(dtype=np.float64, na_value=np.nan))
    attribute = {"day of year": "day_of_year", "weekday": "day_of_week"}.get(part, part)
    return np.asarray(getattr(dates.dt, attribute), dtype=np.float64)
