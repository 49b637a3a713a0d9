"""Numbers bent so that their distribution suits a model: logarithm, power and quantile."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import boxcox, boxcox1p

from core.prepare.transformers.grid import GridTransformer, known_of
from core.prepare.transformers.matrix import LARGEST, finite

_POWERS = (-100.0, -50.0, -25.0, -12.0, -6.0, -3.0, -1.5, 0.0, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0)
"""Where the search for a power starts; between the neighbours of the best of them it goes on."""

_NEVER = float(np.finfo(np.float64).max)

_SKETCH = 1000
"""Rows that the start of the search looks at."""

_FEWEST_VALUES = 3
"""Columns with fewer distinct values keep their shape."""


class LogCurve(GridTransformer):
    """The logarithm of 1 + x, for numbers of either sign.

    Parameters
    ----------
    method : {"signed", "shift"}
        ``sign(x) log(1 + |x|)``, or ``log(1 + x - min)`` with the least value of the training rows; values below that
        count as it.

    Attributes
    ----------
    lowest_ : ndarray of shape (n_columns,)
        Least value seen; 0 where "signed".
    """

    def __init__(self, method: str = "signed") -> None:
        self.method = method

    def _learn(self, cells: np.ndarray, y: Any) -> None:
        known = [known_of(column) for column in cells.T]
        shifts = self.method == "shift"
        self.lowest_ = np.asarray([float(k.min()) if shifts and k.size else 0.0 for k in known])

    def _change(self, cells: np.ndarray) -> np.ndarray:
        if self.method == "shift":
            return np.asarray(np.log1p(np.maximum(cells - self.lowest_, 0.0)))
        return np.asarray(np.sign(cells) * np.log1p(np.abs(cells)))


class PowerCurve(GridTransformer):
    """Box-Cox or Yeo-Johnson with the power of greatest likelihood in each column.

    Parameters
    ----------
    method : {"yeo_johnson", "box_cox"}
        Box-Cox (1964) needs numbers above 0: a column that has others in the training rows takes Yeo-Johnson (2000).
        In a Box-Cox column, a later number of 0 or less counts as the least one seen.
    standardize : bool
        Bring the result to mean 0 and standard deviation 1.

    Attributes
    ----------
    positive_ : ndarray of bool, shape (n_columns,)
        Columns of Box-Cox.
    powers_, lowest_, centre_, scale_ : ndarray of shape (n_columns,)
        A power of 1 is a straight line: for columns of fewer than three values.
    """

    def __init__(self, method: str = "yeo_johnson", standardize: bool = True) -> None:
        self.method = method
        self.standardize = standardize

    def _learn(self, cells: np.ndarray, y: Any) -> None:
        known = [known_of(column) for column in cells.T]
        self.positive_ = np.asarray([self.method == "box_cox" and bool(k.size and k.min() > 0) for k in known])
        self.lowest_ = np.asarray([float(k.min()) if k.size else 0.0 for k in known])
        self.powers_ = np.asarray([best_power(k, bool(p)) for k, p in zip(known, self.positive_, strict=True)])
        self.centre_, self.scale_ = np.zeros(len(known)), np.ones(len(known))
        if self.standardize:
            self._learn_scale(cells)

    def _learn_scale(self, cells: np.ndarray) -> None:
        for place, column in enumerate(self._bent(cells).T):
            values = known_of(column)
            if values.size:
                spread = float(values.std())
                self.centre_[place] = float(values.mean())
                self.scale_[place] = spread if spread > 0 and np.isfinite(spread) else 1.0

    def _bent(self, cells: np.ndarray) -> np.ndarray:
        bent = np.empty_like(cells)
        for place, power in enumerate(self.powers_):
            column = np.ascontiguousarray(cells[:, place])
            positive = bool(self.positive_[place])
            bent[:, place] = bend(np.maximum(column, self.lowest_[place]) if positive else column, power, positive)
        return finite(bent, keep_missing=True)

    def _change(self, cells: np.ndarray) -> np.ndarray:
        return (self._bent(cells) - self.centre_) / self.scale_


def bend(values: np.ndarray, power: float, positive: bool) -> np.ndarray:
    """Return the Box-Cox (``positive``) or Yeo-Johnson transform of ``values``; missing ones stay."""
    if positive:
        return np.asarray(boxcox(values, power))
    up = boxcox1p(np.maximum(values, 0.0), power)
    down = boxcox1p(np.maximum(-values, 0.0), 2.0 - power)
    return np.asarray(np.where(values < 0, -down, up))


def best_power(known: np.ndarray, positive: bool) -> float:
    """Return the power that makes ``known`` most like a normal distribution, by maximum likelihood."""
    if len(np.unique(known)) < _FEWEST_VALUES:
        return 1.0
    start = _Fit(np.sort(known)[:: max(len(known) // _SKETCH, 1)], positive)
    costs = [start.unlikelihood(power) for power in _POWERS]
    place = int(np.argmin(costs))
    if costs[place] >= _NEVER:
        return 1.0
    bounds = _POWERS[max(place - 1, 0)], _POWERS[min(place + 1, len(_POWERS) - 1)]
    search = _Fit(known, positive).unlikelihood
    return float(minimize_scalar(search, bounds=bounds, method="bounded", options={"xatol": 1e-6}).x)


class _Fit:
    """How well a power makes ``known`` like a normal distribution."""

    def __init__(self, known: np.ndarray, positive: bool) -> None:
        self.known, self.positive = known, positive
        logs = np.log(known) if positive else np.sign(known) * np.log1p(np.abs(known))
        self.total = float(logs.sum())

    def unlikelihood(self, power: float) -> float:
        """Return the negative log-likelihood, a large number where single precision cannot hold the result."""
        with np.errstate(all="ignore"):
            bent = bend(self.known, power, self.positive)
        if not np.abs(bent).max() <= LARGEST:
            return _NEVER
        variance = float(np.var(bent))
        if variance <= 0:
            return _NEVER
        return len(bent) / 2 * float(np.log(variance)) - (power - 1.0) * self.total


class QuantileCurve(GridTransformer):
    """Each number's rank among the training rows, spread evenly from 0 to 1 or like a normal distribution.

    Parameters
    ----------
    output : {"uniform", "normal"}
        The distribution afterwards.
    quantiles : int
        Landmarks kept a column, at most one a row.
    seed : int
        Of the draw of rows, where there are more than scikit-learn's limit.

    Attributes
    ----------
    curve_ : sklearn.preprocessing.QuantileTransformer
    """

    def __init__(self, output: str = "uniform", quantiles: int = 1000, seed: int = 0) -> None:
        self.output = output
        self.quantiles = quantiles
        self.seed = seed

    def _learn(self, cells: np.ndarray, y: Any) -> None:
        from sklearn.preprocessing import QuantileTransformer

        curve = QuantileTransformer(
            n_quantiles=max(min(self.quantiles, len(cells)), 1),
            output_distribution=self.output,
            random_state=self.seed,
        )
        empty = np.isnan(cells).all(axis=0)
        self.curve_ = curve.fit(np.where(empty, 0.0, cells))

    def _change(self, cells: np.ndarray) -> np.ndarray:
        return np.asarray(self.curve_.transform(cells))
