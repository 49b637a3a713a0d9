"""The rows a chart is about: the stored table behind the chart's filters, asked with DuckDB."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from core.data.query import Query, literal, open_table, quote
from core.data.schema import ColumnSchema, Dataset
from core.errors import LatheError
from core.explore.chart_spec import ChartFilter, ChartKind, ChartSpec
from core.explore.charts.check import check
from core.explore.charts.roles import TRUE_WORDS
from core.params import ParamValue
from core.store.workspace import Workspace
from core.types import StorageType


@dataclass(frozen=True)
class Source:
    """Rows of a chart, as the view ``f``.

    Attributes
    ----------
    query : Query
        The open connection.
    dataset : Dataset
        The table.
    spec : ChartSpec
        What was asked for.
    options : dict
        The kind's options, complete.
    rows : int
        Rows after the filters.
    """

    query: Query
    dataset: Dataset
    spec: ChartSpec
    options: dict[str, ParamValue]
    rows: int

    def column(self, name: str) -> ColumnSchema:
        """Return the column called ``name``."""
        return self.dataset.column(name)

    def number(self, name: str) -> str:
        """Return SQL of a column as a number: dates in seconds since 1970, yes as 1; NULL where missing or infinite."""
        column = self.column(name)
        if column.storage is StorageType.FLOAT and self._is_finite(name):
            return quote(name)
        return number_sql(column)

    def _is_finite(self, name: str) -> bool:
        """Tell from the statistics of the Parquet file, which cost nothing, that no value is infinite or no number."""
        low, high = self.query.one(f"SELECT min({quote(name)}), max({quote(name)}) FROM t")
        return low is None or (math.isfinite(low) and math.isfinite(high))

    def draw(self, rows: str, most: int, known: int) -> pd.DataFrame:
        """Return at most ``most`` rows taken at random, always the same ones.

        Parameters
        ----------
        rows : str
            SQL of the rows, with their ``file_row_number``.
        most : int
            How many.
        known : int
            How many there are.
        """
        every = known // (most * 20) if most else 0
        if every > 1:
            # Sorting one row in ``every`` costs a fraction of sorting all.
            part = self.frame(_drawn(f"SELECT * FROM ({rows}) WHERE hash(file_row_number) % {every} = 0", most))
            if len(part) == most:
                return part
        return self.frame(_drawn(rows, most))

    def plain(self, name: str) -> str:
        """Return SQL of a column as it lies where its order is that of `number`, see `seconds`."""
        column = self.column(name)
        plain = column.storage in (StorageType.INT, StorageType.DATETIME)
        return quote(name) if plain else self.number(name)

    def text(self, name: str) -> str:
        """Return SQL of a column as text."""
        return text_sql(self.column(name))

    def is_date(self, name: str) -> bool:
        """Tell whether a column holds dates."""
        return bool(name) and self.column(name).storage is StorageType.DATETIME

    def is_whole(self, name: str) -> bool:
        """Tell whether a column holds whole numbers alone."""
        return self.column(name).storage in (StorageType.INT, StorageType.BOOL)

    def frame(self, sql: str) -> pd.DataFrame:
        """Run a query over ``f``."""
        found = self.query.frame(sql)
        # Places and counts are counted in the smallest type that holds them, which arithmetic would overflow.
        return found.astype({name: "int64" for name, kind in found.dtypes.items() if kind.kind in "ui"})

    def one(self, sql: str) -> tuple[Any, ...]:
        """Run a query over ``f`` that gives one row."""
        return self.query.one(sql)


def seconds(value: Any) -> Any:
    """Return a moment as seconds since 1970, anything else as it is."""
    return (value - datetime(1970, 1, 1)) / timedelta(seconds=1) if isinstance(value, datetime) else value


def _drawn(rows: str, most: int) -> str:
    return f"SELECT * FROM ({rows}) ORDER BY hash(file_row_number), file_row_number LIMIT {most}"


@contextmanager
def open_source(workspace: Workspace, dataset: Dataset, spec: ChartSpec) -> Iterator[Source]:
    """Check a spec and give the rows it is about.

    Raises
    ------
    InvalidInput
        Where the spec does not fit the table.
    LatheError
        Where no row is left.
    """
    options = check(dataset, spec)
    with open_table(workspace, dataset) as query:
        query.connection.execute(f"CREATE TEMP VIEW f AS SELECT * FROM t_rows WHERE {where(dataset, spec.filters)}")
        rows = int(query.one("SELECT count(*) FROM f")[0])
        if not rows:
            raise LatheError(
                "A chart needs at least one row. The filters leave none."
                if spec.filters
                else "A chart needs at least one row. This table has none.",
                hint="Take a filter away." if spec.filters else "",
                field="filters",
            )
        _check_known(query, spec)
        yield Source(query, dataset, spec, options, rows)


def _check_known(query: Query, spec: ChartSpec) -> None:
    """Refuse a chart of columns of which no row has all values; pairs look at two at a time."""
    used = [name for name in (spec.x, spec.y, spec.z, spec.color, spec.facet) if name]
    used += [] if spec.kind is ChartKind.PAIRS else list(spec.columns)
    known = " AND ".join(f"{quote(name)} IS NOT NULL" for name in used)
    if len(used) > 1 and not query.rows(f"SELECT 1 FROM f WHERE {known} LIMIT 1"):
        raise LatheError(
            "A chart needs a row with a value in all its columns. There is a missing value in every row.",
            hint="Choose fewer columns, or other ones.",
        )


def count_rows(workspace: Workspace, dataset: Dataset, filters: Sequence[ChartFilter]) -> int:
    """Return how many rows pass all filters."""
    with open_table(workspace, dataset) as query:
        return int(query.one(f"SELECT count(*) FROM t WHERE {where(dataset, filters)}")[0])


def where(dataset: Dataset, filters: Sequence[ChartFilter]) -> str:
    """Return the filters as SQL."""
    return " AND ".join(_condition(dataset.column(one.column), one) for one in filters) or "TRUE"


def number_sql(column: ColumnSchema) -> str:
    """Return SQL of a column as a number; see `Source.number`."""
    name = quote(column.name)
    match column.storage:
        case StorageType.INT | StorageType.BOOL:
            return f"CAST({name} AS DOUBLE)"
        case StorageType.FLOAT:
            return f"(CASE WHEN isfinite({name}) THEN {name} END)"
        case StorageType.DATETIME:
            return f"(epoch_us({name}) / 1000000.0)"
        case StorageType.STRING:
            words = ", ".join(literal(word) for word in TRUE_WORDS)
            return f"CAST(lower({name}) IN ({words}) AS DOUBLE)"


def text_sql(column: ColumnSchema) -> str:
    """Return SQL of a column as text; whole numbers without a decimal point."""
    name = quote(column.name)
    match column.storage:
        case StorageType.STRING:
            return name
        case StorageType.FLOAT:
            whole = f"{name} = trunc({name}) AND abs({name}) < 1e15"
            return f"(CASE WHEN {whole} THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) ELSE CAST({name} AS VARCHAR) END)"
        case _:
            return f"CAST({name} AS VARCHAR)"


def _condition(column: ColumnSchema, one: ChartFilter) -> str:
    parts = []
    if one.values:
        listed = ", ".join(literal(value) for value in one.values)
        parts.append(f"{text_sql(column)} {'NOT IN' if one.negated else 'IN'} ({listed})")
    if one.low is not None or one.high is not None:
        number = number_sql(column)
        parts += [f"{number} >= {_bound(one.low)}"] if one.low is not None else []
        parts += [f"{number} {'<' if one.high_open else '<='} {_bound(one.high)}"] if one.high is not None else []
    return "(" + " AND ".join(parts) + ")" if parts else "TRUE"


def _bound(value: float | None) -> str:
    """Return a bound as a DOUBLE: a decimal literal would be compared as a decimal number."""
    return f"CAST('{float(value or 0.0)!r}' AS DOUBLE)"
