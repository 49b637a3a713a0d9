"""A transformed target: learned in another shape, answered in its own unit."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import InvalidInput
from core.models.balance.checks import check_fit_steps
from core.models.balance.target import TargetShape, yeo_johnson, yeo_johnson_back
from core.models.fitted import FittedModel
from core.models.persistence import load_model, save_model
from core.models.wrapping import wrap
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.spec import Family
from core.types import TaskKind
from tests.core.models.test_wrapping import model_of, planned

METHODS = ("log", "sqrt", "yeo_johnson", "quantile")


def prices(rows=300):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, 3))
    return X, np.exp(3 + X[:, 0] + 0.5 * X[:, 1] + rng.normal(0, 0.1, rows))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("key", ["linear", "tree", "hist_boosting", "lightgbm", "knn"])
def test_predictions_come_back_in_the_target_own_unit(method, key, tmp_path):
    from sklearn.pipeline import Pipeline

    X, y = prices()
    step = planned("transform_target", method=method)
    model = wrap(model_of(key, TaskKind.REGRESSION), [step], task=TaskKind.REGRESSION, seed=0).fit(X, y)
    fitted = FittedModel(Pipeline([("model", model)]), TaskKind.REGRESSION, "y", (), (), key)
    given = fitted.predict(X).values
    assert np.corrcoef(np.log(y), np.log(np.maximum(given, 1e-3)))[0, 1] > 0.7
    assert 0.5 < np.median(given) / np.median(y) < 2
    assert model.n_features_in_ == 3
    save_model(fitted, tmp_path)
    np.testing.assert_array_equal(load_model(tmp_path).predict(X).values, given)


@pytest.mark.parametrize("method", METHODS)
def test_there_and_back_again(method):
    _, y = prices()
    shape = TargetShape(method).fit(y.reshape(-1, 1))
    np.testing.assert_allclose(shape.inverse_transform(shape.transform(y.reshape(-1, 1))).ravel(), y, rtol=1e-6)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("values", [[5.0], [0.0, 0.0], [0.0, 1e-9], [0.0, 1e150], [1.0, 1.0, 2.0]])
def test_any_answer_of_a_model_comes_back_finite(method, values):
    shape = TargetShape(method).fit(np.array(values).reshape(-1, 1))
    assert np.isfinite(shape.transform(np.array(values))).all()
    assert np.isfinite(shape.inverse_transform(np.array([-1e9, -1.0, 0.0, 1.0, 1e9]))).all()


def test_yeo_johnson_is_the_library_own():
    from sklearn.preprocessing import PowerTransformer

    rng = np.random.default_rng(0)
    y = np.concatenate([rng.gamma(2, 3, 200), -rng.gamma(1, 1, 50)])
    library = PowerTransformer(standardize=False).fit(y.reshape(-1, 1))
    shape = TargetShape("yeo_johnson").fit(y.reshape(-1, 1))
    assert shape.lambda_ == pytest.approx(library.lambdas_[0], abs=1e-3)
    for power in (-1.5, 0.0, 0.7, 2.0, 3.0):
        there = yeo_johnson(y, power)
        library.lambdas_ = np.array([power])
        np.testing.assert_allclose(there, library.transform(y.reshape(-1, 1)).ravel(), rtol=1e-9)
        np.testing.assert_allclose(yeo_johnson_back(there, power), y, rtol=1e-6)


def test_targets_that_have_no_logarithm_are_refused_with_a_way_out():
    def check(method, *values):
        choice = StepChoice(step="transform_target", params={"method": method})
        check_fit_steps(PreparePlan(steps=(choice,)), np.array(values), kind=TaskKind.REGRESSION)

    check("log", -0.5, 3.0, np.nan)
    check("sqrt", 0.0, 3.0)
    check("yeo_johnson", -5.0, 3.0)
    for method, least in (("log", -1.0), ("sqrt", -0.1)):
        with pytest.raises(InvalidInput) as caught:
            check(method, least, 3.0)
        problem = caught.value.problems[0]
        assert f"{least:g}" in problem.message
        assert "Yeo-Johnson" in problem.hint
        assert problem.field == "plan.steps.0.method"


def test_the_target_is_transformed_once():
    choice = StepChoice(step="transform_target", params={"method": "yeo_johnson"})
    with pytest.raises(InvalidInput, match="once"):
        check_fit_steps(PreparePlan(steps=(choice, choice)), np.array([1.0, 2.0]), kind=TaskKind.REGRESSION)


def test_each_family_has_a_target_of_its_own():
    """What is asked for other families of models is nothing for this one."""
    linear = StepChoice(step="transform_target", params={"method": "yeo_johnson"}, families=(Family.LINEAR,))
    trees = StepChoice(step="transform_target", params={"method": "log"}, families=(Family.TREES,))
    plan, y = PreparePlan(steps=(linear, trees)), np.array([-5.0, 2.0])
    check_fit_steps(plan, y, kind=TaskKind.REGRESSION, family=Family.LINEAR)
    with pytest.raises(InvalidInput, match="logarithm"):
        check_fit_steps(plan, y, kind=TaskKind.REGRESSION, family=Family.TREES)
