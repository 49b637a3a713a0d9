"""The outcome of steps: cells computed once, columns described, both written under their content hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.data.arrow_types import ARROW_TYPES
from core.data.fingerprint import ColumnDigest, combine
from core.data.schema import ColumnSchema
from core.data.storage import parquet_options
from core.shape.context import Context, run, run_batches
from core.shape.describe import describe
from core.shape.flow import SQL_TYPES, Field, Flow
from core.store.artifacts import write_atomic
from core.types import StorageType

TABLE = "outcome"
BATCH = 131_072
_REPEATED = 0.2
_AT_ONCE = 100

Report = Callable[[float, str], None]


@dataclass(frozen=True)
class Outcome:
    """A computed table.

    Attributes
    ----------
    columns : tuple of ColumnSchema
        What its columns are.
    rows : int
        How many there are.
    fingerprint : str
        Hash of its content.
    """

    columns: tuple[ColumnSchema, ...]
    rows: int
    fingerprint: str


def silent(fraction: float, message: str) -> None:
    """Tell nobody."""


def compute(context: Context, flow: Flow) -> tuple[Flow, int]:
    """Compute the table once; return it as a flow of stored cells, and its rows.

    Numbers that are all whole become whole numbers, as they do when a file is read.
    """
    connection = context.connection
    # Sums depend on their order in the last digit: one thread adds in one order, so that a replay gives the same.
    run(connection, "SET threads = 1")
    parts = ", ".join(f"CAST({f.id} AS {SQL_TYPES[f.storage]}) AS {f.id}" for f in flow.fields)
    run(connection, f"CREATE OR REPLACE TEMP TABLE {TABLE} AS {flow.sql(parts)}")
    run(connection, "RESET threads")
    whole = _whole(connection, [f for f in flow.fields if _may_be_whole(f)])
    for field in whole:
        run(connection, f"ALTER TABLE {TABLE} ALTER {field.id} TYPE BIGINT")
    names = {field.id for field in whole}
    fields = tuple(_as_int(f) if f.id in names else f for f in flow.fields)
    rows = int(run(connection, f"SELECT count(*) FROM {TABLE}").fetchall()[0][0])
    return Flow((), TABLE, fields), rows


def _may_be_whole(field: Field) -> bool:
    was_float = field.like is not None and field.like.storage is StorageType.FLOAT
    return field.storage is StorageType.FLOAT and not field.same and not was_float


def _whole(connection: Any, fields: Sequence[Field]) -> list[Field]:
    found: list[Field] = []
    for start in range(0, len(fields), _AT_ONCE):
        some = fields[start : start + _AT_ONCE]
        tests = ", ".join(f"bool_and({f.id} = floor({f.id}) AND abs({f.id}) < 9007199254740992)" for f in some)
        answers = run(connection, f"SELECT {tests} FROM {TABLE}").fetchall()[0]
        found += [f for f, answer in zip(some, answers, strict=True) if answer]
    return found


def _as_int(field: Field) -> Field:
    return Field(field.name, field.id, StorageType.INT, field.like, field.same, field.levels)


def store(
    context: Context, flow: Flow, rows: int, path_of: Callable[[str], Path], *,
    chosen: Mapping[str, ColumnSchema], report: Report = silent,
) -> Outcome:  # fmt: skip
    """Describe and write a computed table.

    Parameters
    ----------
    context, flow, rows
        As `compute` gives them.
    path_of : callable
        Where cells of a fingerprint are kept.
    chosen : mapping of str to ColumnSchema
        Columns whose kind, meaning and order the person may have chosen.
    report : callable
        Told how far it is, from 0 to 1; it may raise to stop.
    """
    report(0.0, "Looking at the columns")
    columns = describe(context.connection, TABLE, flow.fields, rows, chosen)
    report(0.3, "Writing the table")
    kept: list[str] = []

    def write(temporary: Path) -> None:
        kept.append(_write(context.connection, temporary, flow.fields, columns, rows, report))

    scratch = path_of("computed")
    write_atomic(scratch, write)
    scratch.replace(path_of(kept[0]))
    return Outcome(columns, rows, kept[0])


def _write(
    connection: Any, path: Path, fields: Sequence[Field], columns: Sequence[ColumnSchema], rows: int, report: Report
) -> str:
    """Write the cells batch by batch; return their fingerprint."""
    schema = pa.schema([(column.name, ARROW_TYPES[column.storage]) for column in columns])
    repeated = [column.name for column in columns if column.unique <= _REPEATED * rows]
    digests = [ColumnDigest(column.storage) for column in columns]
    reader = run_batches(connection, f"SELECT {', '.join(f.id for f in fields)} FROM {TABLE}", BATCH)
    done = 0
    with pq.ParquetWriter(path, schema, **parquet_options(repeated, schema)) as writer:
        for batch in reader:
            cells = [array.cast(schema.types[place]) for place, array in enumerate(batch.columns)]
            for digest, array in zip(digests, cells, strict=True):
                digest.add(array)
            writer.write_batch(pa.RecordBatch.from_arrays(cells, schema=schema), row_group_size=BATCH)
            done += batch.num_rows
            report(0.3 + 0.7 * done / max(rows, 1), "Writing the table")
    return combine(columns, [digest.digest() for digest in digests], rows)
