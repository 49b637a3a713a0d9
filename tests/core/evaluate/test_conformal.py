"""Conformal intervals and sets cover what was chosen, on new rows too; reliability is told with its chance."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from core.errors import LatheError
from core.evaluate.calibration import reliability, wilson
from core.evaluate.conformal import conformal, fit_rule, least_rows, methods_for
from core.evaluate.judged import Judged


def _folds(n, k=5):
    return np.arange(n) % k


def _numbers(rng, n):
    X = rng.uniform(-1, 1, (n, 2))
    # Errors grow with the first column, and so with the prediction.
    return X, 3 * X[:, 0] + (0.2 + 0.8 * (X[:, 0] + 1)) * rng.normal(size=n)


def _labels(rng, n):
    X = rng.normal(size=(n, 2))
    scores = np.column_stack([X[:, 0], X[:, 1], -X.sum(axis=1)]) + rng.gumbel(size=(n, 3))
    return X, np.array(["a", "b", "c"], dtype=object)[scores.argmax(axis=1)]


def _judged(model, X, y):
    """Out-of-fold predictions, and the model fitted on all rows."""
    folds = _folds(len(y))
    is_class = isinstance(model, LogisticRegression)
    classes = tuple(sorted(set(y))) if is_class else ()
    predicted = np.empty(len(y), dtype=object if is_class else float)
    p = np.zeros((len(y), len(classes)))
    for fold in np.unique(folds):
        model.fit(X[folds != fold], y[folds != fold].astype(str) if is_class else y[folds != fold])
        predicted[folds == fold] = model.predict(X[folds == fold])
        if is_class:
            p[folds == fold] = model.predict_proba(X[folds == fold])
    model.fit(X, y.astype(str) if is_class else y)
    return Judged(np.arange(len(y)), folds, y, predicted, p, classes)


@pytest.mark.parametrize(
    ("method", "coverage"),
    [*(("plain", c) for c in (0.8, 0.9, 0.95)), ("scaled", 0.9), ("lac", 0.8), ("lac", 0.9), ("aps", 0.9)],
)
def test_new_rows_are_covered_as_chosen(method, coverage):
    rng = np.random.default_rng(0)
    is_class = method in ("lac", "aps")
    draw, inside = _labels if is_class else _numbers, []
    for _ in range(12):
        model = LogisticRegression() if is_class else LinearRegression()
        rule = fit_rule(_judged(model, *draw(rng, 200)), coverage=coverage, method=method)
        X, y = draw(rng, 500)
        if is_class:
            members = rule.members(model.predict_proba(X))
            inside.append(members[np.arange(500), np.searchsorted(["a", "b", "c"], y.astype(str))].mean())
        else:
            low, high = rule.interval(model.predict(X))
            inside.append(((y >= low) & (y <= high)).mean())
    # 12 tables of 200 rows: the mean coverage has a standard error of about 0.008. APS takes whole classes.
    assert coverage - 0.025 <= np.mean(inside) <= (1.0 if method == "aps" else coverage + 0.025)


def test_measured_coverage_tells_what_new_rows_will_see():
    rng = np.random.default_rng(1)
    found = conformal(_judged(LinearRegression(), *_numbers(rng, 1500)), coverage=0.9)
    assert found.measured.low <= 0.9 <= found.measured.high
    assert not found.falls_short
    assert sum(group.rows for group in found.groups) == 1500
    assert found.groups[-1].covered < 0.9 < found.groups[0].covered  # one width for uneven errors


def test_a_scale_evens_out_the_groups():
    rng = np.random.default_rng(2)
    judged = _judged(LinearRegression(), *_numbers(rng, 2000))
    plain, scaled = (conformal(judged, coverage=0.9, method=method) for method in ("plain", "scaled"))
    assert np.ptp([g.covered for g in scaled.groups]) < 0.5 * np.ptp([g.covered for g in plain.groups])
    assert scaled.groups[0].size < scaled.groups[-1].size
    assert scaled.measured.size < plain.measured.size


def test_sets_hold_at_least_the_likeliest_class_and_grow_with_the_coverage():
    rng = np.random.default_rng(3)
    judged = _judged(LogisticRegression(), *_labels(rng, 600))
    small, large = (conformal(judged, coverage=coverage) for coverage in (0.8, 0.95))
    assert 1 <= small.measured.size < large.measured.size <= 3
    assert small.rule.members(judged.probabilities).any(axis=1).all()
    assert {group.name for group in small.groups} == {"a", "b", "c"}
    assert sum(group.rows for group in small.groups) == 600


def test_too_few_rows_for_a_coverage_are_told():
    assert least_rows(0.95) == 19
    judged = _judged(LinearRegression(), *_numbers(np.random.default_rng(0), 18))
    with pytest.raises(LatheError, match="at least 19"):
        fit_rule(judged, coverage=0.95, method="plain")
    with pytest.raises(LatheError, match="not for this kind"):
        fit_rule(judged, coverage=0.5, method="lac")
    assert methods_for(("a", "b"))[0] == "lac"


def test_right_probabilities_are_off_by_no_more_than_chance():
    rng = np.random.default_rng(0)
    p = rng.uniform(size=4000)
    found = reliability(p, rng.random(4000) < p, label="yes")
    assert not found.is_off
    assert found.ece == pytest.approx(found.ece_chance, rel=0.8)
    assert found.brier == pytest.approx(found.miscalibration - found.resolution + found.uncertainty, abs=0.002)
    wrong = reliability(p**3, rng.random(4000) < p, label="yes")
    assert wrong.is_off
    assert wrong.lean < 0
    assert [one.rows for one in found.bins] == [400] * 10


def test_equal_probabilities_stay_in_one_group():
    found = reliability(np.repeat([0.2, 0.9], [300, 100]), np.repeat([False, True], [300, 100]))
    assert [(one.rows, one.said) for one in found.bins] == [(300, pytest.approx(0.2)), (100, pytest.approx(0.9))]
    assert reliability(np.array([0.3]), np.array([True])).bins[0].rows == 1


def test_the_interval_of_a_share_is_wilsons():
    low, high = wilson(np.array([8.0]), np.array([10.0]))
    assert (low[0], high[0]) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
