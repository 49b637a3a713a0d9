"""Which rows go to a person: those the model is not sure enough of, and how much better the rest is for it."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.errors import LatheError
from core.evaluate.calibration import wilson
from core.evaluate.judged import Judged

MOST_POINTS = 120


class HumanPoint(BaseModel):
    """What happens when rows below one certainty go to a person.

    Attributes
    ----------
    certainty : float
        Rows whose likeliest class is less likely than this go to a person.
    sent : float
        Their share of all rows.
    error : float
        Share of wrong classes among the rest; 0 where nothing is left.
    low, high : float
        Its 95 % Wilson interval.
    error_sent : float
        Share of wrong classes among those sent, had the model decided.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    certainty: float
    sent: float
    error: float
    low: float
    high: float
    error_sent: float
    kept_rows: int


def called_certainty(judged: Judged) -> np.ndarray:
    """Return the probability of the class that was called, of each row; shape (n_rows,)."""
    place = {label: index for index, label in enumerate(judged.classes)}
    called = np.array([place[str(label)] for label in judged.prediction], dtype=np.int64)
    return np.asarray(judged.probabilities[np.arange(len(called)), called])


def human_curve(top: np.ndarray, is_wrong: np.ndarray, *, most: int = MOST_POINTS) -> tuple[HumanPoint, ...]:
    """Return the error of what the model decides by the share that goes to a person.

    Parameters
    ----------
    top : ndarray of shape (n_rows,)
        Probability of the class that was called, on rows the model had not seen.
    is_wrong : bool ndarray of shape (n_rows,)

    Returns
    -------
    tuple of HumanPoint
        From nobody sent to (almost) all. Chow (1970), On Optimum Recognition Error and Reject Tradeoff; El-Yaniv and
        Wiener (2010), On the Foundations of Noise-free Selective Classification.
    """
    if not len(top):
        raise LatheError("There are no judged rows to send to a person.", hint="Train the model again.")
    levels = np.unique(top)
    keep = np.unique(np.linspace(0, len(levels) - 1, most).round().astype(int))
    return tuple(human_point(float(levels[place]), top, is_wrong) for place in keep)


def human_point(certainty: float, top: np.ndarray, is_wrong: np.ndarray) -> HumanPoint:
    """Return what happens at one certainty; arguments as for `human_curve`."""
    kept = top >= certainty
    rows, wrong = int(kept.sum()), int(is_wrong[kept].sum())
    low, high = wilson(np.array([float(wrong)]), np.array([float(rows)])) if rows else (np.zeros(1), np.ones(1))
    others = len(top) - rows
    return HumanPoint(
        certainty=certainty,
        sent=others / len(top),
        error=wrong / rows if rows else 0.0,
        low=float(low[0]),
        high=float(high[0]),
        error_sent=float(is_wrong[~kept].mean()) if others else 0.0,
        kept_rows=rows,
    )


def by_error(curve: tuple[HumanPoint, ...], wanted: float) -> HumanPoint | None:
    """Return the point that sends the fewest rows and leaves at most the wanted error; None where none does."""
    return next((point for point in curve if point.error <= wanted and point.kept_rows), None)


def by_capacity(curve: tuple[HumanPoint, ...], capacity: float) -> HumanPoint:
    """Return the point that sends as many rows as a person can look at: at most ``capacity``, a share of the rows."""
    return max((point for point in curve if point.sent <= capacity), key=lambda point: point.sent, default=curve[0])
