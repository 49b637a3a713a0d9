"""Where jobs are carried out: the protocol, and the executor of this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from core.jobs.job import Job, JobRequest
from core.jobs.launch import ensure_dispatcher, wake_dispatcher
from core.jobs.queue import JobQueue
from core.store.workspace import Workspace

OnChange = Callable[[tuple[Job, ...]], None]
POLL_S = 0.1
REVIVE_S = 2.0


class Executor(Protocol):
    """Something that carries out jobs."""

    def submit(self, request: JobRequest) -> Job:
        """Add a job and see to it that it will be carried out."""
        ...

    def stop(self, job_id: str) -> Job:
        """Ask a job to stop."""
        ...

    def wait(
        self, job_ids: Sequence[str], timeout_s: float | None = None, on_change: OnChange | None = None
    ) -> tuple[Job, ...]:
        """Wait until all jobs have ended, or the time is up; return them as they are then."""
        ...


class LocalExecutor:
    """Carries out jobs in worker processes of this machine, which outlive the process that submitted them.

    Parameters
    ----------
    workspace : Workspace
        Where the jobs are kept.
    idle_exit_s : float
        How long the dispatcher stays without work.
    """

    def __init__(self, workspace: Workspace, idle_exit_s: float = 600.0) -> None:
        self._workspace = workspace
        self._queue = JobQueue(workspace)
        self._idle_exit_s = idle_exit_s

    def ensure_dispatcher(self) -> bool:
        """Start the dispatcher where none lives. Return True where one was started."""
        return ensure_dispatcher(self._workspace, idle_exit_s=self._idle_exit_s)

    def submit(self, request: JobRequest) -> Job:
        """Add a job and wake or start the dispatcher."""
        job = self._queue.submit(request)
        if not self.ensure_dispatcher():
            wake_dispatcher(self._workspace)
        return job

    def stop(self, job_id: str) -> Job:
        """Ask a job to stop: a waiting one ends at once, a running one within two seconds."""
        job = self._queue.request_stop(job_id)
        if not job.state.is_finished and not self.ensure_dispatcher():
            wake_dispatcher(self._workspace)
        return job

    def wait(
        self, job_ids: Sequence[str], timeout_s: float | None = None, on_change: OnChange | None = None
    ) -> tuple[Job, ...]:
        """Wait until all jobs have ended, or the time is up; a dispatcher that died meanwhile is replaced.

        Parameters
        ----------
        job_ids : sequence of str
            Jobs to wait for.
        timeout_s : float, optional
            None waits without end.
        on_change : callable, optional
            Called with all jobs whenever one of them has changed.
        """
        until = None if timeout_s is None else time.monotonic() + timeout_s
        looked, before = time.monotonic(), None
        while True:
            jobs = tuple(self._queue.get(job_id) for job_id in job_ids)
            shown = [(job.state, job.progress, job.position) for job in jobs]
            if on_change is not None and shown != before:
                on_change(jobs)
            before = shown
            now = time.monotonic()
            if all(job.state.is_finished for job in jobs) or (until is not None and now >= until):
                return jobs
            if now - looked >= REVIVE_S:
                looked = now
                self.ensure_dispatcher()
            time.sleep(POLL_S)
