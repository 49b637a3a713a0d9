"""Gradient boosting tree by tree: scikit-learn grows the trees, the answer is added up here.

scikit-learn adds up stored trees in native code that trusts the shape of their table; kept as a list, each tree looks
at its rows itself, and `core.models.bounds` looks at each tree.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor
from sklearn.utils.validation import check_is_fitted, validate_data

from core.models.adapters.rounds import Rounds
from core.models.adapters.targets import from_unit, learn_classes, learn_scale, to_unit

_SMALLEST = float(np.finfo(np.float32).eps)


class _Staged(BaseEstimator):  # type: ignore[misc]
    """Shared part.

    Parameters
    ----------
    rounds, learning_rate, max_depth, min_samples_leaf, rows_share, columns_share, seed
        As `GradientBoostingClassifier` has them: n_estimators, subsample, max_features, random_state.
    loss : str
        What the trees mend, in scikit-learn's words.

    Attributes
    ----------
    trees_ : list of list of Tree
        One list a round, one tree a score.
    base_ : ndarray of shape (n_scores,)
        Scores before the first round.
    """

    def __init__(
        self,
        *,
        rounds: int = 100,
        learning_rate: float = 0.1,
        max_depth: int = 3,
        min_samples_leaf: int = 5,
        rows_share: float = 1.0,
        columns_share: float = 1.0,
        loss: str = "squared_error",
        seed: int = 0,
    ) -> None:
        self.rounds = rounds
        self.learning_rate = learning_rate
        self.max_depth = max_depth
        self.min_samples_leaf = min_samples_leaf
        self.rows_share = rows_share
        self.columns_share = columns_share
        self.loss = loss
        self.seed = seed

    def _grow(self, kind: type, X: np.ndarray, y: np.ndarray, sample_weight: Any, **more: Any) -> Any:
        """Fit the library's estimator, keep its trees and return it."""
        told = Rounds(self.rounds, learning_rate=self.learning_rate)
        grown = kind(
            n_estimators=self.rounds,
            learning_rate=self.learning_rate,
            max_depth=self.max_depth,
            min_samples_leaf=self.min_samples_leaf,
            subsample=self.rows_share,
            max_features=self.columns_share,
            random_state=self.seed,
            **more,
        ).fit(
            X,
            y,
            sample_weight=sample_weight,
            monitor=lambda done, model, _: told.after(done + 1, lambda: model.train_score_[done]),
        )
        self.trees_ = [[one.tree_ for one in stage] for stage in grown.estimators_]
        return grown

    def _checked(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
        return validate_data(self, X, y, dtype=np.float32)  # type: ignore[no-any-return]

    def _scores(self, X: Any) -> np.ndarray:
        """Return the sum of all trees, shape (n_rows, n_scores)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float32, reset=False, order="C")
        scores = np.tile(self.base_, (len(X), 1))
        for stage in self.trees_:
            for place, tree in enumerate(stage):
                scores[:, place] += self.learning_rate * tree.predict(X)[:, 0]
        return scores


class StagedBoostingClassifier(ClassifierMixin, _Staged):  # type: ignore[misc]
    """Gradient boosting of classes; parameters as in `_Staged`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> StagedBoostingClassifier:
        """Fit on X of shape (n_rows, n_features) and labels y of shape (n_rows,)."""
        X, y = self._checked(X, y)
        self.classes_, places = learn_classes(y)
        grown = self._grow(GradientBoostingClassifier, X, places, sample_weight)
        shares = np.clip(grown.init_.class_prior_, _SMALLEST, 1 - _SMALLEST)
        logs = np.log(shares)
        self.base_ = np.array([logs[1] - logs[0]]) if len(shares) == 2 else logs - logs.mean()
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, shape (n_rows, n_classes)."""
        scores = self._scores(X)
        if scores.shape[1] > 1:
            return np.asarray(softmax(scores, axis=1))
        positive = expit(scores[:, 0])
        return np.column_stack([1 - positive, positive])

    def predict(self, X: Any) -> np.ndarray:
        """Return the likeliest class of each row."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


class StagedBoostingRegressor(RegressorMixin, _Staged):  # type: ignore[misc]
    """Gradient boosting of numbers, on the standardised target; parameters as in `_Staged`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> StagedBoostingRegressor:
        """Fit on X of shape (n_rows, n_features) and numbers y of shape (n_rows,)."""
        X, y = self._checked(X, y)
        y = np.asarray(y, dtype=np.float64)
        self.scale_ = learn_scale(y)
        grown = self._grow(
            GradientBoostingRegressor, X, to_unit(y, self.scale_), sample_weight, loss=self.loss, alpha=0.9
        )
        self.base_ = np.asarray(grown.init_.predict(X[:1]), dtype=np.float64)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the number of each row, shape (n_rows,)."""
        return from_unit(self._scores(X)[:, 0], self.scale_)
