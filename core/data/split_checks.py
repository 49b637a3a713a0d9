"""What a division comes to on a stored table: rows and mix of each part, equal rows, and what speaks against it.

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
from core.data.splits.equal import EqualCount, count_equal, stay_together
from core.data.splits.named import MOST_VALUES, part_names
from core.data.target import has_target, target_values
from core.data.task import Task
from core.errors import LatheError
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
class PartFacts:
    """One part of a division.

    Attributes
    ----------
    name : str
        "Learned from", "Judged 3" or "Locked away".
    rows : int
        Rows of it (in the sample, where there is one).
    share : float
        Of all rows that were divided.
    mix : tuple of float
        Share of each class, in the order of `SplitReport.classes`; for a number its mean and standard deviation.
    first, last : str
        For a split by time: the first and the last moment.
    """

    name: str
    rows: int
    share: float
    mix: tuple[float, ...]
    first: str = ""
    last: str = ""


@dataclass(frozen=True)
class EqualRowsFound:
    """Rows that have an equal one in every column used to predict.

    Attributes
    ----------
    count : EqualCount
        In all rows with a known target.
    straddling : int
        How many of them have an equal one on the other side: learned from here, judged or locked away there.
    together : bool
        Whether they are kept in one part.
    """

    count: EqualCount
    straddling: int
    together: bool


@dataclass(frozen=True)
class SplitReport:
    """What a division comes to.

    Attributes
    ----------
    parts : tuple of PartFacts
        What is learned from, what is judged (one entry a fold), what is locked away.
    learned : tuple of int
        Rows that each fold learns on.
    classes : tuple of str
        Class labels; empty for a number.
    equal : EqualRowsFound
        Equal rows.
    rows, of : int
        Rows looked at; rows of the table.
    notes : tuple of str
        What should be said, in sentences.
    """

    parts: tuple[PartFacts, ...]
    learned: tuple[int, ...]
    classes: tuple[str, ...]
    equal: EqualRowsFound
    rows: int
    of: int
    notes: tuple[str, ...]

    @property
    def is_sample(self) -> bool:
        """True where not all rows were looked at."""
        return self.rows < self.of


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


def check_split(workspace: Workspace, dataset: Dataset, task: Task) -> SplitReport:
    """Divide a stored table as a run would, and say what comes of it.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    task : Task
        What is predicted, and how rows are divided.

    Returns
    -------
    SplitReport
        For a table of at most `MOST_ROWS` rows of the very division a run makes, else of a sample's.

    Raises
    ------
    LatheError
        Where the rows cannot be divided so; the message says what to do.
    """
    division = divide_stored(workspace, dataset, task)
    frame, y, found, own = division.frame, division.y, division.found, division.own
    classes = tuple(sorted(set(y[has_target(y)]))) if task.kind.is_classification else ()
    return SplitReport(
        parts=_parts(frame, y, found, task, classes),
        learned=tuple(len(fit) for fit, _ in found.folds),
        classes=classes,
        equal=_equal_rows(division.hashes, y, found, task, own),
        rows=own,
        of=dataset.rows,
        notes=found.notes,
    )


def column_values(workspace: Workspace, dataset: Dataset, column: str) -> dict[str, int]:
    """Return the values of a column that may name parts with their rows, as text, "" for missing, in order.

    Raises
    ------
    LatheError
        Where it has too many values to name parts.
    """
    name = quote(column)
    with open_table(workspace, dataset) as query:
        table = query.arrow(f"SELECT {name} AS value, count(*) AS n FROM t GROUP BY 1 LIMIT {MOST_VALUES + 2}")
    schema = dataset.column(column).model_copy(update={"name": "value"})
    counts = table.column("n").to_numpy()
    if len(counts) > MOST_VALUES + 1:
        raise LatheError(
            f"A column that says the part must have at most {MOST_VALUES} values; {column} has more.",
            hint="Choose another column, or divide by group.",
            field="task.split.column",
        )
    names = [str(name) for name in part_names(to_frame(table.select(["value"]), [schema])["value"])]
    found = dict(zip(names, counts.tolist(), strict=True))
    return {name: found[name] for name in sorted(found, key=_value_order)}


def _value_order(name: str) -> tuple[bool, int, str]:
    """Order numbers by size, and what is missing last."""
    return not name, len(name) if name.isdigit() else 0, name


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


def _parts(
    frame: pd.DataFrame, y: np.ndarray, found: SplitIndices, task: Task, classes: tuple[str, ...]
) -> tuple[PartFacts, ...]:
    total = len(found.train) + len(found.holdout)
    times = frame[task.split.time] if task.split.time in frame.columns else None

    def facts(name: str, rows: np.ndarray) -> PartFacts:
        ends = (
            ("", "") if times is None or not len(rows) else (str(times.iloc[rows].min()), str(times.iloc[rows].max()))
        )
        return PartFacts(name, len(rows), len(rows) / max(total, 1), _mix(y[rows], classes), *ends)

    judged = [facts("Judged" if len(found.folds) == 1 else f"Judged {i}", t) for i, (_, t) in enumerate(found.folds, 1)]
    learned = found.folds[0][0] if len(found.folds) == 1 else found.train
    locked = [facts("Locked away", found.holdout)] if len(found.holdout) else []
    return (facts("Learned from", learned), *judged, *locked)


def _mix(y: np.ndarray, classes: tuple[str, ...]) -> tuple[float, ...]:
    if not len(y):
        return ()
    if classes:
        counts = pd.Series(y).value_counts()
        return tuple(float(counts.get(label, 0)) / len(y) for label in classes)
    return float(np.mean(y)), float(np.std(y))


def _equal_rows(hashes: np.ndarray, y: np.ndarray, found: SplitIndices, task: Task, own: int) -> EqualRowsFound:
    """Count equal rows, and those that have an equal one on the other side in the first repeat or in the hold-out."""
    known = has_target(y)
    count = count_equal(hashes[known])
    repeats = found.repeats or (0,) * len(found.folds)
    pairs = [fold for fold, repeat in zip(found.folds, repeats, strict=True) if not repeat]
    crossing = [test[np.isin(hashes[test], hashes[fit])] for fit, test in (*pairs, (found.train, found.holdout))]
    together = stay_together(task.split, count_equal(hashes[:own][known[:own]]))
    return EqualRowsFound(count, len(np.unique(np.concatenate(crossing))), together)
