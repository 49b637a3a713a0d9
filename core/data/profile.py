"""A first look at a table: for each column what is missing, how many values differ, and how they are spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from core.data.catalog import load_frame
from core.data.kinds import example_text
from core.data.schema import ColumnSchema, Dataset
from core.store.artifacts import read_json, write_json
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType

MOST_BINS = 20
MOST_TOP = 10


class ValueCount(BaseModel):
    """A value as text and how often it occurs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str
    count: int


class Bin(BaseModel):
    """One bar of a histogram: numbers, or seconds since 1970 for dates; both ends also as text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: float
    high: float
    count: int
    low_text: str = ""
    high_text: str = ""


class ColumnProfile(BaseModel):
    """What one column holds.

    Attributes
    ----------
    missing, unique : int
        Missing cells; distinct values without missing.
    missing_share : float
        0 to 1.
    minimum, mean, median, maximum, std : float, optional
        Of numbers; seconds since 1970 for dates (without ``std``). None for other columns and empty ones.
    zeros, negatives : int
        Of numbers.
    first, last : str
        Earliest and latest date.
    top : tuple of ValueCount
        The most frequent values, except where all differ.
    histogram : tuple of Bin
        At most 20 bars of equal width; whole numbers with few values get a bar each.
    mean_length, max_length : float, int
        Letters of text cells.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: ColumnKind
    missing: int
    missing_share: float
    unique: int
    minimum: float | None = None
    mean: float | None = None
    median: float | None = None
    maximum: float | None = None
    std: float | None = None
    zeros: int = 0
    negatives: int = 0
    first: str = ""
    last: str = ""
    top: tuple[ValueCount, ...] = ()
    histogram: tuple[Bin, ...] = ()
    mean_length: float | None = None
    max_length: int | None = None


class TableProfile(BaseModel):
    """What a table holds, column by column."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    columns: tuple[ColumnProfile, ...]
    version: int = 1

    def column(self, name: str) -> ColumnProfile:
        """Return the profile of the column called ``name``; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def profile(frame: pd.DataFrame, columns: Sequence[ColumnSchema]) -> TableProfile:
    """Profile a table.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, >= n_columns)
        Typed as `core.data.catalog.load_frame` types it.
    columns : sequence of ColumnSchema
        The columns to look at.

    Returns
    -------
    TableProfile
        One entry a column, in their order.
    """
    return TableProfile(rows=len(frame), columns=tuple(_column(frame[column.name], column) for column in columns))


def stored_profile(workspace: Workspace, dataset: Dataset) -> TableProfile:
    """Return a dataset's profile, made once and kept beside its cells under its fingerprint."""
    folder = workspace.path(dataset.path).parent
    path = folder / f"profile-{dataset.fingerprint}.json"
    if path.exists():
        try:
            return TableProfile.model_validate(read_json(path))
        except (ValidationError, ValueError):
            path.unlink(missing_ok=True)  # Written by another version of Lathe.
    found = profile(load_frame(workspace, dataset), dataset.columns)
    for old in folder.glob("profile-*.json"):
        old.unlink(missing_ok=True)
    write_json(path, found)
    return found


def _column(series: pd.Series, column: ColumnSchema) -> ColumnProfile:
    rows = len(series)
    missing = int(series.isna().sum())
    facts: dict[str, Any]
    match column.storage:
        case StorageType.INT | StorageType.FLOAT:
            facts = _numbers(series.to_numpy(dtype=np.float64))
        case StorageType.DATETIME:
            facts = _dates(series.to_numpy(dtype="datetime64[us]"))
        case _:
            facts = _words(series, column.kind)
    return ColumnProfile(
        name=column.name, kind=column.kind, missing=missing, missing_share=missing / max(rows, 1), **facts
    )


def _numbers(values: np.ndarray) -> dict[str, Any]:
    known = values[~np.isnan(values)]
    if not len(known):
        return {"unique": 0}
    found = pd.Series(known).value_counts()
    with np.errstate(over="ignore", invalid="ignore"):
        mean, std = float(known.mean()), float(known.std(ddof=1)) if len(known) > 1 else 0.0
    return {
        "unique": len(found),
        "minimum": float(known.min()),
        "mean": _finite(mean),
        "median": _finite(float(np.median(known))),
        "maximum": float(known.max()),
        "std": _finite(std),
        "zeros": int((known == 0).sum()),
        "negatives": int((known < 0).sum()),
        "top": _top(found, len(known)),
        "histogram": tuple(_bins(known, found)),
    }


def _dates(values: np.ndarray) -> dict[str, Any]:
    known = values[~np.isnat(values)]
    if not len(known):
        return {"unique": 0}
    found = pd.Series(known).value_counts()
    seconds = known.astype(np.int64) / 1e6
    counts, edges = np.histogram(seconds, bins=min(MOST_BINS, max(1, len(found))))
    texts = [_date_text(edge) for edge in edges]
    bins = (
        Bin(low=low, high=high, count=int(count), low_text=low_text, high_text=high_text)
        for low, high, count, low_text, high_text in zip(edges, edges[1:], counts, texts, texts[1:], strict=False)
    )
    return {
        "unique": len(found),
        "minimum": float(seconds.min()),
        "mean": float(seconds.mean()),
        "median": float(np.median(seconds)),
        "maximum": float(seconds.max()),
        "first": example_text(pd.Timestamp(known.min())),
        "last": example_text(pd.Timestamp(known.max())),
        "top": _top(found, len(known)),
        "histogram": tuple(bins),
    }


def _words(series: pd.Series, kind: ColumnKind) -> dict[str, Any]:
    found = series.value_counts()
    if not len(found):
        return {"unique": 0}
    total = int(found.sum())
    facts: dict[str, Any] = {"unique": len(found), "top": _top(found, total)}
    if kind is ColumnKind.TEXT:
        lengths = found.index.str.len().to_numpy(dtype=np.float64)
        counts, edges = np.histogram(lengths, bins=MOST_BINS, weights=found.to_numpy())
        facts["mean_length"] = float(np.average(lengths, weights=found.to_numpy()))
        facts["max_length"] = int(lengths.max())
        facts["histogram"] = tuple(_bars(edges, counts))
    return facts


def _bins(known: np.ndarray, found: pd.Series) -> list[Bin]:
    low, high = float(known.min()), float(known.max())
    if len(found) <= MOST_BINS and bool((known == np.floor(known)).all()):
        levels = found.sort_index()
        return [
            Bin(low=level, high=level, count=int(n), low_text=example_text(level), high_text=example_text(level))
            for level, n in levels.items()
        ]
    if not np.isfinite(high - low):
        return []
    counts, edges = np.histogram(known, bins=MOST_BINS)
    return _bars(edges, counts)


def _bars(edges: np.ndarray, counts: np.ndarray) -> list[Bin]:
    texts = [example_text(float(edge)) for edge in edges]
    return [
        Bin(low=float(low), high=float(high), count=int(count), low_text=low_text, high_text=high_text)
        for low, high, count, low_text, high_text in zip(edges, edges[1:], counts, texts, texts[1:], strict=False)
    ]


def _top(found: pd.Series, total: int) -> tuple[ValueCount, ...]:
    """Return the most frequent values; none where every value occurs once."""
    if len(found) == total and total > MOST_TOP:
        return ()
    return tuple(ValueCount(value=example_text(value), count=int(n)) for value, n in found.iloc[:MOST_TOP].items())


def _date_text(seconds: float) -> str:
    return str(np.datetime64(int(seconds), "s").astype("datetime64[D]"))


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
