"""What boosters share: telling their rounds, ending early, and a target on a scale of its own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from core.models.progress import EpochEvent, notify_epoch
from core.models.stopping import should_finish

_TOLD = 50
"""About so many rounds of a fit are told: the loss of each would cost more than a small tree does."""


class Rounds:
    """Tells the listener about every nth round of a fit, and whether the fit is to end.

    Parameters
    ----------
    total : int
        Rounds there will be at most.
    learning_rate : float, optional
    """

    def __init__(self, total: int, *, learning_rate: float | None = None) -> None:
        self.total, self.learning_rate = total, learning_rate
        self.every = max(1, total // _TOLD)

    def after(self, done: int, loss: Callable[[], float]) -> bool:
        """Take note that ``done`` rounds are over; return True where the fit is to end with what it has.

        ``loss`` is asked only for the rounds that are told. The listener may raise `core.errors.RunCancelled`.
        """
        if done % self.every and done != self.total:
            return False
        notify_epoch(EpochEvent(done, self.total, float(loss()), None, learning_rate=self.learning_rate))
        return should_finish() and done < self.total


def learn_scale(y: np.ndarray) -> np.ndarray:
    """Return what `to_unit` needs of a target: its largest size, then mean and deviation of it divided by that.

    Divided first, a target of 1e300 is squared without overflow.
    """
    largest = float(np.abs(y).max()) or 1.0
    parts = y / largest
    deviation = float(parts.std())
    return np.array([largest, parts.mean(), deviation if deviation > 0 else 1.0])


def to_unit(y: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return ``y`` with mean 0 and deviation 1."""
    return np.asarray((y / scale[0] - scale[1]) / scale[2])


def from_unit(values: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return ``values`` of the standardised target in the target's own unit."""
    return np.asarray((values * scale[2] + scale[1]) * scale[0])
