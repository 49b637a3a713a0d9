"""A model trained on a shaped table predicts files as they were before the steps, here and from its passport."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.actions import TableStep
from core.data.ingest import ingest
from core.data.task import Split, Task
from core.errors import LatheError
from core.export.passport import load_passport
from core.export.predict import predict_table
from core.jobs.inline import InlineExecutor
from core.jobs.job import JobRequest
from core.jobs.training import submit_run
from core.run.recipe import ModelChoice, Recipe
from core.settings import Settings
from core.shape.edit import append
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
from core.types import JobState, TaskKind

ROWS = 160

STEPS = (
    TableStep(key="filter", params={"conditions": [{"column": "age", "operator": "gt", "value": 0}]}),
    TableStep(key="compute", params={"name": "per year", "expression": "income / age"}),
    TableStep(key="replace_values", params={"columns": ["town"], "mapping": {"roma": "Rome"}}),
    TableStep(key="rename", params={"renames": {"income": "salary"}}),
    TableStep(key="drop_columns", params={"columns": ["note"]}),
)


def raw_rows(rows: int = ROWS) -> pd.DataFrame:
    draws = np.random.default_rng(5)
    age = draws.integers(0, 60, rows)
    income = draws.normal(1000, 300, rows).round(2)
    town = draws.choice(["Rome", "roma", "Oslo"], rows)
    bought = np.where(income / np.maximum(age, 1) > 40, "yes", "no")
    return pd.DataFrame({"age": age, "income": income, "town": town, "note": "x", "bought": bought})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """One workspace for the module: its run is trained and exported once."""
    opened = Workspace(Settings(workspace=tmp_path_factory.mktemp("shaped"), workers=1, threads_per_worker=1))
    yield opened
    opened.database.close()


@pytest.fixture(scope="module")
def passport(place: Workspace) -> Path:
    path = place.root / "raw.csv"
    raw_rows().to_csv(path, index=False)
    project = ProjectStore(place).create("Shaped")
    dataset = append(place, ingest(place, path, project_id=project.id, name="raw"), STEPS)
    executor = InlineExecutor(place)
    task = Task(kind=TaskKind.BINARY, target="bought", split=Split(folds=2))
    models = (ModelChoice(key="tree"),)
    recipe = Recipe(dataset=dataset.fingerprint, dataset_id=dataset.id, task=task, models=models, seed=1)
    run = submit_run(place, executor, project.id, recipe)
    job = executor.submit(JobRequest(kind="export", run_id=run.id, payload={"run_id": run.id, "label": "tree"}))
    assert job.state is JobState.SUCCEEDED, job.error
    assert job.result["proven"]
    return place.path(job.result["path"])


def predicted(passport: Path, rows: pd.DataFrame, tmp_path: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    source, out = tmp_path / "rows.csv", tmp_path / "out.csv"
    rows.to_csv(source, index=False)
    report = predict_table(load_passport(passport), source, out=out)
    return pd.read_csv(out), report.sentences()


def test_a_raw_file_gets_the_predictions_of_the_shaped_one(passport: Path, tmp_path: Path) -> None:
    raw = raw_rows().drop(columns=["bought", "note"])
    by_hand = raw.assign(**{"per year": (raw["income"] / raw["age"]).replace(np.inf, np.nan)}).rename(
        columns={"income": "salary"}
    )
    by_hand["town"] = by_hand["town"].replace("roma", "Rome")
    found, said = predicted(passport, raw, tmp_path)
    expected, told = predicted(passport, by_hand, tmp_path)
    assert len(found) == ROWS  # also those that the filter took out of the training
    pd.testing.assert_frame_equal(found, expected)
    assert any("3 steps made on the training table were done" in sentence for sentence in said)
    assert any("Done before training only" in sentence and "age" in sentence for sentence in said)
    assert not any("steps" in sentence for sentence in told)


def test_the_model_card_tells_the_steps_and_which_are_for_training_only(passport: Path) -> None:
    with zipfile.ZipFile(passport) as archive:
        card = archive.read("MODEL_CARD.md").decode()
    assert "Compute per year" in card
    assert [line for line in card.splitlines() if line.endswith("(before training only)")]
    assert "not in this file" not in card


def test_a_file_that_lacks_what_a_step_needs_is_refused_by_name(passport: Path, tmp_path: Path) -> None:
    with pytest.raises(LatheError, match=r"'salary', 'per year'.*lacks 'income'"):
        predicted(passport, raw_rows().drop(columns=["income"]), tmp_path)


def test_the_job_that_predicts_replays_the_steps(place: Workspace, passport: Path, tmp_path: Path) -> None:
    rows = raw_rows(20)
    expected, _ = predicted(passport, rows, tmp_path)
    source = place.folder("incoming") / "rows.csv"
    rows.to_csv(source, index=False)
    out = place.relative(place.root / "out.csv")
    run_id = place.relative(passport).split("/")[1]
    payload = {"run_id": run_id, "label": "tree", "path": place.relative(source), "out": out}
    job = InlineExecutor(place).submit(JobRequest(kind="predict", run_id=run_id, payload=payload))
    assert job.state is JobState.SUCCEEDED, job.error
    pd.testing.assert_frame_equal(pd.read_csv(place.path(out)), expected)
