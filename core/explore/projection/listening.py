"""Progress of libraries that only print: what they write is read, told on, and is the moment to heed a Stop."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator

from core.errors import RunCancelled
from core.explore.projection.spec import Watcher


class PrintedProgress(io.TextIOBase):
    """A text stream that takes "... 250 ..." out of what is printed and reports it as progress.

    Parameters
    ----------
    watcher : Watcher
        Told the progress and asked whether to stop.
    pattern : Pattern
        Its first group is the number of rounds done.
    rounds : int
        Rounds in all, where the pattern has no second group that says so.
    start : float
        Fraction at which the rounds begin.
    """

    def __init__(self, watcher: Watcher, pattern: re.Pattern[str], *, rounds: int, start: float) -> None:
        super().__init__()
        self._watcher, self._pattern, self._rounds, self._start = watcher, pattern, rounds, start

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, text: str) -> int:
        """Take a piece of text; raises `RunCancelled` where the person pressed Stop."""
        if self._watcher.should_stop():
            raise RunCancelled
        found = self._pattern.search(text)
        if found:
            done = int(found.group(1))
            rounds = int(found.group(2)) if self._pattern.groups > 1 else self._rounds
            fraction = self._start + (0.97 - self._start) * min(done / max(rounds, 1), 1.0)
            self._watcher.report(fraction, "moving", f"Moving the points, round {done:,} of {rounds:,}", round=done)
        return len(text)


@contextlib.contextmanager
def printed_to(stream: PrintedProgress) -> Iterator[None]:
    """Send what is printed in Python to ``stream``."""
    with contextlib.redirect_stdout(stream):
        yield
