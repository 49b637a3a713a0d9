"""Lift and gain: what working through the rows from the highest probability down finds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.evaluate.curves import Curve, thinned

TENTHS = 10


class Decile(BaseModel):
    """One tenth of the rows, the likeliest first.

    Attributes
    ----------
    number, rows : int
        1 is the likeliest tenth.
    rate : float
        Share of the class asked for among its rows.
    lift : float
        That share against the one of all rows.
    found : float
        Share of the class found down to here (cumulative gain).
    lift_so_far : float
        Lift of all rows down to here.
    lowest : float
        Smallest probability in it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    rows: int
    rate: float
    lift: float
    found: float
    lift_so_far: float
    lowest: float


class Lift(BaseModel):
    """Gain by share of rows (x) with its lift, and the same by tenths."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    gain: Curve
    lift: Curve
    deciles: tuple[Decile, ...]
    rate: float


def lift_and_gain(is_positive: np.ndarray, score: np.ndarray) -> Lift:
    """Order rows by probability and count what is found.

    Parameters
    ----------
    is_positive : bool ndarray of shape (n_rows,)
        Whether the row is of the class asked for; at least one is.
    score : ndarray of shape (n_rows,)
        Its probability. Rows of equal probability count as drawn at random among themselves.

    Returns
    -------
    Lift
        Curves thinned to at most 200 points; the area of the gain is of all points.
    """
    order = np.argsort(-score, kind="stable")
    hits = _even(np.asarray(is_positive, dtype=np.float64)[order], score[order])
    n, total = len(hits), float(hits.sum())
    x = np.arange(n + 1) / n
    found = np.append(0.0, np.cumsum(hits)) / total
    at = np.append(1.0, score[order])
    lift = found[1:] / x[1:]
    area = float(np.trapezoid(found, x))
    return Lift(
        gain=thinned(x, found, at, area),
        lift=thinned(x[1:], lift, at[1:], area),
        deciles=_deciles(hits, score[order], total),
        rate=total / n,
    )


def _even(hits: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    """Spread the hits of rows of equal probability evenly over them: their order is by chance."""
    starts = np.append(0, np.flatnonzero(np.diff(ordered)) + 1)
    sizes = np.diff(np.append(starts, len(hits)))
    return np.repeat(np.add.reduceat(hits, starts) / sizes, sizes)


def _deciles(hits: np.ndarray, ordered: np.ndarray, total: float) -> tuple[Decile, ...]:
    n = len(hits)
    ends = np.rint(np.linspace(0, n, min(TENTHS, n) + 1)).astype(int)
    rows = []
    for number, (start, end) in enumerate(pairwise(ends), start=1):
        rate, so_far = float(hits[start:end].mean()), float(hits[:end].sum())
        rows.append(
            Decile(
                number=number,
                rows=int(end - start),
                rate=rate,
                lift=rate * n / total,
                found=so_far / total,
                lift_so_far=so_far / total * n / end,
                lowest=float(ordered[end - 1]),
            )
        )
    return tuple(rows)
