"""Parts in order of time: learned from what was before, judged on what came after."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from core.data.splits.indices import Fold, SplitIndices
from core.data.task import Split
from core.errors import LatheError
from core.types import GapUnit, TimeWindow


def by_time(frame: pd.DataFrame, rows: np.ndarray, split: Split) -> SplitIndices:
    """Divide by the column ``split.time``; rows of one moment stay together."""
    times = frame[split.time].iloc[rows]
    _refuse_unfit(times, split)
    order = np.argsort(times.to_numpy(), kind="stable")
    ordered, moments = rows[order], times.to_numpy()[order]
    cut = len(ordered) - round(split.locked * len(ordered))
    locked = _between_moments(moments, cut)
    last = _gap_start(moments, locked, split) if split.locked else locked
    free = cut if last == locked else last
    edges = [*(_between_moments(moments, edge) for edge in _wanted_edges(free, split)), last]
    if edges[0] <= 0 or (np.diff(edges) <= 0).any() or (split.locked and locked == len(ordered)):
        raise LatheError(
            f"A split by time needs more different times in {split.time}: rows of one time stay together, and "
            f"{split.folds} folds do not find enough of them.",
            hint="Use fewer folds, or a column with finer times.",
            field="task.split.folds",
        )
    folds = tuple(
        _fold(ordered, moments, begin, end, edges[0], split, number)
        for number, (begin, end) in enumerate(itertools.pairwise(edges), start=1)
    )
    return SplitIndices(ordered[:last], ordered[locked:], folds, (0,) * len(folds))


def _wanted_edges(cut: int, split: Split) -> list[int]:
    """Return where the judged blocks should begin, among the ``cut`` rows before the hold-out."""
    if not split.test_share:
        # Expanding window: fold i is tested on the i-th of folds + 1 equal blocks and fitted on all before it.
        return [round(cut * (i + 1) / (split.folds + 1)) for i in range(split.folds)]
    return [round(cut * (1 - split.test_share * (split.folds - i))) for i in range(split.folds)]


def _fold(
    ordered: np.ndarray, moments: np.ndarray, begin: int, end: int, length: int, split: Split, number: int
) -> Fold:
    stop = _gap_start(moments, begin, split)
    start = 0
    if split.window is TimeWindow.SLIDING:
        # As long as what the first fold learns on, counted before the gap is taken off.
        start = _between_moments(moments, max(begin - length, 0))
    if stop <= start:
        raise LatheError(
            f"The gap must leave rows to learn from; before the rows that fold {number} judges it leaves none.",
            hint="Use a smaller gap, fewer folds, or judge a smaller share in each.",
            field="task.split.gap",
        )
    return ordered[start:stop], ordered[begin:end]


def _gap_start(moments: np.ndarray, begin: int, split: Split) -> int:
    """Return where learning stops so that the gap lies before ``begin``; a moment is left out whole."""
    if not split.gap or begin >= len(moments):
        return begin
    if split.gap_unit is GapUnit.ROWS:
        stop = max(begin - int(np.ceil(split.gap)), 0)
        return int(np.searchsorted(moments, moments[stop], "left")) if stop else 0
    is_date = np.issubdtype(moments.dtype, np.datetime64)
    gap = np.timedelta64(round(split.gap * 86_400_000_000), "us") if is_date else split.gap
    return min(int(np.searchsorted(moments, moments[begin] - gap, "right")), begin)


def _refuse_unfit(times: pd.Series, split: Split) -> None:
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


def _between_moments(moments: np.ndarray, edge: int) -> int:
    """Move ``edge`` to the nearest place between two different ones of the sorted ``moments``."""
    if edge >= len(moments):
        return len(moments)
    first, behind = (int(np.searchsorted(moments, moments[edge], side)) for side in ("left", "right"))
    return first if edge - first <= behind - edge else behind
