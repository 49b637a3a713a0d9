"""The rows that a preview is made from: drawn once for a table and kept beside its cells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.lib import ArrowInvalid

from core.data.names import PLACE
from core.data.query import sample, to_frame
from core.data.schema import ColumnSchema, Dataset
from core.data.storage import to_arrow
from core.data.target import has_target, target_values
from core.data.task import Task
from core.store.artifacts import write_atomic
from core.store.workspace import Workspace

_DRAWN_EACH_TIME = 20_000
"""Tables of at most this many rows are read as fast as a stored sample."""


@dataclass(frozen=True)
class Sample:
    """Rows of a table with a known target, as a fold would have them.

    Attributes
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Raw cells in canonical dtypes; the index is their place in the table.
    y : ndarray of shape (n_rows,), or None
        Their target, as models get it; None without a task.
    columns, aside : tuple of ColumnSchema
        Features; and columns that steps may only look at. The target is in neither.
    rows_total : int
        Rows of the table.
    """

    frame: pd.DataFrame
    y: np.ndarray | None
    columns: tuple[ColumnSchema, ...]
    aside: tuple[ColumnSchema, ...]
    rows_total: int


def draw_sample(workspace: Workspace, dataset: Dataset, task: Task | None, *, rows: int, seed: int = 0) -> Sample:
    """Draw rows at random, the same ones for the same content and seed.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    task : Task, optional
        Its target is taken out of the features, and rows without it are left out.
    rows : int
        How many at most.
    seed : int
        Seed of the draw.
    """
    frame = stored_sample(workspace, dataset, rows, seed=seed)
    if task is None:
        return Sample(frame, None, dataset.columns, (), dataset.rows)
    y = target_values(frame[task.target], task.kind)
    known = has_target(y)
    y = np.asarray(y[known], dtype=str if task.kind.is_classification else np.float64)
    columns = tuple(c for c in dataset.columns if task.is_used(c.name))
    aside = tuple(c for c in dataset.columns if c.name != task.target and not task.is_used(c.name))
    kept = frame.loc[known, [c.name for c in (*columns, *aside)]]
    return Sample(kept, y, columns, aside, dataset.rows)


def stored_sample(workspace: Workspace, dataset: Dataset, rows: int, *, seed: int = 0) -> pd.DataFrame:
    """Return rows of a table; of a large one they are kept in a file, for drawing them reads every row group."""
    if dataset.rows <= max(rows, _DRAWN_EACH_TIME):
        return sample(workspace, dataset, rows, seed=seed)
    folder = workspace.path(dataset.path).parent
    path = folder / f"preview-{dataset.fingerprint}-{rows}-{seed}.parquet"
    found = _read(path, dataset)
    if found is not None:
        return found
    frame = sample(workspace, dataset, rows, seed=seed)
    for old in folder.glob("preview-*.parquet"):
        old.unlink(missing_ok=True)
    write_atomic(path, lambda temporary: pq.write_table(_table(frame, dataset), temporary, compression="none"))
    return frame


def _table(frame: pd.DataFrame, dataset: Dataset) -> pa.Table:
    arrays = [to_arrow(frame[column.name], column.storage) for column in dataset.columns]
    places = pa.array(frame.index.to_numpy())
    return pa.Table.from_arrays([*arrays, places], names=[*dataset.column_names, PLACE])


def _read(path: Path, dataset: Dataset) -> pd.DataFrame | None:
    try:
        table = pq.ParquetFile(path).read()
    except (FileNotFoundError, ArrowInvalid):
        return None
    frame = to_frame(table, dataset.columns)
    frame.index = pd.Index(table.column(len(dataset.columns)).to_numpy())
    return frame
