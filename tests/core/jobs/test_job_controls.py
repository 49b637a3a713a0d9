"""Skip a model, keep what is there, take more time; one job a GPU; what is said when memory ran out."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from job_data import make_dataset, recipe_for
from test_job_training import Waiting, claim

from core.cli import main
from core.data.schema import Dataset
from core.device import MemoryLeft, memory_left
from core.errors import LatheError
from core.jobs.context import JobContext
from core.jobs.controls import give_more_time, keep_what_is_there, skip_model
from core.jobs.dispatcher import Dispatcher
from core.jobs.environment import worker_environment
from core.jobs.inline import InlineExecutor
from core.jobs.job import JobRequest
from core.jobs.launch import dispatcher_lock
from core.jobs.notes import note_memory, read_gpu
from core.jobs.queue import JobQueue
from core.jobs.training import board_results, resume_run, submit_run
from core.run.recipe import Budget
from core.run.runs import Run, RunStore
from core.store.tables import utc_now
from core.store.workspace import Workspace
from core.types import JobState, ModelStatus


@pytest.fixture
def dataset(workspace: Workspace) -> Dataset:
    return make_dataset(workspace)


@pytest.fixture
def run(workspace: Workspace, dataset: Dataset) -> Run:
    """A run whose models wait."""
    recipe = recipe_for(dataset, "tree", "linear", budget=Budget(time_limit_s=60))
    return submit_run(workspace, Waiting(workspace), dataset.project_id, recipe)


def test_a_skipped_model_says_so_and_resume_leaves_it_out_unless_named(
    workspace: Workspace, executor: InlineExecutor, run: Run
) -> None:
    skip_model(workspace, Waiting(workspace), run.id, "tree")
    claim(workspace, run, "linear")
    skip_model(workspace, Waiting(workspace), run.id, "linear")
    queue = JobQueue(workspace)
    jobs = {job.request.label: job for job in queue.list(run_id=run.id)}
    assert [jobs[label].state for label in ("tree", "linear")] == [JobState.CANCELLED, JobState.CANCELLING]
    queue.end_stopped(jobs["linear"].id)
    rows = {row.label: row for row in board_results(workspace, run.id)}
    assert [rows[label].reason for label in ("tree", "linear")] == ["Skipped by you."] * 2
    assert rows["tree"].status is ModelStatus.SKIPPED
    with pytest.raises(LatheError, match="not at work any more"):
        skip_model(workspace, Waiting(workspace), run.id, "tree")
    queue.request_stop(jobs["baseline"].id)
    resume_run(workspace, executor, run.id)
    assert {result.label for result in RunStore(workspace).results(run.id)} == {"baseline"}
    resume_run(workspace, executor, run.id, label="tree")
    assert {result.label for result in RunStore(workspace).results(run.id)} == {"baseline", "tree"}


def test_keeping_tells_those_at_work_and_leaves_out_those_that_wait(
    workspace: Workspace, executor: InlineExecutor, run: Run
) -> None:
    job_id = claim(workspace, run, "tree")
    context = JobContext(JobQueue(workspace), job_id)
    other = JobContext(JobQueue(workspace), claim(workspace, run, "linear"))
    keep_what_is_there(workspace, Waiting(workspace), run.id, "tree")
    assert context.should_finish()
    assert not other.should_finish()
    keep_what_is_there(workspace, Waiting(workspace), run.id)
    [row] = board_results(workspace, run.id)
    assert (row.label, row.reason) == ("baseline", "It had not begun when you kept what was there.")
    resume_run(workspace, executor, run.id)
    assert [result.label for result in RunStore(workspace).results(run.id)] == ["baseline"]


def test_more_time_moves_the_end_of_the_run_and_of_its_jobs(workspace: Workspace, run: Run) -> None:
    queue = JobQueue(workspace)
    assert run.deadline is not None
    longer = give_more_time(workspace, run.id, seconds=600)
    assert longer.deadline == run.deadline + timedelta(seconds=600)
    assert {job.request.deadline for job in queue.unfinished()} == {longer.deadline}
    job = queue.unfinished()[0]
    # The dispatcher read the row before the time was moved.
    queue.stop_overdue(job.id)
    assert queue.get(job.id).state is JobState.QUEUED
    queue.move_deadline(run.id, utc_now() - timedelta(seconds=1))
    queue.stop_overdue(job.id)
    assert queue.get(job.id).stop_reason == "TimeLimit"
    RunStore(workspace).set_deadline(run.id, utc_now() - timedelta(hours=1))
    late = give_more_time(workspace, run.id, seconds=600).deadline
    assert late is not None
    assert late > utc_now() + timedelta(seconds=500)


def test_time_without_a_limit_cannot_be_moved(workspace: Workspace, dataset: Dataset) -> None:
    run = submit_run(workspace, Waiting(workspace), dataset.project_id, recipe_for(dataset, "tree"))
    with pytest.raises(LatheError, match="no time limit"):
        give_more_time(workspace, run.id)
    with pytest.raises(LatheError, match="more than nothing"):
        give_more_time(workspace, run.id, seconds=0)


class FakeWorker:
    """A worker process that is handed jobs and never works."""

    pids = iter(range(1, 10_000))

    def __init__(self, workspace: Workspace, pool: str, *, gpu: str = "") -> None:
        self.pool, self.gpu, self.pid, self.started = pool, gpu, -next(self.pids), None
        self.job_id, self.ready, self.retired_at, self.over_since, self.free_since = "", True, 0.0, 0.0, 0.0

    @property
    def is_free(self) -> bool:
        return not self.job_id and not self.retired_at

    def hand(self, job_id: str) -> None:
        self.job_id = job_id

    def retire(self) -> None:
        self.retired_at = 1.0

    def read_messages(self) -> None:
        pass

    def exit_status(self) -> None:
        return None

    def kill(self) -> None:
        pass


@pytest.fixture
def dispatcher(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Dispatcher]:
    monkeypatch.setattr("core.jobs.dispatcher.WorkerProcess", FakeWorker)
    monkeypatch.setattr("core.jobs.queue._lives", lambda job: True)
    settings = workspace.settings.model_copy(update={"workers": 5})
    monkeypatch.setattr(workspace, "settings", settings)

    def make(*gpus: str) -> Dispatcher:
        return Dispatcher(workspace, dispatcher_lock(workspace), idle_exit_s=60.0, gpus=gpus)

    return make


def given(workspace: Workspace) -> dict[str, str | None]:
    """Return which GPU each running job was given, by title."""
    queue = JobQueue(workspace)
    jobs = queue.list(states=(JobState.RUNNING,))
    return {job.request.title: read_gpu(queue.folder(job.id)) for job in jobs}


def submit(workspace: Workspace, *titles: str, pool: str = "torch", gpu: bool = True) -> list[str]:
    requests = [JobRequest(kind="train", pool=pool, title=title, needs_gpu=gpu) for title in titles]
    return [JobQueue(workspace).submit(request).id for request in requests]


def test_each_gpu_serves_one_job_and_others_pass_by(
    workspace: Workspace, dispatcher: Callable[..., Dispatcher]
) -> None:
    one = dispatcher("0", "1")
    first, *_ = submit(workspace, "a", "b", "c")
    submit(workspace, "d", pool="classic", gpu=False)
    one.turn()
    assert given(workspace) == {"a": "0", "b": "1", "d": None}
    seen = {worker.job_id: worker.gpu for worker in one._workers if worker.job_id}
    assert seen[first] == "0"
    assert set(seen.values()) == {"0", "1", ""}
    JobQueue(workspace).succeed(first, {})
    next(worker for worker in one._workers if worker.job_id == first).job_id = ""
    one.turn()
    assert given(workspace) == {"c": "0", "b": "1", "d": None}


def test_a_new_dispatcher_knows_which_gpus_are_taken(
    workspace: Workspace, dispatcher: Callable[..., Dispatcher]
) -> None:
    submit(workspace, "a", "b")
    dispatcher("0", "1").turn()
    submit(workspace, "c")
    ids = {job.request.title: job.id for job in JobQueue(workspace).list()}
    JobQueue(workspace).succeed(ids["a"], {})
    dispatcher("0", "1").turn()
    assert given(workspace) == {"b": "1", "c": "0"}


def test_an_idle_process_of_another_pool_lets_go_of_the_gpu(
    workspace: Workspace, dispatcher: Callable[..., Dispatcher]
) -> None:
    one = dispatcher("0")
    [first] = submit(workspace, "a", pool="keras")
    one.turn()
    JobQueue(workspace).succeed(first, {})
    keras = next(worker for worker in one._workers if worker.pool == "keras")
    keras.job_id = ""
    submit(workspace, "b", pool="torch")
    one.turn()
    assert keras.retired_at
    assert given(workspace) == {"b": "0"}


def test_a_worker_sees_the_gpu_it_was_given_and_no_other(workspace: Workspace) -> None:
    settings = workspace.settings.model_copy(update={"threads_per_worker": 3})
    with_gpu, without = worker_environment(settings, gpu="1"), worker_environment(settings)
    assert (with_gpu["CUDA_VISIBLE_DEVICES"], without["CUDA_VISIBLE_DEVICES"]) == ("1", "")
    assert with_gpu["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    assert with_gpu["OMP_NUM_THREADS"] == "3"


@pytest.mark.parametrize(("left", "words"), [(0.3, "The machine ran out of memory"), (8.0, "killed by signal 9")])
def test_a_worker_that_was_killed_when_memory_was_low_says_so(
    workspace: Workspace, run: Run, left: float, words: str
) -> None:
    queue = JobQueue(workspace)
    job_id = claim(workspace, run, "tree")
    note_memory(queue.folder(job_id), MemoryLeft(16_384, left * 1024), 11_264)
    queue.end_dead(job_id, -signal.SIGKILL)
    error = queue.get(job_id).error
    assert error is not None
    assert words in error.message
    assert "Other models of this run are not affected" in error.message
    if left < 1:
        assert "11.0 GB in use when 0.3 GB were left" in error.message
        assert "LATHE_WORKERS" in error.hint


def test_a_containers_limit_counts_as_the_memory_there_is(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text(str(512 * 2**20))
    (tmp_path / "memory.current").write_text(str(500 * 2**20))
    (tmp_path / "memory.stat").write_text(f"anon 1\ninactive_file {40 * 2**20}\nactive_file {10 * 2**20}\n")
    assert memory_left(tmp_path) == MemoryLeft(512.0, 62.0)
    (tmp_path / "memory.max").write_text("max\n")
    assert memory_left(tmp_path).total_mb > 512


def test_the_command_line_says_the_same(workspace: Workspace, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--workspace", str(workspace.root)]
    assert run.deadline is not None
    assert main(["jobs", "more", run.id, "--minutes", "5", *where]) == 0
    assert RunStore(workspace).get(run.id).deadline == run.deadline + timedelta(minutes=5)
    ids = {job.request.label: job.id for job in JobQueue(workspace).list()}
    assert main(["jobs", "skip", ids["tree"], *where]) == 0
    assert main(["jobs", "keep", run.id, *where]) == 0
    reasons = {job.request.label: job.stop_reason for job in JobQueue(workspace).list()}
    assert reasons == {"tree": "Skipped", "linear": "NotBegun", "baseline": "NotBegun"}
    assert "the other models go on" in capsys.readouterr().out
