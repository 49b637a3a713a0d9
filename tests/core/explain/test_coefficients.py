"""What stands inside a model: weights with their unit, odds ratios, p-values, and the rules of a tree."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import Pipeline

from core.explain.coefficients import BASE, CoefficientTable, coefficients
from core.explain.inside import INSIDE_FILE, look_inside, read_inside, write_inside
from core.models.fitted import FittedModel
from core.models.registry import get_model
from core.models.spec import BuildContext
from core.params import validate_params
from core.prepare.compiler import compile_plan
from core.prepare.default import default_plan
from core.types import ColumnKind, TaskKind
from tests.core.prepare.tables import describe


@cache
def fitted(key: str, task: TaskKind = TaskKind.REGRESSION) -> FittedModel:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age": rng.normal(40, 10, 300),
            "noise": rng.normal(0, 1, 300),
            "town": pd.Series(rng.choice(["Bern", "Chur"], 300), dtype=object),
        }
    )
    table = describe(frame, {"age": ColumnKind.NUMERIC, "noise": ColumnKind.NUMERIC, "town": ColumnKind.CATEGORICAL})
    y = 2 * frame["age"].to_numpy() + 30 * (frame["town"] == "Chur").to_numpy() + rng.normal(0, 10, 300)
    if task.is_classification:
        y = (
            np.where(y > np.median(y), "yes", "no")
            if task is TaskKind.BINARY
            else np.digitize(y, [80, 110]).astype(str)
        )
    spec = get_model(key)
    compiled = compile_plan(default_plan(table.columns), table.columns, spec.needs)
    model = spec.build(validate_params(spec.params, {}), BuildContext(task=task, n_codes=compiled.n_codes))
    pipeline = Pipeline([("prepare", compiled.transformer), ("model", model)]).fit(frame, y)
    classes = tuple(sorted(set(y))) if task.is_classification else ()
    return FittedModel(pipeline, task, "price", compiled.columns, classes, key)


def table_of(key: str, task: TaskKind = TaskKind.REGRESSION) -> CoefficientTable:
    found = coefficients(fitted(key, task))
    assert found is not None
    return found


@pytest.mark.parametrize("key", ["linear", "ols", "ols_stats", "bayesian_ridge", "huber", "linear_svm"])
def test_a_weight_is_what_one_step_of_the_column_adds_in_the_unit_of_the_target(key: str) -> None:
    rows = {row.feature: row for row in table_of(key).rows}
    age = rows["age"]
    assert age.unit == "one standard deviation"
    assert age.step == pytest.approx(10, rel=0.1)
    assert age.estimate / age.step == pytest.approx(2, rel=0.1)
    assert rows["town = Chur"].estimate - rows["town = Bern"].estimate == pytest.approx(30, rel=0.15)


def test_statistics_come_with_errors_p_values_and_intervals_and_say_what_is_beyond_chance() -> None:
    found = table_of("ols_stats")
    rows = {row.feature: row for row in found.rows}
    assert found.statistic == "t"
    assert found.finding == "2 of 3 weights are more than chance (p below 0.05): age and town = Bern"
    age, noise = rows["age"], rows["noise"]
    assert age.low is not None
    assert age.high is not None
    assert age.low < 2 * (age.step or 0) < age.high
    assert noise.p_value is not None
    assert noise.p_value > 0.05
    assert rows["town = Chur"].note == "follows from the columns before it"
    assert rows["town = Chur"].p_value is None


def test_a_bayesian_weight_has_an_interval_and_no_p_value() -> None:
    age = next(row for row in table_of("bayesian_ridge").rows if row.feature == "age")
    assert age.std_error is not None
    assert age.p_value is None


@pytest.mark.parametrize("key", ["linear", "logistic", "logit_stats", "lda"])
def test_odds_ratios_are_exponentials_of_the_weights_of_the_second_class(key: str) -> None:
    found = table_of(key, TaskKind.BINARY)
    assert (found.effect, found.labels, found.reference) == ("odds", ("yes",), "no")
    assert found.rows[0].feature == BASE
    for row in found.rows:
        assert row.ratio == pytest.approx(np.exp(row.estimate))
    assert next(row for row in found.rows if row.feature == "age").estimate > 0


def test_each_of_several_classes_has_weights_against_the_first_or_against_all() -> None:
    assert table_of("logit_stats", TaskKind.MULTICLASS).labels == ("1", "2")
    assert table_of("logit_stats", TaskKind.MULTICLASS).reference == "0"
    assert table_of("logistic", TaskKind.MULTICLASS).labels == ("0", "1", "2")


def test_the_lasso_names_what_it_left_out() -> None:
    found = table_of("lasso")
    assert found.left_out == sum(row.note == "left out" for row in found.rows) > 0


def test_terms_of_a_polynomial_have_names() -> None:
    names = {row.feature for row in table_of("polynomial").rows}
    assert {"age", "age²", "age · noise"} <= names


@pytest.mark.parametrize("key", ["forest", "knn", "qda", "isotonic", "baseline"])
def test_models_that_are_no_weighted_sum_have_no_weights(key: str) -> None:
    task = TaskKind.BINARY if key == "qda" else TaskKind.REGRESSION
    assert coefficients(fitted(key, task)) is None


def test_a_tree_tells_its_rules_with_the_levels_behind_codes() -> None:
    found = look_inside(fitted("tree", TaskKind.BINARY)).tree
    assert found is not None
    assert found.nodes[0].question.startswith("age ≤ ")
    assert {"town is Bern, or not known", "town is Chur"} & {
        words for node in found.nodes for words in (node.question, node.otherwise)
    }
    rules = found.rules()
    assert sum(node.rows for _, node in rules) == 300
    assert all(node.answer in ("yes", "no") for _, node in rules)


def test_every_row_follows_the_rule_that_its_leaf_tells() -> None:
    model = fitted("tree")
    found = look_inside(model).tree
    assert found is not None
    means = sorted(node.value for _, node in found.rules())
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"age": rng.normal(40, 10, 50), "noise": rng.normal(0, 1, 50), "town": "Chur"})
    answers = model.predict(frame).values
    assert all(np.isclose(means, answer, rtol=1e-9).any() for answer in answers)


def test_what_is_inside_is_kept_beside_the_model(tmp_path) -> None:
    write_inside(fitted("ols_stats"), tmp_path)
    assert read_inside(tmp_path) == look_inside(fitted("ols_stats"))
    (tmp_path / INSIDE_FILE).unlink()
    write_inside(fitted("forest"), tmp_path)
    assert read_inside(tmp_path) is None
