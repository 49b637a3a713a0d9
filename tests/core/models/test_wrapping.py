"""What a plan asks of the fit: done inside the training rows, for every model, or refused with a reason."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from core.errors import InvalidInput, LatheError
from core.models.balance.checks import check_fit_steps
from core.models.balance.counts import class_counts
from core.models.balance.sampling import SAMPLERS, resample
from core.models.balance.threshold import best_threshold
from core.models.balance.weights import parse_weights, row_weights
from core.models.fitted import FittedModel
from core.models.persistence import load_model, save_model
from core.models.registry import get_model
from core.models.spec import BuildContext
from core.models.wrapping import wrap
from core.params import validate_params
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.prepare.planned import PlannedStep
from core.prepare.registry import STEPS, get_step
from core.prepare.spec import StepContext, StepScope
from core.types import TaskKind

FIT_STEPS = tuple(spec for spec in STEPS if spec.scope is StepScope.FIT)
CHEAP = {"rounds": 10, "n_estimators": 10, "epochs": 2, "width": 8}


def planned(key, **params):
    spec = get_step(key)
    choice = StepChoice(step=key, params=params)
    return PlannedStep(0, choice, spec, validate_params(spec.params, params), StepContext((), InputNeeds()), ())


def model_of(key, task=TaskKind.BINARY, n_codes=0):
    spec = get_model(key)
    cheap = {name: value for name, value in CHEAP.items() if name in {param.name for param in spec.params}}
    return spec.build(validate_params(spec.params, cheap), BuildContext(task=task, n_codes=n_codes))


def table(rows=300, seed=0, gaps=False):
    """Return rows of one code and three numbers in very different units, and a rare class that they tell."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(rows, 4))
    X[:, 0] = rng.integers(-1, 4, rows)
    X[:, 3] *= 1e6
    y = np.where(X[:, 1] + X[:, 2] + rng.normal(0, 0.5, rows) > 2.0, "yes", "no")
    if gaps:
        X[rng.random(rows) < 0.1, 2] = np.nan
    return X, y


def quiet_fit(model, X, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(X, y)


@pytest.mark.parametrize("key", sorted(SAMPLERS))
@pytest.mark.parametrize("form", ["dense", "gaps", "sparse", "codes"])
def test_sampling_brings_classes_nearer_and_repeats_itself(key, form):
    X, y = table(gaps=form == "gaps")
    n_codes = 1 if form == "codes" else 0
    given = csr_matrix(X) if form == "sparse" else X
    steps = [{"step": key, **validate_params(get_step(key).params, {})}]
    made, labels = resample(steps, given, y, n_codes=n_codes, seed=3)
    again, _ = resample(steps, given, y, n_codes=n_codes, seed=3)
    dense, repeated = (part.toarray() if form == "sparse" else part for part in (made, again))
    np.testing.assert_array_equal(dense, repeated)
    before, after = class_counts(y), class_counts(labels)
    assert after["yes"] / after["no"] >= before["yes"] / before["no"]
    assert dense.shape == (len(labels), 4)
    if form == "codes":
        assert set(dense[:, 0]) <= set(X[:, 0])
    if "smote" not in key:
        rows = {row.tobytes() for row in np.nan_to_num(X)}
        assert {row.tobytes() for row in np.nan_to_num(dense)} <= rows


def test_smote_makes_rows_between_real_ones_whatever_their_units():
    X, y = table()
    steps = [{"step": "smote", **validate_params(get_step("smote").params, {})}]
    made, labels = resample(steps, X, y, n_codes=0, seed=0)
    np.testing.assert_array_equal(made[: len(X)], X)
    new, real = made[len(X) :], X[y == "yes"]
    assert set(labels[len(X) :]) == {"yes"}
    assert (new >= real.min(axis=0) - 1e-6).all()
    assert (new <= real.max(axis=0) + 1e-6).all()
    assert not {row.tobytes() for row in new} & {row.tobytes() for row in real}


@pytest.mark.parametrize("variant", ["smote", "borderline", "adasyn"])
@pytest.mark.parametrize("rare", [1, 2, 3])
def test_too_few_neighbours_are_said_and_never_raise(variant, rare):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 2)), np.array(["no"] * (30 - rare) + ["yes"] * rare)
    steps = [{"step": "smote", **validate_params(get_step("smote").params, {"variant": variant})}]
    with pytest.warns(UserWarning, match="neighbours|repeated|found no"):
        _, labels = resample(steps, X, y, n_codes=0, seed=0)
    assert class_counts(labels)["yes"] >= 20


def test_a_class_is_never_lost_by_cleaning():
    X = np.array([[0.0], [0.1], [0.2], [0.3], [0.15], [5.0], [5.1], [5.2], [5.3]])
    y = np.array(["a", "a", "a", "a", "b", "c", "c", "c", "c"])
    for key in ("edited_neighbours", "tomek_links", "near_miss"):
        steps = [{"step": key, **validate_params(get_step(key).params, {})}]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert set(resample(steps, X, y, n_codes=0, seed=0)[1]) == {"a", "b", "c"}


@pytest.mark.parametrize("step", FIT_STEPS, ids=lambda step: step.key)
@pytest.mark.parametrize("key", ["knn", "linear", "tree", "hist_boosting", "lightgbm"])
def test_every_model_carries_out_every_step_or_says_why_not(step, key, tmp_path):
    X, y = table(120)
    spec = get_model(key)
    more = {"task": TaskKind.BINARY, "seed": 0, "spec": spec, "n_codes": 1, "positive": "yes"}
    if (step.key, key) == ("weigh_classes", "knn"):
        with pytest.raises(LatheError, match="takes no weights"):
            wrap(model_of(key), [planned(step.key)], **more)
        return
    model = wrap(model_of(key, n_codes=1), [planned(step.key)], **more)
    fitted = FittedModel(_pipeline(quiet_fit(model, X, y)), TaskKind.BINARY, "y", (), ("no", "yes"), key)
    given = fitted.predict(X)
    np.testing.assert_allclose(given.probabilities.sum(axis=1), 1)
    assert set(given.values) <= {"no", "yes"}
    assert list(given.values) == list(fitted.pipeline.predict(X))
    save_model(fitted, tmp_path)
    again = load_model(tmp_path)
    np.testing.assert_array_equal(again.predict(X).probabilities, given.probabilities)
    assert again.threshold == fitted.threshold
    assert "imblearn" not in repr(vars(fitted.pipeline[-1]))


def _pipeline(model):
    from sklearn.pipeline import Pipeline

    return Pipeline([("model", model)])


def test_a_moved_threshold_moves_labels_and_no_probability():
    X, y = table()
    fit = {"task": TaskKind.BINARY, "seed": 0, "positive": "yes"}
    plain = model_of("linear").fit(X, y)
    moved = wrap(model_of("linear"), [planned("move_threshold", criterion="fixed", value=0.05)], **fit).fit(X, y)
    np.testing.assert_array_equal(moved.predict_proba(X), plain.predict_proba(X))
    model = FittedModel(_pipeline(moved), TaskKind.BINARY, "y", (), ("no", "yes"))
    assert model.threshold is not None
    assert (model.threshold.label, model.threshold.value) == ("yes", 0.05)
    assert list(model.predict(X).values == "yes") == list(plain.predict_proba(X)[:, 1] >= 0.05)


def test_a_costly_miss_lowers_the_threshold():
    X, y = table()
    thresholds = []
    for miss in (1.0, 30.0):
        step = planned("move_threshold", criterion="cost", miss=miss)
        thresholds.append(
            wrap(model_of("linear"), [step], task=TaskKind.BINARY, seed=0, positive="yes").fit(X, y).moved_threshold_
        )
    assert thresholds[1] < thresholds[0]


def test_the_threshold_is_the_best_of_all_cuts():
    rng = np.random.default_rng(1)
    truth = rng.random(60) < 0.3
    shares = np.round(np.clip(truth * 0.3 + rng.random(60) * 0.6, 0, 1), 2)
    found = best_threshold(shares, truth, {"criterion": "f1"})

    def f1(cut):
        called = shares >= cut
        return 2 * (called & truth).sum() / max(2 * (called & truth).sum() + (called ^ truth).sum(), 1)

    assert f1(found) == max(f1(cut) for cut in np.linspace(0, 1.01, 1500))


def test_a_threshold_on_a_random_target_finds_no_more_than_chance():
    """Sampling inside the inner folds only: repeated rows on both sides would make rows look known."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(400, 5)), np.where(rng.random(400) < 0.1, "yes", "no")
    steps = [planned("over_sample"), planned("move_threshold", criterion="balanced_accuracy")]
    model = wrap(model_of("tree"), steps, task=TaskKind.BINARY, seed=0, positive="yes")
    model.classes_ = np.unique(y)
    unseen = model._unseen(X, y)[:, 1]
    ranks = np.argsort(np.argsort(unseen))
    auc = (ranks[y == "yes"].mean() - (y == "yes").sum() / 2) / (y == "no").sum()
    assert 0.3 < auc < 0.65


def test_weights_equal_the_library_own():
    from sklearn.linear_model import LogisticRegression

    X, y = table()
    by_hand = LogisticRegression(max_iter=1000, class_weight={"yes": 5.0, "no": 1.0}, random_state=0)
    weights = row_weights(validate_params(get_step("weigh_classes").params, {}), y, positive="yes")
    assert weights.mean() == pytest.approx(1)
    assert weights[y == "yes"].sum() == pytest.approx(weights[y == "no"].sum())
    custom = row_weights({"method": "custom", "weights": "yes = 5"}, y, positive="yes")
    assert custom[y == "yes"][0] / custom[y == "no"][0] == pytest.approx(5)
    costs = row_weights({"method": "costs", "miss": 50.0, "alarm": 2.0}, y, positive="yes")
    assert costs[y == "yes"][0] / costs[y == "no"][0] == pytest.approx(25)
    step = planned("weigh_classes", method="custom", weights="yes = 5")
    ours = wrap(model_of("linear"), [step], task=TaskKind.BINARY, seed=0, positive="yes").fit(X[:, :3], y)
    # The weights are brought to mean 1, which the penalty feels a little.
    np.testing.assert_allclose(
        ours.predict_proba(X[:, :3]), by_hand.fit(X[:, :3], y).predict_proba(X[:, :3]), atol=0.02
    )


def test_lines_of_weights_are_read_or_refused_with_the_line():
    assert parse_weights("yes = 5\n\n a=b = 0.5 ") == {"yes": 5.0, "a=b": 0.5}
    for line in ("yes", "yes = five", "yes = 0", "yes = inf"):
        with pytest.raises(LatheError, match="equals sign"):
            parse_weights(line)


def test_networks_are_not_fitted_many_times():
    spec = get_model("torch_net")
    with pytest.raises(LatheError, match="balanced ensemble"):
        wrap(model_of("torch_net"), [planned("balanced_bag")], task=TaskKind.BINARY, seed=0, spec=spec)
    wrap(model_of("torch_net"), [planned("weigh_classes")], task=TaskKind.BINARY, seed=0, spec=spec)


def test_what_does_not_fit_the_classes_is_said_before_training():
    y = np.array(["no", "yes", None, "no"], dtype=object)

    def check(kind=TaskKind.BINARY, **params):
        choice = StepChoice(step="weigh_classes", params=params)
        check_fit_steps(PreparePlan(steps=(choice,)), y, kind=kind)

    check()
    check(method="custom", weights="yes = 2")
    for params, words in (
        ({"method": "custom", "weights": "maybe = 2"}, "'maybe' is not one"),
        ({"method": "custom", "weights": "yes"}, "equals sign"),
        ({"method": "custom"}, "No line"),
    ):
        with pytest.raises(InvalidInput, match=words):
            check(**params)
    with pytest.raises(InvalidInput, match="two classes"):
        check(kind=TaskKind.MULTICLASS, method="costs")
