"""A numeric target in another shape for fitting, and predictions brought back."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

_MOST_QUANTILES = 1000
_TAIL = 1e-7
_WORST = 1e30


class TargetShape(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """One-to-one change of the target.

    Parameters
    ----------
    method : {"log", "sqrt", "yeo_johnson", "quantile"}

    Attributes
    ----------
    lambda_ : float
        Of Yeo and Johnson; 1 for the others.
    quantiles_ : ndarray of shape (n_quantiles,)
        Of the targets learned from; empty except for "quantile".
    low_, high_ : float
        Ends that a prediction is cut to before it is brought back: as far beyond the transformed targets as they are
        apart. Going back from a logarithm, a straight line that runs on would soon give infinities.

    Notes
    -----
    Sources: Yeo and Johnson (2000), A New Family of Power Transformations; Conover and Iman (1981), Rank
    Transformations. The back-transformed prediction estimates the median rather than the mean.
    """

    def __init__(self, method: str = "log") -> None:
        self.method = method

    def fit(self, X: Any, y: Any = None) -> TargetShape:
        """Learn from targets of shape (n_rows, 1)."""
        values = np.asarray(X, dtype=np.float64).ravel()
        self.lambda_ = _best_lambda(values) if self.method == "yeo_johnson" else 1.0
        count = min(_MOST_QUANTILES, len(values))
        is_ranked = self.method == "quantile"
        self.quantiles_ = np.quantile(values, np.linspace(0, 1, count)) if is_ranked else np.empty(0)
        made = self._there(values)
        reach = float(np.ptp(made))
        self.low_, self.high_ = float(made.min()) - reach, float(made.max()) + reach
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return the targets as they are learned, shape of X."""
        check_is_fitted(self)
        return self._there(np.asarray(X, dtype=np.float64))

    def inverse_transform(self, X: Any) -> np.ndarray:
        """Return predictions in the unit of the target, shape of X."""
        check_is_fitted(self)
        return self._back(np.clip(np.asarray(X, dtype=np.float64), self.low_, self.high_))

    def _there(self, values: np.ndarray) -> np.ndarray:
        match self.method:
            case "log":
                return np.asarray(np.log1p(np.maximum(values, -1 + 1e-12)))
            case "sqrt":
                return np.asarray(np.sqrt(np.maximum(values, 0.0)))
            case "yeo_johnson":
                return yeo_johnson(values, self.lambda_)
            case _:
                from scipy.special import ndtri

                return np.asarray(ndtri(_TAIL + (1 - 2 * _TAIL) * self._ranks(values)), dtype=np.float64)

    def _back(self, values: np.ndarray) -> np.ndarray:
        match self.method:
            case "log":
                return np.asarray(np.expm1(values))
            case "sqrt":
                return np.asarray(np.square(np.maximum(values, 0.0)))
            case "yeo_johnson":
                return yeo_johnson_back(values, self.lambda_)
            case _:
                from scipy.special import ndtr

                ranks = (ndtr(values) - _TAIL) / (1 - 2 * _TAIL)
                return np.asarray(np.interp(ranks, np.linspace(0, 1, len(self.quantiles_)), self.quantiles_))

    def _ranks(self, values: np.ndarray) -> np.ndarray:
        # Equal targets span several quantiles; the mean of both ends is their middle.
        at = np.linspace(0, 1, len(self.quantiles_))
        low = np.interp(values, self.quantiles_, at)
        high = -np.interp(-values, -self.quantiles_[::-1], -at[::-1])
        return np.asarray((low + high) / 2)


def yeo_johnson(values: np.ndarray, power: float) -> np.ndarray:
    """Return the transformation of Yeo and Johnson with parameter ``power``."""
    up, down = np.log1p(np.maximum(values, 0.0)), np.log1p(np.maximum(-values, 0.0))
    return np.asarray(_box(up, power) - _box(down, 2 - power))


def yeo_johnson_back(values: np.ndarray, power: float) -> np.ndarray:
    """Return what gives ``values`` under `yeo_johnson`; values that nothing gives become the largest that is."""
    up, down = np.maximum(values, 0.0), np.maximum(-values, 0.0)
    return np.asarray(np.expm1(_unbox(up, power)) - np.expm1(_unbox(down, 2 - power)))


def _box(logs: np.ndarray, power: float) -> np.ndarray:
    return logs if abs(power) < 1e-12 else np.expm1(np.minimum(power * logs, 700.0)) / power


def _unbox(values: np.ndarray, power: float) -> np.ndarray:
    if abs(power) < 1e-12:
        return np.asarray(np.minimum(values, 340.0))
    return np.asarray(np.minimum(np.log1p(np.maximum(power * values, -1 + 1e-15)) / power, 340.0))


def _best_lambda(values: np.ndarray) -> float:
    """Return the parameter under which the targets look most like a normal distribution (maximum likelihood)."""
    from scipy.optimize import minimize_scalar

    if float(np.ptp(values)) == 0.0:
        return 1.0
    logs = np.sign(values) * np.log1p(np.abs(values))
    total = float(logs.sum())

    def loss(power: float) -> float:
        with np.errstate(over="ignore", invalid="ignore"):
            spread = float(np.var(yeo_johnson(values, power)))
        return _WORST if not 0 < spread < float("inf") else len(values) / 2 * np.log(spread) - (power - 1) * total

    return float(minimize_scalar(loss, bounds=(-5.0, 5.0), method="bounded").x)
