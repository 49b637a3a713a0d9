"""The rows of a run: those of its table, and behind them those of a second one that are locked away."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.data.catalog import load_frame
from core.data.schema import Dataset
from core.data.second import refuse_unknown_classes, second_rows
from core.data.target import has_target, target_values
from core.data.task import Task
from core.store.workspace import Workspace


@dataclass(frozen=True)
class RunRows:
    """Rows of a run.

    Attributes
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        All columns of the table.
    second : int
        How many of the last rows come from the second table.
    notes : tuple of str
        What was done to make them fit.
    """

    frame: pd.DataFrame
    second: int = 0
    notes: tuple[str, ...] = ()


def load_rows(workspace: Workspace, dataset: Dataset, task: Task) -> RunRows:
    """Read the rows that a task learns from and is judged on.

    Raises
    ------
    LatheError
        Where the second table does not fit the first (`core.data.second`).
    """
    frame = load_frame(workspace, dataset)
    if not task.split.second:
        return RunRows(frame)
    found = second_rows(workspace, dataset, task)
    if task.kind.is_classification:
        own, other = (
            set(y[has_target(y)]) for y in (target_values(f[task.target], task.kind) for f in (frame, found.frame))
        )
        refuse_unknown_classes(own, other, name=found.name, target=task.target)
    notes = (f"The locked rows are the {len(found.frame):,} rows of {found.name}.", *found.notes)
    both = pd.concat([frame, found.frame[list(frame.columns)]], ignore_index=True)
    return RunRows(both.astype(frame.dtypes.to_dict()), len(found.frame), notes)
