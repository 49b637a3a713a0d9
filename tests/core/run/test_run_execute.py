"""`execute` gives honest, repeatable numbers, and one bad model does not take the others with it."""

import sys

import numpy as np
import pandas as pd
import pytest

from core.data.ingest import ingest
from core.data.propose import default_task
from core.errors import InvalidInput, LatheError, RunCancelled
from core.models.persistence import load_model
from core.prepare.plan import PreparePlan, StepChoice
from core.run.board import rank
from core.run.context import SilentContext
from core.run.execute import execute
from core.run.recipe import Budget, ModelChoice, Recipe
from core.store.projects import ProjectStore
from core.types import ModelStatus, SplitKind, TaskKind

N = 240
SMALL_FOREST = ModelChoice(key="forest", params={"n_estimators": 20})


def _table(kind):
    rng = np.random.default_rng(4)
    x, color = rng.normal(size=N), rng.choice(["red", "green", "blue"], N)
    signal = x + (color == "red") + rng.normal(0, 0.4, N)
    y = {
        TaskKind.BINARY: np.where(signal > 0.3, "yes", "no"),
        TaskKind.MULTICLASS: np.array(["low", "mid", "top"])[np.digitize(signal, [-0.3, 0.8])],
        TaskKind.REGRESSION: np.round(100 + 10 * signal, 3),
    }[kind]
    frame = pd.DataFrame({"x": np.round(x, 4), "color": color, "noise": np.round(rng.normal(size=N), 4), "y": y})
    frame.loc[rng.integers(0, N, 30), "x"] = np.nan
    frame.loc[rng.integers(0, N, 30), "color"] = None
    return frame


@pytest.fixture
def stored(workspace, tmp_path):
    def store(frame, name="table"):
        path = tmp_path / f"{name}.csv"
        frame.to_csv(path, index=False)
        project = ProjectStore(workspace).create(name)
        return ingest(workspace, path, project_id=project.id, name=name)

    return store


def _recipe(dataset, kind, *models, **more):
    choices = tuple(m if isinstance(m, ModelChoice) else ModelChoice(key=m) for m in models)
    return Recipe(dataset=dataset.fingerprint, task=default_task(dataset, "y", kind), models=choices, **more)


@pytest.mark.parametrize("kind", list(TaskKind))
def test_a_race_on_mixed_columns(workspace, stored, tmp_path, kind):
    dataset = stored(_table(kind))
    result = execute(
        _recipe(dataset, kind, "baseline", "linear", "tree"),
        SilentContext(),
        workspace=workspace,
        dataset=dataset,
        folder=tmp_path / "run",
    )
    assert [m.status for m in result.models] == [ModelStatus.OK] * 3, [m.reason for m in result.models]
    assert result.train_rows + result.holdout_rows == N
    rows = rank(result.models, result.metric)
    assert rows[-1].label == "baseline"
    for model in result.models:
        score = model.scores[0]
        assert len(score.folds) == 5
        assert np.isnan(score.low) or score.low <= score.value <= score.high
        assert model.holdout[0].metric == score.metric == result.metric
        assert model.device == "cpu"
        oof = pd.read_parquet(tmp_path / "run" / model.label / "oof.parquet")
        assert sorted(oof["row"]) == sorted(set(oof["row"]))
        assert len(oof) == result.train_rows


def test_the_score_equals_the_same_work_by_hand(workspace, stored, tmp_path):
    """Five folds of a scikit-learn pipeline written by hand, with no line of Lathe in it."""
    from sklearn.linear_model import Ridge
    from sklearn.metrics import root_mean_squared_error
    from sklearn.model_selection import KFold, train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    frame = _table(TaskKind.REGRESSION)[["x", "noise", "y"]].dropna()
    dataset = stored(frame)
    recipe = _recipe(dataset, TaskKind.REGRESSION, ModelChoice(key="linear"))
    model = execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=tmp_path / "r").models[0]
    alpha = model.params.get("alpha", 1.0)
    x, y = frame[["x", "noise"]].to_numpy(), frame["y"].to_numpy()
    train, held = train_test_split(np.arange(len(x)), test_size=0.2, random_state=0)
    train, held = np.sort(train), np.sort(held)
    folds = []
    for fit, test in KFold(5, shuffle=True, random_state=0).split(train):
        hand = make_pipeline(StandardScaler(), Ridge(alpha=alpha)).fit(x[train[fit]], y[train[fit]])
        folds.append(root_mean_squared_error(y[train[test]], hand.predict(x[train[test]])))
    assert model.scores[0].folds == pytest.approx(folds, rel=1e-6)
    hand = make_pipeline(StandardScaler(), Ridge(alpha=alpha)).fit(x[train], y[train])
    assert model.holdout[0].value == pytest.approx(root_mean_squared_error(y[held], hand.predict(x[held])), rel=1e-6)


def test_same_recipe_same_numbers(workspace, stored, tmp_path):
    dataset = stored(_table(TaskKind.BINARY))
    recipe = _recipe(dataset, TaskKind.BINARY, SMALL_FOREST, seed=3)
    one, two = (
        execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=tmp_path / name).models[0]
        for name in "ab"
    )
    assert one.scores == two.scores
    assert one.bootstrap == two.bootstrap


def test_a_shuffled_target_scores_at_chance(workspace, stored, tmp_path):
    """Nothing learned from the rows a model is tested on."""
    frame = _table(TaskKind.BINARY)
    frame["y"] = np.random.default_rng(0).permutation(frame["y"])
    dataset = stored(frame)
    result = execute(
        _recipe(dataset, TaskKind.BINARY, SMALL_FOREST, "lightgbm"),
        SilentContext(),
        workspace=workspace,
        dataset=dataset,
        folder=tmp_path / "run",
    )
    for model in result.models:
        assert 0.35 < model.scores[0].value < 0.65, (model.label, model.reason)


def test_the_stored_model_gives_the_stored_predictions(workspace, stored, tmp_path):
    from core.data.catalog import load_frame

    dataset = stored(_table(TaskKind.BINARY))
    execute(
        _recipe(dataset, TaskKind.BINARY, "linear"),
        SilentContext(),
        workspace=workspace,
        dataset=dataset,
        folder=tmp_path / "run",
    )
    held = pd.read_parquet(tmp_path / "run" / "linear" / "holdout.parquet")
    fitted = load_model(tmp_path / "run" / "linear")
    again = fitted.predict(load_frame(workspace, dataset).iloc[held["row"]])
    assert list(again.values) == list(held["prediction"])
    assert again.probabilities == pytest.approx(held[["probability_no", "probability_yes"]].to_numpy(), abs=1e-12)


def test_a_failing_model_is_a_row_with_its_reason(workspace, stored, tmp_path):
    dataset = stored(_table(TaskKind.BINARY))
    wrong = ModelChoice(key="knn", params={"no_such": 3})
    result = execute(
        _recipe(dataset, TaskKind.BINARY, wrong, "baseline"),
        SilentContext(),
        workspace=workspace,
        dataset=dataset,
        folder=tmp_path / "run",
    )
    assert [m.status for m in result.models] == [ModelStatus.FAILED, ModelStatus.OK]
    assert "no_such" in result.models[0].reason
    assert result.models[0].remedy


@pytest.mark.parametrize("key", ["catboost", "lightgbm"])
def test_a_missing_library_is_a_row_and_the_others_finish(workspace, stored, tmp_path, monkeypatch, key):
    for name in (key, f"core.models.adapters.{key}_native"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, key, None)
    dataset = stored(_table(TaskKind.BINARY))
    recipe = _recipe(dataset, TaskKind.BINARY, key, "baseline")
    result = execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=tmp_path / "run")
    rows = {row.key: row for row in result.models}
    assert rows[key].status is ModelStatus.FAILED
    assert f"not installed: {key}." in rows[key].reason
    assert rows[key].remedy
    assert rows["baseline"].status is ModelStatus.OK


def test_time_left_for_nobody_is_said(workspace, stored, tmp_path):
    dataset = stored(_table(TaskKind.BINARY))
    recipe = _recipe(dataset, TaskKind.BINARY, "baseline", "tree", budget=Budget(time_limit_s=1e-9))
    result = execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=tmp_path / "run")
    assert result.models[-1].status is ModelStatus.SKIPPED
    assert "time limit" in result.models[-1].reason


def test_stop_is_heard_between_folds(workspace, stored, tmp_path):
    class Stopping(SilentContext):
        reports = 0

        def report(self, fraction, stage, message="", **values):
            self.reports += "fold" in stage

        def should_stop(self):
            return self.reports >= 2

    dataset = stored(_table(TaskKind.BINARY))
    context = Stopping()
    with pytest.raises(RunCancelled):
        execute(
            _recipe(dataset, TaskKind.BINARY, "tree"),
            context,
            workspace=workspace,
            dataset=dataset,
            folder=tmp_path / "run",
        )
    assert context.reports == 2
    assert not (tmp_path / "run" / "tree").exists()


def test_another_table_is_refused(workspace, stored, tmp_path):
    dataset = stored(_table(TaskKind.BINARY))
    recipe = _recipe(dataset, TaskKind.BINARY, "tree").model_copy(update={"dataset": "other"})
    with pytest.raises(LatheError, match="the table it was made for"):
        execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=tmp_path / "run")


def test_a_class_missing_from_a_fold_does_not_crash(workspace, stored, tmp_path):
    frame = _table(TaskKind.MULTICLASS)
    frame.loc[frame.index[:3], "y"] = "rare"
    dataset = stored(frame)
    recipe = _recipe(dataset, TaskKind.MULTICLASS, "linear", "tree")
    split = recipe.task.split.model_copy(update={"kind": SplitKind.RANDOM})
    recipe = recipe.model_copy(update={"task": recipe.task.model_copy(update={"split": split})})
    result = execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=tmp_path / "run")
    assert result.classes == ("low", "mid", "rare", "top")
    assert [m.status for m in result.models] == [ModelStatus.OK] * 2, [m.reason for m in result.models]


def test_a_recipe_survives_the_file_it_is_written_to(stored):
    recipe = _recipe(stored(_table(TaskKind.BINARY)), TaskKind.BINARY, ModelChoice(key="tree", params={"max_depth": 3}))
    again = Recipe.from_yaml(recipe.to_yaml())
    assert again == recipe
    assert again.fingerprint() == recipe.fingerprint()
    assert again.model_copy(update={"seed": 1}).fingerprint() != recipe.fingerprint()


def test_a_wrong_recipe_names_every_field():
    with pytest.raises(InvalidInput) as caught:
        Recipe.from_yaml("task: {kind: binary, target: y, split: {folds: 1}}\nspeed: 3\n")
    assert {p.field for p in caught.value.problems} == {"task.split.folds", "speed"}


def test_the_contract_tells_of_the_rows_that_were_learned_from(workspace, stored, tmp_path):
    """Rows that a step takes out widen no range and make no gap usual."""
    frame = _table(TaskKind.REGRESSION)
    frame.loc[3, "noise"] = 500.0
    dataset = stored(frame)
    steps = (
        StepChoice(step="drop_missing_rows", columns=("x",)),
        StepChoice(step="remove_outliers", columns=("noise",)),
        StepChoice(step="encode_categories", columns=("color",)),
    )
    recipe = _recipe(dataset, TaskKind.REGRESSION, "linear", plan=PreparePlan(steps=steps))
    execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=tmp_path)
    contract = load_model(tmp_path / "linear").contract
    columns = {column.name: column for column in contract.columns}
    assert columns["x"].missing == 0
    assert columns["noise"].high < 10
    assert contract.rows < len(frame)


@pytest.mark.filterwarnings("error")
def test_many_classes_are_stored_without_a_warning(workspace, stored, tmp_path):
    rng = np.random.default_rng(0)
    places = np.repeat(np.arange(130), 12)
    dataset = stored(pd.DataFrame({"x": places + rng.normal(0, 0.3, len(places)), "y": [f"k{n:03d}" for n in places]}))
    recipe = _recipe(dataset, TaskKind.MULTICLASS, "tree")
    result = execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=tmp_path)
    assert result.models[0].status is ModelStatus.OK
    found = pd.read_parquet(tmp_path / "tree" / "oof.parquet")
    assert list(found.columns[4:]) == [f"probability_k{n:03d}" for n in range(130)]
