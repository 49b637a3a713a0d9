"""How a running fit tells its epochs without the estimator carrying a callback in its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class EpochEvent:
    """One finished epoch. ``valid_loss`` is None without a validation part."""

    epoch: int
    epochs: int
    train_loss: float
    valid_loss: float | None = None


Listener = Callable[[EpochEvent], None]
_listener: ContextVar[Listener | None] = ContextVar("lathe_epoch_listener", default=None)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Send the epochs of every fit inside the block to ``listener``.

    The listener may raise `core.errors.RunCancelled` to stop the fit.
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def notify_epoch(event: EpochEvent) -> None:
    """Tell the listener, if there is one, that an epoch has finished."""
    listener = _listener.get()
    if listener is not None:
        listener(event)
