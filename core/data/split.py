"""Divide rows into a locked hold-out and folds."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.target import has_target
from core.data.task import Split, Task
from core.errors import LatheError
from core.types import SplitKind


@dataclass(frozen=True)
class SplitIndices:
    """Row numbers of every part.

    Attributes
    ----------
    train : ndarray of int
        Rows outside the hold-out, in row order (in time order for a time split).
    holdout : ndarray of int
        Locked rows.
    folds : tuple of (ndarray, ndarray)
        For each fold the rows to fit on and the rows to test on; both inside ``train``.
    """

    train: np.ndarray
    holdout: np.ndarray
    folds: tuple[tuple[np.ndarray, np.ndarray], ...]


def make_split(frame: pd.DataFrame, y: np.ndarray, task: Task) -> SplitIndices:
    """Divide the rows with a known target.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Holds the group or time column where the split needs one.
    y : ndarray of shape (n_rows,)
        Target as `target_values` gives it.
    task : Task
        Holds the split.

    Returns
    -------
    SplitIndices
        Positions into ``frame``.

    Raises
    ------
    LatheError
        Where there are too few groups or times for the folds, or a fold would have one class only to learn from.
    """
    rows = np.flatnonzero(has_target(y))
    found = _divide(frame, rows, y, task)
    if task.kind.is_classification:
        _refuse_one_class(found, y)
    return found


def _divide(frame: pd.DataFrame, rows: np.ndarray, y: np.ndarray, task: Task) -> SplitIndices:
    split = task.split
    if split.kind is SplitKind.TIME:
        return _by_time(frame, rows, split)
    if split.kind is SplitKind.GROUP:
        return _by_group(frame, rows, split)
    strata = y if split.kind is SplitKind.STRATIFIED and task.kind.is_classification else None
    train, holdout = _shuffle_holdout(rows, strata, split)
    return SplitIndices(train, holdout, _shuffle_folds(train, strata, split))


def _refuse_one_class(found: SplitIndices, y: np.ndarray) -> None:
    for number, (fit, _) in enumerate(found.folds, start=1):
        classes = set(y[fit])
        if len(classes) < 2:
            raise LatheError(
                f"Every fold needs two classes to learn from; in fold {number} all rows are {next(iter(classes))!r}.",
                hint="Use fewer folds or another kind of split.",
                field="task.split.folds",
            )


def _shuffle_holdout(rows: np.ndarray, strata: np.ndarray | None, split: Split) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.model_selection import train_test_split

    if split.holdout == 0:
        return rows, rows[:0]
    labels = None
    if strata is not None:
        # A class with one member cannot be on both sides; it stays in the training part.
        counts = pd.Series(strata[rows]).map(pd.Series(strata[rows]).value_counts()).to_numpy()
        lonely, rows = rows[counts < 2], rows[counts >= 2]
        if not len(rows):
            raise LatheError(
                "A stratified split needs a class with two rows or more; every class has one.",
                hint="Choose another target, or another split.",
                field="task.split.kind",
            )
        labels = strata[rows]
        size = max(round(split.holdout * len(rows)), len(set(labels)))
        train, holdout = train_test_split(rows, test_size=size, random_state=split.seed, stratify=labels)
        train = np.concatenate([train, lonely])
    else:
        train, holdout = train_test_split(rows, test_size=split.holdout, random_state=split.seed)
    return np.sort(train), np.sort(holdout)


def _shuffle_folds(
    train: np.ndarray, strata: np.ndarray | None, split: Split
) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    import warnings

    from sklearn.model_selection import KFold, StratifiedKFold

    if strata is None:
        parts = KFold(split.folds, shuffle=True, random_state=split.seed).split(train)
        return tuple((train[fit], train[test]) for fit, test in parts)
    labels = pd.factorize(strata[train])[0]
    with warnings.catch_warnings():
        # A class rarer than the folds is told to the person by check_task.
        warnings.simplefilter("ignore", UserWarning)
        folder = StratifiedKFold(split.folds, shuffle=True, random_state=split.seed)
        if np.bincount(labels).max() < split.folds:
            raise LatheError(
                f"{split.folds} folds need a class with at least {split.folds} rows.",
                hint="Use fewer folds.",
                field="task.split.folds",
            )
        return tuple((train[fit], train[test]) for fit, test in folder.split(train, labels))


def _by_group(frame: pd.DataFrame, rows: np.ndarray, split: Split) -> SplitIndices:
    from sklearn.model_selection import GroupKFold, GroupShuffleSplit

    groups = pd.factorize(frame[split.group].iloc[rows].astype(str))[0]
    needed = split.folds + (1 if split.holdout else 0)
    if len(np.unique(groups)) < needed:
        raise LatheError(
            f"{split.folds} folds by group need at least {needed} groups; {split.group} has {len(np.unique(groups))}.",
            hint="Use fewer folds or another column.",
            field="task.split.group",
        )
    train, holdout = np.arange(len(rows)), np.arange(0)
    if split.holdout:
        shuffler = GroupShuffleSplit(1, test_size=split.holdout, random_state=split.seed)
        train, holdout = next(shuffler.split(rows, groups=groups))
    folder = GroupKFold(split.folds, shuffle=True, random_state=split.seed)
    if len(np.unique(groups[train])) < split.folds:
        raise LatheError(
            f"Outside the hold-out only {len(np.unique(groups[train]))} groups remain for {split.folds} folds.",
            hint="Use fewer folds or a smaller hold-out.",
            field="task.split.folds",
        )
    folds = tuple((rows[train[fit]], rows[train[test]]) for fit, test in folder.split(train, groups=groups[train]))
    return SplitIndices(rows[np.sort(train)], rows[np.sort(holdout)], folds)


def _by_time(frame: pd.DataFrame, rows: np.ndarray, split: Split) -> SplitIndices:
    times = frame[split.time].iloc[rows]
    if times.isna().any():
        raise LatheError(
            f"A split by time needs a time in every row; {times.isna().sum():,} cells of {split.time} are missing.",
            hint="Choose another column or another split.",
            field="task.split.time",
        )
    if times.dtype == object:
        raise LatheError(
            f"A split by time needs dates or numbers; {split.time} holds text, whose order says nothing of time.",
            hint="Choose another column, or make it a date on the Upload page.",
            field="task.split.time",
        )
    order = np.argsort(times.to_numpy(), kind="stable")
    ordered, moments = rows[order], times.to_numpy()[order]
    cut = len(ordered) - round(split.holdout * len(ordered))
    # Expanding window: fold i is tested on the i-th of folds + 1 equal blocks and fitted on all before it.
    wanted = [round(cut * (i + 1) / (split.folds + 1)) for i in range(split.folds)]
    edges = [_between_moments(moments, edge) for edge in (*wanted, cut)]
    if edges[0] == 0 or (np.diff(edges) <= 0).any() or (split.holdout and edges[-1] == len(ordered)):
        raise LatheError(
            f"A split by time needs more different times in {split.time}: rows of one time stay together, and "
            f"{split.folds} folds do not find enough of them.",
            hint="Use fewer folds, or a column with finer times.",
            field="task.split.folds",
        )
    folds = tuple((ordered[:begin], ordered[begin:end]) for begin, end in itertools.pairwise(edges))
    return SplitIndices(ordered[: edges[-1]], ordered[edges[-1] :], folds)


def _between_moments(moments: np.ndarray, edge: int) -> int:
    """Move ``edge`` to the nearest place between two different ones of the sorted ``moments``."""
    if edge >= len(moments):
        return len(moments)
    first, behind = (int(np.searchsorted(moments, moments[edge], side)) for side in ("left", "right"))
    return first if edge - first <= behind - edge else behind
