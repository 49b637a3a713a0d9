"""Nearest neighbours that ask at most as many neighbours as there are, and answer a row alike alone or in a batch."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data


class _Nearest(BaseEstimator):  # type: ignore[misc]
    """Shared part: parameters, and the search.

    Parameters
    ----------
    n_neighbors : int
        Neighbours asked; all training rows where there are fewer.
    weights : {"uniform", "distance"}
        How votes count.
    metric : {"euclidean", "manhattan"}
        Distance.

    Attributes
    ----------
    search_ : KNeighborsClassifier or KNeighborsRegressor
        The fitted library estimator.
    """

    def __init__(self, n_neighbors: int = 15, weights: str = "distance", metric: str = "euclidean") -> None:
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.metric = metric

    def _fit_search(self, kind: type, X: np.ndarray, y: np.ndarray) -> None:
        # scikit-learn's Euclidean search multiplies blocks of rows, so a distance depends, in its last digits, on the
        # rows around it, and a tie is broken differently for a row alone. The standardised distance with variances 1
        # is the same distance, computed pair by pair.
        euclidean = self.metric == "euclidean"
        self.search_ = kind(
            n_neighbors=min(self.n_neighbors, len(X)),
            weights=self.weights,
            algorithm="brute",
            metric="seuclidean" if euclidean else self.metric,
            metric_params={"V": np.ones(X.shape[1])} if euclidean else None,
        ).fit(X, y)

    def predict(self, X: Any) -> np.ndarray:
        """Predict every row of ``X``, array of shape (n_rows, n_features)."""
        check_is_fitted(self)
        return np.asarray(self.search_.predict(validate_data(self, X, dtype=np.float64, reset=False)))


class NearestClassifier(ClassifierMixin, _Nearest):  # type: ignore[misc]
    """K nearest neighbours for classes; parameters as in `_Nearest`."""

    def fit(self, X: Any, y: Any) -> NearestClassifier:
        """Keep the training rows, X of shape (n_rows, n_features) and y of shape (n_rows,)."""
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self._fit_search(KNeighborsClassifier, X, y)
        self.classes_ = self.search_.classes_
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the weighted share of votes for each class, shape (n_rows, n_classes)."""
        check_is_fitted(self)
        return np.asarray(self.search_.predict_proba(validate_data(self, X, dtype=np.float64, reset=False)))


class NearestRegressor(RegressorMixin, _Nearest):  # type: ignore[misc]
    """K nearest neighbours for numbers; parameters as in `_Nearest`."""

    def fit(self, X: Any, y: Any) -> NearestRegressor:
        """Keep the training rows, X of shape (n_rows, n_features) and y of shape (n_rows,)."""
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        self._fit_search(KNeighborsRegressor, X, y)
        return self
