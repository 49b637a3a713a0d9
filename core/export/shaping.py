"""The steps between a file and the table that a model learned from, done again to a file to predict."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.data.actions import TableStep
from core.data.conform import Conformed
from core.data.read import TextTable
from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.errors import LatheError
from core.export.reading import present_columns, read_like
from core.shape.context import Tables, no_tables
from core.shape.rows import Replayed, replay_rows


class Shaping(BaseModel):
    """Columns of the table as it was read, and the steps that shaped it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[ColumnSchema, ...]
    steps: tuple[TableStep, ...]


@dataclass(frozen=True)
class ReadRows:
    """Rows to predict.

    Attributes
    ----------
    table : TextTable
        The file as text.
    conformed : Conformed
        The rows that were read, typed; before the steps.
    frame : DataFrame
        The rows that the model takes.
    used : tuple of str
        Columns of the file that were used.
    notes : tuple of str
        Where the file is written otherwise than the training file, and which steps were done to it.
    """

    table: TextTable
    conformed: Conformed
    frame: pd.DataFrame
    used: tuple[str, ...]
    notes: tuple[str, ...]


def shaping_of(dataset: Dataset) -> Shaping | None:
    """Return what shaped a dataset; None where it is as it was read."""
    steps = tuple(step for step in dataset.steps if step.enabled)
    return Shaping(columns=dataset.base_columns, steps=steps) if steps else None


def read_rows(
    path: Path,
    name: str,
    *,
    columns: tuple[ColumnSchema, ...],
    like: ParseSettings | None,
    shaping: Shaping | None = None,
    tables: Tables = no_tables,
) -> ReadRows:
    """Read a file to predict and do to it what was done to the training file.

    Parameters
    ----------
    path : Path
        Plain text, Excel or Parquet file.
    name : str
        Its name, for messages.
    columns : tuple of ColumnSchema
        Columns that the model takes.
    like : ParseSettings, optional
        How the training file was read; see `core.export.reading.read_like`.
    shaping : Shaping, optional
        Steps that came between reading and training. Those that look at one row alone are done again; those that choose
        or order rows are not, so that every row gets a prediction. A file that has the columns as they were after the
        steps, and not those before, is taken as it is.
    tables : callable, optional
        Finds the other tables of joins.

    Raises
    ------
    LatheError
        Where the file cannot be read, or columns are missing before and after the steps.
    """
    if shaping is None:
        return _as_it_is(path, name, columns=columns, like=like)
    raw = present_columns(path, name, columns=shaping.columns, like=like)
    table, conformed, differences = read_like(path, name, columns=raw, like=like)
    replayed = replay_rows(conformed.frame, raw, shaping.steps, tables=tables)
    missing = [column.name for column in columns if not _has(replayed, column)]
    if not missing:
        frame = replayed.frame[[column.name for column in columns]]
        used = tuple(column.name for column in raw)
        return ReadRows(table, conformed, frame, used, (*differences, *_told(shaping, replayed)))
    try:
        return _as_it_is(path, name, columns=columns, like=like)
    except LatheError as error:
        gone = [column.name for column in shaping.columns if column not in raw]
        absent = [name for name in gone if any(name in step for step in replayed.skipped)]
        raise LatheError(
            f"The model needs {', '.join(map(repr, missing[:5]))}, which the steps on its table make; "
            f"they cannot be made from this file{_without(absent) or _not_done(replayed)}.",
            hint="Bring the columns of the original file, or a table on which the same steps were done.",
            field="columns",
        ) from error


def _as_it_is(path: Path, name: str, *, columns: tuple[ColumnSchema, ...], like: ParseSettings | None) -> ReadRows:
    table, conformed, differences = read_like(path, name, columns=columns, like=like)
    return ReadRows(table, conformed, conformed.frame, tuple(column.name for column in columns), differences)


def _has(replayed: Replayed, column: ColumnSchema) -> bool:
    """Tell whether a column came out as the model takes it; a whole number passes for any number."""
    found = next((other for other in replayed.columns if other.name == column.name), None)
    return found is not None and replayed.frame[found.name].dtype.kind == _dtype_kind(column)


def _dtype_kind(column: ColumnSchema) -> str:
    return {"int": "f", "float": "f", "datetime": "M"}.get(column.storage.value, "O")


def _told(shaping: Shaping, replayed: Replayed) -> tuple[str, ...]:
    done = len(shaping.steps) - len(replayed.skipped)
    notes = []
    if done:
        noun = "step" if done == 1 else "steps"
        notes.append(f"{done} {noun} made on the training table {'was' if done == 1 else 'were'} done to these rows.")
    if replayed.skipped:
        notes.append(f"Done before training only, not to these rows: {'; '.join(replayed.skipped)}.")
    return tuple(notes)


def _not_done(replayed: Replayed) -> str:
    steps = "; ".join(replayed.skipped[:3])
    return f", for these were not done to its rows: {steps}" if steps else ""


def _without(absent: list[str]) -> str:
    return f": it lacks {', '.join(map(repr, absent[:5]))}{' ...' if len(absent) > 5 else ''}" if absent else ""
