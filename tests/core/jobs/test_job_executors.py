"""The same cases through the inline executor and through real processes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from job_lab import Lab

from core.jobs.executor import LocalExecutor
from core.jobs.inline import InlineExecutor
from core.settings import Settings
from core.store.tables import utc_now
from core.store.workspace import Workspace
from core.types import JobState


class JobCases:
    """What must hold for every executor."""

    def test_result_progress_and_times_of_a_job_that_works(self, lab: Lab) -> None:
        (job,) = lab.finish(lab.submit("add", title="Add", project_id="p", run_id="r", label="one"))
        assert job.state is JobState.SUCCEEDED
        assert job.result["sum"] == 3
        assert (job.progress.fraction, job.progress.stage) == (1.0, "step 3")
        assert job.created <= job.started <= job.finished
        assert (job.request.title, job.request.label, job.position, job.error) == ("Add", "one", 0, None)

    def test_events_are_numbered_and_can_be_read_from_any_point(self, lab: Lab) -> None:
        (job,) = lab.finish(lab.submit("add"))
        events = lab.queue.events(job.id)
        assert [event.sequence for event in events] == [1, 2, 3]
        assert [event.values["step"] for event in events] == [1, 2, 3]
        assert [event.sequence for event in lab.queue.events(job.id, after=2)] == [3]

    def test_an_error_for_people_arrives_in_its_own_words(self, lab: Lab) -> None:
        (job,) = lab.finish(lab.submit("refuse"))
        assert job.state is JobState.FAILED
        assert job.error is not None
        assert (job.error.message, job.error.hint) == ("The column must be there. It is not.", "Add it.")

    def test_any_other_error_arrives_with_kind_and_traceback(self, lab: Lab) -> None:
        (job,) = lab.finish(lab.submit("break_down"))
        assert job.error is not None
        assert (job.state, job.error.kind) == (JobState.FAILED, "ZeroDivisionError")
        assert "break_down" in job.error.traceback

    def test_running_out_of_memory_is_an_ordinary_failure(self, lab: Lab) -> None:
        (job,) = lab.finish(lab.submit("run_out"))
        assert job.error is not None
        assert (job.state, job.error.kind) == (JobState.FAILED, "MemoryError")

    def test_a_handler_that_obeys_a_stop_ends_cancelled(self, lab: Lab) -> None:
        (job,) = lab.finish(lab.submit("give_up"))
        assert (job.state, job.error) == (JobState.CANCELLED, None)

    def test_an_unknown_kind_fails_and_says_so(self, lab: Lab) -> None:
        (job,) = lab.finish(lab.submit("no_such_kind"))
        assert job.error is not None
        assert "no_such_kind" in job.error.message

    def test_a_job_whose_time_is_up_before_it_starts_is_cancelled_with_the_reason(self, lab: Lab) -> None:
        (job,) = lab.finish(lab.submit("wait_for_file", deadline=utc_now() - timedelta(seconds=1)))
        assert job.error is not None
        assert (job.state, job.error.kind) == (JobState.CANCELLED, "TimeLimit")
        assert job.error.message == "Stopped: the time limit was reached."

    def test_stopping_a_finished_job_changes_nothing(self, lab: Lab) -> None:
        (job,) = lab.finish(lab.submit("add"))
        stopped = lab.executor.stop(job.id)
        # A last heartbeat may still be on its way.
        assert stopped.model_copy(update={"heartbeat": job.heartbeat}) == job

    def test_waiting_tells_of_the_end(self, lab: Lab) -> None:
        job = lab.submit("add")
        seen: list[JobState] = []
        lab.executor.wait([job.id], timeout_s=60, on_change=lambda jobs: seen.append(jobs[0].state))
        assert seen[-1] is JobState.SUCCEEDED


class TestInlineExecutor(JobCases):
    @pytest.fixture
    def lab(self, workspace: Workspace, executor: InlineExecutor) -> Lab:
        return Lab(workspace, executor)


class TestLocalExecutor(JobCases):
    @pytest.fixture(scope="class")
    @classmethod
    def lab(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
        folder: Path = tmp_path_factory.mktemp("local") / "workspace"
        workspace = Workspace(Settings(workspace=folder, workers=2, threads_per_worker=1))
        lab = Lab(workspace, LocalExecutor(workspace, idle_exit_s=60.0))
        yield lab
        lab.end_processes()
        workspace.database.close()

    def test_what_a_job_prints_is_in_its_log_and_nowhere_else(self, lab: Lab) -> None:
        (job,) = lab.finish(lab.submit("add"))
        assert (lab.queue.folder(job.id) / "log.txt").read_text() == "adding\nfrom a child\n"
        assert "adding" not in lab.workspace.path("jobs/dispatcher.log").read_text()

    def test_a_worker_is_used_again(self, lab: Lab) -> None:
        first, second = (lab.finish(lab.submit("add"))[0] for _ in range(2))
        assert first.result["pid"] == second.result["pid"]

    def test_a_classic_worker_has_what_training_needs_and_no_other_pools_framework(self, lab: Lab) -> None:
        (job,) = lab.finish(lab.submit("list_modules"))
        modules = set(job.result["modules"])
        assert {"sklearn", "lightgbm", "skops", "pandas"} <= modules
        assert not modules & {"torch", "tensorflow", "keras", "shap"}
