"""A first look at a table: for each column what is missing, how many values differ, and how they are spread.

Numbers and dates are read a few columns at a time and sorted once; words are counted by DuckDB where they lie. The
whole table is never in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import ValidationError

from core.data.profile_numbers import describe_dates, describe_numbers
from core.data.profile_types import QUANTILES, Bin, ColumnProfile, TableProfile, ValueCount
from core.data.profile_words import describe_words
from core.data.query import Query, connect, open_table, quote
from core.data.schema import ColumnSchema, Dataset
from core.data.storage import to_arrow
from core.errors import NotFound
from core.store.artifacts import read_json, write_json
from core.store.workspace import Workspace
from core.types import StorageType

__all__ = ["QUANTILES", "Bin", "ColumnProfile", "TableProfile", "ValueCount", "profile", "stored_profile"]

CHUNK_CELLS = 4_000_000
"""Cells of numbers read at once."""

CHUNK_COLUMNS = 200
MOST_THREADS = 4
NUMBERS = (StorageType.INT, StorageType.FLOAT)

Watch = Callable[[float], None]
"""Is told the share that is done; may raise to stop the work."""


def profile(frame: pd.DataFrame, columns: Sequence[ColumnSchema]) -> TableProfile:
    """Profile a table in memory.

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
    arrays = [to_arrow(frame[column.name], column.storage) for column in columns]
    with connect() as connection:
        # A registered table is not seen by the cursors that the threads take.
        connection.register("given", pa.Table.from_arrays(arrays, names=[column.name for column in columns]))
        connection.execute("CREATE TABLE t AS SELECT * FROM given")
        connection.execute("CREATE VIEW t_rows AS SELECT *, row_number() OVER () - 1 AS file_row_number FROM t")
        return _profile(Query(connection, tuple(columns)), len(frame), None)


def stored_profile(workspace: Workspace, dataset: Dataset, *, watch: Watch | None = None) -> TableProfile:
    """Return a dataset's profile, made once and kept beside its cells under its fingerprint.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    watch : callable, optional
        Is told the share that is done, from 0 to 1.

    Raises
    ------
    NotFound
        Where the cells are gone.
    """
    found = _read(workspace, dataset)
    if found is not None:
        return found
    if not workspace.path(dataset.path).exists():
        raise NotFound(f"The cells of {dataset.name} are no longer in the workspace.", hint="Upload the file again.")
    with open_table(workspace, dataset) as query:
        made = _profile(query, dataset.rows, watch)
    path = _path(workspace, dataset)
    for old in path.parent.glob("profile-*.json"):
        old.unlink(missing_ok=True)
    write_json(path, made)
    return made


def has_profile(workspace: Workspace, dataset: Dataset) -> bool:
    """Tell whether a profile of this content was made before."""
    return _path(workspace, dataset).exists()


def _path(workspace: Workspace, dataset: Dataset) -> Path:
    return workspace.path(dataset.path).parent / f"profile-{dataset.fingerprint}.json"


def _read(workspace: Workspace, dataset: Dataset) -> TableProfile | None:
    path = _path(workspace, dataset)
    if not path.exists():
        return None
    try:
        return TableProfile.model_validate(read_json(path))
    except (ValidationError, ValueError):
        path.unlink(missing_ok=True)  # Written by another version of Lathe.
        return None


def _profile(query: Query, rows: int, watch: Watch | None) -> TableProfile:
    chunks = list(_chunks(query.columns, rows))
    done: dict[str, ColumnProfile] = {}
    with ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, MOST_THREADS)) as pool:
        for found in pool.map(lambda chunk: _chunk(_own(query), chunk, rows), chunks):
            done.update((column.name, column) for column in found)
            if watch is not None:
                watch(len(done) / max(len(query.columns), 1))
    keyed = any(column.unique == rows for column in done.values())
    return TableProfile(
        rows=rows,
        columns=tuple(done[column.name] for column in query.columns),
        duplicate_rows=0 if keyed else _duplicates(query),
    )


def _own(query: Query) -> Query:
    """Return the query over a cursor of its own, as each thread needs one."""
    return replace(query, connection=query.connection.cursor())


def _chunks(columns: Sequence[ColumnSchema], rows: int) -> Iterator[list[ColumnSchema]]:
    """Give columns in groups that are read at once: words apart from the rest, a wide table in few queries."""
    most = int(np.clip(CHUNK_CELLS // max(rows, 1), 1, CHUNK_COLUMNS))
    words = [c for c in columns if c.storage in (StorageType.STRING, StorageType.BOOL)]
    others = [c for c in columns if c.storage not in (StorageType.STRING, StorageType.BOOL)]
    for group in (others, words):
        for start in range(0, len(group), most):
            yield group[start : start + most]


def _chunk(query: Query, columns: list[ColumnSchema], rows: int) -> list[ColumnProfile]:
    if columns[0].storage in (StorageType.STRING, StorageType.BOOL):
        return _words(query, columns, rows)
    table = query.arrow(f"SELECT {', '.join(_selected(column) for column in columns)} FROM t")
    return [_of_values(table.column(place), column, rows) for place, column in enumerate(columns)]


def _selected(column: ColumnSchema) -> str:
    name = quote(column.name)
    return f"CASE WHEN isnan({name}::DOUBLE) THEN NULL ELSE {name}::DOUBLE END" if column.storage in NUMBERS else name


def _of_values(cells: pa.ChunkedArray, column: ColumnSchema, rows: int) -> ColumnProfile:
    known = cells.drop_null()
    if column.storage in NUMBERS:
        facts = describe_numbers(known.to_numpy().copy())
    else:
        facts = describe_dates(known.cast(pa.timestamp("us")).to_numpy())
    return _column(column, rows, {**facts, "present": len(known)})


def _words(query: Query, columns: list[ColumnSchema], rows: int) -> list[ColumnProfile]:
    source = "t"
    if len(columns) > 1:
        # Every query on the file reads its directory again, which takes long where there are thousands of columns.
        source = "words"
        names = ", ".join(quote(column.name) for column in columns)
        query.connection.execute(f"CREATE TEMP TABLE {source} AS SELECT {names}, file_row_number FROM t_rows")
    found = [
        _column(column, rows, describe_words(query, source, column.name, column.kind, rows=rows)) for column in columns
    ]
    if source != "t":
        query.connection.execute(f"DROP TABLE {source}")
    return found


def _column(column: ColumnSchema, rows: int, facts: dict[str, Any]) -> ColumnProfile:
    missing = rows - int(facts.pop("present"))
    return ColumnProfile(
        name=column.name, kind=column.kind, missing=missing, missing_share=missing / max(rows, 1), **facts
    )


def _duplicates(query: Query) -> int:
    if not query.columns:
        return 0
    names = ", ".join(quote(column.name) for column in query.columns)
    rows, different = query.one(f"SELECT count(*), count(DISTINCT hash({names})) FROM t")
    return int(rows) - int(different)
