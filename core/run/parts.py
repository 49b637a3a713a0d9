"""A context for fits that are parts of a larger piece of work: a Stop goes through, progress is that of the whole."""

from __future__ import annotations

from core.errors import RunCancelled
from core.params import ParamValue
from core.run.context import RunContext, finish_asked


class PartContext:
    """What each of several fits is given in the place of the whole's context.

    Parameters
    ----------
    whole : RunContext
        Told how many fits are done.
    fits : int
        How many there will be.
    can_finish : bool
        Whether one of the fits may end before its time; else all that has begun is done whole.
    """

    def __init__(self, whole: RunContext, fits: int = 1, *, can_finish: bool = True) -> None:
        self._whole, self._can_finish = whole, can_finish
        self.threads = whole.threads
        self.fits = max(fits, 1)
        self._begun = 0

    def begin(self, stage: str, message: str) -> None:
        """Tell that the next fit begins; raises `RunCancelled` where the person pressed Stop."""
        if self._whole.should_stop():
            raise RunCancelled
        self._whole.report(min(self._begun, self.fits - 1) / self.fits, stage, message)
        self._begun += 1

    def report(self, fraction: float, stage: str, message: str = "", **values: ParamValue) -> None:
        """Drop what a single fit tells: its fractions are not those of the whole."""

    def should_stop(self) -> bool:
        """Pass on a Stop."""
        return self._whole.should_stop()

    def should_finish(self) -> bool:
        """Pass on the wish to end with what is there."""
        return self._can_finish and finish_asked(self._whole)
