"""Runs as jobs: what is refused, what is submitted, what stands on the board."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from job_data import make_dataset, recipe_for
from job_lab import Lab, until

from core.data.schema import Dataset
from core.errors import ErrorInfo, InvalidInput, LatheError, NotFound
from core.jobs.inline import InlineExecutor
from core.jobs.job import JobRequest
from core.jobs.perform import perform
from core.jobs.process import own_identity
from core.jobs.queue import JobQueue
from core.jobs.training import board_results, resume_job, resume_run, run_progress, stop_run, submit_run
from core.run.recipe import Budget, ModelChoice
from core.run.runs import Run, RunStore
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
from core.types import JobState, ModelStatus


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return make_dataset(workspace)


class Waiting:
    """An executor that only takes jobs in, so that a test can let them end as it likes."""

    def __init__(self, workspace: Workspace) -> None:
        self.queue = JobQueue(workspace)

    def submit(self, request: JobRequest) -> object:
        return self.queue.submit(request)

    def stop(self, job_id: str) -> object:
        return self.queue.request_stop(job_id)


def claim(workspace: Workspace, run: Run, label: str, *, pid: int | None = None) -> str:
    queue = JobQueue(workspace)
    job = next(job for job in queue.list(run_id=run.id) if job.request.label == label)
    own, started = own_identity()
    assert queue.claim(job.id, pid=pid or own, process_started=started if pid is None else 1.0)
    return job.id


def test_a_run_trains_every_model_and_the_baseline(
    workspace: Workspace, executor: InlineExecutor, dataset: Dataset
) -> None:
    run = submit_run(workspace, executor, dataset.project_id, recipe_for(dataset, "tree", "linear"))
    results = board_results(workspace, run.id)
    assert [result.label for result in results] == ["baseline", "tree", "linear"]
    assert [result.reason for result in results] == ["", "", ""]
    assert {result.status for result in results} == {ModelStatus.OK}
    assert all((workspace.path(result.path) / "model.skops").exists() for result in results)
    progress = run_progress(workspace, run.id)
    assert (progress.fraction, progress.active) == (1.0, False)
    assert progress.states == dict.fromkeys(["baseline", "tree", "linear"], JobState.SUCCEEDED)
    assert RunStore(workspace).list(dataset.project_id) == (run,)


def test_cheap_models_are_submitted_first_with_the_deadline_of_the_run(workspace: Workspace, dataset: Dataset) -> None:
    recipe = recipe_for(dataset, "forest", "baseline", "linear", budget=Budget(time_limit_s=60))
    run = submit_run(workspace, Waiting(workspace), dataset.project_id, recipe)
    jobs = JobQueue(workspace).unfinished()
    priorities = [job.request.priority for job in jobs]
    assert priorities == sorted(priorities)
    assert jobs[0].request.label == "baseline"
    assert run.deadline == run.created + timedelta(seconds=60)
    assert {job.request.deadline for job in jobs} == {run.deadline}
    assert {job.request.pool for job in jobs} == {"classic"}


def test_every_problem_of_a_recipe_is_told_at_once_and_nothing_is_stored(
    workspace: Workspace, dataset: Dataset
) -> None:
    recipe = recipe_for(dataset, "no_such_model", "tree", "tree")
    models = (*recipe.models, ModelChoice(key="tree", name="../up"), ModelChoice(key="linear", params={"nope": 1}))
    task = recipe.task.model_copy(update={"target": "gone"})
    with pytest.raises(InvalidInput) as caught:
        submit_run(
            workspace,
            Waiting(workspace),
            dataset.project_id,
            recipe.model_copy(update={"models": models, "task": task}),
        )
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["task.target", "models.tree", "models.no_such_model", "models.../up", "models.linear.nope"]
    assert RunStore(workspace).list(dataset.project_id) == ()
    assert JobQueue(workspace).list() == ()


def test_a_recipe_of_another_table_is_refused(workspace: Workspace, dataset: Dataset) -> None:
    for changed in ({"dataset": "other"}, {"dataset_id": "other"}):
        with pytest.raises(LatheError) as caught:
            submit_run(workspace, Waiting(workspace), dataset.project_id, recipe_for(dataset, "tree", **changed))
        assert caught.value.field == "dataset"


def test_a_model_that_takes_the_baselines_name_is_refused(workspace: Workspace, dataset: Dataset) -> None:
    recipe = recipe_for(dataset).model_copy(update={"models": (ModelChoice(key="tree", name="baseline"),)})
    with pytest.raises(InvalidInput, match="'baseline' is there more than once"):
        submit_run(workspace, Waiting(workspace), dataset.project_id, recipe)


def test_no_model_is_missing_from_the_board_without_a_reason(workspace: Workspace, dataset: Dataset) -> None:
    keys = ("tree", "linear", "knn", "forest")
    run = submit_run(workspace, Waiting(workspace), dataset.project_id, recipe_for(dataset, *keys))
    queue = JobQueue(workspace)
    queue.fail(claim(workspace, run, "tree"), ErrorInfo(kind="LatheError", message="Too few rows.", hint="Add rows."))
    claim(workspace, run, "linear", pid=99_999_999)
    late = claim(workspace, run, "knn")
    queue.request_stop(late, reason="TimeLimit")
    queue.end_stopped(late)
    queue.request_stop(next(job.id for job in queue.unfinished() if job.request.label == "forest"))
    rows = {row.label: row for row in board_results(workspace, run.id)}
    assert {label: row.status.value for label, row in rows.items()} == {
        "tree": "failed", "linear": "failed", "knn": "skipped", "forest": "skipped",
    }  # fmt: skip
    assert (rows["tree"].reason, rows["tree"].remedy) == ("Too few rows.", "Add rows.")
    assert "ended unexpectedly" in rows["linear"].reason
    assert rows["knn"].reason == "Stopped: the time limit was reached."
    assert rows["forest"].reason == "Stopped before it was done."
    assert all(row.remedy for row in rows.values())
    assert run_progress(workspace, run.id).active


def test_resuming_trains_only_what_has_no_result(
    workspace: Workspace, executor: InlineExecutor, dataset: Dataset
) -> None:
    recipe = recipe_for(dataset, "tree", "linear", budget=Budget(time_limit_s=300))
    run = submit_run(workspace, Waiting(workspace), dataset.project_id, recipe)
    stopped = stop_run(workspace, Waiting(workspace), run.id)
    assert [job.state for job in stopped] == [JobState.CANCELLED] * 3
    RunStore(workspace).save_result(run.id, trained_elsewhere(workspace, executor, dataset))
    again = resume_run(workspace, executor, run.id)
    assert again.deadline > run.deadline
    assert [row.status for row in board_results(workspace, run.id)] == [ModelStatus.OK] * 3
    trained = [job.request.label for job in JobQueue(workspace).list(run_id=run.id, states=[JobState.SUCCEEDED])]
    assert sorted(trained) == ["baseline", "linear"]
    jobs = JobQueue(workspace).list(run_id=run.id)
    resume_run(workspace, executor, run.id)
    assert JobQueue(workspace).list(run_id=run.id) == jobs


def trained_elsewhere(workspace: Workspace, executor: InlineExecutor, dataset: Dataset) -> object:
    other = submit_run(workspace, executor, dataset.project_id, recipe_for(dataset, "tree"))
    return next(result for result in RunStore(workspace).results(other.id) if result.label == "tree")


def test_looks_at_the_locked_rows_are_counted(workspace: Workspace, dataset: Dataset) -> None:
    run = RunStore(workspace).create(dataset.project_id, recipe_for(dataset, "tree"), dataset)
    store = RunStore(workspace)
    assert [store.count_look(run.id) for _ in range(3)] == [1, 2, 3]
    assert store.get(run.id).holdout_looks == 3
    with pytest.raises(NotFound):
        store.count_look("nothing")


def test_a_deleted_run_leaves_no_results_jobs_or_files(
    workspace: Workspace, executor: InlineExecutor, dataset: Dataset
) -> None:
    run = submit_run(workspace, executor, dataset.project_id, recipe_for(dataset, "tree"))
    RunStore(workspace).delete(run.id)
    assert JobQueue(workspace).list(run_id=run.id) == ()
    assert not workspace.path(f"runs/{run.id}").exists()
    with pytest.raises(NotFound):
        RunStore(workspace).results(run.id)


def test_a_killed_worker_costs_one_model_and_resuming_brings_it_back(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(workers=1)
    dataset = make_dataset(lab.workspace)
    recipe = recipe_for(dataset, "tree", "linear")
    run = submit_run(lab.workspace, lab.executor, dataset.project_id, recipe)
    victim = until(lambda: lab.queue.list(run_id=run.id, states=[JobState.RUNNING]))[0]
    os.kill(victim.pid, signal.SIGKILL)
    until(lambda: not run_progress(lab.workspace, run.id).active)
    rows = {row.label: row for row in board_results(lab.workspace, run.id)}
    lost = [label for label, row in rows.items() if row.status is ModelStatus.FAILED]
    assert lost == [victim.request.label]
    assert "killed by signal 9" in rows[lost[0]].reason
    resume_run(lab.workspace, lab.executor, run.id)
    until(lambda: not run_progress(lab.workspace, run.id).active)
    assert {row.status for row in board_results(lab.workspace, run.id)} == {ModelStatus.OK}


def test_a_resumed_job_has_a_new_time_limit_and_a_trained_model_is_not_trained_again(
    workspace: Workspace, executor: InlineExecutor, dataset: Dataset
) -> None:
    recipe = recipe_for(dataset, "tree", budget=Budget(time_limit_s=300))
    run = submit_run(workspace, Waiting(workspace), dataset.project_id, recipe)
    stop_run(workspace, Waiting(workspace), run.id)
    RunStore(workspace).set_deadline(run.id, run.created - timedelta(days=1))
    stopped = next(job for job in JobQueue(workspace).list(run_id=run.id) if job.request.label == "tree")
    again = resume_job(workspace, executor, stopped.id)
    assert again.state is JobState.SUCCEEDED, again.error
    assert again.id != stopped.id
    assert [result.label for result in RunStore(workspace).results(run.id)] == ["tree"]
    with pytest.raises(LatheError, match="has been trained"):
        resume_job(workspace, executor, again.id)


def test_a_job_at_work_cannot_be_resumed(workspace: Workspace, dataset: Dataset) -> None:
    run = submit_run(workspace, Waiting(workspace), dataset.project_id, recipe_for(dataset, "tree"))
    with pytest.raises(LatheError, match="is still running"):
        resume_job(workspace, Waiting(workspace), claim(workspace, run, "tree"))


def test_names_that_a_file_system_may_not_tell_apart_are_refused(workspace: Workspace, dataset: Dataset) -> None:
    models = (ModelChoice(key="tree", name="Net"), ModelChoice(key="linear", name="net"))
    with pytest.raises(InvalidInput) as caught:
        submit_run(workspace, Waiting(workspace), dataset.project_id, recipe_for(dataset, models=models))
    assert {problem.field for problem in caught.value.problems} == {"models.Net", "models.net"}


def test_a_run_deleted_while_it_is_stored_leaves_nothing(
    workspace: Workspace, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = submit_run(workspace, Waiting(workspace), dataset.project_id, recipe_for(dataset, "tree"))
    job_id = claim(workspace, run, "tree")
    save = RunStore.save_result

    def deleted_before(store: RunStore, run_id: str, result: object) -> None:
        ProjectStore(workspace).delete(dataset.project_id)
        save(store, run_id, result)

    monkeypatch.setattr(RunStore, "save_result", deleted_before)
    assert perform(JobQueue(workspace), job_id) is None
    assert not workspace.path(f"runs/{run.id}").exists()


def test_resuming_many_times_at_once_gives_each_model_one_job(workspace: Workspace, dataset: Dataset) -> None:
    run = submit_run(workspace, Waiting(workspace), dataset.project_id, recipe_for(dataset, "tree", "linear"))
    stop_run(workspace, Waiting(workspace), run.id)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: resume_run(workspace, Waiting(workspace), run.id), range(6)))
    assert len(JobQueue(workspace).list(run_id=run.id, states=[JobState.QUEUED])) == 3
