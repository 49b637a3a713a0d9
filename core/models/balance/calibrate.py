"""Probabilities repaired so that they can be taken at their word, learned on rows that the model had not seen."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

_EDGE = 1e-6
_HOTTEST, _COLDEST = 100.0, 0.01


class Calibrator(BaseEstimator):  # type: ignore[misc]
    """A curve from the probabilities a model gives to those that come true.

    Parameters
    ----------
    method : {"isotonic", "sigmoid", "temperature"}
        Steps that only rise (Zadrozny and Elkan, 2002); an S-shaped curve of the log-odds (Platt, 1999); or one number
        that all log-probabilities are divided by (Guo, Pleiss, Sun and Weinberger, 2017).

    Attributes
    ----------
    slopes_, shifts_ : ndarray of shape (n_curves,)
        Sigmoid: one curve a class, or one for two classes.
    said_, happened_ : list of ndarray
        Isotonic: corners of each curve, straight lines between.
    temperature_ : float

    Notes
    -----
    Several classes have a curve each against the rest, and the results are divided by their sum. The order of rows by
    the probability of a class stays as it was for two classes, but for ties that isotonic steps make.
    """

    def __init__(self, method: str = "isotonic") -> None:
        self.method = method

    def fit(self, probabilities: np.ndarray, place: np.ndarray) -> Calibrator:
        """Learn from probabilities of shape (n_rows, n_classes) and the place of each row's class, shape (n_rows,)."""
        self.n_classes_ = probabilities.shape[1]
        if self.method == "temperature":
            self.temperature_ = _best_temperature(probabilities, place)
            return self
        curves = [1] if self.n_classes_ == 2 else list(range(self.n_classes_))
        if self.method == "sigmoid":
            fitted = [_platt(probabilities[:, k], place == k) for k in curves]
            self.slopes_, self.shifts_ = (np.array(part) for part in zip(*fitted, strict=True))
            return self
        corners = [_isotonic(probabilities[:, k], place == k) for k in curves]
        self.said_, self.happened_ = ([c[i] for c in corners] for i in (0, 1))
        return self

    def transform(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the repaired probabilities, of the same shape; rows sum to 1."""
        check_is_fitted(self)
        if self.method == "temperature":
            return _softened(probabilities, self.temperature_)
        if self.n_classes_ == 2:
            asked = self._curve(0, probabilities[:, 1])
            return np.column_stack([1.0 - asked, asked])
        raw = np.column_stack([self._curve(k, probabilities[:, k]) for k in range(self.n_classes_)])
        whole = raw.sum(axis=1, keepdims=True)
        # Where every curve says no, what the model said stays.
        return np.where(whole > 0, raw / np.where(whole > 0, whole, 1.0), probabilities)

    def _curve(self, number: int, said: np.ndarray) -> np.ndarray:
        if self.method == "sigmoid":
            moved = self.slopes_[number] * _log_odds(said) + self.shifts_[number]
            return np.asarray(1.0 / (1.0 + np.exp(-moved)))
        return np.asarray(np.interp(said, self.said_[number], self.happened_[number]))


def _log_odds(said: np.ndarray) -> np.ndarray:
    clipped = np.clip(said, _EDGE, 1 - _EDGE)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _platt(said: np.ndarray, is_class: np.ndarray) -> tuple[float, float]:
    """Return slope and shift on log-odds; targets are drawn in a little, as Platt does, so that none is certain."""
    from sklearn.linear_model import LogisticRegression

    positives, negatives = int(is_class.sum()), int((~is_class).sum())
    high, low = (positives + 1) / (positives + 2), 1 / (negatives + 2)
    target = np.where(is_class, high, low)
    odds = _log_odds(said)[:, None]
    # A row of target t is t of a row of the class and 1 - t of a row that is not.
    model = LogisticRegression(C=1e6, max_iter=1000)
    rows, labels = np.vstack([odds, odds]), np.repeat([1, 0], len(said))
    model.fit(rows, labels, sample_weight=np.concatenate([target, 1 - target]))
    slope = float(model.coef_[0, 0])
    # A curve that falls would turn the ranking round: then only the share is right, for every row.
    return (slope, float(model.intercept_[0])) if slope > 0 else (0.0, float(_log_odds(np.array([target.mean()]))[0]))


def _isotonic(said: np.ndarray, is_class: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(said, is_class.astype(np.float64))
    return np.asarray(model.X_thresholds_, dtype=np.float64), np.asarray(model.y_thresholds_, dtype=np.float64)


def _softened(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    logs = np.log(np.clip(probabilities, _EDGE, 1.0)) / temperature
    raised = np.exp(logs - logs.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def _best_temperature(probabilities: np.ndarray, place: np.ndarray) -> float:
    """Return the temperature of the least log loss."""
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(place))

    def loss(log_temperature: float) -> float:
        given = _softened(probabilities, float(np.exp(log_temperature)))[rows, place]
        return float(-np.log(np.clip(given, 1e-12, 1.0)).mean())

    bounds = (float(np.log(_COLDEST)), float(np.log(_HOTTEST)))
    found: Any = minimize_scalar(loss, bounds=bounds, method="bounded")
    return float(np.exp(found.x))
