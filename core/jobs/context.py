"""What a job's handler is given to tell its progress and to learn that it is to stop."""

from __future__ import annotations

import threading
import time

from core.jobs.events import EventLog
from core.jobs.job import Progress
from core.jobs.notes import is_asked_to_finish
from core.jobs.queue import JobQueue
from core.params import ParamValue

ROW_INTERVAL_S = 0.25


class JobContext:
    """The `core.run.context.RunContext` of a job.

    Every report is an event in ``events.jsonl`` at once; the job's row, which every reader of the board asks for,
    is written at most four times a second and once more by `close`.

    Parameters
    ----------
    queue : JobQueue
        Table to write to.
    job_id : str
        The job.
    threads : int
        Threads that the work may use.
    stop : threading.Event, optional
        Set from outside when the job is to stop.
    """

    def __init__(self, queue: JobQueue, job_id: str, *, threads: int = 1, stop: threading.Event | None = None) -> None:
        self.threads = threads
        self._queue = queue
        self._job_id = job_id
        self._stop = stop or threading.Event()
        self._folder = queue.folder(job_id)
        self._log = EventLog(self._folder / "events.jsonl")
        self._finish = False
        self._looked = float("-inf")
        self._written = 0.0
        self._pending: Progress | None = None

    def report(self, fraction: float, stage: str, message: str = "", **values: ParamValue) -> None:
        """Record progress. ``fraction`` is 0 to 1; what lies outside is clipped."""
        clipped = min(1.0, max(0.0, float(fraction)))
        self._log.append(clipped, stage, message, values)
        self._pending = Progress(fraction=clipped, stage=stage, message=message)
        if time.monotonic() - self._written >= ROW_INTERVAL_S:
            self._write()

    def should_stop(self) -> bool:
        """Tell whether the job is to stop."""
        return self._stop.is_set()

    def should_finish(self) -> bool:
        """Tell whether the person wants what is there. Asked at every epoch, so the answer may be a moment old."""
        if not self._finish and time.monotonic() - self._looked >= ROW_INTERVAL_S:
            self._finish, self._looked = is_asked_to_finish(self._folder), time.monotonic()
        return self._finish

    def close(self) -> None:
        """Write the last state and close the event log."""
        self._write()
        self._log.close()

    def _write(self) -> None:
        if self._pending is not None:
            self._queue.update_progress(self._job_id, self._pending)
            self._pending, self._written = None, time.monotonic()
