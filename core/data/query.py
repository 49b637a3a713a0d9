"""Ask a stored table with DuckDB, where it lies: aggregates and a few rows come back, never the whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from core.data.names import first_clash
from core.data.schema import ColumnSchema, Dataset
from core.data.storage import to_series
from core.errors import LatheError
from core.store.workspace import Workspace

if TYPE_CHECKING:
    import duckdb

MEMORY_MB = 1024
"""Memory that one connection may take before it goes to disk."""


@dataclass(frozen=True)
class Query:
    """A connection in which the table is the view ``t``; ``t_rows`` is the same with each row's place from 0 as
    ``file_row_number``.

    Attributes
    ----------
    connection : DuckDBPyConnection
        For whatever the methods do not offer.
    columns : tuple of ColumnSchema
        Columns of ``t``.
    """

    connection: duckdb.DuckDBPyConnection
    columns: tuple[ColumnSchema, ...]

    def arrow(self, sql: str, parameters: Sequence[Any] = ()) -> pa.Table:
        """Run a query and return its rows as an Arrow table."""
        return self.connection.sql(sql, params=list(parameters)).to_arrow_table()

    def frame(self, sql: str, parameters: Sequence[Any] = ()) -> pd.DataFrame:
        """Run a query and return its rows as a frame of plain numpy columns."""
        frame: pd.DataFrame = self.connection.execute(sql, list(parameters)).df()
        return frame

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a query and return its rows as tuples of Python values."""
        found: list[tuple[Any, ...]] = self.connection.execute(sql, list(parameters)).fetchall()
        return found

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[Any, ...]:
        """Run a query that gives one row."""
        return self.rows(sql, parameters)[0]


def quote(name: str) -> str:
    """Return a column's name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | float | bool | None) -> str:
    """Return a value as SQL; use parameters where a query takes them."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return repr(float(value)) if isinstance(value, float) and not np.isfinite(value) else repr(value)
    return "'" + value.replace("'", "''") + "'"


@contextmanager
def connect(*, threads: int | None = None, memory_mb: int = MEMORY_MB, spill: Path | None = None) -> Iterator[Any]:
    """Give an in-memory DuckDB connection that installs and loads nothing.

    Parameters
    ----------
    threads : int, optional
        Threads; all cores where not given.
    memory_mb : int
        Memory limit in MB.
    spill : Path, optional
        Folder for what does not fit into memory.
    """
    import duckdb

    config: dict[str, Any] = {
        "memory_limit": f"{memory_mb}MB",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if threads:
        config["threads"] = threads
    if spill:
        config["temp_directory"] = str(spill)
    connection = duckdb.connect(":memory:", config=config)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def open_table(workspace: Workspace, dataset: Dataset, *, memory_mb: int = MEMORY_MB) -> Iterator[Query]:
    """Give a `Query` over a dataset's cells."""
    with open_file(
        workspace.path(dataset.path), dataset.columns, memory_mb=memory_mb, spill=workspace.folder("spill")
    ) as query:
        yield query


@contextmanager
def open_file(
    path: Path, columns: Sequence[ColumnSchema], *, memory_mb: int = MEMORY_MB, spill: Path | None = None
) -> Iterator[Query]:
    """Give a `Query` over a Parquet file.

    Raises
    ------
    LatheError
        Where SQL cannot tell two of the columns apart: it would silently give one for the other.
    """
    clash = first_clash(column.name for column in columns)
    if clash:
        raise LatheError(
            f"Names must differ by more than capital letters, and none may be file_row_number; one is {clash!r}.",
            hint="Upload the file again; such columns get names of their own.",
        )
    with connect(memory_mb=memory_mb, spill=spill) as connection:
        names = ", ".join(quote(column.name) for column in columns)
        source = literal(str(path))
        connection.execute(f"CREATE VIEW t AS SELECT {names} FROM read_parquet({source})")
        connection.execute(f"CREATE VIEW t_rows AS SELECT * FROM read_parquet({source}, file_row_number = true)")
        yield Query(connection, tuple(columns))


def head(
    workspace: Workspace, dataset: Dataset, rows: int = 200, *, offset: int = 0, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return some rows of a dataset, from ``offset`` on, in the dtypes of "A frame's types".

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    rows, offset : int
        How many, and how many to leave out before them.
    columns : sequence of str, optional
        Only these, in this order.
    """
    chosen = _chosen(dataset, columns)
    names = ", ".join(quote(column.name) for column in chosen)
    with open_table(workspace, dataset) as query:
        table = query.arrow(f"SELECT {names} FROM t LIMIT {int(rows)} OFFSET {int(offset)}")
    return to_frame(table, chosen)


def sample(
    workspace: Workspace, dataset: Dataset, rows: int, *, seed: int = 0, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return rows drawn at random without replacement, in file order; the index holds their places in the table.

    All rows come back where there are at most ``rows``.
    """
    chosen = _chosen(dataset, columns)
    if dataset.rows <= rows:
        return head(workspace, dataset, dataset.rows, columns=[column.name for column in chosen])
    places = np.sort(np.random.default_rng(seed).choice(dataset.rows, size=rows, replace=False))
    return take(workspace, dataset, places, columns=columns)


def take(
    workspace: Workspace, dataset: Dataset, places: Sequence[int] | np.ndarray, *, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return the rows at ``places`` (counted from 0), in file order; the index holds their places."""
    chosen = _chosen(dataset, columns)
    wanted = np.unique(np.asarray(places, dtype=np.int64))
    names = ", ".join(quote(column.name) for column in chosen)
    with open_table(workspace, dataset) as query:
        query.connection.register("wanted", pa.table({"place": wanted}))
        table = query.arrow(
            f"SELECT {names} FROM t_rows WHERE file_row_number IN (SELECT place FROM wanted) ORDER BY file_row_number"
        )
    frame = to_frame(table, chosen)
    frame.index = pd.Index(wanted[: len(frame)])
    return frame


def to_frame(table: pa.Table, columns: Sequence[ColumnSchema]) -> pd.DataFrame:
    """Return an Arrow table, whose columns stand in the order of ``columns``, in the dtypes of "A frame's types"."""
    series = {column.name: to_series(table.column(place), column.storage) for place, column in enumerate(columns)}
    return pd.DataFrame(series, index=pd.RangeIndex(table.num_rows))


def _chosen(dataset: Dataset, columns: Sequence[str] | None) -> list[ColumnSchema]:
    return list(dataset.columns) if columns is None else [dataset.column(name) for name in columns]
