"""Isotonic regression: one column, and a curve that only ever rises (or falls)."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import _check_sample_weight

from core.models.adapters.plain import ClassChooser, PlainModel, unit_of

_DIRECTIONS: dict[str, str | bool] = {"auto": "auto", "rising": True, "falling": False}


class _Monotone:
    """Shared part: which column, and the curve.

    Parameters
    ----------
    direction : {"auto", "rising", "falling"}

    Attributes
    ----------
    column_ : int
        Place of the column that goes most steadily with the target (Spearman's correlation).
    at_, value_ : ndarray of shape (n_knots,)
        The curve; straight between its knots, flat beyond its ends.
    """

    at_: np.ndarray
    value_: np.ndarray
    column_: int

    def __init__(self, direction: str = "auto") -> None:
        self.direction = direction

    def _learn_curve(self, X: np.ndarray, y: np.ndarray, weights: np.ndarray | None) -> None:
        from sklearn.isotonic import IsotonicRegression

        self.column_ = steadiest_column(X, y)
        model = IsotonicRegression(increasing=self._rises(X[:, self.column_], y), out_of_bounds="clip")
        model.fit(X[:, self.column_], y, sample_weight=weights)
        self.at_, self.value_ = np.asarray(model.X_thresholds_), np.asarray(model.y_thresholds_)

    def _rises(self, column: np.ndarray, y: np.ndarray) -> bool:
        if self.direction == "auto":
            return _rank_correlation(column, y) >= 0
        return self.direction == "rising"

    def _curve(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(np.interp(X[:, self.column_], self.at_, self.value_))


class MonotoneRegressor(_Monotone, RegressorMixin, PlainModel):  # type: ignore[misc]
    """A number as a rising or falling function of one column."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> MonotoneRegressor:
        """Fit on X of shape (n_rows, n_features) and y of shape (n_rows,)."""
        X, y = self._checked(X, y, y_numeric=True)
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X)
        middle, spread = unit_of(y)
        self._learn_curve(X, (y - middle) / spread, weights)
        self.value_ = middle + spread * self.value_
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Predict every row of X, shape (n_rows,)."""
        return self._curve(self._rows(X))


class MonotoneClassifier(_Monotone, ClassChooser):
    """The probability of the second class as a rising or falling function of one column."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> MonotoneClassifier:
        """Fit on X of shape (n_rows, n_features) and labels y of shape (n_rows,) with two classes."""
        X, y = self._checked(X, y)
        codes = self._learn_classes(y)
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X)
        self._learn_curve(X, codes.astype(np.float64), weights)
        # As if one more row of each class had been seen: nothing is ever impossible.
        self.value_ = (self.value_ * len(codes) + 1) / (len(codes) + 2)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, shape (n_rows, 2)."""
        second = self._curve(self._rows(X))
        return np.column_stack([1 - second, second])


def steadiest_column(X: np.ndarray, y: np.ndarray) -> int:
    """Return the place of the column whose ranks go most closely with those of ``y``."""
    return int(np.argmax([abs(_rank_correlation(X[:, place], y)) for place in range(X.shape[1])]))


def _rank_correlation(column: np.ndarray, y: np.ndarray) -> float:
    from scipy.stats import rankdata

    if np.ptp(column) == 0 or np.ptp(y) == 0:
        return 0.0
    return float(np.corrcoef(rankdata(column), rankdata(y))[0, 1])
