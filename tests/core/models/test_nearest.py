"""Nearest neighbours of our own: scikit-learn's rules, and the library's answers."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.utils.estimator_checks import parametrize_with_checks

from core.models.adapters.nearest import NearestClassifier, NearestRegressor


@parametrize_with_checks([NearestClassifier(n_neighbors=5), NearestRegressor(n_neighbors=5)])
def test_nearest_neighbours_keep_every_rule_of_scikit_learn(estimator, check) -> None:
    check(estimator)


@pytest.mark.parametrize("weights", ["uniform", "distance"])
@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_answers_are_the_library_s(weights: str, metric: str) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(80, 4)), rng.integers(0, 3, 80)
    ours = NearestClassifier(7, weights, metric).fit(X, y).predict_proba(X[:20] + 0.1)
    theirs = KNeighborsClassifier(7, weights=weights, metric=metric).fit(X, y).predict_proba(X[:20] + 0.1)
    np.testing.assert_allclose(ours, theirs)
    ours = NearestRegressor(7, weights, metric).fit(X, y).predict(X[:20] + 0.1)
    theirs = KNeighborsRegressor(7, weights=weights, metric=metric).fit(X, y).predict(X[:20] + 0.1)
    np.testing.assert_allclose(ours, theirs)


def test_never_asks_more_neighbours_than_there_are() -> None:
    X = np.arange(6.0).reshape(3, 2)
    assert NearestRegressor(n_neighbors=200, weights="uniform").fit(X, [1.0, 2.0, 6.0]).predict(X).tolist() == [3.0] * 3


def test_a_row_alone_meets_the_same_neighbours_as_in_a_batch() -> None:
    rng = np.random.default_rng(1)
    X = np.repeat(rng.normal(size=(40, 30)), 3, axis=0)  # every row three times, with different labels
    y = rng.integers(0, 2, len(X))
    model = NearestClassifier(n_neighbors=2).fit(X, y)
    batch = model.predict_proba(X)
    alone = np.vstack([model.predict_proba(row.reshape(1, -1)) for row in X])
    np.testing.assert_array_equal(batch, alone)
