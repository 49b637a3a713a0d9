"""The job table as a queue: who waits, who runs, who was told to stop, and who died."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from core.errors import ErrorInfo, NotFound
from core.jobs.endings import TIME_LIMIT, lost, stopped
from core.jobs.events import read_events
from core.jobs.job import Job, JobRequest, Progress, ProgressEvent
from core.jobs.notes import read_memory
from core.jobs.process import host_name, is_alive
from core.jobs.records import ACTIVE, UNFINISHED, new_row, to_job
from core.store.tables import JobRow, utc_now
from core.store.workspace import Workspace
from core.types import JobState

HEARTBEAT_LIMIT_S = 60.0
"""On another machine a process cannot be asked for: silence this long means that it is gone."""


class JobQueue:
    """The jobs of a workspace. Every change is one conditional UPDATE, so that any number of processes may look on.

    Reading an active job first checks that its process lives: nothing dead is shown as running, whoever else died.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def submit(self, request: JobRequest) -> Job:
        """Add a job to the queue."""
        row = new_row(request)
        with self.workspace.database.session() as session:
            session.add(row)
        self.workspace.folder("jobs", row.id)
        return self.get(row.id)

    def get(self, job_id: str) -> Job:
        """Return a job; `NotFound` where there is none."""
        found = self._read(select(JobRow).where(JobRow.id == job_id))
        if not found:
            raise NotFound(f"There is no job {job_id!r} in this workspace.", hint="It may have been deleted.")
        return found[0]

    def list(
        self,
        *,
        project_id: str = "",
        run_id: str = "",
        states: Iterable[JobState] = (),
        kinds: Iterable[str] = (),
        limit: int = 0,
    ) -> tuple[Job, ...]:
        """Return jobs, newest first; an empty filter lets everything through, ``limit`` 0 too."""
        wanted = frozenset(states)
        query = select(JobRow).order_by(JobRow.number.desc())
        if project_id:
            query = query.where(JobRow.project_id == project_id)
        if run_id:
            query = query.where(JobRow.run_id == run_id)
        if kinds := tuple(kinds):
            query = query.where(JobRow.kind.in_(kinds))
        if wanted:
            # A dead job is stored as active until someone looks, so these are always read and sorted out after.
            query = query.where(JobRow.state.in_({*wanted, *ACTIVE}))
        jobs = [job for job in self._read(query) if not wanted or job.state in wanted]
        return tuple(jobs[:limit] if limit else jobs)

    def unfinished(self) -> tuple[Job, ...]:
        """Return waiting and active jobs in the order in which they are to start, without looking at processes."""
        query = select(JobRow).where(JobRow.state.in_(UNFINISHED)).order_by(JobRow.priority, JobRow.number)
        with self.workspace.database.session() as session:
            return tuple(to_job(row) for row in session.scalars(query))

    def exists(self, job_id: str) -> bool:
        """Tell whether the job is still in the table."""
        with self.workspace.database.session() as session:
            return session.scalar(select(JobRow.number).where(JobRow.id == job_id)) is not None

    def state(self, job_id: str) -> JobState | None:
        """Return the stored state, without looking at the process; None where the job was deleted."""
        with self.workspace.database.session() as session:
            found = session.scalar(select(JobRow.state).where(JobRow.id == job_id))
        return None if found is None else JobState(found)

    def claim(self, job_id: str, *, pid: int, process_started: float | None, stage: str = "Starting") -> bool:
        """Give a waiting job to a process. False where another was faster or the job was cancelled."""
        now = utc_now()
        return self._change(
            job_id,
            (JobState.QUEUED,),
            state=JobState.RUNNING,
            pid=pid,
            process_started=process_started,
            host=host_name(),
            started=now,
            heartbeat=now,
            stage=stage,
        )

    def request_stop(self, job_id: str, *, reason: str = "") -> Job:
        """Ask a job to stop: a waiting one is cancelled at once, a running one is told.

        Parameters
        ----------
        job_id : str
            A finished job stays as it is.
        reason : str
            Empty for a person's wish; else one of `core.jobs.endings`, such as "TimeLimit".
        """
        now = utc_now()
        asked = {"stop_requested": now, "stop_reason": reason}
        end = stopped(reason, was_waiting=True)
        if not self._change(job_id, (JobState.QUEUED,), finished=now, **asked, **end):
            self._change(job_id, (JobState.RUNNING,), state=JobState.CANCELLING, **asked)
        return self.get(job_id)

    def stop_overdue(self, job_id: str) -> None:
        """Ask a job to stop because its time is up, unless it was given more meanwhile."""
        now = utc_now()
        asked = {"stop_requested": now, "stop_reason": TIME_LIMIT}
        is_late = JobRow.deadline <= now
        end = stopped(TIME_LIMIT, was_waiting=True)
        if not self._change(job_id, (JobState.QUEUED,), is_late, finished=now, **asked, **end):
            self._change(job_id, (JobState.RUNNING,), is_late, state=JobState.CANCELLING, **asked)

    def move_deadline(self, run_id: str, deadline: datetime) -> None:
        """Move the end of the time of all jobs of a run that wait or work."""
        change = update(JobRow).where(JobRow.run_id == run_id, JobRow.state.in_(UNFINISHED)).values(deadline=deadline)
        with self.workspace.database.session() as session:
            session.execute(change, execution_options={"synchronize_session": False})

    def update_progress(self, job_id: str, progress: Progress) -> None:
        """Store how far an active job is."""
        values = {"fraction": progress.fraction, "stage": progress.stage, "message": progress.message}
        self._change(job_id, ACTIVE, **values)

    def heartbeat(self, job_id: str) -> None:
        """Store that the worker of an active job lives."""
        self._change(job_id, ACTIVE, heartbeat=utc_now())

    def succeed(self, job_id: str, result: dict[str, Any]) -> bool:
        """End an active job well."""
        now = utc_now()
        return self._change(job_id, ACTIVE, state=JobState.SUCCEEDED, fraction=1.0, result=result, finished=now)

    def fail(self, job_id: str, error: ErrorInfo) -> bool:
        """End an active job with an error."""
        return self._change(job_id, ACTIVE, state=JobState.FAILED, error=error.model_dump(), finished=utc_now())

    def end_stopped(self, job_id: str) -> bool:
        """End an active job that has obeyed a Stop: CANCELLED, or FAILED where its time was up."""
        with self.workspace.database.session() as session:
            reason = session.scalar(select(JobRow.stop_reason).where(JobRow.id == job_id))
        # None: the job was deleted, which is how most of its work is told to stop.
        return reason is not None and self._change(job_id, ACTIVE, finished=utc_now(), **stopped(reason))

    def get_stored(self, job_id: str) -> Job:
        """Return a job as stored, without looking at its process."""
        with self.workspace.database.session() as session:
            row = session.scalar(select(JobRow).where(JobRow.id == job_id))
        if row is None:
            raise NotFound(f"There is no job {job_id!r} in this workspace.")
        return to_job(row)

    def events(self, job_id: str, after: int = 0) -> tuple[ProgressEvent, ...]:
        """Return the progress events with a sequence above ``after``."""
        return read_events(self.folder(job_id) / "events.jsonl", after)

    def folder(self, job_id: str) -> Path:
        """Return the job's folder."""
        return self.workspace.path(Path("jobs", job_id))

    def reap(self) -> tuple[Job, ...]:
        """End every active job whose process is gone and return those that were ended."""
        with self.workspace.database.session() as session:
            jobs = [to_job(row) for row in session.scalars(select(JobRow).where(JobRow.state.in_(ACTIVE)))]
        return tuple(self.get_stored(job.id) for job in jobs if self._reap(job))

    def end_dead(self, job_id: str, exit_status: int | None) -> None:
        """End the job of a process that its parent saw end; ``exit_status`` as `subprocess` gives it.

        A reader may have been faster: then the reason it wrote is replaced by the better one.
        """
        if not self._reap(self.get_stored(job_id), exit_status):
            self._change(job_id, (JobState.LOST,), **lost(exit_status, read_memory(self.folder(job_id))))

    def _reap(self, job: Job, exit_status: int | None = None) -> bool:
        if job.state not in ACTIVE or (exit_status is None and _lives(job)):
            return False
        # The process may have written its end just before it went: only a row that is still the same is changed.
        was_told = job.state is JobState.CANCELLING
        end = stopped(job.stop_reason) if was_told else lost(exit_status, read_memory(self.folder(job.id)))
        return self._change(job.id, (job.state,), JobRow.pid == job.pid, finished=utc_now(), **end)

    def _change(self, job_id: str, states: Sequence[JobState], *conditions: ColumnElement[bool], **values: Any) -> bool:
        change = update(JobRow).where(JobRow.id == job_id, JobRow.state.in_(states), *conditions).values(**values)
        with self.workspace.database.session() as session:
            changed = session.execute(change, execution_options={"synchronize_session": False})
            return bool(getattr(changed, "rowcount", 0))

    def _read(self, query: Select[JobRow]) -> tuple[Job, ...]:
        with self.workspace.database.session() as session:
            rows = list(session.scalars(query))
            waiting = any(row.state == JobState.QUEUED for row in rows)
            places = _positions(session) if waiting else {}
        jobs = [to_job(row, places.get(row.id, 0)) for row in rows]
        return tuple(self.get_stored(job.id) if self._reap(job) else job for job in jobs)


def _positions(session: Session) -> dict[str, int]:
    waiting = select(JobRow.id).where(JobRow.state == JobState.QUEUED).order_by(JobRow.priority, JobRow.number)
    return {job_id: place for place, job_id in enumerate(session.scalars(waiting), start=1)}


def _lives(job: Job) -> bool:
    if job.host == host_name():
        return is_alive(job.pid, job.process_started)
    return job.heartbeat is not None and _age_s(job.heartbeat) < HEARTBEAT_LIMIT_S


def _age_s(moment: datetime) -> float:
    return (utc_now() - moment) / timedelta(seconds=1)
