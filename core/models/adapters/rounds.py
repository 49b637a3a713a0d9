"""How boosters tell their rounds, and learn that they are to end early."""

from __future__ import annotations

from collections.abc import Callable

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
