"""A table on its way through the steps: a chain of SQL queries, and the columns it has by now.

Columns have identifiers of their own in the SQL (``c7``): a name from a file never becomes part of a query, and names
that differ only by case stay apart. Every query keeps the columns of the one before it, so that a cell can be compared
with what it was; what nobody asks for is never computed. ``r`` holds each row's place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.data.schema import ColumnSchema
from core.errors import LatheError
from core.types import ColumnKind, StorageType

if TYPE_CHECKING:
    from core.shape.context import Context

SQL_TYPES = {
    StorageType.INT: "BIGINT",
    StorageType.FLOAT: "DOUBLE",
    StorageType.BOOL: "BOOLEAN",
    StorageType.STRING: "VARCHAR",
    StorageType.DATETIME: "TIMESTAMP",
}


# A text among the values may look like one of these; then rows are put in order once more for nothing.
_MOVES_ROWS = re.compile(r"OVER \((?!\))|JOIN|EXISTS|IN \(SELECT|GROUP BY|UNION|unnest")


_IS_FILE = re.compile(r"FROM read_parquet\(")


@dataclass(frozen=True)
class Field:
    """A column on the way.

    Attributes
    ----------
    name, id : str
        Its name for people; its identifier in the SQL.
    storage : StorageType
        Type of its cells.
    like : ColumnSchema, optional
        The column it comes from: kind, meaning and order stay those. None where they are found out anew.
    same : bool
        The counts of ``like`` still hold.
    levels : tuple of str, optional
        An order given by a step.
    """

    name: str
    id: str
    storage: StorageType
    like: ColumnSchema | None = None
    same: bool = False
    levels: tuple[str, ...] | None = None

    @property
    def is_number(self) -> bool:
        """True for whole and other numbers."""
        return self.storage in (StorageType.INT, StorageType.FLOAT)

    @property
    def kind(self) -> ColumnKind:
        """The kind that is known by now; what the storage suggests where it is still to be found out."""
        if self.like is not None:
            return self.like.kind
        by_storage = {
            StorageType.BOOL: ColumnKind.BOOLEAN,
            StorageType.DATETIME: ColumnKind.DATETIME,
            StorageType.STRING: ColumnKind.CATEGORICAL,
        }
        return by_storage.get(self.storage, ColumnKind.NUMERIC)


@dataclass(frozen=True)
class Cell:
    """A new column: its name, the SQL of its cells, their type, and the column whose kind it keeps."""

    name: str
    sql: str
    storage: StorageType
    like: ColumnSchema | None = None


@dataclass(frozen=True)
class Flow:
    """The table after some steps.

    Attributes
    ----------
    queries : tuple of (str, str)
        Name and SQL of each query of the chain.
    relation : str
        The last one.
    fields : tuple of Field
        Columns, in order.
    """

    queries: tuple[tuple[str, str], ...]
    relation: str
    fields: tuple[Field, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(field.name for field in self.fields)

    def field(self, name: str) -> Field:
        """Return a column by its name; `LatheError` where there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise LatheError(f"There is no column {name!r}.", hint="Choose one of the columns that stand before this step.")

    def sql(self, columns: str, *, ordered: bool = True, tail: str = "") -> str:
        """Return a query of the table for ``columns`` (SQL over identifiers)."""
        # Reading the file once more is cheaper than keeping all of its columns for a query that looks at few.
        chain = ",\n".join(
            f"{name} AS {'NOT MATERIALIZED ' if _IS_FILE.search(body) else ''}({body})" for name, body in self.queries
        )
        in_order = self.in_order and not _MOVES_ROWS.search(columns)
        order = " ORDER BY r" if ordered and not in_order else ""
        return f"WITH {chain}\nSELECT {columns} FROM {self.relation}{order} {tail}"

    @property
    def in_order(self) -> bool:
        """True where rows come out in the order of ``r`` by themselves: they were only filtered and computed with."""
        return not any(_MOVES_ROWS.search(body) for _, body in self.queries)

    def then(self, context: Context, body: str, fields: Sequence[Field]) -> Flow:
        """Return the table after one more query, which gives ``fields`` and ``r``."""
        name = context.fresh("q")
        return Flow((*self.queries, (name, body)), name, tuple(fields))

    def where(self, context: Context, condition: str) -> Flow:
        """Keep the rows for which an SQL condition is true."""
        return self.then(context, f"SELECT * FROM {self.relation} WHERE {condition}", self.recounted())

    def sorted_by(self, context: Context, order: str) -> Flow:
        """Put the rows in another order (SQL of ORDER BY)."""
        place = context.fresh("c")
        flow, narrow = self._narrow(context, f"row_number() OVER (ORDER BY {order}) - 1 AS {place}")
        kept = f"SELECT q.* REPLACE (n.{place} AS r) FROM {self.relation} q JOIN {narrow} n ON q.r = n.r"
        return flow.then(context, kept, self.fields)

    def picked(self, context: Context, condition: str) -> Flow:
        """Keep the rows for which an SQL condition with window functions is true."""
        mark = context.fresh("c")
        flow, narrow = self._narrow(context, f"{condition} AS {mark}")
        kept = f"SELECT * FROM {self.relation} WHERE r IN (SELECT r FROM {narrow} WHERE {mark})"
        return flow.then(context, kept, self.recounted())

    def _narrow(self, context: Context, parts: str) -> tuple[Flow, str]:
        """Return the chain with a side query of ``r`` and ``parts``, and its name.

        A window function sorts whole rows: beside a table it sorts only what it looks at.
        """
        name = context.fresh("n")
        return replace(self, queries=(*self.queries, (name, f"SELECT r, {parts} FROM {self.relation}"))), name

    def compute(self, context: Context, cells: Sequence[Cell], *, after: str | None = None) -> Flow:
        """Add columns; a cell with the name of a column stands in its place, the others at the end or ``after`` one."""
        fresh = {cell.name: Field(cell.name, context.fresh("c"), cell.storage, cell.like) for cell in cells}
        parts = ", ".join(f"{cell.sql} AS {fresh[cell.name].id}" for cell in cells)
        flow, body = self, f"SELECT *, {parts} FROM {self.relation}"
        if _MOVES_ROWS.search(parts):
            flow, narrow = self._narrow(context, parts)
            made = ", ".join(f"n.{field.id}" for field in fresh.values())
            body = f"SELECT q.*, {made} FROM {self.relation} q JOIN {narrow} n ON q.r = n.r"
        old = {field.name for field in self.fields}
        new = [field for name, field in fresh.items() if name not in old]
        fields: list[Field] = []
        for field in self.fields:
            fields.append(fresh.get(field.name, field))
            if field.name == after:
                fields += new
                new = []
        return flow.then(context, body, fields + new)

    def only(self, fields: Sequence[Field]) -> Flow:
        """Keep these columns, in this order, under the names they have."""
        return replace(self, fields=tuple(fields))

    def with_levels(self, name: str, levels: tuple[str, ...]) -> Flow:
        """Give a column's values an order."""
        return self.changed({name: replace(self.field(name), levels=levels)})

    def recounted(self) -> tuple[Field, ...]:
        """Return the columns for rows that are no longer the same."""
        return tuple(replace(field, same=False) for field in self.fields)

    def changed(self, changes: Mapping[str, Field]) -> Flow:
        """Put other descriptions in the place of columns."""
        return replace(self, fields=tuple(changes.get(field.name, field) for field in self.fields))


def check_names(fields: Sequence[Field]) -> None:
    """Refuse a table that would have two columns of one name, or a name that is empty."""
    seen: set[str] = set()
    for field in fields:
        if not field.name.strip():
            raise LatheError("A column must have a name; this one is empty.", hint="Type a name.")
        if field.name in seen:
            raise LatheError(
                f"There would be two columns called {field.name!r}; each name must occur once.",
                hint="Choose another name.",
            )
        seen.add(field.name)
