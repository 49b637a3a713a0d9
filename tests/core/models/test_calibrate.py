"""Repaired probabilities come true, are learned on rows not fitted on, and are stored with the model."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import Pipeline

from core.evaluate.calibration import reliability
from core.models.balance.calibrate import Calibrator
from core.models.persistence import pack, unpack
from core.models.wrapping import wrap
from core.params import validate_params
from core.prepare.plan import InputNeeds, StepChoice
from core.prepare.planned import PlannedStep
from core.prepare.registry import get_step
from core.prepare.spec import StepContext
from core.types import TaskKind

METHODS = ("sigmoid", "isotonic", "temperature")


def planned(key, **params):
    spec = get_step(key)
    choice = StepChoice(step=key, params=params)
    return PlannedStep(0, choice, spec, validate_params(spec.params, params), StepContext((), InputNeeds()), ())


def _too_sure(n, classes, seed=0):
    """Columns that repeat each other: naive Bayes counts the same evidence three times."""
    rng = np.random.default_rng(seed)
    place = rng.integers(0, len(classes), n)
    X = place[:, None] + rng.normal(0, 1.6, (n, 1)) + rng.normal(0, 0.1, (n, 4))
    return X, np.array(classes)[place]


@pytest.mark.parametrize("classes", [("no", "yes"), ("a", "b", "c")])
@pytest.mark.parametrize("method", METHODS)
def test_a_model_that_is_too_sure_is_repaired(method, classes):
    kind = TaskKind.BINARY if len(classes) == 2 else TaskKind.MULTICLASS
    X, y = _too_sure(900, classes)
    new, truth = _too_sure(3000, classes, seed=1)
    plain = GaussianNB().fit(X, y)
    model = wrap(GaussianNB(), [planned("calibrate", method=method)], task=kind, seed=0, positive="yes").fit(X, y)
    found = model.predict_proba(new)
    assert found.sum(axis=1) == pytest.approx(np.ones(len(new)))
    # Isotonic steps may end in certainty, whose log loss is without bound.
    drawn_in = 0.998 * found + 0.002 / len(classes)
    assert log_loss(truth, drawn_in) < 0.9 * log_loss(truth, plain.predict_proba(new))
    last = reliability(found[:, -1], truth == classes[-1])
    assert last.ece < 0.5 * reliability(plain.predict_proba(new)[:, -1], truth == classes[-1]).ece


@pytest.mark.parametrize("method", METHODS)
def test_a_repaired_model_is_stored_and_answers_the_same_row_by_row(method):
    X, y = _too_sure(200, ("a", "b", "c"))
    steps = [planned("calibrate", method=method)]
    model = wrap(LogisticRegression(), steps, task=TaskKind.MULTICLASS, seed=0).fit(X, y)
    found = model.predict_proba(X)
    assert unpack(pack(Pipeline([("model", model)]))).predict_proba(X) == pytest.approx(found, abs=0)
    assert np.vstack([model.calibrator_.transform(row[None, :]) for row in found]) == pytest.approx(
        model.calibrator_.transform(found), abs=0
    )


def test_probabilities_shifted_by_sampling_come_back():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1500, 3))
    y = np.where(X[:, 0] + rng.logistic(size=1500) > 2.6, "yes", "no")
    shifted = wrap(LogisticRegression(), [planned("over_sample")], task=TaskKind.BINARY, seed=0, positive="yes")
    repaired = wrap(
        LogisticRegression(), [planned("over_sample"), planned("calibrate")], task=TaskKind.BINARY, seed=0,
        positive="yes",
    )  # fmt: skip
    rate = (y == "yes").mean()
    assert shifted.fit(X, y).predict_proba(X)[:, 1].mean() > rate + 0.1
    assert repaired.fit(X, y).predict_proba(X)[:, 1].mean() == pytest.approx(rate, abs=0.01)


def test_the_threshold_is_one_of_repaired_probabilities():
    X, y = _too_sure(600, ("no", "yes"))
    steps = [planned("calibrate"), planned("move_threshold", criterion="recall", wanted=0.95)]
    model = wrap(GaussianNB(), steps, task=TaskKind.BINARY, seed=0, positive="yes").fit(X, y)
    new, truth = _too_sure(4000, ("no", "yes"), seed=1)
    assert ((model.predict(new) == "yes") & (truth == "yes")).sum() / (truth == "yes").sum() == pytest.approx(
        0.95, abs=0.04
    )


@pytest.mark.parametrize(("criterion", "wanted"), [("precision", 0.8), ("share", 0.2)])
def test_a_wanted_share_is_met_on_new_rows(criterion, wanted):
    X, y = _too_sure(900, ("no", "yes"))
    steps = [planned("move_threshold", criterion=criterion, wanted=wanted)]
    model = wrap(LogisticRegression(), steps, task=TaskKind.BINARY, seed=0, positive="yes").fit(X, y)
    new, truth = _too_sure(4000, ("no", "yes"), seed=1)
    called = model.predict(new) == "yes"
    found = called.mean() if criterion == "share" else (truth[called] == "yes").mean()
    assert found == pytest.approx(wanted, abs=0.05)


def test_nothing_is_learned_by_heart():
    """A forest knows its own rows: probabilities repaired on those would stay far too sure."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 4)), np.where(rng.random(300) < 0.5, "yes", "no")
    forest = RandomForestClassifier(20, random_state=0)
    model = wrap(forest, [planned("calibrate")], task=TaskKind.BINARY, seed=0, positive="yes").fit(X, y)
    new = rng.normal(size=(300, 4))
    assert np.abs(model.predict_proba(new)[:, 1] - 0.5).mean() < 0.1


def test_a_class_of_one_row_leaves_probabilities_and_says_so():
    X, y = np.arange(10.0)[:, None], np.array(["no"] * 9 + ["yes"])
    model = wrap(LogisticRegression(), [planned("calibrate")], task=TaskKind.BINARY, seed=0, positive="yes")
    with pytest.warns(UserWarning, match="not repaired"):
        model.fit(X, y)
    assert model.calibrator_ is None


def test_a_falling_curve_is_not_taken():
    said = np.linspace(0.05, 0.95, 40)
    both = np.column_stack([1 - said, said])
    found = Calibrator("sigmoid").fit(both, (said < 0.5).astype(int)).transform(both)
    assert np.ptp(found[:, 1]) == pytest.approx(0.0, abs=1e-12)
