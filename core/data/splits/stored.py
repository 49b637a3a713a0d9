"""A stored table divided as a run would, reading only what that takes.

Only the columns that the division reads are taken out of the file, and a number for each row that tells equal rows; of
a large table only a sample that keeps equal rows together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.query import open_table, quote, to_frame
from core.data.schema import Dataset
from core.data.second import refuse_unknown_classes, second_rows, second_table
from core.data.split import SplitIndices, make_split
from core.data.target import has_target, target_values
from core.data.task import Task
from core.store.workspace import Workspace
from core.types import StorageType

MOST_ROWS = 200_000
"""Tables with more rows are looked at in a sample."""

_HASHED_AT_ONCE = 500
_SQL_TYPES = {
    StorageType.INT: "BIGINT",
    StorageType.FLOAT: "DOUBLE",
    StorageType.BOOL: "BOOLEAN",
    StorageType.STRING: "VARCHAR",
    StorageType.DATETIME: "TIMESTAMP",
}


@dataclass(frozen=True)
class Division:
    """A stored table divided.

    Attributes
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        The target and what the split reads; the rows of a second table stand behind the ``own`` ones.
    y, hashes : ndarray of shape (n_rows,)
        Target; one number a row, the same for rows equal in all features.
    places : ndarray of shape (n_rows,)
        Where each row stands in its table.
    found : SplitIndices
        Positions into ``frame``.
    """

    frame: pd.DataFrame
    y: np.ndarray
    hashes: np.ndarray
    places: np.ndarray
    found: SplitIndices
    own: int


def divide_stored(workspace: Workspace, dataset: Dataset, task: Task) -> Division:
    """Divide a stored table as a run would, reading only what that takes; a large one in a sample."""
    frame, hashes, places = _division_columns(workspace, dataset, task)
    own = len(frame)
    if task.split.second:
        frame, hashes = _with_second(workspace, dataset, task, frame, hashes)
        places = np.concatenate([places, np.arange(len(frame) - own)])
    y = target_values(frame[task.target], task.kind)
    found = make_split(frame, y, task, second_rows=len(frame) - own, hashes=hashes)
    return Division(frame, y, hashes, places, found, own)


def _division_columns(
    workspace: Workspace, dataset: Dataset, task: Task
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return the target and what the split reads, one number a row, and the rows' places; in file order."""
    names = list(dict.fromkeys((task.target, *task.split.columns)))
    columns = [dataset.column(name) for name in names]
    mark = _hash_sql(dataset, task)
    steps = -(-dataset.rows // MOST_ROWS)
    sampled = f"WHERE {mark} % {steps} = 0" if steps > 1 else ""
    with open_table(workspace, dataset) as query:
        table = query.arrow(
            f"SELECT {', '.join(map(quote, names))}, {mark} AS lathe_mark, file_row_number AS lathe_row "
            f"FROM t_rows {sampled} ORDER BY lathe_row"
        )
    frame = to_frame(table.select(names), columns)
    marks, places = (table.column(name).to_numpy() for name in ("lathe_mark", "lathe_row"))
    return frame, marks.astype(np.uint64), places.astype(np.int64)


def _hash_sql(dataset: Dataset, task: Task) -> str:
    """Return SQL for a number that is the same for rows equal in all features, as the first table stores them."""
    cells = [
        f"TRY_CAST({quote(column.name)} AS {_SQL_TYPES[column.storage]})"
        for column in dataset.columns
        if task.is_used(column.name)
    ]
    parts = [
        f"hash({', '.join(cells[start : start + _HASHED_AT_ONCE])})" for start in range(0, len(cells), _HASHED_AT_ONCE)
    ]
    return parts[0] if len(parts) == 1 else f"hash({', '.join(parts)})"


def _with_second(
    workspace: Workspace, dataset: Dataset, task: Task, frame: pd.DataFrame, hashes: np.ndarray
) -> tuple[pd.DataFrame, np.ndarray]:
    """Put the rows of the second table behind those of the first."""
    names = list(frame.columns)
    found = second_rows(workspace, dataset, task, names)
    if task.kind.is_classification:
        own, other = (_classes(part, task) for part in (frame, found.frame))
        refuse_unknown_classes(own, other, name=found.name, target=task.target)
    marks = _second_marks(workspace, dataset, task)
    both = pd.concat([frame, found.frame], ignore_index=True).astype(frame.dtypes.to_dict())
    return both, np.concatenate([hashes, marks])


def _classes(frame: pd.DataFrame, task: Task) -> set[str]:
    y = target_values(frame[task.target], task.kind)
    return set(y[has_target(y)])


def _second_marks(workspace: Workspace, dataset: Dataset, task: Task) -> np.ndarray:
    """Return one number a row of the second table, comparable with the first's."""
    with open_table(workspace, second_table(workspace, dataset, task)) as query:
        table = query.arrow(f"SELECT {_hash_sql(dataset, task)} AS lathe_mark FROM t_rows ORDER BY file_row_number")
    return np.asarray(table.column("lathe_mark").to_numpy(), dtype=np.uint64)
