"""What a format must offer, and typed cells as text: numbers with a point, instants in ISO form, true and false."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from core.data.cells import TEXT
from core.data.names import unique_names
from core.data.schema import FileFormat, ParseSettings
from core.errors import LatheError

BATCH_ROWS = 65_536


@dataclass(frozen=True)
class Batch:
    """Some rows of a table as text cells, and what had to be changed to write them so."""

    table: pa.Table
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """A format.

    Attributes
    ----------
    format : str
        Its name in `ParseSettings`.
    reason : str
        How it was recognised, in a sentence.
    containers : callable
        ``(path) -> names`` of the tables in a file; empty where it holds just one.
    batches : callable
        ``(path, parse, rows) -> iterator of Batch``; ``rows`` is how many are wanted, None for all.
    """

    format: FileFormat
    reason: str
    containers: Callable[[Path], tuple[str, ...]]
    batches: Callable[[Path, ParseSettings, int | None], Iterator[Batch]]


def joined(parts: Iterator[Batch], rows: int | None) -> Batch:
    """Put batches together until there are ``rows`` rows.

    Raises
    ------
    LatheError
        Where there is no row.
    """
    tables: list[pa.Table] = []
    notes: dict[str, None] = {}
    for part in parts:
        tables.append(part.table)
        notes |= dict.fromkeys(part.notes)
        if rows is not None and sum(table.num_rows for table in tables) >= rows:
            break
    if not tables or not tables[0].num_columns or not sum(table.num_rows for table in tables):
        raise LatheError("A table must hold at least one row; this one holds none.", hint="Choose another table.")
    whole = pa.concat_tables(tables)
    return Batch(whole if rows is None else whole.slice(0, rows), tuple(notes))


def text_batch(table: pa.Table) -> Batch:
    """Write typed columns as text."""
    names, notes = unique_names(table.column_names)
    columns, more = [], []
    for name, column in zip(names, table.columns, strict=True):
        text, note = _column_text(name, column)
        columns.append(text)
        more += [note] if note else []
    return Batch(pa.table(columns, names=list(names)), (*notes, *more))


def rows_batch(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Batch:
    """Write rows of Python values as text."""
    unique, notes = unique_names([str(name) for name in names])
    columns = zip(*rows, strict=True) if rows else [()] * len(unique)
    arrays = [pa.array([value_text(value) for value in column], TEXT) for column in columns]
    return Batch(pa.table(arrays, names=list(unique)), notes)


def value_text(value: Any) -> str:
    """Write one value."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case bytes():
            return value.hex()
        case _:
            return str(value).replace("\x00", "")


def _column_text(name: str, column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, str]:
    kind, note = column.type, ""
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
    if pa.types.is_timestamp(kind) and kind.tz:
        note = f"The instants of {name} are kept in UTC."
        column = column.cast(pa.timestamp("us", "UTC"), safe=False).cast(pa.timestamp("us"))
    if pa.types.is_duration(kind):
        note = f"The durations of {name} are kept in seconds."
        micros = column.cast(pa.duration("us"), safe=False).cast(pa.int64())
        column = pc.divide(micros.cast(pa.float64()), 1e6)
    try:
        return pc.fill_null(column.cast(TEXT), ""), note
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        cells = [value_text(cell) for cell in column.to_pylist()]
        note = f"The cells of {name} are not simple values and are kept as text."
        return pa.chunked_array([pa.array(cells, TEXT)]), note


def chosen_table(noun: str, tables: Sequence[str], name: str) -> str:
    """Return the table of a database file that is asked for, the first one where ``name`` is empty.

    Raises
    ------
    LatheError
        Where there is none, or none of this name.
    """
    if not tables:
        raise LatheError(f"The {noun} file must hold a table; it holds none.")
    if name and name not in tables:
        raise LatheError(
            f"The {noun} file must have the table {name!r}.",
            hint=f"Its tables: {', '.join(tables[:20])}.",
            field="parse.sheet",
        )
    return name or tables[0]
