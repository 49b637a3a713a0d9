"""Linear support vector machines: one weight a column, kept as plain arrays, with calibrated probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.svm import LinearSVC, LinearSVR
from sklearn.utils.validation import check_is_fitted, validate_data

from core.models.adapters.calibrated import CurvedClassifier, learn_curves
from core.models.adapters.plain import weighted_sums
from core.models.adapters.targets import from_unit, learn_classes, learn_scale, to_unit

_MOST_STEPS = 10_000


class _LinearMargin(BaseEstimator):  # type: ignore[misc]
    """Shared part.

    Parameters
    ----------
    C : float
        Price of an error.
    epsilon : float
        Errors below it cost nothing, in deviations of the target; regression only.
    class_weight : str or None
    seed : int

    Attributes
    ----------
    coef_ : ndarray of shape (n_scores, n_features)
    intercept_ : ndarray of shape (n_scores,)
    """

    def __init__(self, *, C: float = 1.0, epsilon: float = 0.1, class_weight: str | None = None, seed: int = 0) -> None:
        self.C = C
        self.epsilon = epsilon
        self.class_weight = class_weight
        self.seed = seed

    def __sklearn_tags__(self) -> Any:
        """Declare that a matrix without its zeros is taken."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def _solved(self, kind: type, X: Any, y: np.ndarray, sample_weight: Any, **more: Any) -> tuple[Any, Any]:
        # The primal problem is smooth with squared errors, and its solution does not depend on chance.
        solved = kind(C=self.C, dual=False, max_iter=_MOST_STEPS, random_state=self.seed, **more)
        solved.fit(X, y, sample_weight=sample_weight)
        return np.atleast_2d(solved.coef_), np.atleast_1d(solved.intercept_)

    def _scores(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, accept_sparse="csr", reset=False)
        return np.asarray(weighted_sums(X, self.coef_) + self.intercept_)


class LinearMarginClassifier(CurvedClassifier, _LinearMargin):
    """Linear support vector machine for classes; parameters as in `_LinearMargin`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> LinearMarginClassifier:
        """Fit on X of shape (n_rows, n_features) and labels y of shape (n_rows,)."""
        X, y = validate_data(self, X, y, dtype=np.float64, accept_sparse="csr")
        self.classes_, places = learn_classes(y)
        weight = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)

        def solve(rows: Any) -> tuple[Any, Any]:
            part = None if weight is None else weight[rows]
            return self._solved(LinearSVC, X[rows], places[rows], part, class_weight=self.class_weight)

        def scorer(rows: np.ndarray) -> Any:
            coef, level = solve(rows)
            return lambda judge: weighted_sums(X[judge], coef) + level

        self.curves_ = learn_curves(scorer, places, weight, seed=self.seed)
        self.coef_, self.intercept_ = solve(slice(None))
        return self

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the scores of every row: one for two classes, else one a class."""
        return self._scores(X)


class LinearMarginRegressor(RegressorMixin, _LinearMargin):  # type: ignore[misc]
    """Linear support vector machine for numbers, on the standardised target; parameters as in `_LinearMargin`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> LinearMarginRegressor:
        """Fit on X of shape (n_rows, n_features) and numbers y of shape (n_rows,)."""
        X, y = validate_data(self, X, y, dtype=np.float64, accept_sparse="csr", y_numeric=True)
        y = np.asarray(y, dtype=np.float64)
        self.scale_ = learn_scale(y)
        self.coef_, self.intercept_ = self._solved(
            LinearSVR,
            X,
            to_unit(y, self.scale_),
            sample_weight,
            epsilon=self.epsilon,
            loss="squared_epsilon_insensitive",
        )
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the number of each row, shape (n_rows,)."""
        return from_unit(self._scores(X)[:, 0], self.scale_)
