"""Parts drawn by chance, or in blocks as the rows stand: random and stratified, folds and single parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.splits.balanced import assign
from core.data.splits.indices import Fold, SplitIndices, in_turn, numbered, seed_of
from core.data.splits.strata import codes_of
from core.data.task import Split
from core.errors import LatheError


@dataclass(frozen=True)
class Drawing:
    """What parts are drawn from.

    Attributes
    ----------
    rows : ndarray of int
        Rows with a known target.
    strata : ndarray of shape (n_rows,), optional
        Class or bin of every row of the table; the parts get the same mix.
    sets : ndarray of shape (n_rows,), optional
        Set of every row of the table; the rows of a set stay together.
    """

    rows: np.ndarray
    strata: np.ndarray | None = None
    sets: np.ndarray | None = None


def by_chance(drawing: Drawing, split: Split) -> SplitIndices:
    """Lock away a share of the rows and divide the others."""
    train, holdout = lock_away(drawing, split)
    rounds = judged(train, drawing, split, share=split.validation * len(drawing.rows) / max(len(train), 1))
    return SplitIndices(train, holdout, *numbered(rounds))


def lock_away(drawing: Drawing, split: Split) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows to learn from and the locked ones, in row order."""
    rows = drawing.rows
    if split.locked == 0:
        return rows, rows[:0]
    if not split.shuffle:
        return _last(rows, codes_of(drawing.strata, rows), split.locked)
    if drawing.sets is not None:
        part = _assigned(rows, drawing, np.array([1 - split.locked, split.locked]), split.seed)
        return rows[part == 0], rows[part == 1]
    return _shuffle_holdout(rows, drawing.strata, split)


def judged(train: np.ndarray, drawing: Drawing, split: Split, *, share: float) -> list[tuple[Fold, ...]]:
    """Return the folds of every repeat; with a validation share one fold, which judges that ``share`` of ``train``."""
    rounds: list[tuple[Fold, ...]] = []
    for repeat in range(split.rounds):
        seed = seed_of(split.seed, repeat)
        if split.validation and not split.shuffle:
            rounds.append((_last(train, codes_of(drawing.strata, train), share),))
        elif split.validation:
            part = _assigned(train, drawing, np.array([1 - share, share]), seed)
            rounds.append(((train[part == 0], train[part == 1]),))
        elif drawing.sets is not None and split.shuffle:
            part = _assigned(train, drawing, np.full(split.folds, 1 / split.folds), seed)
            rounds.append(in_turn(train, part, split.folds))
        else:
            rounds.append(_shuffle_folds(train, drawing.strata, split, seed))
    return rounds


def _assigned(rows: np.ndarray, drawing: Drawing, shares: np.ndarray, seed: int) -> np.ndarray:
    if (shares <= 0).any():
        raise LatheError(
            "Some rows must be left to learn from; what is judged and what is locked away take all of them.",
            hint="Judge or lock away less.",
            field="task.split.validation",
        )
    sets = rows if drawing.sets is None else drawing.sets[rows]
    return assign(sets, codes_of(drawing.strata, rows), shares, seed=seed)


def _last(rows: np.ndarray, strata: np.ndarray | None, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Part off the last rows as they stand, of every class where the mix matters."""
    kinds = np.zeros(len(rows), dtype=np.int64) if strata is None else strata
    is_last = np.zeros(len(rows), dtype=bool)
    for kind in np.unique(kinds):
        places = np.flatnonzero(kinds == kind)
        is_last[places[len(places) - round(share * len(places)) :]] = True
    return rows[~is_last], rows[is_last]


def _shuffle_holdout(rows: np.ndarray, strata: np.ndarray | None, split: Split) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.model_selection import train_test_split

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
        size = max(round(split.locked * len(rows)), len(set(labels)))
        train, holdout = train_test_split(rows, test_size=size, random_state=split.seed, stratify=labels)
        train = np.concatenate([train, lonely])
    else:
        train, holdout = train_test_split(rows, test_size=split.locked, random_state=split.seed)
    return np.sort(train), np.sort(holdout)


def _shuffle_folds(train: np.ndarray, strata: np.ndarray | None, split: Split, seed: int) -> tuple[Fold, ...]:
    import warnings

    from sklearn.model_selection import KFold, StratifiedKFold

    order = {"shuffle": True, "random_state": seed} if split.shuffle else {"shuffle": False}
    if strata is None:
        return tuple((train[fit], train[test]) for fit, test in KFold(split.folds, **order).split(train))
    labels = pd.factorize(strata[train])[0]
    with warnings.catch_warnings():
        # A class rarer than the folds is told to the person by check_task.
        warnings.simplefilter("ignore", UserWarning)
        if np.bincount(labels).max() < split.folds:
            raise LatheError(
                f"{split.folds} folds need a class with at least {split.folds} rows.",
                hint="Use fewer folds.",
                field="task.split.folds",
            )
        folder = StratifiedKFold(split.folds, **order)
        return tuple((train[fit], train[test]) for fit, test in folder.split(train, labels))
