"""XGBoost, CatBoost, LightGBM and classic boosting: categories, rounds told, endings, devices, stored bytes."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
from sklearn.pipeline import Pipeline

from core.errors import LatheError, RunCancelled
from core.models.bounds import check_bounds
from core.models.persistence import pack, unpack
from core.models.progress import EpochEvent, listening
from core.models.registry import get_model
from core.models.spec import BuildContext
from core.models.stopping import finishing_when
from core.params import validate_params
from core.types import TaskKind

NATIVE = ("xgboost", "catboost")
CATEGORICAL = (*NATIVE, "lightgbm", "hist_boosting")
TELLING = (*NATIVE, "lightgbm", "gradient_boosting")


@cache
def table(rows: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Return a column of codes whose order says nothing, missing cells, a number, and labels that follow the codes."""
    rng = np.random.default_rng(0)
    codes = rng.integers(-1, 30, rows).astype(float)
    number = rng.normal(size=rows)
    number[::17] = np.nan
    odd = np.isin(codes, [2, 3, 7, 11, 13, 19, 23, 29])
    return np.column_stack([codes, number, rng.normal(size=rows)]), np.where(odd, "yes", "no")


def build(key: str, task: TaskKind = TaskKind.BINARY, n_codes: int = 1, **params):
    spec = get_model(key)
    given = {"rounds": 20, **params}
    return spec.build(validate_params(spec.params, given), BuildContext(task=task, n_codes=n_codes, seed=1))


@cache
def fitted(key: str, task: TaskKind = TaskKind.BINARY):
    X, y = table()
    target = y if task.is_classification else (y == "yes") * 3.0 + np.nan_to_num(X[:, 1])
    return build(key, task).fit(X, target)


@pytest.mark.parametrize("key", CATEGORICAL)
def test_codes_are_split_as_categories(key: str) -> None:
    """A few questions find scattered codes only where codes are categories: as numbers they take eight limits."""
    X, y = table(2000)
    small = {"max_depth": 2} if key in NATIVE else {"max_leaf_nodes": 4, "min_samples_leaf": 5}
    small |= {"rows_share": 1.0} if key == "catboost" else {}
    as_codes, as_numbers = (build(key, n_codes=n, rounds=10, learning_rate=0.3, **small) for n in (1, 0))
    found = [np.mean(model.fit(X, y).predict(X) == y) for model in (as_codes, as_numbers)]
    assert found[0] > found[1] + 0.05


@pytest.mark.parametrize("key", NATIVE)
def test_codes_and_cells_that_are_missing_or_new_get_an_answer(key: str) -> None:
    model = fitted(key)
    odd = np.array([[-1, np.nan, np.nan], [29, 1e300, -1e300], [254, 0, 0]])
    given = model.predict_proba(odd)
    assert np.isfinite(given).all()
    np.testing.assert_array_equal(given, np.vstack([model.predict_proba(odd[[i]]) for i in range(3)]))


@pytest.mark.parametrize("key", TELLING)
def test_rounds_are_told_with_a_falling_loss(key: str) -> None:
    told: list[EpochEvent] = []
    X, y = np.nan_to_num(table()[0]), table()[1]
    with listening(told.append):
        build(key, rounds=100).fit(X, y)
    assert [event.epoch for event in told] == list(range(2, 101, 2))
    assert {event.epochs for event in told} == {100}
    assert told[-1].train_loss < told[0].train_loss
    assert told[0].valid_loss is None


@pytest.mark.parametrize("key", TELLING)
def test_a_fit_that_is_to_finish_keeps_the_rounds_it_has(key: str) -> None:
    told: list[EpochEvent] = []
    X, y = np.nan_to_num(table()[0]), table()[1]
    with listening(told.append), finishing_when(lambda: len(told) >= 10):
        ended = build(key, rounds=50, learning_rate=0.1).fit(X, y)
    assert len(told) == 10
    whole, short = (build(key, rounds=rounds, learning_rate=0.1).fit(X, y) for rounds in (50, 10))
    assert not np.allclose(ended.predict_proba(X), whole.predict_proba(X), atol=1e-3)
    np.testing.assert_allclose(ended.predict_proba(X), short.predict_proba(X), atol=1e-6)


@pytest.mark.parametrize("key", TELLING)
def test_a_stop_goes_through_the_library(key: str) -> None:
    def stop(event: EpochEvent) -> None:
        raise RunCancelled

    X, y = np.nan_to_num(table()[0]), table()[1]
    with listening(stop), pytest.raises(RunCancelled):
        build(key).fit(X, y)


@pytest.mark.parametrize("key", [*NATIVE, "lightgbm"])
def test_the_device_is_the_one_that_was_used(key: str) -> None:
    assert fitted(key).device_ == "cpu"


def test_xgboost_asked_for_a_gpu_it_cannot_use_says_that_it_took_the_cpu() -> None:
    import xgboost

    if xgboost.build_info()["USE_CUDA"]:
        pytest.skip("This build can use a GPU.")
    model = type(fitted("xgboost"))(n_codes=1, rounds=2, device="cuda:0")
    assert model.fit(*table()).device_ == "cpu"


@pytest.mark.parametrize("task", [TaskKind.BINARY, TaskKind.REGRESSION])
@pytest.mark.parametrize("key", NATIVE)
def test_a_stored_booster_is_bytes_and_answers_the_same(key: str, task: TaskKind) -> None:
    model = fitted(key, task)
    again = unpack(pack(Pipeline([("model", model)])))[-1]
    assert "_native" not in vars(again)
    np.testing.assert_array_equal(again.predict(table()[0]), model.predict(table()[0]))


def changed(model, change) -> Pipeline:
    """Return a pipeline whose booster's JSON form was changed."""
    whole = json.loads(model.model_.tobytes())
    change(whole)
    copy = type(model)(**model.get_params())
    copy.__dict__.update({**vars(model), "model_": np.frombuffer(json.dumps(whole).encode(), dtype=np.uint8)})
    return Pipeline([("model", copy)])


def xgboost_trees(whole: dict) -> list[dict]:
    return whole["learner"]["gradient_booster"]["model"]["trees"]


XGBOOST_HARM = {
    "child": lambda w: xgboost_trees(w)[0]["left_children"].__setitem__(0, 10_000),
    "loop": lambda w: xgboost_trees(w)[0]["left_children"].__setitem__(0, 0),
    "column": lambda w: xgboost_trees(w)[1]["split_indices"].__setitem__(0, 99),
    "short": lambda w: xgboost_trees(w)[0]["split_conditions"].pop(),
    "place": lambda w: xgboost_trees(w)[3].update(id=700),
    "category": lambda w: next(t for t in xgboost_trees(w) if t["categories"])["categories"].__setitem__(0, 10**6),
    "set": lambda w: next(t for t in xgboost_trees(w) if t["categories"])["categories_sizes"].__setitem__(0, 10**6),
    "group": lambda w: w["learner"]["gradient_booster"]["model"]["tree_info"].__setitem__(0, 5),
    "classes": lambda w: w["learner"]["learner_model_param"].update(num_class="9"),
    "booster": lambda w: w["learner"]["gradient_booster"].update(name="gblinear"),
}
CATBOOST_HARM = {
    "question": lambda w: w["oblivious_trees"][0]["splits"][0].update(split_index=10**6),
    "leaves": lambda w: w["oblivious_trees"][0]["leaf_values"].pop(),
    "columns": lambda w: w["features_info"]["float_features"].pop(),
    "table": lambda w: next(iter(w["ctr_data"].values()))["hash_map"].pop(),
    "category": lambda w: w["features_info"]["ctrs"][0]["elements"][0].update(cat_feature_index=7),
    "scores": lambda w: w.update(scale_and_bias=[1, [0, 0]]),
}


@pytest.mark.parametrize("harm", XGBOOST_HARM)
def test_xgboost_s_trees_that_point_outside_are_refused(harm: str) -> None:
    check_bounds(changed(fitted("xgboost"), lambda whole: None))
    with pytest.raises(LatheError, match="XGBoostClassifier"):
        check_bounds(changed(fitted("xgboost"), XGBOOST_HARM[harm]))


@pytest.mark.parametrize("harm", CATBOOST_HARM)
def test_catboost_s_trees_that_point_outside_are_refused(harm: str) -> None:
    check_bounds(changed(fitted("catboost"), lambda whole: None))
    with pytest.raises(LatheError, match="CatBoostClassifier"):
        check_bounds(changed(fitted("catboost"), CATBOOST_HARM[harm]))


@pytest.mark.parametrize("key", NATIVE)
def test_bytes_that_are_no_model_are_refused(key: str) -> None:
    model = fitted(key)
    copy = type(model)(**model.get_params())
    copy.__dict__.update({**vars(model), "model_": np.frombuffer(b'{"learner": 3', dtype=np.uint8)})
    with pytest.raises(LatheError, match="damaged"):
        check_bounds(Pipeline([("model", copy)]))


@pytest.mark.parametrize("key", [*NATIVE, "gradient_boosting"])
def test_one_class_is_refused_in_words(key: str) -> None:
    with pytest.raises(LatheError, match="two classes"):
        build(key).fit(np.arange(20.0).reshape(-1, 1), ["yes"] * 20)


def test_catboost_says_what_it_needs() -> None:
    X = np.ones((30, 2))
    with pytest.raises(LatheError, match="all prepared columns are constant"):
        build("catboost", n_codes=0).fit(X, ["a", "b"] * 15)
    with pytest.raises(LatheError, match="target that varies"):
        build("catboost", TaskKind.REGRESSION, n_codes=0).fit(np.arange(60.0).reshape(30, 2), np.ones(30))


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber"])
def test_classic_boosting_answers_as_the_library_does(loss: str) -> None:
    from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor

    from core.models.adapters.staged import StagedBoostingClassifier, StagedBoostingRegressor

    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3))
    settings = {"learning_rate": 0.1, "max_depth": 2, "min_samples_leaf": 5}
    for labels in (X[:, 0] > 0.5, np.digitize(X[:, 0], [-0.5, 0.5])):
        ours = StagedBoostingClassifier(rounds=5, **settings).fit(X, labels)
        theirs = GradientBoostingClassifier(n_estimators=5, random_state=0, **settings).fit(X, labels)
        np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-12)
    y = 5 + 3 * X[:, 0]
    ours = StagedBoostingRegressor(rounds=5, loss=loss, **settings).fit(X, y)
    theirs = GradientBoostingRegressor(n_estimators=5, loss=loss, random_state=0, **settings).fit(X, y)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-6)
