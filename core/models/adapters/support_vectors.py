"""Support vector machines kept as plain arrays, with calibrated probabilities.

The library's own prediction hands stored arrays to native code as they are; here the sum over the support vectors is
done by numpy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.metrics.pairwise import pairwise_kernels
from sklearn.svm import SVC, SVR
from sklearn.utils.validation import check_is_fitted, validate_data

from core.models.adapters.calibrated import CurvedClassifier, learn_curves
from core.models.adapters.targets import from_unit, learn_classes, learn_scale, to_unit

_CACHE_MB = 400
_MOST_STEPS = 2_000_000
_BLOCK_CELLS = 1 << 22


class _SupportVectors(BaseEstimator):  # type: ignore[misc]
    """Shared part.

    Parameters
    ----------
    kernel : {"rbf", "poly", "sigmoid", "linear"}
    C : float
        Price of an error.
    gamma : float or None
        How fast likeness fades with distance; None: one over the number of columns times their variance.
    degree : int
        Of the polynomial.
    epsilon : float
        Errors below it cost nothing, in deviations of the target; regression only.
    class_weight : str or None
    seed : int

    Attributes
    ----------
    vectors_ : ndarray of shape (n_vectors, n_features)
        Support vectors, those of each class together.
    counts_ : int ndarray of shape (n_classes,)
        How many of them each class has.
    weights_ : ndarray of shape (n_classes - 1, n_vectors)
    levels_ : ndarray of shape (n_pairs,)
    gamma_ : float
    """

    def __init__(
        self,
        *,
        kernel: str = "rbf",
        C: float = 1.0,
        gamma: float | None = None,
        degree: int = 3,
        epsilon: float = 0.1,
        class_weight: str | None = None,
        seed: int = 0,
    ) -> None:
        self.kernel = kernel
        self.C = C
        self.gamma = gamma
        self.degree = degree
        self.epsilon = epsilon
        self.class_weight = class_weight
        self.seed = seed

    def _solve(self, kind: type, X: np.ndarray, y: np.ndarray, sample_weight: Any, **more: Any) -> dict[str, Any]:
        """Return the solution as plain arrays."""
        variance = float(X.var())
        gamma = self.gamma or (1.0 / (X.shape[1] * variance) if variance > 0 else 1.0)
        solved = kind(
            kernel=self.kernel,
            C=self.C,
            gamma=gamma,
            degree=self.degree,
            coef0=1.0,
            cache_size=_CACHE_MB,
            max_iter=_MOST_STEPS,
            **more,
        ).fit(X, y, sample_weight=sample_weight)
        return {
            "vectors_": solved.support_vectors_,
            "counts_": np.asarray(solved.n_support_),
            "weights_": solved.dual_coef_,
            "levels_": solved.intercept_,
            "gamma_": gamma,
        }

    def _likeness(self, X: np.ndarray, solution: dict[str, Any]) -> np.ndarray:
        """Return the kernel of every row with every support vector."""
        own = {"gamma": solution["gamma_"]}
        more = {"linear": {}, "rbf": own, "sigmoid": {**own, "coef0": 1.0}}
        settings = more.get(self.kernel, {**own, "coef0": 1.0, "degree": self.degree})
        return np.asarray(pairwise_kernels(X, solution["vectors_"], metric=self.kernel, **settings))

    def _in_blocks(self, X: np.ndarray, solution: dict[str, Any], score: Any) -> np.ndarray:
        rows = max(1, _BLOCK_CELLS // max(1, len(solution["vectors_"])))
        parts = [X[start : start + rows] for start in range(0, max(len(X), 1), rows)]
        return np.vstack([score(self._likeness(part, solution), solution) for part in parts])

    @property
    def _solution(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("vectors_", "counts_", "weights_", "levels_", "gamma_")}

    def _rows(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return np.asarray(validate_data(self, X, dtype=np.float64, reset=False))


class SupportVectorClassifier(CurvedClassifier, _SupportVectors):
    """Support vector machine for classes; parameters as in `_SupportVectors`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> SupportVectorClassifier:
        """Fit on X of shape (n_rows, n_features) and labels y of shape (n_rows,)."""
        X, y = validate_data(self, X, y, dtype=np.float64)
        self.classes_, places = learn_classes(y)
        weight = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)

        def solve(rows: Any) -> dict[str, Any]:
            part = None if weight is None else weight[rows]
            return self._solve(SVC, X[rows], places[rows], part, class_weight=self.class_weight)

        def scorer(rows: np.ndarray) -> Any:
            solution = solve(rows)
            return lambda judge: self._in_blocks(X[judge], solution, _class_scores)

        self.curves_ = learn_curves(scorer, places, weight, seed=self.seed)
        for name, value in solve(slice(None)).items():
            setattr(self, name, value)
        return self

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the scores of every row: one for two classes, else one a class."""
        return self._in_blocks(self._rows(X), self._solution, _class_scores)


class SupportVectorRegressor(RegressorMixin, _SupportVectors):  # type: ignore[misc]
    """Support vector machine for numbers, on the standardised target; parameters as in `_SupportVectors`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> SupportVectorRegressor:
        """Fit on X of shape (n_rows, n_features) and numbers y of shape (n_rows,)."""
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        y = np.asarray(y, dtype=np.float64)
        self.scale_ = learn_scale(y)
        solution = self._solve(SVR, X, to_unit(y, self.scale_), sample_weight, epsilon=self.epsilon)
        for name, value in solution.items():
            setattr(self, name, value)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the number of each row, shape (n_rows,)."""
        return from_unit(self._in_blocks(self._rows(X), self._solution, _number_scores)[:, 0], self.scale_)


def _number_scores(likeness: np.ndarray, solution: dict[str, Any]) -> np.ndarray:
    return np.asarray(likeness @ solution["weights_"].T + solution["levels_"])


def _class_scores(likeness: np.ndarray, solution: dict[str, Any]) -> np.ndarray:
    """Return one score for two classes; for more, each class's duels won, with their margins breaking ties.

    The sums of the duels are squeezed into a third either way, as scikit-learn's ``decision_function`` does, so that
    they never outweigh a duel.
    """
    counts, weights, levels = solution["counts_"], solution["weights_"], solution["levels_"]
    ends = np.cumsum(counts)
    own = [slice(end - count, end) for end, count in zip(ends, counts, strict=True)]
    if len(counts) == 2:
        return np.asarray(likeness @ weights[0] + levels[0]).reshape(-1, 1)
    votes, sums = np.zeros((2, len(likeness), len(counts)))
    pair = 0
    for first in range(len(counts)):
        for second in range(first + 1, len(counts)):
            margin = levels[pair] + likeness[:, own[first]] @ weights[second - 1, own[first]]
            margin = margin + likeness[:, own[second]] @ weights[first, own[second]]
            votes[:, first] += margin >= 0
            votes[:, second] += margin < 0
            sums[:, first] += margin
            sums[:, second] -= margin
            pair += 1
    return np.asarray(votes + sums / (3 * (np.abs(sums) + 1)))
