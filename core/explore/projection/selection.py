"""Chosen rows as table steps: number the rows, keep or mark those chosen, take the numbers out again."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from core.data.actions import TableStep
from core.data.schema import Dataset
from core.errors import LatheError

MOST_ROWS = 10_000
"""Rows that a step may name: it is stored with the table and its history."""


def keep_steps(dataset: Dataset, places: np.ndarray) -> tuple[TableStep, ...]:
    """Return the steps that keep the rows at ``places`` (from 0) and no others.

    Raises
    ------
    LatheError
        Where more than `MOST_ROWS` are chosen.
    """
    name, rows = _free(dataset, "row number"), _numbers(places)
    keep = TableStep(
        key="filter",
        params={"action": "keep", "by": "conditions", "match": "all", "conditions": [_among(name, rows)]},
        name=f"Keep {len(rows):,} rows chosen on a map",
    )
    return _number(name), keep, _drop(name)


def mark_steps(dataset: Dataset, places: np.ndarray, *, column: str) -> tuple[TableStep, ...]:
    """Return the steps that make a column which is true for the rows at ``places`` and false for all others."""
    name, rows = _free(dataset, "row number", {column}), _numbers(places)
    mark = TableStep(
        key="flag",
        params={"name": column, "by": "conditions", "match": "all", "conditions": [_among(name, rows)]},
        name=f"Mark {len(rows):,} rows chosen on a map as {column}",
    )
    return _number(name), mark, _drop(name)


def free_column(dataset: Dataset, name: str = "chosen") -> str:
    """Return a name that no column has."""
    return _free(dataset, name)


def _numbers(places: np.ndarray) -> list[int]:
    if len(places) > MOST_ROWS:
        raise LatheError(
            f"A step may name at most {MOST_ROWS:,} rows; {len(places):,} are chosen.",
            hint="Choose a smaller region, or filter by the columns that set these rows apart.",
        )
    return [int(place) + 1 for place in places]


def _among(name: str, rows: list[int]) -> dict[str, object]:
    return {"column": name, "operator": "in", "value": rows}


def _number(name: str) -> TableStep:
    return TableStep(key="row_number", params={"name": name, "start": 1, "within": []})


def _drop(name: str) -> TableStep:
    return TableStep(key="drop_columns", params={"columns": [name]})


def _free(dataset: Dataset, name: str, taken: Collection[str] = ()) -> str:
    used = {column.casefold() for column in (*dataset.column_names, *taken)}
    names = (name if n == 1 else f"{name} {n}" for n in range(1, len(used) + 2))
    return next(candidate for candidate in names if candidate.casefold() not in used)
