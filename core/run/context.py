"""What a run is told from outside and tells to the outside while it works."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from core.params import ParamValue


class RunContext(Protocol):
    """The link between running work and whoever watches it."""

    threads: int

    def report(self, fraction: float, stage: str, message: str = "", **values: ParamValue) -> None:
        """Record progress; ``fraction`` is 0 to 1, ``values`` (fold, epoch, train_loss, ...) make the curves."""
        ...

    def should_stop(self) -> bool:
        """Tell whether the person pressed Stop. Asked at every fold, trial and epoch."""
        ...


@runtime_checkable
class CanFinish(Protocol):
    """A context through which the person may also say: end now, and keep what is there."""

    def should_finish(self) -> bool:
        """Tell whether the person wants what is there."""
        ...


def finish_asked(context: RunContext) -> bool:
    """Tell whether the person wants what is there; most contexts know only Stop."""
    return isinstance(context, CanFinish) and context.should_finish()


class SilentContext:
    """A context that tells nobody and never stops: for tests and scripts."""

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads

    def report(self, fraction: float, stage: str, message: str = "", **values: ParamValue) -> None:
        """Do nothing."""

    def should_stop(self) -> bool:
        """Return False."""
        return False
