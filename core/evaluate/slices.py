"""Columns cut into levels (categories, ranges, missing, parts of a date), and the error in each level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.data.schema import ColumnSchema
from core.data.target import label_text
from core.types import ColumnKind

MISSING = "missing"
FEW_VALUES = 8
"""A number with at most so many values is cut into its values instead of ranges."""
BINS = 5
MOST_LEVELS = 15
"""Categories beyond the most frequent ones are one level together."""
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Cut:
    """A column cut into levels.

    Attributes
    ----------
    column, part : str
        The column; what of it ("month", "weekday", "characters"), empty for its values.
    labels : tuple of str
        Words of each level.
    codes : int64 ndarray of shape (n_rows,)
        Level of each row; -1 in none.
    """

    column: str
    part: str
    labels: tuple[str, ...]
    codes: np.ndarray

    def words(self, level: int) -> str:
        """Say a level as a condition: "Age is 20 to 28", "month of Sold is May"."""
        what = f"{self.part} of {self.column}" if self.part else self.column
        return f"{what} is {self.labels[level]}"


class LevelError(BaseModel):
    """The error in one level of a column with its 95 % interval."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    rows: int
    error: float
    low: float
    high: float


class ColumnError(BaseModel):
    """The error by level of one column, or of a part of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    part: str = ""
    levels: tuple[LevelError, ...]

    @property
    def name(self) -> str:
        """The column in words."""
        return f"{self.column} ({self.part})" if self.part else self.column


def cut_columns(frame: pd.DataFrame, columns: Sequence[ColumnSchema]) -> tuple[Cut, ...]:
    """Cut columns into levels; those with a single level, and identifiers, give nothing.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Raw cells.
    columns : sequence of ColumnSchema
        What to cut; a date gives ranges, months and weekdays, a text ranges of its length.
    """
    cuts = [cut for column in columns for cut in _cuts(frame[column.name], column)]
    return tuple(cut for cut in cuts if len(cut.labels) > 1)


def _cuts(series: pd.Series, column: ColumnSchema) -> list[Cut]:
    name = column.name
    if column.kind is ColumnKind.NUMERIC:
        return [_ranges(pd.to_numeric(series, errors="coerce").to_numpy(np.float64), name)]
    if column.kind in (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN):
        return [_categories(series, name)]
    if column.kind is ColumnKind.DATETIME:
        return _dates(pd.to_datetime(series, errors="coerce"), name)
    if column.kind is ColumnKind.TEXT:
        lengths = series.astype("string").str.len().astype("Float64").to_numpy(np.float64, na_value=np.nan)
        return [_ranges(lengths, name, part="characters")]
    return []


def _ranges(values: np.ndarray, name: str, *, part: str = "") -> Cut:
    known = np.isfinite(values)
    distinct = np.unique(values[known])
    if len(distinct) <= FEW_VALUES:
        codes = np.searchsorted(distinct, values)
        labels = [number_words(value) for value in distinct]
    else:
        inner = np.quantile(values[known], np.linspace(0, 1, BINS + 1)[1:-1])
        edges = np.unique(inner[(inner > distinct[0]) & (inner <= distinct[-1])])
        codes = np.searchsorted(edges, values, side="right")
        bounds = [distinct[0], *edges, distinct[-1]]
        if np.array_equal(distinct, np.floor(distinct)):
            # Whole numbers: each range ends one before the next begins.
            bounds = [float(np.ceil(bound)) for bound in bounds]
            ends = [*(bound - 1 for bound in bounds[1:-1]), bounds[-1]]
            labels = [_range_words(low, high) for low, high in zip(bounds, ends, strict=False)]
        else:
            labels = [_range_words(low, high) for low, high in pairwise(bounds)]
    return _with_missing(Cut(name, part, tuple(labels), codes.astype(np.int64)), ~known)


def _range_words(low: float, high: float) -> str:
    return number_words(low) if low == high else f"{number_words(low)} to {number_words(high)}"


def _categories(series: pd.Series, name: str) -> Cut:
    codes, values = pd.factorize(series)
    texts = [label_text(value) for value in values]
    known = codes >= 0
    order = np.argsort(-np.bincount(codes[known], minlength=len(values)), kind="stable")
    place = np.empty(len(values), dtype=np.int64)
    place[order] = np.arange(len(values))
    labels = [str(texts[index]) for index in order[:MOST_LEVELS]]
    if len(values) > MOST_LEVELS:
        place = np.minimum(place, MOST_LEVELS)
        labels.append(f"one of {len(values) - MOST_LEVELS} rarer values")
    found = np.full(len(codes), -1, dtype=np.int64)
    found[known] = place[codes[known]]
    return _with_missing(Cut(name, "", tuple(labels), found), ~known)


def _dates(moments: pd.Series, name: str) -> list[Cut]:
    missing = moments.isna().to_numpy()
    if missing.all():
        return []
    inner = moments.dropna().quantile([i / BINS for i in range(1, BINS)]).drop_duplicates()
    edges = [moments.min(), *inner, moments.max()]
    codes = np.searchsorted(inner.to_numpy(), moments.to_numpy(), side="right").astype(np.int64)
    labels = tuple(f"{low:%Y-%m-%d} to {high:%Y-%m-%d}" for low, high in pairwise(edges))
    cuts = [_with_missing(Cut(name, "", labels, codes), missing)]
    for part, values in (("month", moments.dt.month_name()), ("weekday", moments.dt.day_name())):
        found, names = pd.factorize(values)
        cuts.append(Cut(name, part, tuple(str(value) for value in names), found.astype(np.int64)))
    return cuts


def _with_missing(cut: Cut, missing: np.ndarray) -> Cut:
    if not missing.any():
        return cut
    codes = np.where(missing, len(cut.labels), cut.codes)
    return Cut(cut.column, cut.part, (*cut.labels, MISSING), codes)


def number_words(value: float) -> str:
    """Write a number as a person reads it, with four digits that count."""
    if float(value).is_integer() and abs(value) < 10_000:
        # A year is no quantity: no thousands are marked off.
        return f"{int(value)}"
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e12 else f"{value:.4g}"


def error_by_level(cut: Cut, loss: np.ndarray, *, is_share: bool) -> ColumnError:
    """Return the mean error of each level that has rows, with 95 % intervals.

    Parameters
    ----------
    cut : Cut
        Of the rows that ``loss`` is of.
    loss : float64 ndarray of shape (n_rows,)
        Error of each row.
    is_share : bool
        Each error is 0 or 1: Wilson's interval (Wilson 1927), else the normal one of a mean.
    """
    inside = cut.codes >= 0
    k = len(cut.labels)
    rows = np.bincount(cut.codes[inside], minlength=k)
    total = np.bincount(cut.codes[inside], weights=loss[inside], minlength=k)
    squares = np.bincount(cut.codes[inside], weights=loss[inside] ** 2, minlength=k)
    used = np.flatnonzero(rows)
    n, mean = rows[used], total[used] / rows[used]
    if is_share:
        low, high = wilson(mean, n, Z_95)
    else:
        spread = np.sqrt(np.maximum(squares[used] / n - mean**2, 0.0) / np.maximum(n - 1, 1))
        low, high = np.maximum(mean - Z_95 * spread, 0.0), mean + Z_95 * spread
        low, high = np.where(n > 1, low, np.nan), np.where(n > 1, high, np.nan)
    levels = (
        LevelError(label=cut.labels[at], rows=int(n[i]), error=float(mean[i]), low=float(low[i]), high=float(high[i]))
        for i, at in enumerate(used)
    )
    return ColumnError(column=cut.column, part=cut.part, levels=tuple(levels))


def wilson(share: np.ndarray, rows: np.ndarray, z: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of Wilson's score interval of shares."""
    middle = (share + z**2 / (2 * rows)) / (1 + z**2 / rows)
    half = z / (1 + z**2 / rows) * np.sqrt(share * (1 - share) / rows + z**2 / (4 * rows**2))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
