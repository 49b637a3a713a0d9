"""Runs on every kind of split: each row is one row, and a second table is never learned from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.ingest import ingest
from core.data.propose import default_task
from core.errors import LatheError
from core.run.context import SilentContext
from core.run.execute import execute, prepare_training, training_data
from core.run.recipe import ModelChoice, Recipe
from core.store.projects import ProjectStore
from core.types import ModelStatus, SplitKind, TaskKind

N = 200


def _frame(seed=0, rows=N):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=rows).round(3)
    y = np.where(x + rng.normal(0, 0.7, rows) > 0, "yes", "no")
    return pd.DataFrame({"x": x, "who": rng.integers(0, 20, rows), "y": y})


@pytest.fixture
def store(workspace, tmp_path):
    project = ProjectStore(workspace).create("runs")

    def stored(frame, name):
        path = tmp_path / f"{name}.csv"
        frame.to_csv(path, index=False)
        return ingest(workspace, path, project_id=project.id, name=name)

    return stored


def _recipe(dataset, **split):
    task = default_task(dataset, "y", TaskKind.BINARY)
    task = task.model_copy(update={"split": task.split.model_copy(update=split)})
    return Recipe(dataset=dataset.fingerprint, task=task, models=(ModelChoice(key="linear"),))


def _run(recipe, workspace, dataset, folder):
    result = execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=folder)
    (model,) = result.models
    assert model.status is ModelStatus.OK, model.reason
    return result, model, pd.read_parquet(folder / "linear" / "oof.parquet")


@pytest.mark.parametrize("kind", [SplitKind.STRATIFIED, SplitKind.GROUP])
def test_repeats_give_more_folds_and_no_more_rows(workspace, store, tmp_path, kind):
    dataset = store(_frame(), "table")
    once = _run(_recipe(dataset, kind=kind, group="who"), workspace, dataset, tmp_path / "1")
    four = _run(_recipe(dataset, kind=kind, group="who", repeats=4), workspace, dataset, tmp_path / "4")
    assert len(four[1].scores[0].folds) == 20
    assert four[1].scores[0].folds[:5] == once[1].scores[0].folds
    assert len(four[2]) == four[2]["row"].nunique() == four[0].train_rows
    pd.testing.assert_frame_equal(four[2], once[2])
    one, more = (run[1].scores[0] for run in (once, four))
    assert 0.7 < (more.high - more.low) / (one.high - one.low) < 1.3


def test_a_single_part_is_one_fold(workspace, store, tmp_path):
    dataset = store(_frame(), "table")
    result, model, oof = _run(_recipe(dataset, validation=0.25), workspace, dataset, tmp_path / "r")
    assert len(model.scores[0].folds) == 1
    assert len(oof) == 50
    assert result.train_rows == 160


def test_the_rows_of_a_second_table_judge_last_and_teach_nothing(workspace, store, tmp_path):
    first = store(_frame(), "first")
    second, other = (store(_frame(seed, 80).assign(more=1), name) for seed, name in ((1, "second"), (2, "other")))
    runs = [
        _run(_recipe(first, second=d.id, second_fingerprint=d.fingerprint), workspace, first, tmp_path / d.name)
        for d in (second, other)
    ]
    assert [run[0].holdout_rows for run in runs] == [80, 80]
    assert [run[0].train_rows for run in runs] == [N, N]
    assert runs[0][1].scores == runs[1][1].scores
    assert runs[0][1].holdout != runs[1][1].holdout
    truth = pd.read_parquet(tmp_path / "second" / "linear" / "holdout.parquet")["truth"]
    assert list(truth) == list(_frame(1, 80)["y"])
    assert any("rows of second" in warning for warning in runs[0][0].warnings)


def test_a_second_table_is_never_silently_left_out(workspace, store):
    first, second = store(_frame(), "first"), store(_frame(1, 80), "second")
    recipe = _recipe(first, second=second.id, second_fingerprint=second.fingerprint)
    with pytest.raises(LatheError, match="second table"):
        prepare_training(_frame(), first, recipe)


def test_what_is_said_of_the_division_is_said_of_the_run(workspace, store):
    frame = pd.concat([_frame(), _frame().iloc[:5]], ignore_index=True)
    dataset = store(frame, "copies")
    data, warnings = training_data(workspace, dataset, _recipe(dataset))
    assert any("10 rows have an equal one" in warning for warning in warnings)
    seen = [tuple(row) for row in data.frame[["x", "who"]].itertuples(index=False)]
    assert not {seen[r] for r in data.split.train} & {seen[r] for r in data.split.holdout}
