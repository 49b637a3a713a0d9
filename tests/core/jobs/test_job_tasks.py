"""What the jobs of each kind do with a trained model."""

from __future__ import annotations

import pandas as pd
import pytest
from job_data import as_csv, make_dataset, recipe_for

from core.data.schema import Dataset
from core.explain.importance import Importance
from core.explain.rows import RowExplanation
from core.export.verify import VerifyReport
from core.jobs.inline import InlineExecutor
from core.jobs.job import Job, JobRequest
from core.jobs.training import submit_run
from core.run.runs import Run
from core.store.artifacts import read_json
from core.store.workspace import Workspace
from core.types import JobState


class Shop:
    """A workspace with a run in it."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.executor = InlineExecutor(workspace)
        self.dataset: Dataset = make_dataset(workspace)
        recipe = recipe_for(self.dataset, "tree")
        self.run: Run = submit_run(workspace, self.executor, self.dataset.project_id, recipe)

    def do(self, kind: str, **payload: object) -> Job:
        request = JobRequest(kind=kind, run_id=self.run.id, payload={"run_id": self.run.id, "label": "tree", **payload})
        return self.executor.submit(request)


@pytest.fixture
def shop(workspace: Workspace) -> Shop:
    return Shop(workspace)


def test_importance_lies_beside_the_model_and_is_measured_on_the_locked_rows(shop: Shop) -> None:
    job = shop.do("explain")
    assert job.state is JobState.SUCCEEDED, job.error
    importance = Importance.model_validate(read_json(shop.workspace.path(job.result["path"])))
    assert job.result["path"] == f"runs/{shop.run.id}/tree/importance.json"
    assert importance.columns[0].column == "age"
    assert importance.rows == round(0.2 * shop.dataset.rows)


@pytest.mark.parametrize("asked", [{"row": 7}, {"values": {"age": "1.5", "town": ""}}])
def test_a_row_of_the_table_or_a_typed_one_is_explained(shop: Shop, asked: dict[str, object]) -> None:
    job = shop.do("explain_row", target_class="yes", **asked)
    assert job.state is JobState.SUCCEEDED, job.error
    explanation = RowExplanation.model_validate(job.result["explanation"])
    assert explanation.target_class == "yes"
    assert explanation.additive
    assert {part.column for part in explanation.contributions} == {"age", "town"}


def test_a_row_outside_the_table_is_refused(shop: Shop) -> None:
    job = shop.do("explain_row", row=120)
    assert job.error is not None
    assert job.error.message == "The row must be one of the table's 120, counted from 1. It is 121."


def test_a_passport_is_proven_by_a_fresh_process(shop: Shop) -> None:
    job = shop.do("export")
    assert job.state is JobState.SUCCEEDED, job.error
    assert job.result["proven"], job.result["message"]
    path = shop.workspace.path(job.result["path"])
    report = VerifyReport.model_validate(read_json(path.with_name("verify.json")))
    assert (report.proven, report.fresh_process) == (True, True)


def test_new_rows_are_predicted_and_the_upload_is_not_kept(shop: Shop) -> None:
    upload = shop.workspace.folder("incoming") / "new.csv"
    upload.write_text(as_csv())
    job = shop.do("predict", path="incoming/new.csv", name="new.csv", out="predictions/x/predictions.csv")
    assert job.state is JobState.SUCCEEDED, job.error
    table = pd.read_csv(shop.workspace.path(job.result["path"]))
    assert list(table) == ["prediction", "probability_no", "probability_yes", "check", "reason"]
    assert len(table) == 5
    assert "report" in job.result
    assert not upload.exists()


def test_predicting_a_file_that_is_gone_says_so(shop: Shop) -> None:
    job = shop.do("predict", path="incoming/new.csv", name="new.csv", out="predictions/x/predictions.csv")
    assert job.error is not None
    assert job.error.message == "The uploaded file is not there any more."


def test_work_on_a_model_that_was_not_trained_says_so(shop: Shop) -> None:
    job = shop.do("explain", label="other")
    assert job.error is not None
    assert "no trained model 'other'" in job.error.message


def test_the_score_on_the_locked_rows_is_not_told_by_an_explanation(shop: Shop) -> None:
    stored = read_json(shop.workspace.path(shop.do("explain").result["path"]))
    assert stored["baseline"] is None


def test_a_row_is_explained_for_the_class_asked_for(workspace: Workspace, executor: InlineExecutor) -> None:
    dataset = make_dataset(workspace)
    recipe = recipe_for(dataset, "tree")
    recipe = recipe.model_copy(update={"task": recipe.task.model_copy(update={"positive_class": "no"})})
    run = submit_run(workspace, executor, dataset.project_id, recipe)
    payload = {"run_id": run.id, "label": "tree", "row": 3}
    job = executor.submit(JobRequest(kind="explain_row", run_id=run.id, payload=payload))
    assert RowExplanation.model_validate(job.result["explanation"]).target_class == "no"
