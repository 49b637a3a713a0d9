"""Processes told apart by number, start time and host: a number alone is handed out again."""

from __future__ import annotations

import os
import signal
import socket
from functools import lru_cache

import psutil

START_TOLERANCE_S = 2.0
"""The start time is counted from the boot time, which a corrected clock moves a little."""


@lru_cache(maxsize=1)
def host_name() -> str:
    """Return the name of this machine."""
    return socket.gethostname()


def process_start(pid: int) -> float | None:
    """Return when process ``pid`` started, in seconds since 1970; None where it is gone.

    A process that has ended and only waits for its parent to notice counts as gone.
    """
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.NoSuchProcess:
        return None


def is_alive(pid: int | None, started: float | None) -> bool:
    """Tell whether the process that had ``pid`` and began at ``started`` still runs on this machine."""
    if pid is None:
        return False
    now = process_start(pid)
    return now is not None and (started is None or abs(now - started) < START_TOLERANCE_S)


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to the process group that ``pid`` leads; a group that is gone is fine."""
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        # macOS answers "not permitted" for a group whose only member is a zombie.
        return


def own_identity() -> tuple[int, float | None]:
    """Return number and start time of this process."""
    return os.getpid(), process_start(os.getpid())
