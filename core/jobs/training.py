"""Runs as jobs: one a model, so that a crash or a Stop costs one model and the cheap ones are done first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from core.device import list_devices, resolve_device
from core.errors import LatheError
from core.jobs.checks import check_recipe, completed, find_dataset
from core.jobs.endings import SKIPPED
from core.jobs.executor import Executor
from core.jobs.follow import RunProgress, board_results, newest_jobs, run_progress
from core.jobs.job import Job, JobRequest
from core.jobs.queue import JobQueue
from core.jobs.records import UNFINISHED
from core.models.registry import get_model
from core.run.added import store_model, with_model
from core.run.members import framework_of, gpu_of
from core.run.recipe import ModelChoice, Recipe
from core.run.runs import Run, RunStore
from core.store.locks import FileLock
from core.store.projects import ProjectStore
from core.store.tables import utc_now
from core.store.workspace import Workspace
from core.types import JobState, ModelStatus

__all__ = [
    "RunProgress",
    "add_model",
    "board_results",
    "resume_job",
    "resume_run",
    "run_progress",
    "stop_run",
    "submit_run",
]


def submit_run(workspace: Workspace, executor: Executor, project_id: str, recipe: Recipe) -> Run:
    """Check a recipe, store it as a run and submit one job a model, the cheap ones first.

    Parameters
    ----------
    workspace : Workspace
        Holds the dataset that the recipe names.
    executor : Executor
        Carries the jobs out.
    project_id : str
        Project of the run.
    recipe : Recipe
        The naive baseline is added where it is missing.

    Returns
    -------
    Run
        As stored. Its deadline follows from the budget and holds for all its jobs.

    Raises
    ------
    InvalidInput
        With every field that must be mended.
    LatheError
        Where the dataset is not there or has changed; `NotFound` where the project is not there.
    """
    ProjectStore(workspace).get(project_id)
    dataset = find_dataset(workspace, recipe)
    check_recipe(recipe, dataset)
    complete = completed(recipe, dataset)
    # The added baseline may clash with a model that was given its name.
    check_recipe(complete, dataset)
    run = RunStore(workspace).create(project_id, complete, dataset)
    _submit(executor, run, complete.models)
    return run


def add_model(workspace: Workspace, executor: Executor, run_id: str, choice: ModelChoice) -> Run:
    """Train one more model on the folds of a run; it stands on the board beside the others.

    Its recipe is that of the run with the model behind the others; a time limit starts anew.

    Raises
    ------
    InvalidInput
        With every field that must be mended: a name that is taken, members that do not go together.
    LatheError
        Where the dataset is not there or has changed; `NotFound` where the run is not there.
    """
    store = RunStore(workspace)
    with FileLock(workspace.folder("jobs") / "resume.lock"):
        run = store.get(run_id)
        check_recipe(with_model(run.recipe, choice), find_dataset(workspace, run.recipe))
        store_model(workspace, run_id, choice)
        limit_s = run.recipe.budget.time_limit_s
        run = store.set_deadline(run_id, utc_now() + timedelta(seconds=limit_s) if limit_s else None)
        _submit(executor, run, (choice,))
    return run


def resume_run(workspace: Workspace, executor: Executor, run_id: str, *, label: str = "") -> Run:
    """Submit again the models that have no result and are not at work; a time limit starts anew.

    A model goes on with its next fold, a network with its next epoch. With ``label``, only the model of that name, also
    where a person has skipped it.

    Raises
    ------
    LatheError
        Where the dataset is not there or has changed; `NotFound` where the run is not there.
    """
    # Asked twice at the same moment, by two tabs or a double click, each model still gets one job.
    with FileLock(workspace.folder("jobs") / "resume.lock"):
        return _resume(workspace, executor, run_id, label)


def _resume(workspace: Workspace, executor: Executor, run_id: str, label: str) -> Run:
    store = RunStore(workspace)
    run = store.get(run_id)
    find_dataset(workspace, run.recipe)
    done = {result.label for result in store.results(run_id) if result.status is ModelStatus.OK}
    for name, job in newest_jobs(workspace, run_id).items():
        if not job.state.is_finished or (job.stop_reason == SKIPPED and name != label):
            done.add(name)
    missing = [c for c in run.recipe.models if c.label not in done and label in ("", c.label)]
    if not missing:
        return run
    limit_s = run.recipe.budget.time_limit_s
    run = store.set_deadline(run_id, utc_now() + timedelta(seconds=limit_s) if limit_s else None)
    for choice in missing:
        store.delete_result(run_id, choice.label)
    _submit(executor, run, missing)
    return run


def resume_job(workspace: Workspace, executor: Executor, job_id: str) -> Job:
    """Do a job that has ended once more and return the new one; a model is trained under a new time limit.

    Raises
    ------
    LatheError
        Where the job still works, or its model has been trained.
    """
    job = JobQueue(workspace).get(job_id)
    if not job.state.is_finished:
        raise LatheError(f"Job {job_id} is still {job.state.value}.", hint="Stop it first.", field="id")
    if job.request.kind != "train":
        return executor.submit(job.request)
    run = resume_run(workspace, executor, job.request.run_id, label=job.request.label)
    newest = newest_jobs(workspace, run.id)[job.request.label]
    if newest.id == job.id:
        raise LatheError(f"The model {job.request.label!r} has been trained.", hint="Start a new run.", field="id")
    return newest


def stop_run(workspace: Workspace, executor: Executor, run_id: str) -> tuple[Job, ...]:
    """Stop every job of a run that has not ended, the waiting ones first so that none of them starts meanwhile."""
    RunStore(workspace).get(run_id)
    jobs = JobQueue(workspace).list(run_id=run_id, states=UNFINISHED)
    return tuple(executor.stop(job.id) for job in sorted(jobs, key=lambda job: job.state is not JobState.QUEUED))


def _submit(executor: Executor, run: Run, choices: Iterable[ModelChoice]) -> None:
    for choice in sorted(choices, key=lambda choice: get_model(choice.key).cost):
        executor.submit(_request(run, choice))


def _request(run: Run, choice: ModelChoice) -> JobRequest:
    spec = get_model(choice.key)
    device = resolve_device(run.recipe.budget.device, gpu_of(choice, run.recipe), list_devices()).device
    return JobRequest(
        kind="train",
        pool=framework_of(choice, run.recipe).pool,
        payload={"run_id": run.id, "label": choice.label},
        project_id=run.project_id,
        run_id=run.id,
        label=choice.label,
        title=f"Train {choice.name or spec.title}",
        priority=spec.cost,
        needs_gpu=device != "cpu",
        deadline=run.deadline,
    )
