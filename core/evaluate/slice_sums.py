"""Errors summed over every level and every pair of levels of columns, all slices at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.evaluate.slices import Cut


@dataclass(frozen=True)
class Sums:
    """Sums over the rows of many slices, all of shape (n_slices,): rows, error, squared error, ranks of errors."""

    rows: np.ndarray
    loss: np.ndarray
    squares: np.ndarray
    ranks: np.ndarray

    def minus(self, other: Sums) -> Sums:
        """Return the sums without the rows of ``other``, slice by slice."""
        return Sums(
            self.rows - other.rows, self.loss - other.loss, self.squares - other.squares, self.ranks - other.ranks
        )

    def at(self, keep: np.ndarray) -> Sums:
        """Return some of the slices, by a mask or by places."""
        return Sums(self.rows[keep], self.loss[keep], self.squares[keep], self.ranks[keep])

    @property
    def mean(self) -> np.ndarray:
        """Mean error of each slice."""
        return np.asarray(self.loss / np.maximum(self.rows, 1))

    @property
    def variance(self) -> np.ndarray:
        """Of the mean."""
        n = np.maximum(self.rows, 2)
        return np.asarray(np.maximum(self.squares / n - (self.loss / n) ** 2, 0.0) / (n - 1))


@dataclass(frozen=True)
class Slices:
    """Candidates: places of cuts and levels, shape (n_slices, 2), -1 where there is one column only."""

    cuts: np.ndarray
    levels: np.ndarray
    sums: Sums


def sums_of_all(loss: np.ndarray) -> Sums:
    """Return the sums over all rows, as one slice."""
    one = np.zeros(len(loss), dtype=np.int64)
    return sums_by_code(one, loss, 1)


def sums_by_code(codes: np.ndarray, loss: np.ndarray, k: int, ranks: np.ndarray | None = None) -> Sums:
    """Return the sums over the rows of each code from 0 to ``k``; ranks are of these rows where none are given."""
    ranked = ranks_of(loss) if ranks is None else ranks
    parts = (np.bincount(codes, weights=w, minlength=k) for w in (loss, loss**2, ranked))
    return Sums(np.bincount(codes, minlength=k).astype(np.float64), *parts)


def ranks_of(loss: np.ndarray) -> np.ndarray:
    """Return the mid-ranks of errors, from 1; shape (n_rows,)."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(loss))


def every_slice(cuts: Sequence[Cut], loss: np.ndarray, fewest: int) -> Slices:
    """Sum errors over every level and every pair of levels of two columns, and keep what has rows enough."""
    ranks = ranks_of(loss)
    found: list[tuple[int, int, np.ndarray, Sums]] = []
    for a, cut in enumerate(cuts):
        found.append((a, -1, np.arange(len(cut.labels)), level_sums(cut.codes, loss, ranks, len(cut.labels))))
    for a, b in combinations(range(len(cuts)), 2):
        if cuts[a].column == cuts[b].column:
            continue
        width = len(cuts[b].labels)
        codes = np.where((cuts[a].codes >= 0) & (cuts[b].codes >= 0), cuts[a].codes * width + cuts[b].codes, -1)
        size = len(cuts[a].labels) * width
        found.append((a, b, np.arange(size), level_sums(codes, loss, ranks, size)))
    where, levels, sums = [], [], []
    for a, b, codes, one in found:
        keep = (one.rows >= fewest) & (len(loss) - one.rows >= fewest)
        width = len(cuts[b].labels) if b >= 0 else 1
        where.append(np.repeat([[a, b]], int(keep.sum()), axis=0))
        levels.append(np.column_stack([codes[keep] // width, codes[keep] % width if b >= 0 else -1 + 0 * codes[keep]]))
        sums.append(one.at(keep))
    if not found:
        return Slices(np.empty((0, 2), int), np.empty((0, 2), int), Sums(*(np.empty(0) for _ in range(4))))
    return Slices(np.concatenate(where), np.concatenate(levels), joined(sums))


def level_sums(codes: np.ndarray, loss: np.ndarray, ranks: np.ndarray, k: int) -> Sums:
    """Return the sums by level; rows of code -1 are in none."""
    inside = codes >= 0
    if inside.all():
        return sums_by_code(codes, loss, k, ranks)
    return sums_by_code(codes[inside], loss[inside], k, ranks[inside])


def joined(sums: Sequence[Sums]) -> Sums:
    """Put the slices of several sums behind one another."""
    return Sums(*(np.concatenate([getattr(s, name) for s in sums]) for name in ("rows", "loss", "squares", "ranks")))


def welch(inside: Sums, outside: Sums) -> np.ndarray:
    """Welch's statistic of the means; no rows outside count as no difference."""
    spread = np.sqrt(inside.variance + outside.variance)
    z = np.divide(inside.mean - outside.mean, spread, out=np.full(len(spread), np.inf), where=spread > 0)
    return np.where(outside.rows >= 2, z, 0.0)


def rest_of(sums: Sums, whole: Sums) -> Sums:
    """Return the sums over the rows outside of each slice."""
    parts = (getattr(whole, name)[0] - getattr(sums, name) for name in ("rows", "loss", "squares", "ranks"))
    return Sums(*parts)


def mask_of(at: int, every: Slices, cuts: Sequence[Cut]) -> np.ndarray:
    """Return which rows the slice number ``at`` holds; bool ndarray of shape (n_rows,)."""
    mask = np.ones(len(cuts[0].codes), dtype=bool)
    for cut, level in zip(every.cuts[at], every.levels[at], strict=True):
        if cut >= 0:
            mask &= cuts[cut].codes == level
    return mask
