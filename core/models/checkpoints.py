"""How a running fit keeps its place without the estimator carrying a file name in its parameters.

A network saves its state after an epoch and finds it again when the same fit is started once more after a Stop, a
crash or a restart of the machine. What is kept is an archive of plain arrays (``numpy.savez``, no pickle).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

import numpy as np


class Checkpoints(Protocol):
    """Where the state of one fit is kept; `core.run` gives one a fold."""

    def load(self) -> dict[str, np.ndarray] | None:
        """Return what was kept last; None where there is nothing, or nothing that can be read."""
        ...

    def save(self, state: dict[str, np.ndarray]) -> None:
        """Keep ``state`` in the place of what was kept before; may skip a save that follows too soon."""
        ...


_checkpoints: ContextVar[Checkpoints | None] = ContextVar("lathe_checkpoints", default=None)


@contextmanager
def keeping(checkpoints: Checkpoints | None) -> Iterator[None]:
    """Let every fit inside the block keep its place in ``checkpoints``."""
    token = _checkpoints.set(checkpoints)
    try:
        yield
    finally:
        _checkpoints.reset(token)


def current_checkpoints() -> Checkpoints | None:
    """Return where the running fit keeps its place; None where it does not."""
    return _checkpoints.get()
