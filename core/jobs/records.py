"""A job between its row in the table and its model."""

from __future__ import annotations

import uuid

from core.errors import ErrorInfo
from core.jobs.job import Job, JobRequest, Progress
from core.store.tables import JobRow, utc_now
from core.types import JobState

ACTIVE = (JobState.RUNNING, JobState.CANCELLING)
UNFINISHED = (JobState.QUEUED, *ACTIVE)


def new_row(request: JobRequest) -> JobRow:
    """Return the row of a job that waits."""
    return JobRow(
        id=uuid.uuid4().hex[:12],
        kind=request.kind,
        pool=request.pool,
        payload=request.payload,
        project_id=request.project_id,
        run_id=request.run_id,
        label=request.label,
        title=request.title,
        priority=request.priority,
        needs_gpu=request.needs_gpu,
        deadline=request.deadline,
        state=JobState.QUEUED,
        fraction=0.0,
        stage="",
        message="",
        host="",
        created=utc_now(),
        stop_reason="",
        result={},
        error={},
    )


def to_job(row: JobRow, position: int = 0) -> Job:
    """Return the job that ``row`` stores."""
    return Job(
        id=row.id,
        request=_request(row),
        state=JobState(row.state),
        progress=Progress(fraction=row.fraction, stage=row.stage, message=row.message),
        position=position,
        pid=row.pid,
        process_started=row.process_started,
        host=row.host,
        heartbeat=row.heartbeat,
        created=row.created,
        started=row.started,
        finished=row.finished,
        stop_requested=row.stop_requested,
        stop_reason=row.stop_reason,
        result=row.result,
        error=ErrorInfo.model_validate(row.error) if row.error else None,
    )


def _request(row: JobRow) -> JobRequest:
    return JobRequest(
        kind=row.kind,
        pool=row.pool,
        payload=row.payload,
        project_id=row.project_id,
        run_id=row.run_id,
        label=row.label,
        title=row.title,
        priority=row.priority,
        needs_gpu=row.needs_gpu,
        deadline=row.deadline,
    )
