"""Jobs on a trained model's mistakes and on tracking, through the same handlers as the screens use."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from core.cli import main
from core.data.propose import default_task
from core.errors import LatheError
from core.jobs.diagnosis_tasks import found_model, last_sent, send, send_finished
from core.jobs.inline import InlineExecutor
from core.jobs.training import submit_run
from core.run.diagnosis import diagnose, read_diagnosis, rows_of_spot
from core.run.recipe import ModelChoice, Recipe
from core.run.review_queue import Mark, build_review, read_marks, set_mark
from core.run.runs import Run, RunStore
from core.settings import Settings
from core.store.workspace import Workspace
from core.types import TaskKind
from tests.pages.screens import PEOPLE, store_table


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Run]:
    from core.store.projects import ProjectStore

    root = tmp_path_factory.mktemp("diagnosis")
    workspace = Workspace(Settings(workspace=root / "workspace"))
    project = ProjectStore(workspace).create("Churn")
    dataset = store_table(workspace, project.id, root, PEOPLE)
    recipe = Recipe(
        dataset=dataset.fingerprint,
        dataset_id=dataset.id,
        task=default_task(dataset, "left", TaskKind.BINARY),
        models=(ModelChoice(key="tree"),),
    )
    return workspace, submit_run(workspace, InlineExecutor(workspace), project.id, recipe)


def test_the_rows_of_spots_are_kept_beside_the_model(trained: tuple[Workspace, Run]) -> None:
    workspace, run = trained
    _, dataset, folder = found_model(workspace, run.id, "tree")
    found = diagnose(workspace, dataset, run.recipe.task, folder)
    assert read_diagnosis(folder) == found
    assert {column.column for column in found.columns} >= {"age", "city", "spend"}
    judged = set(pd.read_parquet(folder / "oof.parquet")["row"])
    for number, spot in enumerate(found.spots):
        rows = rows_of_spot(folder, number)
        assert len(rows) == spot.rows
        assert set(rows.tolist()) <= judged


def test_the_queue_names_rows_of_the_table(trained: tuple[Workspace, Run]) -> None:
    workspace, run = trained
    _, dataset, folder = found_model(workspace, run.id, "tree")
    queue = build_review(workspace, dataset, run.recipe, folder)
    assert sum(queue.totals.values()) >= len(queue.items)
    assert all(0 <= item.row < dataset.rows for item in queue.items)
    marks = set_mark(folder.parent, "label-3", Mark.LATER)
    assert read_marks(folder.parent) == marks == {"label-3": Mark.LATER}


def test_a_model_without_a_score_and_one_that_is_unknown_are_refused(trained: tuple[Workspace, Run]) -> None:
    workspace, run = trained
    with pytest.raises(LatheError, match="nothing"):
        found_model(workspace, run.id, "nothing")


def test_commands_print_json(trained: tuple[Workspace, Run], capsys: pytest.CaptureFixture[str]) -> None:
    workspace, run = trained
    for command in ("weak-spots", "review"):
        assert main([command, run.id, "tree", "--json", "--workspace", str(workspace.root)]) == 0
        assert json.loads(capsys.readouterr().out)
    assert main(["mlflow", run.id, "--workspace", str(workspace.root)]) == 1
    assert "LATHE_MLFLOW_URL" in capsys.readouterr().err


def test_a_tracking_server_that_is_down_costs_no_model(trained: tuple[Workspace, Run], tmp_path: Path) -> None:
    workspace, run = trained
    assert send_finished(workspace, run.id, "tree") == ""
    told = Workspace(workspace.settings.model_copy(update={"mlflow_url": "http://127.0.0.1:9"}))
    assert "cannot be reached" in send_finished(told, run.id, "tree")
    found = last_sent(told, run.id)
    assert found is not None
    assert "cannot be reached" in found.problem
    with pytest.raises(LatheError, match="no finished model"):
        send(told, RunStore(told).get(run.id), url="http://127.0.0.1:9", label="none")
    told.database.close()
