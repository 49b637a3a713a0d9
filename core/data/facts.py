"""Facts about a stored table that DuckDB counts where it lies, for screens that must not load it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.data.propose import TaskFacts, check_facts, refuse_unfit_fields
from core.data.query import Query, open_table, quote
from core.data.schema import ColumnSchema, Dataset
from core.data.storage import to_series
from core.data.target import has_target, label_text, target_values
from core.data.task import Task
from core.store.workspace import Workspace
from core.types import StorageType, TaskKind

_NUMBERS = (StorageType.INT, StorageType.FLOAT)
_MOST_GROUPS = 1_000
_HASHED_AT_ONCE = 500


def check_stored_task(workspace: Workspace, dataset: Dataset, task: Task) -> list[str]:
    """Check a task against its stored table, of which only counts are read; see `core.data.propose.check_task`."""
    refuse_unfit_fields(dataset, task)
    column = dataset.column(task.target)
    with open_table(workspace, dataset) as query:
        names = [name for name in dataset.column_names if task.is_used(name) or name == task.target]
        by_value = task.kind.is_classification or column.storage not in _NUMBERS
        counts, classes = _value_counts(query, column) if by_value else (pd.Series(dtype="int64"), 0)
        if task.kind.is_classification:
            known = query.one(f"SELECT count({quote(column.name)}) FROM t")[0]
            counts = counts.groupby(counts.index.map(label_text), sort=False).sum().sort_values(ascending=False)
            extremes: tuple[float, ...] = ()
        else:
            known, extremes = _numbers(query, column, counts)
        facts = TaskFacts(
            rows=dataset.rows,
            known=int(known),
            counts=counts,
            classes=max(classes, len(counts)) if classes > _MOST_GROUPS else len(counts),
            extremes=extremes,
            repeated=lambda: _repeated(query, names),
        )
        return check_facts(facts, task)


def duplicate_rows(workspace: Workspace, dataset: Dataset, columns: Sequence[str] | None = None) -> int:
    """Count the rows that repeat an earlier one in ``columns``, all by default.

    Rows are compared by 64-bit hashes: among 10 million, one pair is taken for equal with a chance of one in 400,000.
    """
    with open_table(workspace, dataset) as query:
        return _repeated(query, list(dataset.column_names if columns is None else columns))


def class_labels(workspace: Workspace, dataset: Dataset, target: str) -> tuple[str, ...]:
    """Return the sorted labels of a class target, as `core.data.target.target_values` gives them."""
    column = dataset.column(target)
    with open_table(workspace, dataset) as query:
        name = quote(target)
        values = query.arrow(f"SELECT DISTINCT {name} AS value FROM t WHERE {name} IS NOT NULL").column("value")
    labels = target_values(to_series(values, column.storage), TaskKind.MULTICLASS)
    return tuple(sorted({str(label) for label in labels if label is not None}))


def _value_counts(query: Query, column: ColumnSchema) -> tuple[pd.Series, int]:
    """Return the most frequent values with their counts, equal counts in file order, and how many values there are."""
    name = quote(column.name)
    grouped = (
        f"SELECT {name} AS value, count(*) AS n, min(file_row_number) AS first FROM t_rows WHERE {name} IS NOT NULL"
    )
    found = query.arrow(f"{grouped} GROUP BY 1 ORDER BY n DESC, first LIMIT {_MOST_GROUPS}")
    total = query.one(f"SELECT count(DISTINCT {name}) FROM t")[0] if found.num_rows == _MOST_GROUPS else found.num_rows
    values = to_series(found.column("value"), column.storage)
    return pd.Series(found.column("n").to_numpy(), index=pd.Index(values), dtype="int64"), int(total)


def _numbers(query: Query, column: ColumnSchema, counts: pd.Series) -> tuple[int, tuple[float, ...]]:
    """Return how many targets are numbers, and the least and greatest."""
    if column.storage in _NUMBERS:
        name = quote(column.name)
        known, low, high = query.one(f"SELECT count({name}), min({name}), max({name}) FROM t WHERE isfinite({name})")
        return int(known), (float(low), float(high)) if known else ()
    # Text that must hold numbers: its different values tell, and raise where it does not.
    values = target_values(pd.Series(counts.index, name=column.name), TaskKind.REGRESSION)
    good = has_target(values)
    return int(counts.to_numpy()[good].sum()), (
        float(values[good].min()),
        float(values[good].max()),
    ) if good.any() else ()


def _repeated(query: Query, names: Sequence[str]) -> int:
    parts = [
        f"hash({', '.join(map(quote, names[start : start + _HASHED_AT_ONCE]))})"
        for start in range(0, len(names), _HASHED_AT_ONCE)
    ]
    row = parts[0] if len(parts) == 1 else f"hash({', '.join(parts)})"
    return int(query.one(f"SELECT count(*) - count(DISTINCT {row}) FROM t")[0])
