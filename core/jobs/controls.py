"""What a person may say to a run while it trains: skip this model, keep what is there, take more time."""

from __future__ import annotations

from datetime import timedelta

from core.errors import LatheError
from core.jobs.endings import NOT_BEGUN, SKIPPED
from core.jobs.executor import Executor
from core.jobs.job import Job
from core.jobs.launch import wake_dispatcher
from core.jobs.notes import ask_to_finish
from core.jobs.queue import JobQueue
from core.jobs.records import UNFINISHED
from core.models.registry import get_model
from core.run.runs import Run, RunStore
from core.store.tables import utc_now
from core.store.workspace import Workspace
from core.types import JobState

MORE_TIME_S = 600.0


def skip_model(workspace: Workspace, executor: Executor, run_id: str, label: str) -> Job:
    """End one model of a run; the others go on, and Resume leaves it out unless it is asked for by name.

    Raises
    ------
    LatheError
        Where the model neither waits nor trains; `NotFound` where the run is not there.
    """
    job = _unfinished(workspace, run_id, label)[0]
    JobQueue(workspace).request_stop(job.id, reason=SKIPPED)
    return executor.stop(job.id)


def keep_what_is_there(workspace: Workspace, executor: Executor, run_id: str, label: str = "") -> tuple[Job, ...]:
    """End the training of a run, or of one of its models, and keep what has been learned.

    Networks and boosters end after their present epoch or round; other models finish the fit they are at. A model is
    scored on the folds that it has finished, of which one is needed, and fitted on all rows (`core.run.ending`). Models
    that have not begun are left out; Resume trains them.

    Raises
    ------
    LatheError
        Where nothing of it is at work; `NotFound` where the run is not there.
    """
    queue = JobQueue(workspace)
    jobs = _unfinished(workspace, run_id, label)
    for job in jobs:
        if job.state is JobState.QUEUED:
            queue.request_stop(job.id, reason=NOT_BEGUN)
        else:
            ask_to_finish(queue.folder(job.id))
    return tuple(queue.get(job.id) for job in jobs)


def give_more_time(workspace: Workspace, run_id: str, *, seconds: float = MORE_TIME_S) -> Run:
    """Move the end of the time that a run may take, counted from its present end or, where that is past, from now.

    Raises
    ------
    LatheError
        Where the run has no time limit, or the time is not positive; `NotFound` where the run is not there.
    """
    run = RunStore(workspace).get(run_id)
    if seconds <= 0:
        raise LatheError(f"More time must be more than nothing. {seconds:g} s is not.", field="seconds")
    if run.deadline is None:
        raise LatheError("The run has no time limit that could be moved.", hint="It takes the time that it needs.")
    deadline = max(run.deadline, utc_now()) + timedelta(seconds=seconds)
    # The run first: a job that is resumed meanwhile takes its deadline from there.
    run = RunStore(workspace).set_deadline(run_id, deadline)
    JobQueue(workspace).move_deadline(run_id, deadline)
    wake_dispatcher(workspace)
    return run


def _unfinished(workspace: Workspace, run_id: str, label: str) -> list[Job]:
    run = RunStore(workspace).get(run_id)
    jobs = JobQueue(workspace).list(run_id=run_id, states=UNFINISHED, kinds=("train",))
    found = [job for job in jobs if label in ("", job.request.label)]
    if not found:
        titles = [c.name or get_model(c.key).title for c in run.recipe.models if c.label == label]
        what = titles[0] if titles else f"The model {label!r}" if label else "The run"
        raise LatheError(f"{what} is not at work any more.", hint="Look at its result.", field="label")
    return found
