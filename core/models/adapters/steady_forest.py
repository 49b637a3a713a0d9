"""Forests that are grown by many threads and add up their trees in one order, so that equal seeds give equal bits."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.utils.class_weight import compute_sample_weight


class SteadyForestClassifier(RandomForestClassifier):  # type: ignore[misc]
    """`RandomForestClassifier` that predicts with one thread; ``n_jobs`` is for growing."""

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the mean of the trees' probabilities, shape (n_rows, n_classes)."""
        return np.asarray(super(SteadyForestClassifier, _alone(self)).predict_proba(X))


class SteadyForestRegressor(RandomForestRegressor):  # type: ignore[misc]
    """`RandomForestRegressor` that predicts with one thread; ``n_jobs`` is for growing."""

    def predict(self, X: Any) -> np.ndarray:
        """Return the mean of the trees' values, shape (n_rows,)."""
        return np.asarray(super(SteadyForestRegressor, _alone(self)).predict(X))


class SteadyExtraTreesClassifier(ExtraTreesClassifier):  # type: ignore[misc]
    """`ExtraTreesClassifier` that predicts with one thread; ``n_jobs`` is for growing."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> SteadyExtraTreesClassifier:
        """Fit on X of shape (n_rows, n_features) and labels y of shape (n_rows,)."""
        asked: Any = self.get_params()["class_weight"]
        self.class_weight = None
        try:
            # With "balanced", scikit-learn 1.9 mistakes labels such as "10" for numbers.
            super().fit(X, y, _with_class_weight(asked, y, sample_weight))
        finally:
            self.class_weight = asked
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the mean of the trees' probabilities, shape (n_rows, n_classes)."""
        return np.asarray(super(SteadyExtraTreesClassifier, _alone(self)).predict_proba(X))


class SteadyExtraTreesRegressor(ExtraTreesRegressor):  # type: ignore[misc]
    """`ExtraTreesRegressor` that predicts with one thread; ``n_jobs`` is for growing."""

    def predict(self, X: Any) -> np.ndarray:
        """Return the mean of the trees' values, shape (n_rows,)."""
        return np.asarray(super(SteadyExtraTreesRegressor, _alone(self)).predict(X))


def _with_class_weight(asked: Any, y: Any, sample_weight: Any) -> Any:
    if not asked:
        return sample_weight
    weights = compute_sample_weight(asked, np.unique(y, return_inverse=True)[1])
    return weights if sample_weight is None else weights * np.asarray(sample_weight)


def _alone(forest: Any) -> Any:
    """Return a view of ``forest`` with one thread: several add their trees in the order in which they come to an end,
    and sums of floating-point numbers depend on their order.
    """
    one = copy(forest)
    one.n_jobs = 1
    return one
