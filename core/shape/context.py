"""What the compiling of steps needs from outside: names for queries, the other tables, answers from the data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.data.query import literal, quote
from core.data.schema import ColumnSchema
from core.errors import LatheError
from core.shape.flow import Field, Flow

if TYPE_CHECKING:
    import duckdb

MOST_ROWS = 50_000_000
"""A join or a pivot that would give more rows than this is refused."""

MOST_COLUMNS = 5_000
"""A pivot that would give more columns than this is refused."""


@dataclass(frozen=True)
class Source:
    """A stored table: its file, its columns and its name for people."""

    path: Path
    columns: tuple[ColumnSchema, ...]
    name: str = ""


Tables = Callable[[str], Source]


def no_tables(identity: str) -> Source:
    """Refuse to look a table up: where steps run on rows alone."""
    raise LatheError(f"The table {identity!r} is not at hand here.")


@dataclass
class Context:
    """One compilation.

    Attributes
    ----------
    connection : DuckDBPyConnection
        Where the queries run.
    tables : callable
        Finds another table of the project by its id; `LatheError` where it is gone.
    """

    connection: duckdb.DuckDBPyConnection
    tables: Tables = no_tables
    _numbers: count[int] = field(default_factory=count)

    def fresh(self, prefix: str) -> str:
        """Return an identifier that was not used before."""
        return f"{prefix}{next(self._numbers)}"

    def read(self, source: Source) -> Flow:
        """Start with a stored table."""
        import pyarrow.parquet as pq

        if not source.path.exists():
            raise LatheError(f"The cells of {source.name or 'the table'} are no longer in the workspace.")
        stored = pq.read_schema(source.path).names
        fields = self._fields(source.columns)
        by_name = {name: place for place, name in enumerate(stored)}
        # The file's columns are named by place, because SQL takes names that differ by case for the same.
        file = ", ".join(f"f{place}" for place in range(len(stored)))
        chosen = ", ".join(f"f{by_name[f.name]} AS {f.id}" for f in fields)
        scan = f"read_parquet({literal(str(source.path))}) AS file({file})"
        return self._start(f"SELECT row_number() OVER () - 1 AS r, {chosen} FROM {scan}", fields)

    def read_arrow(self, table: Any, columns: Sequence[ColumnSchema]) -> Flow:
        """Start with an Arrow table whose columns stand in the order of ``columns``."""
        name = self.fresh("arrow")
        fields = self._fields(columns)
        self.connection.register(name, table.rename_columns([f.id for f in fields]))
        chosen = ", ".join(quote(f.id) for f in fields)
        return self._start(f"SELECT row_number() OVER () - 1 AS r, {chosen} FROM {name}", fields)

    def rows(self, flow: Flow, columns: str, *, tail: str = "", ordered: bool = False) -> list[tuple[Any, ...]]:
        """Ask the table; ``columns`` and ``tail`` (WHERE, GROUP BY, LIMIT) are SQL over identifiers."""
        return run(self.connection, flow.sql(columns, ordered=ordered, tail=tail)).fetchall()  # type: ignore[no-any-return]

    def count(self, flow: Flow) -> int:
        """Return how many rows the table has."""
        return int(self.rows(flow, "count(*)")[0][0])

    def _fields(self, columns: Sequence[ColumnSchema]) -> tuple[Field, ...]:
        return tuple(Field(c.name, self.fresh("c"), c.storage, c, same=True) for c in columns)

    def _start(self, body: str, fields: tuple[Field, ...]) -> Flow:
        name = self.fresh("q")
        return Flow(((name, body),), name, fields)


def run(connection: Any, sql: str) -> Any:
    """Run a query; what DuckDB refuses is said as a `LatheError`."""
    return _spoken(lambda: connection.execute(sql))


def run_arrow(connection: Any, sql: str) -> Any:
    """Run a query and return its rows as an Arrow table."""
    return _spoken(lambda: connection.sql(sql).to_arrow_table())


def run_batches(connection: Any, sql: str, rows: int) -> Any:
    """Run a query and return a reader of Arrow batches of at most ``rows`` rows."""
    return _spoken(lambda: connection.sql(sql).to_arrow_reader(rows))


def _spoken(work: Callable[[], Any]) -> Any:
    import duckdb

    try:
        return work()
    except duckdb.OutOfMemoryException as error:
        raise LatheError(
            "The result does not fit into the memory and the disk that Lathe may use.",
            hint="Keep fewer rows or columns before this step.",
        ) from error
    except duckdb.Error as error:
        raise LatheError(f"The table could not be computed: {str(error).splitlines()[0]}") from error
