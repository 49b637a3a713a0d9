"""Folds inside the rows that a fold learns from, divided as the run itself is."""

from __future__ import annotations

import numpy as np

from core.data.split import make_split
from core.data.task import Split, Task
from core.errors import LatheError
from core.run.data import TrainingData
from core.types import SplitKind, TaskKind

Fold = tuple[np.ndarray, np.ndarray]


def inner_folds(data: TrainingData, rows: np.ndarray, *, folds: int, seed: int) -> tuple[Fold, ...]:
    """Divide some rows into folds: no group on both sides, nothing learned from what comes later.

    Parameters
    ----------
    data : TrainingData
        Its task's split says what must stay apart.
    rows : ndarray of int
        Rows that may be looked at.
    folds : int
        How many are wanted; two where the rows do not suffice for so many.
    seed : int
        Seed of the shuffle.

    Returns
    -------
    tuple of (ndarray, ndarray)
        Row numbers of ``data.frame``: to learn from, and to answer.

    Raises
    ------
    LatheError
        Where the rows hold too few groups or times for two folds.
    """
    frame = data.frame.iloc[rows]
    frame, y = frame.reset_index(drop=True), data.y[rows]
    refusal: LatheError | None = None
    for split in _ways(data.task, folds, seed):
        try:
            found = make_split(frame, y, data.task.model_copy(update={"split": split}))
        except LatheError as error:
            refusal = refusal or error
            continue
        return tuple((rows[fit], rows[test]) for fit, test in found.folds)
    raise LatheError(
        f"The rows to learn from must be divided into folds once more. {refusal.message if refusal else ''}".strip(),
        hint="A vote with equal weights needs no folds of its own; otherwise use fewer folds or more rows.",
        field="inner_folds",
    )


def _ways(task: Task, folds: int, seed: int) -> list[Split]:
    """Return the divisions to try, the wanted one first; all keep apart what the run keeps apart."""
    plain = {"validation": 0.0, "repeats": 1, "holdout": 0.0, "second": "", "second_fingerprint": ""}
    split = task.split.model_copy(update={**plain, "test_share": 0.0, "seed": seed + 1})
    if split.kind is SplitKind.COLUMN:
        # Values of the column that names the parts are what may differ between learning and judging.
        by_value = split.model_copy(update={"kind": SplitKind.GROUP, "group": split.column, "parts": {}})
        mixed = split.model_copy(update={"kind": _by_chance(task), "parts": {}, "column": ""})
        ways = [by_value, mixed]
    elif split.kind is SplitKind.STRATIFIED:
        ways = [split, split.model_copy(update={"kind": SplitKind.RANDOM})]
    else:
        ways = [split]
    counts = dict.fromkeys((folds, 2))
    return [way.model_copy(update={"folds": count}) for way in ways for count in counts]


def _by_chance(task: Task) -> SplitKind:
    return SplitKind.RANDOM if task.kind is TaskKind.REGRESSION else SplitKind.STRATIFIED
