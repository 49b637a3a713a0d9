"""DuckDB files: a table, or a query that can only read this file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from core.data.query import MEMORY_MB, quote
from core.data.schema import ParseSettings
from core.data.sources.source import BATCH_ROWS, Batch, Source, chosen_table, text_batch
from core.errors import LatheError

if TYPE_CHECKING:
    import duckdb


def _batches(path: Path, parse: ParseSettings, rows: int | None) -> Iterator[Batch]:
    with _opened(path) as connection:
        sql = parse.query.strip()
        if sql:
            _require_select(connection, sql)
        else:
            table = chosen_table("DuckDB", _tables(connection), parse.sheet)
            sql = f"SELECT * FROM {quote(table)}"
        reader = connection.sql(sql).to_arrow_reader(min(rows or BATCH_ROWS, BATCH_ROWS))
        yield text_batch(reader.schema.empty_table())
        for batch in reader:
            yield text_batch(pa.Table.from_batches([batch]))


def _containers(path: Path) -> tuple[str, ...]:
    with _opened(path) as connection:
        return _tables(connection)


def _tables(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY table_type, table_name"
    ).fetchall()
    return tuple(str(row[0]) for row in rows)


_ABOUT_THE_SERVER = re.compile(r"\b(duckdb_\w+|pragma_\w+|current_setting|getenv)\b", re.I)


def _require_select(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    import duckdb

    told = _ABOUT_THE_SERVER.search(sql)
    if told:
        raise LatheError(
            f"The query must ask for the tables of this file; {told.group(0)} tells about the server.",
            field="parse.query",
        )
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise LatheError("The query must be one SELECT.", hint="Nothing else may be done.", field="parse.query")


@contextmanager
def _opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file read-only, with no way to other files, extensions or settings."""
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": f"{MEMORY_MB}MB",
        "lock_configuration": "true",
    }
    try:
        connection = duckdb.connect(str(path), read_only=True, config=config)
        try:
            yield connection
        finally:
            connection.close()
    except duckdb.Error as error:
        raise LatheError(
            f"The DuckDB file could not be read: {str(error).splitlines()[0]}.",
            hint="Check the file, the table or the query.",
        ) from error


DUCKDB = Source("duckdb", "The file is a DuckDB database.", _containers, _batches)
