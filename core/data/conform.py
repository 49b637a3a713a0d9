"""New rows given the types a model was trained on: columns in any order, odd cells named and taken as missing."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.data.convert import to_typed
from core.data.read import TextTable
from core.data.schema import ColumnSchema, ParseSettings
from core.data.target import label_text
from core.errors import LatheError
from core.types import StorageType

_SHOWN = 5


class UnreadableCells(BaseModel):
    """Cells of one column that are not missing but not of its type; they are taken as missing.

    Attributes
    ----------
    column : str
        Name of the column.
    count : int
        How many.
    rows : tuple of int
        The first few, counted from 1 below the header, as they stand in the file.
    examples : tuple of str
        What stands in those rows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    count: int
    rows: tuple[int, ...] = ()
    examples: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Say it in words."""
        cells = "cell" if self.count == 1 else "cells"
        count = "counts" if self.count == 1 else "count"
        places = ", ".join(f"{text!r} in row {row:,}" for row, text in zip(self.rows, self.examples, strict=True))
        more = ", ..." if self.count > len(self.rows) else ""
        return f"{self.column}: {self.count:,} {cells} could not be read and {count} as missing ({places}{more})."


class ConformReport(BaseModel):
    """What was done to new rows.

    Attributes
    ----------
    rows : int
        Rows.
    extra_columns : tuple of str
        Columns that the model does not know; they were ignored.
    unreadable : tuple of UnreadableCells
        One entry a column with such cells.
    notes : tuple of str
        All of it, and what reading had to mend, in sentences.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    extra_columns: tuple[str, ...] = ()
    unreadable: tuple[UnreadableCells, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Conformed:
    """New rows in the model's types and what was done to them.

    Attributes
    ----------
    unreadable : mapping of str to ndarray of int
        Places in ``frame`` of all cells that could not be read, by column.
    """

    frame: pd.DataFrame
    report: ConformReport
    unreadable: Mapping[str, np.ndarray] = field(default_factory=dict)


def conform(table: TextTable | pd.DataFrame, columns: Sequence[ColumnSchema], parse: ParseSettings) -> Conformed:
    """Give new rows the types of ``columns``.

    Parameters
    ----------
    table : TextTable or DataFrame of shape (n_rows, n_table_columns)
        Text cells, or a frame whose columns may be of any type. Columns in any order.
    columns : sequence of ColumnSchema
        What the model expects.
    parse : ParseSettings
        Marks in numbers, order in dates and missing words of text cells.

    Returns
    -------
    Conformed
        ``frame`` holds just ``columns``, in their order, in the dtypes of "A frame's types"
        (docs/architecture.md); the index of a DataFrame is kept.

    Raises
    ------
    LatheError
        Where columns are missing, naming all of them.
    """
    given = table.frame if isinstance(table, TextTable) else table
    names = [str(name) for name in given.columns]
    _refuse_missing(names, [column.name for column in columns])
    left_out = table.left_out if isinstance(table, TextTable) else ()
    series, unreadable = {}, []
    places: dict[str, np.ndarray] = {}
    for column in columns:
        cells = given.iloc[:, names.index(column.name)]
        is_text = isinstance(table, TextTable)
        typed, bad = to_typed(cells, column, parse) if is_text else retype(cells, column, parse)
        series[column.name] = typed
        if bad.any():
            unreadable.append(_describe(column.name, cells, bad, left_out))
            places[column.name] = np.flatnonzero(bad)
    known = {column.name for column in columns}
    extra = tuple(name for name in names if name not in known)
    notes = table.notes if isinstance(table, TextTable) else ()
    notes += tuple(item.sentence() for item in unreadable)
    if extra:
        notes += (f"Columns that the model does not use were ignored: {', '.join(extra)}.",)
    report = ConformReport(rows=len(given), extra_columns=extra, unreadable=tuple(unreadable), notes=notes)
    return Conformed(pd.DataFrame(series, index=given.index), report, places)


def retype(series: pd.Series, column: ColumnSchema, parse: ParseSettings) -> tuple[pd.Series, np.ndarray]:
    """Convert a Series of any dtype to the column's type; like `to_typed`, text in it is read by ``parse``.

    Returns
    -------
    (Series, ndarray of bool), both of shape (n_rows,)
        Typed cells; and which of them are neither missing nor readable.
    """
    wants_number = column.storage in (StorageType.INT, StorageType.FLOAT)
    if wants_number and pd.api.types.is_numeric_dtype(series.dtype):
        numbers = series.to_numpy(dtype=np.float64, na_value=np.nan).copy()
        bad = np.isinf(numbers)
        numbers[bad] = np.nan
        return pd.Series(numbers, index=series.index, name=series.name), bad
    if column.storage is StorageType.DATETIME and pd.api.types.is_datetime64_any_dtype(series.dtype):
        plain = series.dt.tz_convert("UTC").dt.tz_localize(None) if series.dt.tz is not None else series
        return plain.astype("datetime64[us]"), np.zeros(len(series), dtype=bool)
    if isinstance(series.dtype, pd.StringDtype):
        return to_typed(series, column, parse)
    return _retype_mixed(series, column, parse)


def _retype_mixed(series: pd.Series, column: ColumnSchema, parse: ParseSettings) -> tuple[pd.Series, np.ndarray]:
    """Convert cell by cell through text: text by ``parse``, Python values by the plain marks they are written with."""
    is_text = series.map(lambda cell: isinstance(cell, str)).to_numpy(dtype=bool)
    texts = pd.Series([_plain_text(cell) for cell in series], index=series.index, name=series.name, dtype="str")
    typed, bad = to_typed(texts, column, parse)
    plain = parse.model_copy(update={"decimal": ".", "thousands": "", "missing_words": ("",)})
    if is_text.all() or (parse.decimal, parse.thousands) == (".", ""):
        return typed, bad
    others, others_bad = to_typed(texts[~is_text], column, plain)
    typed[~is_text] = others
    bad[~is_text] = others_bad
    return typed, bad


def _plain_text(cell: object) -> str | None:
    if isinstance(cell, str):
        return cell
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return None
    if isinstance(cell, pd.Timestamp):
        return cell.isoformat(sep=" ")
    return label_text(cell)


def _describe(name: str, cells: pd.Series, bad: np.ndarray, left_out: tuple[int, ...]) -> UnreadableCells:
    places = np.flatnonzero(bad)
    shown = places[:_SHOWN]
    # Rows are numbered as they stand in the file, those that could not be read included.
    numbers = np.setdiff1d(np.arange(len(bad) + len(left_out)), left_out) + 1
    return UnreadableCells(
        column=name,
        count=len(places),
        rows=tuple(int(numbers[place]) for place in shown),
        examples=tuple(str(cells.iloc[place])[:80] for place in shown),
    )


def _refuse_missing(names: Sequence[str], wanted: Sequence[str]) -> None:
    missing = [name for name in wanted if name not in names]
    if not missing:
        return
    noun = "column" if len(missing) == 1 else "columns"
    raise LatheError(
        f"The table must have the {noun} {', '.join(map(repr, missing))}; "
        f"it has {', '.join(map(repr, names[:12]))}{' ...' if len(names) > 12 else ''}.",
        hint=_near_matches(missing, [name for name in names if name not in wanted])
        or "Add what is missing; cells may be empty.",
        field="columns",
    )


def _near_matches(missing: Sequence[str], spare: Sequence[str]) -> str:
    """Name columns that differ from a missing one only by case, blanks or a letter or two."""
    plain = {"".join(filter(str.isalnum, name.lower())): name for name in spare}
    found = []
    for name in missing:
        key = "".join(filter(str.isalnum, name.lower()))
        close = [key] if key in plain else difflib.get_close_matches(key, list(plain), n=1, cutoff=0.85)
        found += [f"{plain[close[0]]!r} may be {name!r}"] if close else []
    return f"Rename: {'; '.join(found)}." if found else ""
