"""Divide rows into a locked hold-out and folds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.data.splits.equal import count_equal, equal_note, row_hashes, stay_together
from core.data.splits.fields import least_rows
from core.data.splits.groups import by_group
from core.data.splits.indices import SplitIndices
from core.data.splits.named import by_column
from core.data.splits.shuffled import Drawing, by_chance
from core.data.splits.strata import strata_of
from core.data.splits.times import by_time
from core.data.target import has_target
from core.data.task import Split, Task
from core.errors import LatheError
from core.types import EqualRows, SplitKind

__all__ = ["SplitIndices", "make_split"]

_MOST_NAMED = 3


def make_split(
    frame: pd.DataFrame, y: np.ndarray, task: Task, *, second_rows: int = 0, hashes: np.ndarray | None = None
) -> SplitIndices:
    """Divide the rows with a known target.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Holds the group, time or part column where the split needs one.
    y : ndarray of shape (n_rows,)
        Target as `target_values` gives it.
    task : Task
        Holds the split.
    second_rows : int
        How many of the last rows come from a second table; they are the hold-out.
    hashes : ndarray of shape (n_rows,), optional
        One number a row, the same for rows equal in all features; made from ``frame`` where it is not given.

    Returns
    -------
    SplitIndices
        Positions into ``frame``.

    Raises
    ------
    LatheError
        Where there are too few groups or times for the folds, a value of the part column has no part, or a fold would
        have one class only to learn from.
    """
    own = len(frame) - second_rows
    known = np.flatnonzero(has_target(y))
    rows = known[known < own]
    split, sets = task.split, None
    _refuse_few(len(rows), split)
    notes: tuple[str, ...] = ()
    if split.equal_rows is not EqualRows.APART:
        marks = row_hashes(frame, _features(frame, task)) if hashes is None else hashes
        count = count_equal(marks[rows])
        # Numbered as they appear: another way to tell equal rows gives the same division.
        sets = pd.factorize(marks)[0] if stay_together(split, count) else None
        notes = tuple(note for note in (equal_note(split, count),) if note)
    found = _divide(frame, Drawing(rows, strata_of(y, rows, task), sets), split)
    if split.second:
        found = replace(found, holdout=np.sort(np.concatenate([found.holdout, known[known >= own]])))
    _refuse_empty(found)
    notes = found.notes or notes
    if task.kind.is_classification:
        held = _Classes.of(y)
        _refuse_one_class(found, held)
        notes += _class_notes(found, held)
    return replace(found, notes=notes + _left_out_notes(found, len(known), split))


def _features(frame: pd.DataFrame, task: Task) -> list[str]:
    return [str(name) for name in frame.columns if task.is_used(str(name))]


def _divide(frame: pd.DataFrame, drawing: Drawing, split: Split) -> SplitIndices:
    match split.kind:
        case SplitKind.TIME:
            return by_time(frame, drawing.rows, split)
        case SplitKind.GROUP:
            return by_group(frame, drawing, split)
        case SplitKind.COLUMN:
            return by_column(frame, drawing, split)
        case _:
            return by_chance(drawing, split)


def _refuse_few(rows: int, split: Split) -> None:
    needed = least_rows(split)
    if rows < needed:
        parts = "A hold-out needs" if split.is_single else f"{split.named_folds or split.folds} folds need"
        raise LatheError(
            f"{parts} at least {needed} rows with a target; there are {rows}.",
            hint="Use fewer folds or more rows.",
            field="task.split.folds",
        )


def _refuse_empty(found: SplitIndices) -> None:
    for number, (fit, test) in enumerate(found.folds, start=1):
        if not len(fit) or not len(test):
            raise LatheError(
                f"Every fold needs rows to learn from and rows to judge; fold {number} has none to "
                f"{'judge' if len(fit) else 'learn from'}.",
                hint="Use fewer folds, judge a larger share, or lock away less.",
                field="task.split.folds",
            )


@dataclass(frozen=True)
class _Classes:
    """Classes of all rows as numbers, to ask quickly which ones some rows hold."""

    codes: np.ndarray
    labels: np.ndarray

    @classmethod
    def of(cls, y: np.ndarray) -> _Classes:
        codes, labels = pd.factorize(y, sort=True)
        return cls(codes, np.asarray(labels))

    def in_rows(self, rows: np.ndarray) -> set[str]:
        counts = np.bincount(self.codes[rows], minlength=len(self.labels))
        return {str(label) for label in self.labels[counts > 0]}


def _refuse_one_class(found: SplitIndices, held: _Classes) -> None:
    for number, (fit, _) in enumerate(found.folds, start=1):
        classes = held.in_rows(fit)
        if len(classes) < 2:
            only = f"all rows are {next(iter(classes))!r}" if classes else "there are no rows"
            raise LatheError(
                f"Every fold needs two classes to learn from; in fold {number} {only}.",
                hint="Use fewer folds or another kind of split.",
                field="task.split.folds",
            )


def _class_notes(found: SplitIndices, held: _Classes) -> tuple[str, ...]:
    """Say which classes a fold cannot learn or judge, and which stand in the hold-out alone."""
    notes = []
    learned = held.in_rows(found.train)
    fitted, judged = ([held.in_rows(fold[side]) for fold in found.folds] for side in (0, 1))
    unlearned = sorted(set().union(*(test - fit for fit, test in zip(fitted, judged, strict=True))))
    if unlearned:
        notes.append(
            f"Some fold judges rows of {_named(unlearned)} without having learned from any. Those rows can only be "
            "wrong; join rare classes on the Shape page, or use fewer folds."
        )
    lacking = [learned - classes for classes in judged if learned - classes]
    if lacking:
        notes.append(
            f"{len(lacking)} of {len(judged)} folds have no row of some class to judge "
            f"({_named(sorted(set().union(*lacking)))}). Keeping the same mix in each part, or fewer folds, would help."
        )
    strange = sorted(held.in_rows(found.holdout) - learned)
    if strange:
        notes.append(f"{_named(strange)} stands in the locked rows alone; no model can answer it.")
    return tuple(notes)


def _named(labels: list[str]) -> str:
    more = f" and {len(labels) - _MOST_NAMED} more" if len(labels) > _MOST_NAMED else ""
    return ", ".join(labels[:_MOST_NAMED]) + more


def _left_out_notes(found: SplitIndices, known: int, split: Split) -> tuple[str, ...]:
    left = known - len(found.train) - len(found.holdout)
    if not left:
        return ()
    where = "lie in the gap before the locked rows" if split.kind is SplitKind.TIME else "are in no part"
    return (f"{left:,} rows {where} and are left out.",)
