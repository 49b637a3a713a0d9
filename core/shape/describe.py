"""What the columns of a computed table are: inherited where the cells are those of a known column, else found out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from core.data.cells import TEXT, Cells
from core.data.guess import infer
from core.data.kinds import CHOSEN, example_text
from core.data.meaning import SAMPLE_VALUES, find_meaning
from core.data.schema import ColumnSchema, ParseSettings
from core.shape.context import run
from core.shape.flow import Field
from core.types import ColumnKind, Meaning, StorageType

_SAMPLE = 20_000
"""Different texts that are enough to tell a category from free text."""

_AT_ONCE = 50
_EXAMPLES = 5
_INHERITED = "As found when the file was read."
_BY_STORAGE = {
    StorageType.BOOL: (ColumnKind.BOOLEAN, "Only true and false occur."),
    StorageType.DATETIME: (ColumnKind.DATETIME, "Every value is a date."),
    StorageType.FLOAT: (ColumnKind.NUMERIC, "Every value is a number."),
    StorageType.INT: (ColumnKind.NUMERIC, "Every value is a whole number."),
}


def describe(
    connection: Any, table: str, fields: Sequence[Field], rows: int, chosen: Mapping[str, ColumnSchema]
) -> tuple[ColumnSchema, ...]:
    """Return the schema of each column of ``table``, whose columns are called by the identifiers of ``fields``.

    Parameters
    ----------
    connection : DuckDBPyConnection
        Holds the table.
    rows : int
        Its rows.
    chosen : mapping of str to ColumnSchema
        Columns whose kind, meaning and order the person may have chosen; they hold where the cells still are theirs.
    """
    anew = [field for field in fields if not field.same]
    counts: dict[str, tuple[int, int]] = {}
    for start in range(0, len(anew), _AT_ONCE):
        some = anew[start : start + _AT_ONCE]
        asked = ", ".join(f"count({f.id}), count(DISTINCT {f.id})" for f in some)
        answer = run(connection, f"SELECT {asked} FROM {table}").fetchall()[0]
        counts |= {f.id: (answer[2 * i], answer[2 * i + 1]) for i, f in enumerate(some)}
    return tuple(_column(connection, table, f, rows, counts.get(f.id), chosen) for f in fields)


def _column(
    connection: Any, table: str, field: Field, rows: int, count: tuple[int, int] | None,
    chosen: Mapping[str, ColumnSchema],
) -> ColumnSchema:  # fmt: skip
    like = _like(field, chosen)
    if count is None and like is not None:
        return _with_levels(like.model_copy(update={"name": field.name}), field)
    present, unique = count or (0, 0)
    values = _frequent(
        connection, table, field, _EXAMPLES if like or field.storage is not StorageType.STRING else _SAMPLE
    )
    base = ColumnSchema(
        name=field.name,
        storage=field.storage,
        kind=ColumnKind.CATEGORICAL,
        missing=rows - present,
        unique=unique,
        examples=tuple(_example(value, field.storage) for value, _ in values[:_EXAMPLES]),
    )
    if like is not None:
        reason = CHOSEN if like.reason == CHOSEN else _INHERITED
        keep = {"kind": like.kind, "meaning": like.meaning, "levels": like.levels, "reason": reason}
        found = base.model_copy(update=keep)
    else:
        found = _found_out(base, values, rows)
    return _with_levels(_constant(found, rows), field)


def _like(field: Field, chosen: Mapping[str, ColumnSchema]) -> ColumnSchema | None:
    """Return the column whose kind and meaning hold, with what the person said about it."""
    like = field.like
    if like is None or not _fits(like.kind, field.storage):
        return None
    said = chosen.get(field.name)
    if said is None or said.storage is not field.storage:
        return like
    kind = {"kind": said.kind, "reason": said.reason} if said.reason == CHOSEN else {}
    return like.model_copy(update={**kind, "meaning": said.meaning, "levels": said.levels})


def _fits(kind: ColumnKind, storage: StorageType) -> bool:
    needed = {ColumnKind.NUMERIC: (StorageType.INT, StorageType.FLOAT), ColumnKind.DATETIME: (StorageType.DATETIME,)}
    return storage in needed.get(kind, tuple(StorageType))


def _with_levels(column: ColumnSchema, field: Field) -> ColumnSchema:
    if field.levels is None:
        return column
    kind = ColumnKind.CATEGORICAL if column.storage is StorageType.STRING else column.kind
    return column.model_copy(update={"kind": kind, "levels": field.levels, "reason": "Ordered by a step."})


def _constant(column: ColumnSchema, rows: int) -> ColumnSchema:
    """Say whether the column is constant now; it may have become so, or have ceased to be."""
    same = rows > 1 and column.unique <= 1 and not (column.unique and column.missing)
    if same and column.meaning is None:
        return column.model_copy(update={"meaning": Meaning.CONSTANT})
    if not same and column.meaning is Meaning.CONSTANT:
        return column.model_copy(update={"meaning": None})
    return column


def _frequent(connection: Any, table: str, field: Field, most: int) -> list[tuple[Any, int]]:
    """Return the most frequent values with their counts, equals in order of first appearance."""
    sql = (
        f"SELECT {field.id}, count(*) AS n FROM {table} WHERE {field.id} IS NOT NULL GROUP BY 1 "
        f"ORDER BY n DESC, min(rowid) LIMIT {int(most)}"
    )
    return [(value, int(n)) for value, n in run(connection, sql).fetchall()]


def _example(value: Any, storage: StorageType) -> str:
    if storage is StorageType.BOOL:
        return "true" if value else "false"
    if storage is StorageType.DATETIME:
        return str(value.date()) if value.time().isoformat() == "00:00:00" else str(value)
    return example_text(float(value) if storage is StorageType.INT else value)


def _found_out(column: ColumnSchema, values: Sequence[tuple[Any, int]], rows: int) -> ColumnSchema:
    """Find kind and meaning by the rules of reading, as far as the type that the cells have allows."""
    kind, reason = _BY_STORAGE.get(column.storage, (ColumnKind.CATEGORICAL, ""))
    texts = [str(value) for value, _ in values]
    if column.storage is StorageType.STRING:
        kind, reason = _kind_of_words(column.name, values)
    elif column.storage is StorageType.INT and rows == column.unique and rows > 1 and _names_rows(column.name, rows):
        kind, reason = ColumnKind.IDENTIFIER, "Whole numbers, all different, under a name that identifies rows."
    found = column.model_copy(update={"kind": kind, "reason": reason})
    meaning, why = find_meaning(column.name, texts[:SAMPLE_VALUES], found, rows=rows)
    return found.model_copy(update={"meaning": meaning, "reason": f"{reason} {why}".strip()})


def _kind_of_words(name: str, values: Sequence[tuple[Any, int]]) -> tuple[ColumnKind, str]:
    counts = np.array([count for _, count in values], dtype=np.int64)
    cells = Cells(pa.array([value for value, _ in values], TEXT), counts, int(counts.sum()), 0)
    finding = infer(name, cells, ParseSettings())
    if finding.storage is StorageType.STRING:
        return finding.kind, finding.reason
    if finding.kind is ColumnKind.BOOLEAN:
        return ColumnKind.BOOLEAN, finding.reason
    noun = "dates" if finding.kind is ColumnKind.DATETIME else "numbers"
    return ColumnKind.CATEGORICAL, f"Text that looks like {noun}; change its type to work with it as such."


def _names_rows(name: str, rows: int) -> bool:
    """Ask the rules of reading whether a name identifies rows."""
    count = min(rows, 100)
    cells = Cells(pa.array([str(7 * i + 3) for i in range(count)], TEXT), np.ones(count, dtype=np.int64), count, 0)
    return infer(name, cells, ParseSettings()).kind is ColumnKind.IDENTIFIER
