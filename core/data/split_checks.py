"""What a division comes to on a stored table: rows and mix of each part, equal rows, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.query import open_table, quote, to_frame
from core.data.schema import Dataset
from core.data.split import SplitIndices
from core.data.splits.equal import EqualCount, count_equal, stay_together
from core.data.splits.named import MOST_VALUES, part_names
from core.data.splits.stored import MOST_ROWS, divide_stored
from core.data.target import has_target
from core.data.task import Task
from core.errors import LatheError
from core.store.workspace import Workspace
from core.types import SplitKind, StorageType

_IN_ORDER = 0.98


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
class FoldSpan:
    """Where a fold of a split by time lies, as shares of all rows in order of time."""

    learn_from: float
    learn_to: float
    judge_from: float
    judge_to: float


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
    learned, judged : tuple of int
        Rows that each fold learns on and judges.
    learned_rows, locked : int
        Rows that the final model learns from; rows that are locked away.
    spans : tuple of FoldSpan
        For a split by time: where each fold lies.
    classes : tuple of str
        Class labels; empty for a number.
    equal : EqualRowsFound
        Equal rows.
    rows, of, known : int
        Rows looked at; rows of the table; rows with a known target, those of a second table included.
    notes : tuple of str
        What should be said, in sentences.
    """

    parts: tuple[PartFacts, ...]
    learned: tuple[int, ...]
    judged: tuple[int, ...]
    learned_rows: int
    locked: int
    spans: tuple[FoldSpan, ...]
    classes: tuple[str, ...]
    equal: EqualRowsFound
    rows: int
    of: int
    known: int
    notes: tuple[str, ...]

    @property
    def is_sample(self) -> bool:
        """True where not all rows were looked at."""
        return self.rows < self.of


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
        judged=tuple(len(test) for _, test in found.folds),
        learned_rows=len(found.train),
        locked=len(found.holdout),
        spans=_spans(frame, y, found) if task.split.kind is SplitKind.TIME else (),
        classes=classes,
        equal=_equal_rows(division.hashes, y, found, task, own),
        rows=own,
        of=dataset.rows,
        known=int(has_target(y).sum()),
        notes=tuple(_sampled(note, own, dataset.rows) for note in found.notes),
    )


def _sampled(note: str, rows: int, of: int) -> str:
    """Say of what is counted in a sample that it is."""
    return note if rows == of else f"In a sample of {rows:,} rows: {note}"


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


def _spans(frame: pd.DataFrame, y: np.ndarray, found: SplitIndices) -> tuple[FoldSpan, ...]:
    place = np.zeros(len(frame), dtype=np.int64)
    place[found.train] = np.arange(len(found.train))
    total = max(int(has_target(y).sum()), 1)

    def ends(rows: np.ndarray) -> tuple[float, float]:
        return int(place[rows[0]]) / total, (int(place[rows[-1]]) + 1) / total

    return tuple(FoldSpan(*ends(fit), *ends(test)) for fit, test in found.folds)


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


def times_of(workspace: Workspace, dataset: Dataset) -> dict[str, bool]:
    """Return the columns of dates, with whether the rows stand in their order (first rows looked at)."""
    names = [column.name for column in dataset.columns if column.storage is StorageType.DATETIME]
    found = {}
    with open_table(workspace, dataset) as query:
        for name in names:
            values = query.arrow(f"SELECT {quote(name)} AS value FROM t LIMIT {MOST_ROWS}").column("value").drop_null()
            moments = values.to_numpy().astype(np.float64)
            steps = np.diff(moments)
            moves = steps[steps != 0]
            found[name] = len(moves) >= 10 and max((moves > 0).mean(), (moves < 0).mean()) > _IN_ORDER
    return found
