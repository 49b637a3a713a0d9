"""What was picked in a chart: filters put together, in words, and as the conditions of a filter step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from core.data.actions import TableStep
from core.data.schema import ColumnSchema, Dataset
from core.explore.chart_spec import ChartFilter
from core.explore.charts import words
from core.explore.charts.words import EPOCH
from core.types import StorageType

SHOWN_VALUES = 3


def group_filters(facts: Mapping[str, Any]) -> tuple[ChartFilter, ...]:
    """Return the rows of each group of `Groups.facts`, in its order."""
    column, edges, values = facts["column"], facts["edges"], facts["values"]
    if edges or not values:
        bounds = [None, *edges, None]
        return tuple(
            ChartFilter(column=column, low=low, high=high, high_open=high is not None) for low, high in pairwise(bounds)
        )
    kept = [ChartFilter(column=column, values=(value,)) for value in values]
    rest = [ChartFilter(column=column, values=tuple(values), negated=True)] if facts["has_rest"] else []
    return (*kept, *rest)


def merge(filters: Sequence[ChartFilter]) -> tuple[ChartFilter, ...]:
    """Put what was picked together, one filter a column: values are united, ranges reach from end to end."""
    by: dict[str, list[ChartFilter]] = {}
    for one in filters:
        by.setdefault(one.column, []).append(one)
    return tuple(_united(column, parts) for column, parts in by.items())


def _united(column: str, parts: Sequence[ChartFilter]) -> ChartFilter:
    values = dict.fromkeys(v for part in parts if not part.negated for v in part.values)
    rest = next((part for part in parts if part.negated), None)
    if rest is not None:
        return ChartFilter(column=column, values=tuple(v for v in rest.values if v not in values), negated=True)
    if values:
        return ChartFilter(column=column, values=tuple(values))
    low = None if any(part.low is None for part in parts) else min(part.low or 0.0 for part in parts)
    high = None if any(part.high is None for part in parts) else max(part.high or 0.0 for part in parts)
    is_open = high is not None and all(part.high_open for part in parts if part.high == high)
    return ChartFilter(column=column, low=low, high=high, high_open=is_open)


def describe(dataset: Dataset, one: ChartFilter) -> str:
    """Return a filter in words: "Age 20 to 30", "City Bern or Basel"."""
    column, is_date = words.name(one.column, 32), _is_date(dataset, one.column)
    if one.values:
        shown = [words.name(value, 24) for value in one.values[:SHOWN_VALUES]]
        more = len(one.values) - len(shown)
        listed = ", ".join(shown[:-1]) + (" or " if len(shown) > 1 and not more else ", " if len(shown) > 1 else "")
        text = listed + shown[-1] + (f" and {more:,} more" if more else "")
        return f"{column} other than {text}" if one.negated else f"{column} {text}"

    def said(value: float) -> str:
        return words.moment(value) if is_date else words.number(value, 4)

    if one.low is None and one.high is None:
        return f"{column} any value"
    if one.low is None:
        return f"{column} {'below' if one.high_open else 'up to'} {said(one.high or 0.0)}"
    return f"{column} from {said(one.low)}" if one.high is None else f"{column} {said(one.low)} to {said(one.high)}"


def filter_step(dataset: Dataset, filters: Sequence[ChartFilter]) -> TableStep:
    """Return the step of `core.shape` that keeps the rows that pass all filters."""
    conditions = [condition for one in filters for condition in _conditions(dataset.column(one.column), one)]
    said = ", ".join(describe(dataset, one) for one in filters)
    params = {"action": "keep", "match": "all", "conditions": conditions}
    return TableStep(key="filter", params=params, name=f"Keep {said}"[:200])


def _conditions(column: ColumnSchema, one: ChartFilter) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if one.values:
        listed = [_typed(column, value) for value in one.values]
        found.append({"column": column.name, "operator": "not_in" if one.negated else "in", "value": listed})
        # A chart leaves out what is missing; "is none of" would keep it.
        found += [{"column": column.name, "operator": "present", "value": None}] if one.negated else []
    for bound, operator in ((one.low, "ge"), (one.high, "lt" if one.high_open else "le")):
        if bound is not None:
            found.append({"column": column.name, "operator": operator, "value": _bound(column, bound)})
    return found


def _typed(column: ColumnSchema, value: str) -> str | float | int | bool:
    match column.storage:
        case StorageType.BOOL:
            return value == "true"
        case StorageType.INT:
            return int(value)
        case StorageType.FLOAT:
            return float(value)
        case _:
            return value


def _bound(column: ColumnSchema, value: float) -> str | float | int:
    if column.storage is StorageType.DATETIME:
        return (EPOCH + timedelta(seconds=value)).replace(tzinfo=None).isoformat(sep=" ")
    return int(value) if value.is_integer() else value


def _is_date(dataset: Dataset, name: str) -> bool:
    return dataset.column(name).storage is StorageType.DATETIME
