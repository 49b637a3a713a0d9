"""A column as a few groups: its most frequent values and the rest, or ranges of its numbers and dates."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from core.data.query import literal, quote
from core.data.schema import ColumnSchema
from core.errors import LatheError
from core.explore.chart_spec import ChartFilter
from core.explore.charts import words
from core.explore.charts.bins import reach
from core.explore.charts.roles import is_continuous
from core.explore.charts.source import Source, text_sql
from core.types import StorageType

OTHER_VALUES = "other values"
RANGES = 4
SAMPLE = 20_000
MOST_DISTINCT = 200_000
"""A column with more different values than this has no groups worth counting."""


@dataclass(frozen=True)
class Groups:
    """Groups of a column, numbered from 0 in drawing order.

    Attributes
    ----------
    column : str
        The column; empty where everything is one group.
    sql : str
        SQL that gives the number of a row's group, NULL where the value is missing.
    labels : tuple of str
        Words for each.
    filters : tuple of ChartFilter
        For each, the rows that it holds.
    has_rest : bool
        The last group holds all other values.
    values : tuple of str
        The values taken one by one, as text; empty for ranges.
    edges : tuple of float
        Inner edges of ranges: a value on an edge belongs to the upper range.
    """

    column: str
    sql: str
    labels: tuple[str, ...]
    filters: tuple[ChartFilter, ...] = ()
    has_rest: bool = False
    values: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()
    ordered: bool = field(default=False)

    def name(self, codes: pd.Series) -> pd.Series:
        """Return the labels of group numbers."""
        return codes.map(dict(enumerate(self.labels)))

    def facts(self) -> dict[str, Any]:
        """Return the groups as JSON values."""
        return {
            "column": self.column,
            "labels": list(self.labels),
            "values": list(self.values),
            "edges": list(self.edges),
            "has_rest": self.has_rest,
        }


EVERYTHING = Groups("", "0", ("",), (), ordered=True)


def groups(source: Source, name: str, most: int, *, order: str = "auto") -> Groups:
    """Return at most ``most`` groups of a column, the rest of its values together as the last one.

    Parameters
    ----------
    source : Source
        The rows.
    name : str
        The column; empty gives one group of everything.
    most : int
        How many.
    order : {"auto", "size", "name"}
        Auto keeps the order of an ordinal column and of numbers, and puts others by size.

    Raises
    ------
    LatheError
        Where there is no value, or where nearly every row has a value of its own.
    """
    if not name:
        return EVERYTHING
    column = source.column(name)
    return _ranges(source, column, most) if is_continuous(column, most) else _values(source, column, most, order)


def _values(source: Source, column: ColumnSchema, most: int, order: str) -> Groups:
    if column.unique > MOST_DISTINCT and column.unique > source.dataset.rows / 20:
        raise LatheError(
            f"{words.name(column.name)} has {column.unique:,} different values, so there are no groups to compare.",
            hint="Choose a column with fewer values.",
        )
    native, kind = _native(source, column)
    found = source.frame(
        f"SELECT {text_sql(column.model_copy(update={'name': 'g'}))} AS v, n, count(*) OVER () AS kinds FROM "
        f"(SELECT {native} AS g, count(*) AS n FROM f GROUP BY 1) WHERE g IS NOT NULL ORDER BY n DESC, v LIMIT {most}"
    )
    if found.empty:
        raise LatheError(
            f"A chart needs a value of {words.name(column.name)}. It is missing in every row"
            + (" that the filters leave." if source.spec.filters else "."),
            hint="Choose another column.",
        )
    kinds = int(found["kinds"].iloc[0])
    top = [str(v) for v in found["v"].head(most - 1 if kinds > most else most)]
    ordered, top = _in_order(column, top, order)
    rest = kinds - len(top)
    labels = [*top, *([f"{rest:,} {OTHER_VALUES}"] if rest else [])]
    listed = ", ".join(f"CAST({literal(value)} AS {kind})" for value in top)
    place = f"list_position([{listed}], {native})"
    # A value outside the list has no place; a missing one has none either, and stays out.
    code = f"coalesce({place}, {len(top) + 1})" if rest else place
    kept = [ChartFilter(column=column.name, values=(value,)) for value in top]
    kept += [ChartFilter(column=column.name, values=tuple(top), negated=True)] if rest else []
    return Groups(
        column.name,
        f"(CASE WHEN {native} IS NOT NULL THEN CAST({code} - 1 AS UTINYINT) END)"
        if rest
        else f"CAST({place} - 1 AS UTINYINT)",
        tuple(labels),
        tuple(kept),
        bool(rest),
        tuple(top),
        ordered=ordered,
    )


def _native(source: Source, column: ColumnSchema) -> tuple[str, str]:
    """Return SQL of a column as it lies, and its type: comparing numbers is faster than comparing their text."""
    kind = {StorageType.INT: "BIGINT", StorageType.FLOAT: "DOUBLE", StorageType.BOOL: "BOOLEAN"}.get(
        column.storage, "VARCHAR"
    )
    return source.number(column.name) if kind == "DOUBLE" else quote(column.name), kind


def _in_order(column: ColumnSchema, top: list[str], order: str) -> tuple[bool, list[str]]:
    """Return whether the values have an order of their own, and the values in drawing order."""
    if column.levels and order == "auto":
        places = {level: place for place, level in enumerate(column.levels)}
        return True, sorted(top, key=lambda value: places.get(value, len(places)))
    numbers = pd.to_numeric(pd.Series(top), errors="coerce")
    if order != "size" and numbers.notna().all():
        return True, [top[place] for place in np.argsort(numbers.to_numpy(), kind="stable")]
    return False, sorted(top) if order == "name" else top


def _ranges(source: Source, column: ColumnSchema, most: int) -> Groups:
    number = source.number(column.name)
    is_date = source.is_date(column.name)
    low, high, _ = reach(source, column.name)[0]
    inner = _calendar_edges(low, high, min(most, 6)) if is_date else _quarters(source, number, low, high)
    cases = " ".join(f"WHEN {number} < CAST('{cut!r}' AS DOUBLE) THEN {place}" for place, cut in enumerate(inner))
    code = f"(CASE WHEN {number} IS NULL THEN NULL {cases} ELSE {len(inner)} END)"
    bounds: list[float | None] = [None, *inner, None]
    pairs = list(pairwise(bounds))
    step = min(np.diff(inner), default=86400.0) if is_date else 0.0
    labels = tuple(_range_label(a, b, low, high, is_date=is_date, step=float(step)) for a, b in pairs)
    kept = tuple(ChartFilter(column=column.name, low=a, high=b, high_open=b is not None) for a, b in pairs)
    return Groups(column.name, f"CAST({code} AS SMALLINT)", labels, kept, edges=tuple(inner), ordered=True)


def _range_label(a: float | None, b: float | None, low: float, high: float, *, is_date: bool, step: float) -> str:
    def text(value: float) -> str:
        return words.moment(value, max(step, 86400.0) if step >= 86400 else step) if is_date else words.number(value)

    if a is None and b is None:
        return f"{text(low)} to {text(high)}"
    if a is None:
        return f"below {text(b or 0.0)}"
    return f"{text(a)} and above" if b is None else f"{text(a)} to {text(b)}"


def _quarters(source: Source, number: str, low: float, high: float) -> list[float]:
    """Return rounded quartiles of a sample as inner edges; groups hold about as many rows each."""
    drawn = source.frame(
        f"SELECT {number} AS v FROM f WHERE {number} IS NOT NULL ORDER BY hash(file_row_number) LIMIT {SAMPLE}"
    )["v"].to_numpy()
    cuts = np.quantile(drawn, np.arange(1, RANGES) / RANGES)
    spread = max(float(cuts[-1] - cuts[0]), (high - low) * 1e-6) or 1.0
    digits = int(1 - np.floor(np.log10(spread)))
    rounded = {round(float(cut), digits) for cut in cuts}
    return sorted(cut for cut in rounded if low < cut <= high)


def _calendar_edges(low: float, high: float, most: int) -> list[float]:
    """Return starts of equal calendar periods between two moments, at most ``most`` periods."""
    first, last = (pd.Timestamp(round(v * 1e6), unit="us") for v in (low, high))
    for rule in ("h", "D", "MS", "QS", "YS", "2YS", "5YS", "10YS", "20YS", "50YS", "100YS"):
        if (high - low) / {"h": 3600, "D": 86400, "MS": 2.6e6, "QS": 7.8e6}.get(rule, 3.1e7) > 4000:
            continue
        starts = pd.date_range(first.normalize(), last, freq=rule)
        inner = [float(s.value / 1e9) if s.unit == "ns" else float(s.timestamp()) for s in starts if first < s]
        if len(inner) < most:
            return inner
    return []
