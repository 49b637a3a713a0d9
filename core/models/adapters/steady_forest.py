"""Forests that are grown by many threads and add up their trees in one order, so that equal seeds give equal bits."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor


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


def _alone(forest: Any) -> Any:
    """Return a view of ``forest`` with one thread: several add their trees in the order in which they come to an end,
    and sums of floating-point numbers depend on their order.
    """
    one = copy(forest)
    one.n_jobs = 1
    return one
