"""Values of linear models and their relatives against worked examples, scikit-learn and statsmodels."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import LatheError
from core.models.linear_family import LINEAR_FAMILY
from core.models.registry import get_model
from core.models.remarks import FitNote
from core.models.spec import BuildContext, ModelSpec
from core.params import validate_params
from core.types import TaskKind

NUMBER, BINARY, MANY = TaskKind.REGRESSION, TaskKind.BINARY, TaskKind.MULTICLASS


def built(key: str, task: TaskKind = NUMBER, **params):
    spec = get_model(key)
    return spec.build(validate_params(spec.params, params), BuildContext(task=task))


def column(*values: float) -> np.ndarray:
    return np.asarray(values, dtype=float).reshape(-1, 1)


def rows(count: int = 200, width: int = 4, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(count, width))
    return X, X @ np.arange(1, width + 1) + rng.normal(size=count)


@pytest.mark.parametrize(
    ("key", "params", "x", "y", "asked", "answer"),
    [
        ("ols", {}, (10, 8, 13, 9, 11), (95, 70, 78, 88, 93), 12, 86.53),
        ("ols_stats", {}, (10, 8, 13, 9, 11), (95, 70, 78, 88, 93), 12, 86.53),
        ("polynomial", {"degree": 2, "alpha": None}, (6, 5, 3, 8, 7), (79, 51, 30, 88, 77), 4, 44.34),
        ("linear", {"penalty": 1.0}, (0, 2, 3, 4), (1, 2, 2.5, 4), 5, 4.103),
    ],
)
def test_worked_examples_of_regression_come_out(key: str, params: dict, x, y, asked: float, answer: float) -> None:
    model = built(key, **params).fit(column(*x), np.asarray(y, dtype=float))
    assert model.predict(column(asked))[0] == pytest.approx(answer, abs=0.005)


@pytest.mark.parametrize("key", ["linear", "logistic"])
def test_the_worked_example_of_a_dose_comes_out(key: str) -> None:
    model = built(key, BINARY).fit(column(0, 1, 2), np.asarray(["0", "0", "1"]))
    assert model.predict_proba(column(1.5))[0, 1] == pytest.approx(0.402, abs=0.0005)


def test_least_squares_has_the_errors_and_p_values_of_the_library() -> None:
    import statsmodels.api as sm

    X, y = rows()
    found, wanted = built("ols_stats").fit(X, y), sm.OLS(y, sm.add_constant(X)).fit()
    np.testing.assert_allclose(np.r_[found.intercept_, found.coef_[0]], wanted.params, rtol=1e-9)
    np.testing.assert_allclose(np.r_[found.intercept_errors_, found.errors_[0]], wanted.bse, rtol=1e-9)
    robust = built("ols_stats", errors="robust").fit(X, y)
    np.testing.assert_allclose(robust.errors_[0], wanted.HC3_se[1:], rtol=1e-9)


def test_the_logit_has_the_errors_of_the_library_for_two_and_for_three_classes() -> None:
    import statsmodels.api as sm

    X, y = rows()
    for task, edges in ((BINARY, [0.0]), (MANY, [-3.0, 3.0])):
        codes = np.digitize(y + np.random.default_rng(1).normal(0, 4, len(y)), edges)
        found = built("logit_stats", task).fit(X, codes.astype(str))
        kind = sm.Logit if task is BINARY else sm.MNLogit
        wanted = kind(codes, sm.add_constant(X)).fit(disp=0)
        values, errors = (np.asarray(part).reshape(5, -1).T for part in (wanted.params, wanted.bse))
        np.testing.assert_allclose(found.coef_, values[:, 1:], rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(found.errors_, errors[:, 1:], rtol=1e-4)
        predicted = np.asarray(wanted.predict(sm.add_constant(X)))
        np.testing.assert_allclose(found.predict_proba(X)[:, -1], predicted.reshape(len(y), -1)[:, -1], atol=1e-5)


def test_classes_that_a_column_parts_without_error_are_told_and_get_finite_weights() -> None:
    X, _ = rows(60)
    with pytest.warns(FitNote, match="without error"):
        found = built("logit_stats", BINARY).fit(X, np.where(X[:, 0] > 0, "yes", "no"))
    assert np.isfinite(found.coef_).all()
    assert np.isfinite(found.errors_).all()
    assert (np.abs(found.coef_) < 20).all()
    with pytest.warns(FitNote, match="Choose a penalty"):
        built("logistic", BINARY, penalty="none").fit(X, np.where(X[:, 0] > 0, "yes", "no"))


def test_a_column_that_follows_from_others_gets_no_weight_and_changes_no_answer() -> None:
    X, y = rows()
    doubled = np.column_stack([X, X[:, 0] + X[:, 1], np.ones(len(X))])
    plain, found = built("ols_stats").fit(X, y), built("ols_stats").fit(doubled, y)
    assert found.known_.tolist() == [True] * 4 + [False] * 2
    assert found.coef_[0, 4:].tolist() == [0, 0]
    np.testing.assert_allclose(found.predict(doubled), plain.predict(X), rtol=1e-9)


@pytest.mark.parametrize(
    ("y", "family"),
    [
        (np.random.default_rng(0).poisson(2.0, 200).astype(float), "poisson"),
        (np.random.default_rng(0).negative_binomial(1, 0.2, 200).astype(float), "negative_binomial"),
        (np.random.default_rng(0).gamma(1.0, 100.0, 200) + 0.01, "gamma"),
        (np.random.default_rng(0).normal(0.0, 1.0, 200), "gaussian"),
    ],
)
def test_a_general_model_takes_the_distribution_that_suits_and_never_predicts_below_it(y, family: str) -> None:
    X, _ = rows()
    found = built("glm").fit(X, y)
    assert found.family_ == family
    assert family == "gaussian" or (found.predict(np.vstack([X, -1e9 * X, 1e9 * X])) >= 0).all()


def test_poisson_regression_has_the_weights_of_the_library_and_tells_of_too_much_spread() -> None:
    import statsmodels.api as sm

    X, _ = rows(400, 2)
    y = np.random.default_rng(2).poisson(np.exp(0.3 * X[:, 0] + 1)).astype(float)
    found = built("glm", family="poisson").fit(X, y)
    wanted = sm.GLM(y, sm.add_constant(X), family=sm.families.Poisson()).fit()
    np.testing.assert_allclose(found.coef_[0], wanted.params[1:], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found.errors_[0], wanted.bse[1:], rtol=1e-6)
    with pytest.warns(FitNote, match="negative binomial"):
        built("glm", family="poisson").fit(X, y * 10)


def test_a_distribution_that_the_target_does_not_fit_is_refused_in_words() -> None:
    X, y = rows()
    with pytest.raises(LatheError, match="must be above 0 for the gamma distribution; its lowest value is"):
        built("glm", family="gamma").fit(X, y)


@pytest.mark.parametrize("quantile", [0.1, 0.5, 0.9])
def test_a_quantile_line_loses_no_more_than_the_linear_program(quantile: float) -> None:
    from sklearn.linear_model import QuantileRegressor

    X, y = rows(300)
    found = built("quantile", quantile=quantile, alpha=1e-5).fit(X, y).predict(X)
    wanted = QuantileRegressor(quantile=quantile, alpha=0.0).fit(X, y).predict(X)
    losses = [np.maximum(quantile * (y - p), (quantile - 1) * (y - p)).mean() for p in (found, wanted)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)
    assert (y < found).mean() == pytest.approx(quantile, abs=0.03)


@pytest.mark.parametrize("shape", ["gaussian", "multinomial", "complement", "bernoulli"])
def test_naive_bayes_answers_as_the_library_does(shape: str) -> None:
    from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB

    rng = np.random.default_rng(0)
    X, y = rng.poisson(2.0, (90, 5)).astype(float), rng.choice(["a", "b", "c"], 90)
    kinds = {"multinomial": MultinomialNB(), "complement": ComplementNB(), "bernoulli": BernoulliNB()}
    wanted = kinds.get(shape, GaussianNB(var_smoothing=1e-6)).fit(X, y).predict_proba(X)
    np.testing.assert_allclose(built("naive_bayes", MANY, shape=shape).fit(X, y).predict_proba(X), wanted, atol=1e-9)


@pytest.mark.parametrize("shape", ["multinomial", "complement", "bernoulli"])
def test_naive_bayes_for_counts_takes_values_below_zero_and_beyond_those_seen(shape: str) -> None:
    X, y = rows()
    found = built("naive_bayes", BINARY, shape=shape).fit(X, np.where(y > 0, "yes", "no"))
    assert np.isfinite(found.predict_proba(np.vstack([X, 1e6 * X]))).all()
    assert (found.predict(X) == np.where(y > 0, "yes", "no")).mean() > 0.6


def test_discriminants_answer_as_the_library_does() -> None:
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis

    X, y = rows()
    labels = np.digitize(y, [-2.0, 2.0]).astype(str)
    linear = LinearDiscriminantAnalysis(solver="lsqr").fit(X, labels).predict_proba(X)
    np.testing.assert_allclose(built("lda", MANY, shrinkage=0.0).fit(X, labels).predict_proba(X), linear, atol=1e-6)
    curved = QuadraticDiscriminantAnalysis().fit(X, labels).predict_proba(X)
    np.testing.assert_allclose(built("qda", MANY, shrinkage=0.0).fit(X, labels).predict_proba(X), curved, atol=1e-6)


def test_isotonic_regression_uses_the_steadiest_column_and_never_turns() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 3))
    y = -np.exp(X[:, 1]) + rng.normal(0, 0.2, 300)
    found = built("isotonic").fit(X, y)
    assert found.column_ == 1
    grid = np.zeros((200, 3))
    grid[:, 1] = np.linspace(-9, 9, 200)
    assert (np.diff(found.predict(grid)) <= 0).all()
    chances = built("isotonic", BINARY).fit(X, np.where(y > -1, "yes", "no")).predict_proba(grid)
    assert ((chances > 0) & (chances < 1)).all()


def test_the_lasso_leaves_out_what_does_not_help_and_a_strong_one_everything() -> None:
    X, y = rows(300, 3)
    wide = np.column_stack([X, np.random.default_rng(3).normal(size=(300, 5))])
    found = built("lasso", alpha=0.1).fit(wide, y)
    assert (found.coef_[0, :3] != 0).all()
    assert (found.coef_[0, 3:] == 0).all()
    assert (built("lasso", alpha=1.0).fit(wide, y).coef_ == 0).all()


def test_a_polynomial_with_too_many_terms_is_refused_before_it_is_made() -> None:
    X, y = rows(20, 100)
    with pytest.raises(LatheError, match="must be at most 4,000; 100 prepared columns make"):
        built("polynomial").fit(X, y)


@pytest.mark.filterwarnings("ignore::core.models.remarks.FitNote")
@pytest.mark.parametrize("spec", LINEAR_FAMILY, ids=lambda spec: spec.key)
def test_a_row_gets_the_same_bits_in_any_batch(spec: ModelSpec) -> None:
    X, y = rows(150, 7)
    for task in spec.tasks:
        target = y if task is NUMBER else np.digitize(y, [0.0] if task is BINARY else [-2.0, 2.0]).astype(str)
        model = built(spec.key, task).fit(X, target)
        answer = model.predict if task is NUMBER else model.predict_proba
        batch = answer(X)
        for one in (X[:1], X[40:43], np.asfortranarray(X[90:]), X[::3]):
            start = {1: slice(0, 1), 3: slice(40, 43), 60: slice(90, 150), 50: slice(0, 150, 3)}[len(one)]
            assert answer(one).tobytes() == np.ascontiguousarray(batch[start]).tobytes()


@pytest.mark.parametrize("spec", [one for one in LINEAR_FAMILY if BINARY in one.tasks], ids=lambda spec: spec.key)
def test_one_class_is_told_in_words(spec: ModelSpec) -> None:
    X, _ = rows(30)
    with pytest.raises(LatheError, match="two classes to tell apart; every row learned from is 'yes'"):
        built(spec.key, BINARY).fit(X, np.full(30, "yes"))


@pytest.mark.filterwarnings("ignore::core.models.remarks.FitNote")
@pytest.mark.parametrize("spec", LINEAR_FAMILY, ids=lambda spec: spec.key)
def test_more_columns_than_rows_and_constant_columns_are_learned_from(spec: ModelSpec) -> None:
    X, y = rows(25, 40)
    X[:, 5:9] = 3.0
    for task in spec.tasks:
        target = y if task is NUMBER else np.digitize(y, [0.0] if task is BINARY else [-5.0, 5.0]).astype(str)
        model = built(spec.key, task).fit(X, target)
        assert np.isfinite(model.predict(X) if task is NUMBER else model.predict_proba(X)).all()
