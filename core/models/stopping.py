"""How a running fit learns that it is to end early and keep what it has: "stop and keep what is there"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Asked = Callable[[], bool]
_asked: ContextVar[Asked | None] = ContextVar("lathe_finish_asked", default=None)


@contextmanager
def finishing_when(asked: Asked) -> Iterator[None]:
    """Let every fit inside the block end after its present epoch, with what it has, once ``asked()`` is true."""
    token = _asked.set(asked)
    try:
        yield
    finally:
        _asked.reset(token)


def should_finish() -> bool:
    """Tell whether the running fit is to end now and keep what it has. Asked after each epoch."""
    asked = _asked.get()
    return asked is not None and asked()
