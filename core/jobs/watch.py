"""The thread beside a running job: shows that the worker lives and learns that it is to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError

from core.device import memory_left, own_memory_mb
from core.jobs.notes import note_memory
from core.jobs.queue import JobQueue
from core.types import JobState

POLL_S = 0.3
HEARTBEAT_S = 1.0


@contextmanager
def watched(queue: JobQueue, job_id: str, stop: threading.Event) -> Iterator[None]:
    """Beat each second and set ``stop`` once the job is to stop, was ended by others or was deleted."""
    over = threading.Event()
    thread = threading.Thread(target=_watch, args=(queue, job_id, stop, over), name="job-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _watch(queue: JobQueue, job_id: str, stop: threading.Event, over: threading.Event) -> None:
    beat = time.monotonic()
    while not over.wait(POLL_S):
        try:
            # Between two looks the job may also have ended well: whoever waits for `stop` has then gone already.
            if queue.state(job_id) not in (JobState.RUNNING, JobState.SUCCEEDED, JobState.FAILED):
                stop.set()
            if time.monotonic() - beat >= HEARTBEAT_S:
                beat = time.monotonic()
                queue.heartbeat(job_id)
                note_memory(queue.folder(job_id), memory_left(), own_memory_mb())
        except (OperationalError, OSError):
            # The database was busy for longer than its timeout, or the disk is full: look again at the next turn.
            continue
