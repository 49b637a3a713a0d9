"""Where a model is worse than elsewhere: slices of one or two columns, corrected for how many were looked at.

The idea of searching slices with statistical care is SliceFinder's (Chung et al. 2019); counting all of one and two
conditions at once from sums by level is SliceLine's (Sagadeeva and Boehm 2021). What is found is held against chance
by Fisher's exact test for wrong classes and by ranks (Wilcoxon 1945) for how far off numbers are, corrected
by Benjamini and Hochberg (1995); intervals are as wide as choosing the worst demands (Benjamini and Yekutieli 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.evaluate.slice_sums import (
    Slices,
    Sums,
    every_slice,
    joined,
    level_sums,
    mask_of,
    ranks_of,
    rest_of,
    sums_by_code,
    sums_of_all,
    welch,
)
from core.evaluate.slices import Cut, wilson
from core.explore.hypothesis.corrections import correct
from core.explore.hypothesis.spec import Correction

LEVEL = 0.05
FEWEST_ROWS = 20
FEWEST_SHARE = 0.005
ADDS_Z = 2.33
"""A slice of two columns must be worse than the rest of each of its two alone, at the 1 % level."""
STILL_Z = 1.64
MOST_CANDIDATES = 200
EXACT_BELOW, EXACT_FEW = 0.3, 60.0
"""Normal p-values below the one, of slices with fewer wrong rows expected than the other, are made exact."""


class WeakSpot(BaseModel):
    """A slice in which the error is higher than elsewhere.

    Attributes
    ----------
    columns, levels : tuple of str
        One or two columns and the words of their levels.
    words : str
        The slice as a condition.
    rows : int
        How many it holds, a ``share`` of all.
    error, rest : float
        Mean error inside and outside.
    difference, low, high : float
        Inside minus outside, with an interval that allows for having chosen the worst.
    q_value : float
        Corrected p-value.
    excess : float
        Error above what the same rows would have outside: wrong rows too many, or total amount off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...]
    levels: tuple[str, ...]
    words: str
    rows: int
    share: float
    error: float
    rest: float
    difference: float
    low: float
    high: float
    q_value: float
    excess: float


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes
    ----------
    spots : tuple of WeakSpot
        The worst first; empty where nothing is more than chance.
    masks : tuple of bool ndarray of shape (n_rows,)
        The rows of each.
    looked_at, fewest_rows : int
        Slices tried; the fewest rows that one had to have.
    overall : float
        Mean error of all rows.
    """

    spots: tuple[WeakSpot, ...]
    masks: tuple[np.ndarray, ...]
    looked_at: int
    fewest_rows: int
    overall: float


def find_weak_spots(cuts: Sequence[Cut], loss: np.ndarray, *, is_share: bool, most: int = 12) -> Found:
    """Find the slices of one and two columns with the worst error.

    Parameters
    ----------
    cuts : sequence of Cut
        Columns cut into levels, of the rows that ``loss`` is of.
    loss : float64 ndarray of shape (n_rows,)
        Error of each row that the model had not seen.
    is_share : bool
        Each error is 0 or 1.
    most : int
        How many to return.

    Returns
    -------
    Found
        Slices that hold mostly the same rows as a worse one, or are no worse without its rows, are left out.
    """
    n = len(loss)
    fewest = max(FEWEST_ROWS, round(FEWEST_SHARE * n))
    overall = float(loss.mean()) if n else float("nan")
    every = every_slice(cuts, loss, fewest)
    if n < 2 * fewest or not len(every.cuts) or np.ptp(loss) == 0:
        return Found((), (), len(every.cuts), fewest, overall)
    whole = sums_of_all(loss)
    p_values = _p_values(every.sums, whole, loss, is_share=is_share).tolist()
    q = np.array(correct(p_values, Correction.BENJAMINI_HOCHBERG), dtype=np.float64)
    passed = (q <= LEVEL) & _adds(every, cuts, loss)
    if not passed.any():
        return Found((), (), len(q), fewest, overall)
    low, _ = _interval(every.sums, whole, _width(int((q <= LEVEL).sum()), len(q)), is_share=is_share)
    ranked = np.flatnonzero(passed)
    ranked = ranked[np.argsort(-(low * np.sqrt(every.sums.rows))[ranked], kind="stable")][:MOST_CANDIDATES]
    chosen, masks = _apart(ranked, every, cuts, loss, most)
    low, high = _interval(every.sums, whole, _width(len(chosen), len(q)), is_share=is_share)
    spots = tuple(_spot(at, every, cuts, whole, (low[at], high[at], q[at])) for at in chosen)
    return Found(spots, tuple(masks), len(q), fewest, overall)


def _width(told: int, looked_at: int) -> float:
    """Return how many standard errors an interval is wide where ``told`` of those ``looked_at`` are told of."""
    from scipy.stats import norm

    return float(norm.isf(LEVEL * max(told, 1) / looked_at / 2))


def _p_values(sums: Sums, whole: Sums, loss: np.ndarray, *, is_share: bool) -> np.ndarray:
    """One-sided p-values that a slice's rows are worse than if they had been drawn at random from all."""
    from scipy.stats import hypergeom, norm

    n_all = whole.rows[0]
    if is_share:
        wrong, all_wrong = np.rint(sums.loss), float(np.rint(whole.loss[0]))
        part = all_wrong / n_all
        expected = sums.rows * part
        spread = np.sqrt(expected * (1 - part) * (n_all - sums.rows) / (n_all - 1))
        p = np.asarray(norm.sf((wrong - 0.5 - expected) / np.maximum(spread, 1e-12)))
        # The exact test takes long, and differs only where few are wrong; there a rough answer picks who is tested.
        exact = (p < EXACT_BELOW) & (np.minimum(expected, sums.rows - expected) < EXACT_FEW)
        p[exact] = hypergeom.sf(wrong[exact] - 1, n_all, all_wrong, sums.rows[exact])
        return p
    counts = np.unique(loss, return_counts=True)[1].astype(np.float64)
    ties = 1 - float((counts**3 - counts).sum()) / (n_all**3 - n_all)
    variance = sums.rows * (n_all - sums.rows) * (n_all + 1) / 12 * max(ties, 1e-12)
    return np.asarray(norm.sf((sums.ranks - sums.rows * (n_all + 1) / 2 - 0.5) / np.sqrt(variance)))


def _adds(every: Slices, cuts: Sequence[Cut], loss: np.ndarray) -> np.ndarray:
    """Tell which slices say more than their single columns; a slice of one column always does."""
    told = every.sums.mean > loss.mean()
    pair = every.cuts[:, 1] >= 0
    ranks = ranks_of(loss)
    parents = joined([level_sums(cut.codes, loss, ranks, len(cut.labels)) for cut in cuts])
    starts = np.cumsum([0, *(len(cut.labels) for cut in cuts)])
    inside = every.sums.at(pair)
    for side in (0, 1):
        above = parents.at(starts[every.cuts[pair, side]] + every.levels[pair, side])
        told[pair] &= welch(inside, above.minus(inside)) >= ADDS_Z
    return np.asarray(told)


def _interval(sums: Sums, whole: Sums, z: float, *, is_share: bool) -> tuple[np.ndarray, np.ndarray]:
    """Interval of inside minus outside: Newcombe's (1998, method 10) for shares, Welch's for means."""
    rest = rest_of(sums, whole)
    difference = sums.mean - rest.mean
    if not is_share:
        half = z * np.sqrt(sums.variance + rest.variance)
        return difference - half, difference + half
    low_in, high_in = wilson(sums.mean, sums.rows, z)
    low_out, high_out = wilson(rest.mean, rest.rows, z)
    low = difference - np.hypot(sums.mean - low_in, high_out - rest.mean)
    return low, difference + np.hypot(high_in - sums.mean, rest.mean - low_out)


def _apart(
    ranked: np.ndarray, every: Slices, cuts: Sequence[Cut], loss: np.ndarray, most: int
) -> tuple[list[int], list[np.ndarray]]:
    """Take slices, the worst first, that are still worse without the rows of those taken before."""
    chosen: list[int] = []
    masks: list[np.ndarray] = []
    told = np.zeros(len(loss), dtype=bool)
    for at in ranked:
        mask = mask_of(int(at), every, cuts)
        new = mask & ~told
        if 2 * new.sum() < mask.sum() or not _still_worse(new, ~mask & ~told, loss):
            continue
        chosen.append(int(at))
        masks.append(mask)
        told |= mask
        if len(chosen) == most:
            break
    return chosen, masks


def _still_worse(inside: np.ndarray, outside: np.ndarray, loss: np.ndarray) -> bool:
    one = [sums_by_code(np.zeros(int(m.sum()), dtype=np.int64), loss[m], 1, loss[m]) for m in (inside, outside)]
    return bool(one[0].rows[0] >= 2 and welch(one[0], one[1])[0] >= STILL_Z)


def _spot(at: int, every: Slices, cuts: Sequence[Cut], whole: Sums, bounds: tuple[float, float, float]) -> WeakSpot:
    used = [(cuts[c], int(v)) for c, v in zip(every.cuts[at], every.levels[at], strict=True) if c >= 0]
    one = every.sums.at(np.array([at]))
    error, rest, rows = float(one.mean[0]), float(rest_of(one, whole).mean[0]), int(one.rows[0])
    low, high, q = bounds
    return WeakSpot(
        columns=tuple(cut.column for cut, _ in used),
        levels=tuple(cut.labels[level] for cut, level in used),
        words=" and ".join(cut.words(level) for cut, level in used),
        rows=rows,
        share=rows / float(whole.rows[0]),
        error=error,
        rest=rest,
        difference=error - rest,
        low=float(low),
        high=float(high),
        q_value=float(q),
        excess=rows * (error - rest),
    )
