"""Learning and validation curves, and the verdict on a fit: what they say of tables whose truth is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.data.propose import default_task
from core.data.schema import Dataset
from core.errors import LatheError, RunCancelled
from core.evaluate.metrics import get_metric
from core.models.registry import MODELS, get_model
from core.run.complexity import BENDS, changes
from core.run.context import SilentContext
from core.run.curve_fits import first_rows
from core.run.curve_keys import show_me_key
from core.run.curve_result import Curve, CurvePoint, is_more
from core.run.curve_values import curve_params, values_for
from core.run.curves import learning_curve, validation_curve
from core.run.data import TrainingData
from core.run.execute import prepare_training
from core.run.recipe import ModelChoice, Recipe
from core.run.result import ModelResult, Score
from core.run.show_me import show_me
from core.run.verdict import verdict
from core.types import ColumnKind, Framework, ModelStatus, SplitKind, StorageType, TaskKind

ACCURACY = get_metric("accuracy")


def columns(*names: str) -> tuple[Any, ...]:
    from core.data.schema import ColumnSchema

    return tuple(
        ColumnSchema(name=name, kind=ColumnKind.NUMERIC, storage=StorageType.FLOAT, missing=0, unique=100)
        for name in names
    )


def work(rows: int = 400, *choices: ModelChoice, noise: float = 0.1, **split: Any) -> tuple[Recipe, TrainingData]:
    """Rows whose target is a step of x, with some labels turned, and a column that says nothing."""
    rng = np.random.default_rng(5)
    x, other = rng.uniform(-1, 1, rows), rng.normal(size=rows)
    y = np.where((x > 0) ^ (rng.random(rows) < noise), "yes", "no")
    frame = pd.DataFrame({"x": x, "other": other, "group": np.arange(rows) // 20.0, "y": y})
    dataset = Dataset.model_construct(columns=(*columns("x", "other", "group"), _target()), rows=rows, id="d")
    task = default_task(dataset, "y", TaskKind.BINARY).model_copy(update={"metric": "accuracy"})
    task = task.model_copy(update={"split": task.split.model_copy(update={"folds": 3, "holdout": 0.2, **split})})
    recipe = Recipe(task=task, models=choices or (ModelChoice(key="tree"),), seed=2)
    return recipe, prepare_training(frame, dataset, recipe)[0]


def _target() -> Any:
    from core.data.schema import ColumnSchema

    return ColumnSchema(name="y", kind=ColumnKind.CATEGORICAL, storage=StorageType.STRING, missing=0, unique=2)


class Stopping(SilentContext):
    def should_stop(self) -> bool:
        return True


class Counting(SilentContext):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[float, str]] = []

    def report(self, fraction: float, stage: str, message: str = "", **values: Any) -> None:
        self.told.append((fraction, message))


def test_a_learning_curve_says_when_more_rows_bring_nothing() -> None:
    recipe, data = work()
    context = Counting()
    curve = learning_curve(recipe, "tree", data, context)
    assert [point.value for point in curve.points] == sorted(point.value for point in curve.points)
    assert len(curve.points) == 6
    assert all(len(point.unseen) == len(point.learned) == 3 for point in curve.points)
    assert not curve.is_better
    assert "learned what it can" in curve.finding
    # One report a fit, each further on than the last.
    fractions = [fraction for fraction, _ in context.told]
    assert len(fractions) == 18
    assert fractions == sorted(fractions)
    assert Curve.model_validate(curve.model_dump(mode="json")) == curve


def test_a_learning_curve_says_when_more_rows_would_help() -> None:
    nearest = ModelChoice(key="knn", params={"n_neighbors": 60})
    recipe, data = work(240, nearest, noise=0.0)
    curve = learning_curve(recipe, "knn", data, SilentContext(), shares=(0.25, 0.5, 1.0))
    assert curve.is_better
    assert curve.finding == "More rows would help: it is still getting better"


def test_a_validation_curve_finds_the_depth_that_suits() -> None:
    recipe, data = work(400, ModelChoice(key="tree", params={"max_depth": 20, "min_samples_leaf": 1}), noise=0.25)
    curve = validation_curve(recipe, "tree", data, SilentContext(), param="max_depth", values=(1, 3, 20))
    by_value = {point.value: point for point in curve.points}
    assert curve.current == 20
    assert curve.best in (1, 3)
    assert curve.is_better
    assert np.mean(by_value[20].learned) > np.mean(by_value[1].learned)
    assert np.mean(by_value[20].unseen) < np.mean(by_value[1].unseen)


def test_a_value_that_cannot_be_fitted_is_a_point_with_its_reason() -> None:
    recipe, data = work(60, ModelChoice(key="knn"))
    curve = validation_curve(recipe, "knn", data, SilentContext(), param="n_neighbors", values=(1, 5))
    assert all(point.is_scored for point in curve.points)
    with pytest.raises(LatheError, match="no parameter"):
        validation_curve(recipe, "knn", data, SilentContext(), param="nothing")
    with pytest.raises(RunCancelled):
        validation_curve(recipe, "knn", data, Stopping(), param="n_neighbors")


def test_show_me_leaves_the_locked_rows_alone_and_takes_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.run.show_me.SAMPLE_ROWS", 120)
    recipe, data = work()
    seen: set[int] = set()
    from core.run.trainer import Trainer

    fit = Trainer.fit

    def watched(self: Trainer, rows: np.ndarray, test: np.ndarray, **more: Any) -> Any:
        seen.update(rows.tolist(), test.tolist())
        return fit(self, rows, test, **more)

    monkeypatch.setattr(Trainer, "fit", watched)
    curve = show_me(recipe, "tree", data, SilentContext(), param="max_leaf_nodes")
    assert len(seen) == 120
    assert not seen & set(data.split.holdout.tolist())
    assert curve.folds == 3
    assert curve.key == show_me_key(recipe, "tree", "max_leaf_nodes")
    assert curve.key != show_me_key(recipe.model_copy(update={"seed": 9}), "tree", "max_leaf_nodes")


def test_parts_of_the_rows_are_nested_and_keep_what_the_split_keeps() -> None:
    _, data = work(400, kind=SplitKind.GROUP, group="group")
    rows = data.split.folds[0][0]
    small, large = (first_rows(rows, part, data, seed=0) for part in (0.3, 0.6))
    assert set(small) < set(large) < set(rows)
    group = data.frame["group"].to_numpy()
    assert not set(group[small]) & set(group[np.setdiff1d(rows, small)])
    _, mixed = work()
    rows = mixed.split.folds[0][0]
    part = first_rows(rows, 0.3, mixed, seed=0)
    assert np.mean(mixed.y[part] == "yes") == pytest.approx(np.mean(mixed.y[rows] == "yes"), abs=0.02)
    by_time = replace(
        mixed,
        task=mixed.task.model_copy(update={"split": mixed.task.split.model_copy(update={"kind": SplitKind.TIME})}),
    )
    np.testing.assert_array_equal(first_rows(rows, 0.5, by_time, seed=0), rows[-round(0.5 * len(rows)) :])


@pytest.mark.parametrize("model", [spec for spec in MODELS if spec.params], ids=lambda spec: spec.key)
def test_every_parameter_has_values_to_try(model: Any) -> None:
    for param in curve_params(model.key):
        values = values_for(param, param.default)
        assert param.default in values
        assert len(values) >= 2
        assert all(param.check(one) == one for one in values)
        numbers = [one for one in values if isinstance(one, int | float)]
        assert numbers == sorted(numbers)
        assert not model.key_param or curve_params(model.key)[0].name == model.key_param


def result_of(
    key: str, learned: tuple[float, ...], unseen: tuple[float, ...], *, width: float = 0.02, **params: Any
) -> ModelResult:
    mean = float(np.mean(unseen))
    return ModelResult(
        label=key,
        key=key,
        title=get_model(key).title,
        framework=Framework.SKLEARN,
        status=ModelStatus.OK,
        params={**{p.name: p.default for p in get_model(key).params}, **params},
        scores=(Score(metric="accuracy", value=mean, low=mean - width, high=mean + width, folds=unseen),),
        learned=(Score(metric="accuracy", value=float(np.mean(learned)), low=0, high=1, folds=learned),),
    )


BASELINE = result_of("baseline", (0.6, 0.6, 0.6), (0.6, 0.6, 0.6))


def test_a_gap_beyond_the_noise_is_learning_by_heart() -> None:
    found = verdict(result_of("tree", (1.0, 1.0, 0.99), (0.8, 0.81, 0.79)), BASELINE, ACCURACY)
    assert found.kind == "overfit"
    assert found.gap == pytest.approx(0.197, abs=0.01)
    assert "Try a lower value of" in found.advice[0]
    assert get_model("tree").params[0].label in found.advice[0]
    assert any("plan" in advice for advice in found.advice)


def test_a_gap_within_the_noise_is_none() -> None:
    narrow = result_of("tree", (0.84, 0.80, 0.83), (0.80, 0.82, 0.81))
    assert verdict(narrow, BASELINE, ACCURACY).kind == "balanced"
    wide = result_of("tree", (0.9, 0.9, 0.9), (0.8, 0.8, 0.8), width=0.15)
    assert verdict(wide, BASELINE, ACCURACY).kind == "balanced"
    unsure = result_of("tree", (0.7, 0.7, 0.7), (0.65, 0.65, 0.65), width=0.15)
    assert verdict(unsure, BASELINE, ACCURACY).kind == "unclear"


def test_poor_on_its_own_rows_is_learning_too_little() -> None:
    found = verdict(result_of("tree", (0.61, 0.62, 0.62), (0.61, 0.6, 0.61)), BASELINE, ACCURACY)
    assert found.kind == "underfit"
    assert any("higher" in advice for advice in found.advice)
    best = result_of("forest", (0.99, 0.99, 0.99), (0.9, 0.9, 0.9))
    behind = verdict(result_of("linear", (0.8, 0.8, 0.8), (0.79, 0.8, 0.8)), BASELINE, ACCURACY, best=best)
    assert behind.kind == "underfit"
    assert best.title in behind.sentence


def test_what_was_not_measured_is_unclear() -> None:
    bare = result_of("tree", (1.0,), (0.8,)).model_copy(update={"learned": ()})
    assert verdict(bare, BASELINE, ACCURACY).kind == "unclear"
    assert verdict(BASELINE, BASELINE, ACCURACY).kind == "unclear"
    assert verdict(result_of("tree", (1.0, 1.0), (0.8, 0.8)), None, ACCURACY).kind == "overfit"


@pytest.mark.parametrize("key", ["tree", "linear", "knn", "hist_boosting"])
def test_advice_names_parameters_that_can_move(key: str) -> None:
    spec = get_model(key)
    params = {param.name: param.default for param in spec.params}
    for bend in (1, -1):
        for change in changes(spec, params, bend=bend):
            assert change.spec.label in change.words()
            ends = {"higher": change.spec.high, "lower": change.spec.low}
            assert change.way not in ends or change.value != ends[change.way]
    assert all(way in (1, -1) for way in BENDS.values())


def test_the_best_of_many_tries_must_be_better_by_more_than_one_that_was_named_before() -> None:
    gaps = np.random.default_rng(0).normal(2.2, 1.0, 400)
    best, own = (CurvePoint(value=1, draws=tuple(draws)) for draws in (gaps, np.zeros(400)))
    assert is_more(best, own, sign=1) is True
    assert is_more(best, own, sign=1, among=6) is False
