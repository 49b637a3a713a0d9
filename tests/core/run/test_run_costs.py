"""Costs of mistakes and weights of rows reach every score of a run; what does not fit is said before."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.ingest import ingest
from core.data.task import MistakeCost, Split, Task
from core.errors import InvalidInput, LatheError
from core.evaluate.judged import read_judged
from core.run.context import SilentContext
from core.run.execute import execute
from core.run.recipe import ModelChoice, Recipe
from core.store.projects import ProjectStore
from core.store.workspace import open_workspace
from core.types import TaskKind


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    root = tmp_path_factory.mktemp("costs")
    rng = np.random.default_rng(0)
    x = rng.normal(size=120)
    frame = pd.DataFrame(
        {"x": x, "euros": rng.integers(0, 5, 120), "y": np.where(x + rng.normal(size=120) > 0, "yes", "no")}
    )
    (root / "rows.csv").write_text(frame.to_csv(index=False))
    workspace = open_workspace(root)
    project = ProjectStore(workspace).create("Costs")
    return workspace, ingest(workspace, root / "rows.csv", project_id=project.id, name="rows.csv"), frame


COSTS = (MistakeCost(true="yes", called="no", cost=5.0), MistakeCost(true="no", called="yes", cost=1.0))


def _run(table, folder, **task):
    workspace, dataset, _ = table
    split = Split(folds=3, holdout=0.2)
    recipe = Recipe(
        task=Task(kind=TaskKind.BINARY, target="y", split=split, **task), models=(ModelChoice(key="linear"),)
    )
    return execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=folder)


def test_cost_and_accuracy_are_those_of_the_weighted_rows(table, tmp_path):
    model = _run(table, tmp_path, costs=COSTS, weight="euros", metric="cost").models[0]
    assert not model.reason
    judged, frame = read_judged(tmp_path / "linear" / "oof.parquet"), table[2]
    weights = frame["euros"].to_numpy()[judged.rows].astype(float)
    spent = np.where(judged.is_wrong, np.where(judged.truth == "yes", 5.0, 1.0), 0.0)
    folds = [judged.folds == fold for fold in np.unique(judged.folds)]
    by_hand = np.mean([1000 * np.average(spent[fold], weights=weights[fold]) for fold in folds])
    assert model.scores[0].metric == "cost"
    assert model.scores[0].value == pytest.approx(by_hand)
    right = np.mean([np.average(~judged.is_wrong[fold], weights=weights[fold]) for fold in folds])
    assert model.score("accuracy").value == pytest.approx(right)
    assert model.scores[0].low < by_hand < model.scores[0].high


def test_a_weight_is_no_feature(table):
    assert not Task(kind=TaskKind.BINARY, target="y", weight="euros").is_used("euros")


@pytest.mark.parametrize(
    ("task", "error", "match"),
    [
        ({"weight": "x"}, LatheError, "from 0 up"),
        ({"weight": "gone"}, LatheError, "not in the table"),
        ({"costs": (MistakeCost(true="maybe", called="no", cost=1.0),)}, InvalidInput, "maybe"),
        ({"costs": (COSTS[0], COSTS[0])}, InvalidInput, "named twice"),
        ({"metric": "cost"}, LatheError, "without costs"),
    ],
)
def test_what_does_not_fit_is_said_before_anything_is_trained(table, tmp_path, task, error, match):
    with pytest.raises(error, match=match):
        _run(table, tmp_path, **task)


def test_every_other_metric_has_a_score_or_is_left_out(table, tmp_path):
    model = _run(table, tmp_path).models[0]
    found = {score.metric for score in model.scores}
    assert {"kappa", "f2", "specificity", "hinge", "d2_brier"} <= found
    assert "cost" not in found
    assert not model.warnings
