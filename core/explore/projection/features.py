"""From columns to numbers that can be projected: which columns, filled and brought to one scale.

Numbers and dates are standardised; a category becomes one coordinate a value, which together have the spread of one
number, so that each column counts alike. A missing number takes the column's middle value; a missing category is a
value of its own. Medians, means and shares come from all rows, in one query.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.data.query import Query, quote
from core.data.schema import ColumnSchema, Dataset
from core.errors import LatheError
from core.explore.hypothesis.samples import number_of, text_of
from core.explore.projection.spec import Feature, LeftOut
from core.types import ColumnKind, Meaning, StorageType

MOST_LEVELS = 30
"""A category with more values is left out: its coordinates would crowd out all others."""

MOST_COLUMNS = 300
BATCH = 50_000
MISSING = "missing"


@dataclass(frozen=True)
class Number:
    """A column of numbers (or dates, in seconds): what fills a gap, where it is centred, what it is divided by."""

    column: ColumnSchema
    fill: float
    centre: float
    scale: float
    missing: int


@dataclass(frozen=True)
class Category:
    """A category: its values, their shares, and what each coordinate is divided by."""

    column: ColumnSchema
    levels: tuple[str, ...]
    shares: tuple[float, ...]
    scale: float


@dataclass(frozen=True)
class Encoder:
    """How rows become coordinates."""

    parts: tuple[Number | Category, ...]

    @property
    def features(self) -> tuple[Feature, ...]:
        """Names of the coordinates, in order."""
        found: list[Feature] = []
        for part in self.parts:
            if isinstance(part, Number):
                found.append(Feature(column=part.column.name))
            else:
                found += [Feature(column=part.column.name, level=level) for level in part.levels]
        return tuple(found)

    @property
    def select(self) -> str:
        """The SQL of the cells that `encode` takes."""
        return ", ".join(
            f"{_number(part.column) if isinstance(part, Number) else text_of(part.column)} AS c{place}"
            for place, part in enumerate(self.parts)
        )

    def encode(self, table: pa.Table | pa.RecordBatch) -> np.ndarray:
        """Return the coordinates of rows, float64 of shape (rows, features)."""
        blocks = []
        for place, part in enumerate(self.parts):
            cells = table.column(f"c{place}")
            if isinstance(part, Number):
                values = cells.to_numpy(zero_copy_only=False).astype(np.float64)
                filled = np.where(np.isnan(values), part.fill, values)
                blocks.append(((filled - part.centre) / part.scale)[:, None])
            else:
                known = cells.to_numpy(zero_copy_only=False)
                texts = np.where(known == None, MISSING, known)  # noqa: E711 -- an array is compared cell by cell
                hits = np.stack([texts == level for level in part.levels], axis=1)
                blocks.append((hits - np.asarray(part.shares)) / part.scale)
        return np.concatenate(blocks, axis=1)

    def batches(self, query: Query, places: np.ndarray | None = None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Give places and coordinates of rows, some tens of thousands at a time, in file order.

        Parameters
        ----------
        query : Query
            Over the table.
        places : ndarray of int, optional
            Rows wanted; all where not given.
        """
        where = ""
        if places is not None:
            query.connection.register("wanted", pa.table({"place": places}))
            where = "WHERE file_row_number IN (SELECT place FROM wanted)"
        found = query.connection.sql(
            f"SELECT file_row_number AS place, {self.select} FROM t_rows {where} ORDER BY file_row_number"
        )
        for batch in found.to_arrow_reader(BATCH):
            yield batch.column("place").to_numpy().astype(np.int64), self.encode(batch)


def choose_columns(
    dataset: Dataset, wanted: Sequence[str] = ()
) -> tuple[tuple[ColumnSchema, ...], tuple[LeftOut, ...]]:
    """Return the columns that can be projected, and those that cannot with the reason.

    Raises
    ------
    LatheError
        Where a wanted column does not exist, or none is left.
    """
    unknown = [name for name in wanted if name not in dataset.column_names]
    if unknown:
        raise LatheError(f"The table has no column {unknown[0]!r}.", hint="Choose other columns.", field="columns")
    kept: list[ColumnSchema] = []
    out: list[LeftOut] = []
    for column in dataset.columns:
        if wanted and column.name not in wanted:
            continue
        reason = _why_not(column)
        if not reason and len(kept) >= MOST_COLUMNS:
            reason = f"Only the first {MOST_COLUMNS} suitable columns are projected."
        if reason:
            out.append(LeftOut(column=column.name, reason=reason))
        else:
            kept.append(column)
    if not kept:
        raise LatheError(
            "No column can be projected: numbers, dates and categories with few values are needed.",
            hint="Choose other columns, or change the kind of a column on the Upload page.",
            field="columns",
        )
    return tuple(kept), tuple(out)


def learn(query: Query, dataset: Dataset, columns: Sequence[ColumnSchema], *, scale: bool) -> Encoder:
    """Learn how the columns are filled, centred and scaled, from all rows."""
    parts: list[Number | Category] = []
    for column in columns:
        part = _learn_number(query, dataset, column, scale) if _is_number(column) else _learn_category(query, column)
        if part is not None:
            parts.append(part)
    if not parts:
        raise LatheError("Nothing varies in the chosen columns.", hint="Choose other columns.", field="columns")
    return Encoder(tuple(parts))


def filled_notes(encoder: Encoder) -> tuple[str, ...]:
    """Say what was filled."""
    numbers = [part for part in encoder.parts if isinstance(part, Number) and part.missing]
    marked = [part for part in encoder.parts if isinstance(part, Category) and MISSING in part.levels]
    notes = []
    if numbers:
        cells = sum(part.missing for part in numbers)
        names = ", ".join(part.column.name for part in numbers[:4]) + (" and others" if len(numbers) > 4 else "")
        notes.append(f"{cells:,} missing numbers took the middle value of their column ({names}).")
    if marked:
        names = ", ".join(part.column.name for part in marked[:4]) + (" and others" if len(marked) > 4 else "")
        notes.append(f"A missing category counts as a value of its own ({names}).")
    return tuple(notes)


def _is_number(column: ColumnSchema) -> bool:
    if column.storage is StorageType.DATETIME:
        return True
    return column.storage in (StorageType.INT, StorageType.FLOAT) and column.kind is not ColumnKind.CATEGORICAL


def _number(column: ColumnSchema) -> str:
    if column.storage is StorageType.DATETIME:
        return f"epoch({quote(column.name)})"
    return number_of(column)


def _why_not(column: ColumnSchema) -> str:
    if column.kind is ColumnKind.IDENTIFIER:
        return "It identifies rows and says nothing about likeness."
    if column.kind is ColumnKind.TEXT or column.meaning is Meaning.LIST:
        return "Free text has no distances here."
    if column.unique < 2 and not (column.unique == 1 and column.missing and not _is_number(column)):
        return "It has the same value in every row." if column.unique else "It has no value in any row."
    if not _is_number(column) and column.unique > MOST_LEVELS:
        return f"It has {column.unique:,} different values; at most {MOST_LEVELS} are turned into coordinates."
    return ""


def _learn_number(query: Query, dataset: Dataset, column: ColumnSchema, scale: bool) -> Number | None:
    value = _number(column)
    known, fill, mean, spread = query.one(
        f"SELECT count(v), quantile_cont(v, 0.5), avg(v), stddev_samp(v) FROM (SELECT {value} AS v FROM t)"
    )
    if not known or not spread or not math.isfinite(spread):
        return None
    missing = dataset.rows - int(known)
    return Number(column, float(fill), float(mean), float(spread) if scale else 1.0, missing)


def _learn_category(query: Query, column: ColumnSchema) -> Category | None:
    found = query.rows(
        f"SELECT g, count(*) FROM (SELECT coalesce({text_of(column)}, {_literal(MISSING)}) AS g FROM t) "
        "GROUP BY g ORDER BY 2 DESC, 1"
    )
    total = sum(count for _, count in found)
    if len(found) < 2:
        return None
    shares = [count / total for _, count in found]
    # All coordinates of a category together have the spread of one standardised number.
    spread = math.sqrt(sum(share * (1 - share) for share in shares))
    return Category(column, tuple(str(level) for level, _ in found), tuple(shares), spread)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
