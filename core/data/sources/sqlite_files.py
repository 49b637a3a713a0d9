"""SQLite files: a table, or a query that can only read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.data.query import quote
from core.data.schema import ParseSettings
from core.data.sources.source import BATCH_ROWS, Batch, Source, chosen_table, rows_batch
from core.errors import LatheError

_READING = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, getattr(sqlite3, "SQLITE_RECURSIVE", 33)}
)
_FORBIDDEN = frozenset({"load_extension", "writefile", "readfile", "edit", "fts3_tokenizer"})
_MOST_STEPS = 2_000_000_000
_STEPS_A_LOOK = 10_000_000


def _batches(path: Path, parse: ParseSettings, rows: int | None) -> Iterator[Batch]:
    with _opened(path) as connection:
        sql = parse.query.strip()
        if not sql:
            sql = f"SELECT * FROM {quote(chosen_table('SQLite', _tables(connection), parse.sheet))}"
        connection.set_authorizer(_authorize)
        cursor = connection.execute(sql)
        if cursor.description is None:
            raise LatheError("The query must return rows; it returns none.", field="parse.query")
        names = [column[0] for column in cursor.description]
        yield rows_batch(names, [])
        while found := cursor.fetchmany(min(rows or BATCH_ROWS, BATCH_ROWS)):
            yield rows_batch(names, found)


def _containers(path: Path) -> tuple[str, ...]:
    with _opened(path) as connection:
        return _tables(connection)


def _tables(connection: sqlite3.Connection) -> tuple[str, ...]:
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!' "
        "ORDER BY type, rowid"
    )
    return tuple(str(row[0]) for row in found)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file so that nothing can be written: by its mode, by a pragma and by what statements may do."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.text_factory = lambda raw: raw.decode("utf-8", errors="replace")
            looks = iter(range(_MOST_STEPS // _STEPS_A_LOOK))
            # Ends a query that would run for hours.
            connection.set_progress_handler(lambda: next(looks, None) is None, _STEPS_A_LOOK)
            yield connection
        finally:
            connection.close()
    except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
        raise LatheError(
            f"The SQLite file could not be read: {error}.", hint="Check the file, the table or the query."
        ) from error


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FORBIDDEN:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


SQLITE = Source("sqlite", "The file is a SQLite database.", _containers, _batches)
