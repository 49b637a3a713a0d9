"""A run as its jobs and stored results tell it: how far it is, and what became of every model."""

from __future__ import annotations

from collections import Counter

from pydantic import BaseModel, ConfigDict

from core.errors import ErrorInfo, NotFound
from core.jobs.endings import TIME_LIMIT
from core.jobs.job import Job
from core.jobs.queue import JobQueue
from core.models.registry import get_model
from core.run.recipe import ModelChoice
from core.run.result import ModelResult
from core.run.runs import RunStore
from core.store.workspace import Workspace
from core.types import JobState, ModelStatus


class RunProgress(BaseModel):
    """How far a run is.

    Attributes
    ----------
    states : dict of str to JobState
        State of each model's newest job, by label, in the order of the recipe.
    fraction : float
        Mean over the models, 0 to 1.
    active : bool
        Whether any model waits, trains or stops.
    sentence : str
        The same in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    states: dict[str, JobState]
    fraction: float
    active: bool
    sentence: str


def newest_jobs(workspace: Workspace, run_id: str) -> dict[str, Job]:
    """Return the newest training job of each label."""
    newest: dict[str, Job] = {}
    for job in JobQueue(workspace).list(run_id=run_id, kinds=("train",)):
        newest.setdefault(job.request.label, job)
    return newest


def run_progress(workspace: Workspace, run_id: str) -> RunProgress:
    """Return how far a run is; `NotFound` where there is none."""
    order = [choice.label for choice in RunStore(workspace).get(run_id).recipe.models]
    newest = newest_jobs(workspace, run_id)
    jobs = [newest[label] for label in order if label in newest]
    fractions = [1.0 if job.state.is_finished else job.progress.fraction for job in jobs]
    return RunProgress(
        states={job.request.label: job.state for job in jobs},
        fraction=sum(fractions) / len(fractions) if fractions else 0.0,
        active=any(not job.state.is_finished for job in jobs),
        sentence=_sentence(jobs),
    )


def board_results(workspace: Workspace, run_id: str) -> tuple[ModelResult, ...]:
    """Return one result for every model of a run that has ended, in the order of the recipe.

    A model whose job ended without storing a result (stopped, lost, out of time, failed before it began) gets a row
    made from the job, so that no model is missing without a reason.
    """
    store = RunStore(workspace)
    stored = {result.label: result for result in store.results(run_id)}
    newest = newest_jobs(workspace, run_id)
    rows = []
    for choice in store.get(run_id).recipe.models:
        row = stored.get(choice.label) or _row_from_job(choice, newest.get(choice.label))
        if row is not None:
            rows.append(row)
    return tuple(rows)


def _row_from_job(choice: ModelChoice, job: Job | None) -> ModelResult | None:
    if job is None or job.state not in (JobState.FAILED, JobState.LOST, JobState.CANCELLED):
        return None
    try:
        spec = get_model(choice.key)
    except NotFound:
        return None
    # Whether a model could not or was not allowed to finish is another matter than whether it is any good.
    let_be = job.state is JobState.CANCELLED or (job.error is not None and job.error.kind == TIME_LIMIT)
    error = job.error or _stopped_by_person()
    return ModelResult(
        label=choice.label,
        key=spec.key,
        title=spec.title,
        framework=spec.framework,
        status=ModelStatus.SKIPPED if let_be else ModelStatus.FAILED,
        reason=error.message,
        remedy=error.hint or "Other settings may help; the details say where it failed.",
        error=job.error,
    )


def _stopped_by_person() -> ErrorInfo:
    return ErrorInfo(kind="Stopped", message="Stopped before it was done.", hint="Resume the run to train this model.")


def _sentence(jobs: list[Job]) -> str:
    counts = Counter(job.state for job in jobs)
    done = sum(count for state, count in counts.items() if state.is_finished)
    parts = [f"{done} of {len(jobs)} models done"]
    for job in jobs:
        if job.state is JobState.CANCELLING:
            parts.append(f"{job.request.label}: stopping")
        elif job.state is JobState.RUNNING:
            detail = job.progress.message if job.progress.message.startswith("epoch") else ""
            parts.append(f"{job.request.label}: " + ", ".join(t for t in (job.progress.stage.lower(), detail) if t))
    return "; ".join(parts)
