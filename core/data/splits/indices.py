"""What a division of rows is, and the seeds of its repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Fold = tuple[np.ndarray, np.ndarray]
"""Rows to fit on, rows to judge."""


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
        For each fold the rows to fit on and the rows to test on; both inside ``train``. Folds of one repeat stand
        together; over several repeats a row is tested several times.
    repeats : tuple of int
        For each fold, which repeat it belongs to.
    notes : tuple of str
        What should be said of this division, in sentences.
    """

    train: np.ndarray
    holdout: np.ndarray
    folds: tuple[Fold, ...]
    repeats: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


def seed_of(seed: int, repeat: int) -> int:
    """Return the seed of a repeat; the first one has the seed of the split, so that more repeats only add folds."""
    if not repeat:
        return seed
    return int(np.random.SeedSequence([seed, repeat]).generate_state(1)[0])


def numbered(rounds: Sequence[Sequence[Fold]]) -> tuple[tuple[Fold, ...], tuple[int, ...]]:
    """Return the folds of all repeats in one line, and which repeat each belongs to."""
    folds = tuple(fold for one in rounds for fold in one)
    return folds, tuple(place for place, one in enumerate(rounds) for _ in one)


def in_turn(train: np.ndarray, parts: np.ndarray, count: int) -> tuple[Fold, ...]:
    """Judge each of ``count`` parts in turn and learn on the others; ``parts`` names the part of each of ``train``."""
    return tuple((train[parts != part], train[parts == part]) for part in range(count))
