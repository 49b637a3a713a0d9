"""Parts that no group straddles: the rows of a person, a shop or a machine stand on one side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from core.data.splits.equal import join
from core.data.splits.indices import Fold, SplitIndices, numbered, seed_of
from core.data.splits.shuffled import Drawing, by_chance
from core.data.task import Split
from core.errors import LatheError
from core.types import EqualRows

_MOST_IN_ONE = 0.5


def by_group(frame: pd.DataFrame, drawing: Drawing, split: Split) -> SplitIndices:
    """Divide by the column ``split.group``; rows without a value there are one group."""
    groups = pd.factorize(frame[split.group].astype(str))[0]
    rows = drawing.rows
    needed = (2 if split.is_single else split.folds) + (1 if split.locked else 0)
    found = len(np.unique(groups[rows]))
    if found < needed:
        parts = f"{split.folds} folds" if not split.is_single else "A part to learn from and one to judge"
        raise LatheError(
            f"{parts} by group need at least {needed} groups; {split.group} has {found}.",
            hint="Use fewer folds or another column.",
            field="task.split.group",
        )
    if split.stratify or split.is_single or drawing.sets is not None:
        sets, notes = _sets(groups, drawing, split, needed)
        divided = by_chance(Drawing(rows, drawing.strata, sets), split.model_copy(update={"shuffle": True}))
        return replace(divided, notes=notes)
    return _shuffled_groups(rows, pd.factorize(frame[split.group].iloc[rows].astype(str))[0], split)


def _sets(groups: np.ndarray, drawing: Drawing, split: Split, needed: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return what must stay together: groups, and with them the groups that hold an equal row."""
    if drawing.sets is None:
        return groups, ()
    joined = join(groups, drawing.sets)
    sizes = np.unique(joined[drawing.rows], return_counts=True)[1]
    chained = len(sizes) < needed or sizes.max() > _MOST_IN_ONE * len(drawing.rows)
    if chained and split.equal_rows is EqualRows.AUTO:
        return groups, (
            "Equal rows stand in so many groups that keeping them together would make most groups one; they may stand "
            "in different parts.",
        )
    return joined, ()


def _shuffled_groups(rows: np.ndarray, groups: np.ndarray, split: Split) -> SplitIndices:
    from sklearn.model_selection import GroupShuffleSplit

    train, holdout = np.arange(len(rows)), np.arange(0)
    if split.locked:
        shuffler = GroupShuffleSplit(1, test_size=split.locked, random_state=split.seed)
        train, holdout = next(shuffler.split(rows, groups=groups))
    left = len(np.unique(groups[train]))
    if left < split.folds:
        raise LatheError(
            f"Outside the hold-out only {left} groups remain for {split.folds} folds.",
            hint="Use fewer folds or a smaller hold-out.",
            field="task.split.folds",
        )
    rounds = [_folds(rows[train], groups[train], split, seed_of(split.seed, r)) for r in range(split.rounds)]
    return SplitIndices(rows[np.sort(train)], rows[np.sort(holdout)], *numbered(rounds))


def _folds(train: np.ndarray, groups: np.ndarray, split: Split, seed: int) -> tuple[Fold, ...]:
    from sklearn.model_selection import GroupKFold

    folder = GroupKFold(split.folds, shuffle=True, random_state=seed)
    return tuple((train[fit], train[test]) for fit, test in folder.split(train, groups=groups))
