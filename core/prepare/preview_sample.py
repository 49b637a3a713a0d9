"""The rows that a preview is made from: drawn once for a table and kept beside its cells."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
    """

    frame: pd.DataFrame
    y: np.ndarray | None


@dataclass(frozen=True)
class Sampler:
    """Draws rows at random: the same ones for the same content and seed, whichever columns are asked for.

    Attributes
    ----------
    workspace, dataset
        Where the cells lie.
    task : Task or None
        Its target is taken out of the features, and rows without it are left out.
    rows : int
        How many rows are drawn at most.
    seed : int
        Seed of the draw.
    """

    workspace: Workspace
    dataset: Dataset
    task: Task | None
    rows: int
    seed: int = 0

    @property
    def columns(self) -> tuple[ColumnSchema, ...]:
        """The features."""
        return tuple(c for c in self.dataset.columns if self.task is None or self.task.is_used(c.name))

    @property
    def aside(self) -> tuple[ColumnSchema, ...]:
        """Columns that steps may only look at; the target is not among them."""
        if self.task is None:
            return ()
        return tuple(c for c in self.dataset.columns if c.name != self.task.target and not self.task.is_used(c.name))

    def draw(self, names: Collection[str]) -> Sample:
        """Return the sample's rows with the columns ``names``."""
        chosen = [name for name in self.dataset.column_names if name in names]
        if self.task is None:
            return Sample(stored_sample(self.workspace, self.dataset, self.rows, chosen, seed=self.seed), None)
        target, kind = self.task.target, self.task.kind
        frame = stored_sample(self.workspace, self.dataset, self.rows, [*chosen, target], seed=self.seed)
        y = target_values(frame[target], kind)
        known = has_target(y)
        return Sample(
            frame.loc[known, chosen], np.asarray(y[known], dtype=str if kind.is_classification else np.float64)
        )


def stored_sample(
    workspace: Workspace, dataset: Dataset, rows: int, names: Sequence[str], *, seed: int = 0
) -> pd.DataFrame:
    """Return rows of a table; of a large one they are kept in a file, for drawing them reads every row group."""
    if dataset.rows <= max(rows, _DRAWN_EACH_TIME):
        return sample(workspace, dataset, rows, seed=seed, columns=names)
    folder = workspace.path(dataset.path).parent
    path = folder / f"preview-{dataset.fingerprint}-{rows}-{seed}.parquet"
    columns = [dataset.column(name) for name in names]
    found = _read(path, columns)
    if found is not None:
        return found
    frame = sample(workspace, dataset, rows, seed=seed)
    for old in folder.glob("preview-*.parquet"):
        old.unlink(missing_ok=True)
    write_atomic(path, lambda temporary: pq.write_table(_table(frame, dataset), temporary, compression="none"))
    return frame.loc[:, list(names)]


def _table(frame: pd.DataFrame, dataset: Dataset) -> pa.Table:
    arrays = [to_arrow(frame[column.name], column.storage) for column in dataset.columns]
    places = pa.array(frame.index.to_numpy())
    return pa.Table.from_arrays([*arrays, places], names=[*dataset.column_names, PLACE])


def _read(path: Path, columns: Sequence[ColumnSchema]) -> pd.DataFrame | None:
    try:
        table = pq.ParquetFile(path).read([*(column.name for column in columns), PLACE])
    except (FileNotFoundError, ArrowInvalid):
        return None
    table = table.select([*(column.name for column in columns), PLACE])
    frame = to_frame(table, columns)
    frame.index = pd.Index(table.column(PLACE).to_numpy())
    return frame
