"""Gaussian processes kept as plain arrays: length and height of the curves learned on some rows, the answer from all.

Finding the length anew for every row of a table takes hours where the answer takes seconds; a few hundred rows tell it
almost as well.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Kernel, Matern, WhiteKernel
from sklearn.utils.validation import check_is_fitted, validate_data

from core.models.adapters.targets import from_unit, learn_classes, learn_scale, to_unit
from core.prepare.transformers.numeric import sample_places

_TUNED_ON = 300
_OF_EACH_CLASS = 10
_MOST_STEPS = 20
_JITTER = 1e-8
_BLOCK_CELLS = 1 << 22


class _Process(BaseEstimator):  # type: ignore[misc]
    """Shared part.

    Parameters
    ----------
    kernel : {"rbf", "matern52", "matern32"}
        How smooth the curves are.
    length_scale : float or None
        Distance at which rows stop telling of each other; None: learned.
    noise : float or None
        Variance of the noise, in variances of the target; None: learned. Regression only.
    seed : int

    Attributes
    ----------
    rows_ : ndarray of shape (n_rows, n_features)
    kernels_ : ndarray of shape (n_scores, 3)
        Height, length and noise.
    pulls_ : ndarray of shape (n_scores, n_rows)
        How much each row pulls the score.
    weights_ : ndarray of shape (n_scores, n_rows)
        How sure each row is: the curvature of its likelihood.
    """

    def __init__(
        self, *, kernel: str = "rbf", length_scale: float | None = None, noise: float | None = None, seed: int = 0
    ) -> None:
        self.kernel = kernel
        self.length_scale = length_scale
        self.noise = noise
        self.seed = seed

    def __getstate__(self) -> dict[str, Any]:
        """Leave out what follows from the rest: a square matrix of all rows."""
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_factors"}

    def _kernel(self, height: float, length: float, *, is_fixed: bool = True) -> Kernel:
        bounds: Any = "fixed" if is_fixed or self.length_scale is not None else (1e-2, 1e4)
        smoothness = {"matern32": 1.5, "matern52": 2.5}.get(self.kernel)
        shape = RBF(length, bounds) if smoothness is None else Matern(length, bounds, nu=smoothness)
        return ConstantKernel(height, "fixed" if is_fixed else (1e-3, 1e4)) * shape

    def _start(self, X: np.ndarray) -> Kernel:
        return self._kernel(1.0, self.length_scale or float(np.sqrt(X.shape[1])), is_fixed=False)

    def _likeness(self, X: np.ndarray, place: int) -> np.ndarray:
        """Return the kernel of ``X`` with the rows learned from, for one score."""
        height, length, _ = self.kernels_[place]
        return np.asarray(self._kernel(float(height), float(length))(X, self.rows_))

    def _factor(self, place: int) -> np.ndarray:
        """Return the Cholesky factor that the spread of a score follows from."""
        if not hasattr(self, "_factors"):
            self._factors: dict[int, np.ndarray] = {}
        if place not in self._factors:
            root = np.sqrt(self.weights_[place])
            matrix = root[:, None] * self._likeness(self.rows_, place) * root
            self._factors[place] = cholesky(matrix + np.eye(len(root)), lower=True)
        return self._factors[place]

    def _scored(self, X: np.ndarray, place: int, *, spread: bool) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and variance of one score for every row; the variance is 0 where it is not asked for."""
        mean, variance = np.zeros((2, len(X)))
        step = max(1, _BLOCK_CELLS // len(self.rows_))
        for start in range(0, len(X), step):
            block = slice(start, start + step)
            near = self._likeness(X[block], place)
            mean[block] = near @ self.pulls_[place]
            if spread:
                told = solve_triangular(
                    self._factor(place), (near * np.sqrt(self.weights_[place])).T, lower=True, check_finite=False
                )
                variance[block] = np.maximum(self.kernels_[place, 0] - (told**2).sum(axis=0), 0.0)
        return mean, variance

    def _rows(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return np.asarray(validate_data(self, X, dtype=np.float64, reset=False))


class ProcessClassifier(ClassifierMixin, _Process):  # type: ignore[misc]
    """Gaussian process for classes, one against the rest; parameters as in `_Process`.

    Notes
    -----
    Laplace's approximation: Rasmussen and Williams (2006), algorithms 3.1, 3.2 and 5.1. The mean of the probability
    over the spread of the score is MacKay's approximation.
    """

    def fit(self, X: Any, y: Any) -> ProcessClassifier:
        """Fit on X of shape (n_rows, n_features) and labels y of shape (n_rows,)."""
        X, y = validate_data(self, X, y, dtype=np.float64)
        self.classes_, places = learn_classes(y)
        positives = [1] if len(self.classes_) == 2 else range(len(self.classes_))
        self.rows_ = X
        self.__dict__.pop("_factors", None)
        learned = [self._against_rest(X, places == place) for place in positives]
        self.kernels_, self.pulls_, self.weights_ = (np.array(part) for part in zip(*learned, strict=True))
        return self

    def _against_rest(self, X: np.ndarray, positive: np.ndarray) -> tuple[list[float], np.ndarray, np.ndarray]:
        some = sample_places(len(X), _TUNED_ON, self.seed)
        each = [np.flatnonzero(positive == side)[:_OF_EACH_CLASS] for side in (False, True)]
        some = np.unique(np.concatenate([some, *each]))
        with warnings.catch_warnings():
            # A length at the end of its range is no news to anyone.
            warnings.simplefilter("ignore", ConvergenceWarning)
            tuned = GaussianProcessClassifier(self._start(X), optimizer=_climb).fit(X[some], positive[some])
            height, length = tuned.kernel_.k1.constant_value, tuned.kernel_.k2.length_scale
            whole = GaussianProcessClassifier(self._kernel(height, length), optimizer=None).fit(X, positive)
        shares = np.asarray(whole.base_estimator_.pi_)
        return [height, float(length), 0.0], positive - shares, np.maximum(shares * (1 - shares), 1e-12)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, shape (n_rows, n_classes)."""
        X = self._rows(X)
        each = []
        for place in range(len(self.pulls_)):
            mean, variance = self._scored(X, place, spread=True)
            each.append(expit(mean / np.sqrt(1 + np.pi * variance / 8)))
        if len(each) == 1:
            return np.column_stack([1 - each[0], each[0]])
        together = np.column_stack(each)
        return np.asarray(together / together.sum(axis=1, keepdims=True))

    def predict(self, X: Any) -> np.ndarray:
        """Return the likeliest class of each row."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


class ProcessRegressor(RegressorMixin, _Process):  # type: ignore[misc]
    """Gaussian process for numbers, on the standardised target; parameters as in `_Process`.

    Notes
    -----
    Rasmussen and Williams (2006), algorithm 2.1.
    """

    def fit(self, X: Any, y: Any) -> ProcessRegressor:
        """Fit on X of shape (n_rows, n_features) and numbers y of shape (n_rows,)."""
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        y = np.asarray(y, dtype=np.float64)
        self.scale_ = learn_scale(y)
        target = to_unit(y, self.scale_)
        self.rows_ = X
        self.__dict__.pop("_factors", None)
        height, length, noise = self._tuned(X, target)
        self.kernels_ = np.array([[height, length, noise]])
        self.weights_ = np.full((1, len(X)), 1 / (noise + _JITTER))
        root = np.sqrt(self.weights_[0])
        self.pulls_ = (root * cho_solve((self._factor(0), True), root * target))[None, :]
        return self

    def _tuned(self, X: np.ndarray, target: np.ndarray) -> tuple[float, float, float]:
        some = sample_places(len(X), _TUNED_ON, self.seed)
        noise = WhiteKernel(0.1 if self.noise is None else self.noise, (1e-5, 10.0) if self.noise is None else "fixed")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            tuned = GaussianProcessRegressor(self._start(X) + noise, optimizer=_climb).fit(X[some], target[some])
        shape = tuned.kernel_.k1
        return shape.k1.constant_value, float(shape.k2.length_scale), tuned.kernel_.k2.noise_level

    def predict(self, X: Any) -> np.ndarray:
        """Return the number of each row, shape (n_rows,)."""
        return from_unit(self._scored(self._rows(X), 0, spread=False)[0], self.scale_)

    def predict_std(self, X: Any) -> np.ndarray:
        """Return the standard deviation of a new value for each row, noise included, in the target's unit."""
        _, variance = self._scored(self._rows(X), 0, spread=True)
        return np.asarray(np.sqrt(variance + self.kernels_[0, 2]) * self.scale_[2] * self.scale_[0])


def _climb(objective: Any, start: np.ndarray, bounds: Any) -> tuple[np.ndarray, float]:
    """Find the likeliest length, height and noise in few steps: the last of many change no answer."""
    found = minimize(objective, start, method="L-BFGS-B", jac=True, bounds=bounds, options={"maxiter": _MOST_STEPS})
    return found.x, float(found.fun)
