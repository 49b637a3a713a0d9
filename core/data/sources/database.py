"""The answer of a database behind a URL, taken in as a file: one query that only reads, its password kept nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from core.data.schema import ParseSettings
from core.data.server_files import is_allowed
from core.data.sources.arrow_files import NOTE
from core.data.sources.source import BATCH_ROWS, rows_batch
from core.data.upload import INCOMING, received_path
from core.errors import LatheError
from core.settings import Settings
from core.store.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

MOST_ROWS = 5_000_000
"""Rows that are taken from a database at most."""

_FILE_BACKENDS = ("sqlite", "duckdb", "access")
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/""", re.S)
_WRITING = re.compile(
    r"\b(insert|update|delete|merge|into|drop|alter|create|truncate|grant|revoke|call|exec|execute|copy|attach|detach"
    r"|pragma|set|vacuum|lock|replace\s+into|do|load|install|handler|rename)\b",
    re.I,
)


def query_database(workspace: Workspace, url: str, query: str, *, rows: int = MOST_ROWS) -> tuple[Path, ParseSettings]:
    """Run a query and keep its answer in ``incoming`` as a file that `core.data.ingest.ingest` takes.

    Parameters
    ----------
    workspace : Workspace
        Where the file goes; its settings say which database files of the server may be read.
    url : str
        SQLAlchemy URL, with its password. Nothing that is returned or stored holds the password.
    query : str
        One SELECT (or WITH ... SELECT). It runs in a transaction that only reads where the database knows such, and
        that is rolled back.
    rows : int
        Rows taken at most; more are left out, with a note.

    Returns
    -------
    (Path, ParseSettings)
        A Parquet file of text cells, and how it is read.

    Raises
    ------
    LatheError
        Where the URL, the connection or the query is not as it must be.
    """
    target = _checked_url(url, workspace.settings)
    require_select(query)
    path = received_path(workspace.folder(INCOMING), f"{target.database or 'query'}.parquet")
    shown = target.set(password=None, query={}).render_as_string()
    try:
        with _connected(target) as connection:
            _write(connection, query.strip().rstrip(";"), path, rows)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    reasons = {"format": f"The answer of a query to {shown}."}
    return path, ParseSettings(format="sql", sheet=shown, query=query.strip(), reasons=reasons)


def require_select(query: str) -> None:
    """Refuse everything that is not one statement that reads.

    Raises
    ------
    LatheError
        With field "parse.query".
    """
    bare = _QUOTED.sub(" ", query).strip().rstrip(";").strip()
    written = _WRITING.search(bare)
    if ";" in bare or not re.match(r"(?:select|with)\b", bare, re.I) or written:
        came = f"it holds {written.group(0).upper()}" if written else "it is not"
        raise LatheError(
            f"The query must be one SELECT that only reads; {came}.",
            hint="Put names that are also commands into double quotes.",
            field="parse.query",
        )


def _write(connection: Connection, query: str, path: Path, rows: int) -> None:
    from sqlalchemy import text

    answer = connection.execution_options(stream_results=True).execute(text(query.replace(":", "\\:")))
    if not answer.returns_rows:
        raise LatheError("The query must return rows; it returns none.", field="parse.query")
    names = list(answer.keys())
    schema, taken = rows_batch(names, []).table.schema, 0
    batches: list[Any] = []
    with pq.ParquetWriter(path.with_suffix(".part"), schema, compression="lz4") as writer:
        while taken < rows and (batches := list(answer.fetchmany(min(BATCH_ROWS, rows - taken)))):
            writer.write_table(rows_batch(names, batches).table)
            taken += len(batches)
        if not taken:
            raise LatheError("A table must hold at least one row; the query returns none.", field="parse.query")
        if batches and answer.fetchone() is not None:
            note = f"Only the first {rows:,} rows of the answer were taken."
            writer.add_key_value_metadata({NOTE.decode(): note})
    path.with_suffix(".part").replace(path)


def _checked_url(url: str, settings: Settings) -> URL:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        target = make_url(url.strip())
    except (ArgumentError, ValueError) as error:
        raise LatheError(
            "The address of a database must look like postgresql://user:password@host/name; this one does not.",
            field="url",
        ) from error
    if target.get_backend_name() in _FILE_BACKENDS:
        path = Path(target.database or "")
        if not path.is_absolute() or not is_allowed(settings, path) or not path.is_file():
            raise LatheError(
                "A database file must be uploaded, or lie below a folder that the operator allows; this one does not.",
                hint="Whoever runs Lathe names the folders in LATHE_DATA_FOLDERS.",
                field="url",
            )
    return target


@contextmanager
def _connected(target: URL) -> Iterator[Connection]:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError
    from sqlalchemy.pool import NullPool

    try:
        engine = create_engine(target, poolclass=NullPool, hide_parameters=True)
        with engine.connect() as connection:
            transaction = connection.begin()
            try:
                if target.get_backend_name() == "sqlite":
                    connection.execute(text("PRAGMA query_only = ON"))
                elif target.get_backend_name() in ("postgresql", "mysql", "mariadb", "oracle"):
                    connection.execute(text("SET TRANSACTION READ ONLY"))
                yield connection
            finally:
                transaction.rollback()
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise LatheError(
            f"There is no driver for {target.drivername} in this installation.",
            hint="Whoever runs Lathe can install one, such as psycopg for PostgreSQL.",
            field="url",
        ) from error
    except SQLAlchemyError as error:
        words = str(getattr(error, "orig", None) or error).splitlines()[0]
        password = str(target.password or "")
        shown = words.replace(password, "***") if password else words
        raise LatheError(f"The database could not be asked: {shown}.", hint="Check address and query.") from None


__all__ = ["MOST_ROWS", "query_database", "require_select"]
