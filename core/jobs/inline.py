"""The executor's twin for tests and scripts: the same states and rows, carried out at once in this process."""

from __future__ import annotations

from collections.abc import Sequence

from core.jobs.endings import TIME_LIMIT
from core.jobs.executor import OnChange
from core.jobs.job import Job, JobRequest
from core.jobs.perform import perform
from core.jobs.process import own_identity
from core.jobs.queue import JobQueue
from core.store.tables import utc_now
from core.store.workspace import Workspace


class InlineExecutor:
    """Carries out a job when it is submitted, before `submit` returns.

    Parameters
    ----------
    workspace : Workspace
        Where the jobs are kept.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._queue = JobQueue(workspace)

    def submit(self, request: JobRequest) -> Job:
        """Carry out a job and return it as it ended."""
        job = self._queue.submit(request)
        if request.deadline is not None and request.deadline <= utc_now():
            return self._queue.request_stop(job.id, reason=TIME_LIMIT)
        pid, started = own_identity()
        if self._queue.claim(job.id, pid=pid, process_started=started):
            perform(self._queue, job.id)
        return self._queue.get(job.id)

    def stop(self, job_id: str) -> Job:
        """Ask a job to stop; one that was submitted here has ended already."""
        return self._queue.request_stop(job_id)

    def wait(
        self, job_ids: Sequence[str], timeout_s: float | None = None, on_change: OnChange | None = None
    ) -> tuple[Job, ...]:
        """Return the jobs, which have ended."""
        jobs = tuple(self._queue.get(job_id) for job_id in job_ids)
        if on_change is not None:
            on_change(jobs)
        return jobs
