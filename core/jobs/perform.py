"""Carrying out one claimed job: the border where whatever a handler raises becomes the job's end."""

from __future__ import annotations

import threading

from core.errors import ErrorInfo, RunCancelled
from core.jobs.context import JobContext
from core.jobs.handlers import get_handler
from core.jobs.queue import JobQueue
from core.types import JobState


def perform(queue: JobQueue, job_id: str, *, stop: threading.Event | None = None) -> JobState | None:
    """Run the handler of an active job and store how it ended.

    Parameters
    ----------
    queue : JobQueue
        The table.
    job_id : str
        A job that was claimed for this process.
    stop : threading.Event, optional
        Set when the job is to stop.

    Returns
    -------
    JobState or None
        The state that was stored; None where the job was deleted meanwhile.
    """
    job = queue.get_stored(job_id)
    context = JobContext(queue, job_id, threads=queue.workspace.settings.threads_per_worker, stop=stop)
    try:
        result = get_handler(job.request.kind)(queue.workspace, job.request.payload, context)
        context.close()
        queue.succeed(job_id, result)
    except RunCancelled:
        context.close()
        queue.end_stopped(job_id)
    except (Exception, MemoryError) as error:  # noqa: BLE001 -- the border: every failure becomes data
        context.close()
        queue.fail(job_id, ErrorInfo.from_exception(error))
    return queue.state(job_id)
