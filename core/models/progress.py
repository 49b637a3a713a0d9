"""How a running fit tells its epochs without the estimator carrying a callback in its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class EpochEvent:
    """One finished epoch (of a network) or iteration (of boosting).

    Attributes
    ----------
    epoch, epochs : int
        Which one, from 1, and how many there are at most.
    train_loss, valid_loss : float, float or None
        None without a validation part.
    learning_rate : float or None
        Step size at the end of the epoch.
    gradient_norm : float or None
        Mean over the batches of the gradient's Euclidean norm before clipping.
    rows_per_s : float or None
        Rows learned from a second.
    memory_mb : float or None
        Most memory in use on the device so far, in MiB.
    """

    epoch: int
    epochs: int
    train_loss: float
    valid_loss: float | None = None
    learning_rate: float | None = None
    gradient_norm: float | None = None
    rows_per_s: float | None = None
    memory_mb: float | None = None


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
