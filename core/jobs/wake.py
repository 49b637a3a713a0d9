"""Sleeping until a worker speaks, somebody calls, or a moment has passed."""

from __future__ import annotations

import os
import selectors
from collections.abc import Iterable
from pathlib import Path

from core.jobs.pool import WorkerProcess


class WakePipe:
    """The named pipe through which `core.jobs.launch.wake_dispatcher` calls.

    Parameters
    ----------
    path : Path
        Where the pipe lies. On file systems without pipes `works` is False and the dispatcher looks more often.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor: int | None = None
        try:
            if not path.is_fifo():
                path.unlink(missing_ok=True)
                os.mkfifo(path, 0o600)
            # Opened for writing as well: without a writer a pipe would be readable all the time.
            self._descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        except OSError:
            self._descriptor = None

    @property
    def works(self) -> bool:
        """Whether calls are heard."""
        return self._descriptor is not None

    def wait(self, workers: Iterable[WorkerProcess], timeout_s: float) -> None:
        """Return when there is something to do, at the latest after ``timeout_s``."""
        with selectors.DefaultSelector() as selector:
            if self._descriptor is not None:
                selector.register(self._descriptor, selectors.EVENT_READ)
            for worker in workers:
                selector.register(worker, selectors.EVENT_READ)
            selector.select(timeout_s)
        self._empty()

    def close(self) -> None:
        """Stop listening."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _empty(self) -> None:
        if self._descriptor is None:
            return
        try:
            os.read(self._descriptor, 65536)
        except BlockingIOError:
            return
