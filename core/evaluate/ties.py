"""The leaderboard: order, ties with the best, and the model that is recommended."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.evaluate.metrics import MetricSpec


class Candidate(BaseModel):
    """What the board needs to know of one model.

    Attributes
    ----------
    value : float
        Score in the metric of the board.
    draws : tuple of float
        Paired bootstrap draws of that score (see `core.evaluate.scoring`).
    simplicity : int
        0 is simplest.
    is_partial : bool
        Scored on fewer folds than others: stopped and kept. Its score is of fewer rows, perhaps easier ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    title: str
    value: float
    draws: tuple[float, ...] = ()
    simplicity: int = 5
    is_baseline: bool = False
    is_partial: bool = False


class BoardRow(BaseModel):
    """One model's place.

    Attributes
    ----------
    rank : int
        1 is best.
    tied : bool
        The 95 % interval of the difference to the best contains 0 (the best itself counts as tied).
    gap, gap_low, gap_high : float
        How much worse than the best, in the metric's units, never negative in expectation, with its interval; NaN
        where the two were not scored on the same folds.
    recommended : bool
        The simplest of the tied.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    rank: int
    tied: bool
    gap: float
    gap_low: float
    gap_high: float
    recommended: bool = False


def board(candidates: Sequence[Candidate], metric: MetricSpec) -> tuple[BoardRow, ...]:
    """Rank models and mark the ties.

    Parameters
    ----------
    candidates : sequence of Candidate
        Models with a score; those scored on fewer folds go behind the others, a NaN score goes last.
    metric : MetricSpec
        Gives the direction.

    Returns
    -------
    tuple of BoardRow
        Best first.

    Notes
    -----
    Two models are tied when the 95 % percentile interval of their paired bootstrap difference contains 0: both were
    scored on the same rows, so their difference is much less noisy than the two intervals suggest.
    """
    if not candidates:
        return ()
    ordered = sorted(candidates, key=_order(metric))
    best = ordered[0]
    rows = [_row(rank, candidate, best, metric) for rank, candidate in enumerate(ordered, start=1)]
    tied = [candidate for candidate, row in zip(ordered, rows, strict=True) if row.tied]
    choice = min(tied, key=lambda c: (c.simplicity, ordered.index(c)))
    return tuple(row.model_copy(update={"recommended": row.label == choice.label}) for row in rows)


def _order(metric: MetricSpec) -> Callable[[Candidate], tuple[bool, bool, float]]:
    return lambda c: (bool(np.isnan(c.value)), c.is_partial, -metric.sign * c.value)


def _row(rank: int, candidate: Candidate, best: Candidate, metric: MetricSpec) -> BoardRow:
    if candidate.label == best.label:
        return BoardRow(label=candidate.label, rank=rank, tied=True, gap=0.0, gap_low=0.0, gap_high=0.0)
    if candidate.is_partial != best.is_partial:
        unknown = float("nan")
        return BoardRow(label=candidate.label, rank=rank, tied=False, gap=unknown, gap_low=unknown, gap_high=unknown)
    gap = metric.sign * (best.value - candidate.value)
    low, high = gap_interval(best.draws, candidate.draws, metric.sign)
    tied = bool(np.isnan(low) and gap == 0) or (low <= 0 <= high)
    return BoardRow(label=candidate.label, rank=rank, tied=tied, gap=gap, gap_low=low, gap_high=high)


def gap_interval(best: Sequence[float], other: Sequence[float], sign: int) -> tuple[float, float]:
    """Return the 95 % interval of the paired difference; NaN twice where the draws cannot be paired."""
    if len(best) != len(other) or len(best) < 20:
        return float("nan"), float("nan")
    difference = sign * (np.asarray(best) - np.asarray(other))
    difference = difference[~np.isnan(difference)]
    if len(difference) < 20:
        return float("nan"), float("nan")
    low, high = np.percentile(difference, [2.5, 97.5])
    return float(low), float(high)


def finding(rows: Sequence[BoardRow], candidates: Sequence[Candidate]) -> str:
    """Say in one sentence what the board shows."""
    if not rows:
        return "No model has a score yet."
    by_label = {c.label: c for c in candidates}
    best, tied = by_label[rows[0].label], [row for row in rows[1:] if row.tied]
    if any(by_label[row.label].is_baseline for row in (rows[0], *tied)):
        return "No model is better than guessing without looking at the columns."
    if len(rows) == 1:
        return f"{best.title} is the only model with a score."
    partial = {c.label for c in candidates if c.is_partial != best.is_partial}
    if len([row for row in rows if not by_label[row.label].is_baseline and row.label not in partial]) == 1:
        return f"{best.title} is better than guessing."
    if not tied:
        return f"{best.title} leads clearly."
    chosen = by_label[next(row.label for row in rows if row.recommended)]
    others = by_label[tied[0].label].title if len(tied) == 1 else f"{len(tied)} others"
    advice = "" if chosen.label == best.label else f" {chosen.title} is the simplest of them."
    return f"{best.title} leads, tied with {others}.{advice}"
