"""Probabilities from the scores of a margin: a curve learned on rows that the scoring model had not seen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.special import expit
from sklearn.base import ClassifierMixin

Scorer = Callable[[np.ndarray], np.ndarray]

_FOLDS = 3
_ONE_FOLD_FROM = 3000
"""From so many rows on a third of them is enough for the curve: one more fit instead of three."""


def learn_curves(
    fit: Callable[[np.ndarray], Scorer], y: np.ndarray, weight: np.ndarray | None, *, seed: int
) -> np.ndarray:
    """Learn a curve from score to probability for each class.

    Parameters
    ----------
    fit : callable
        Fits the model on the given rows and returns ``score(rows)`` of shape (n, n_scores): one score for two classes,
        one a class otherwise.
    y : int ndarray of shape (n_rows,)
        Places of the classes.
    weight : ndarray of shape (n_rows,) or None
    seed : int

    Returns
    -------
    ndarray of shape (n_scores, 2)
        Slope and level: the probability is ``expit(slope * score + level)``.

    Notes
    -----
    Platt (1999), Probabilistic Outputs for Support Vector Machines, with his targets that are never quite 0 or 1; one
    curve a class and their shares of the sum for several classes, as scikit-learn's `CalibratedClassifierCV` does.
    Where a class has too few rows to divide, the curve is learned on the rows that the model was fitted on.
    """
    scores, rows = [], []
    for learn, judge in _divided(y, seed=seed):
        scores.append(fit(learn)(judge))
        rows.append(judge)
    told, which = np.vstack(scores), np.concatenate(rows)
    weights = np.ones(len(which)) if weight is None else weight[which]
    positives = [1] if told.shape[1] == 1 else range(told.shape[1])
    return np.array([_curve(told[:, i], y[which] == place, weights) for i, place in enumerate(positives)])


def probabilities(scores: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """Return probabilities of shape (n_rows, n_classes) for scores of shape (n_rows, n_scores)."""
    each = expit(scores * curves[:, 0] + curves[:, 1])
    if each.shape[1] == 1:
        return np.hstack([1 - each, each])
    total = each.sum(axis=1, keepdims=True)
    # A row far from every class: none is likelier than another.
    return np.asarray(np.where(total > 0, each / np.where(total > 0, total, 1), 1 / each.shape[1]))


class CurvedClassifier(ClassifierMixin):  # type: ignore[misc]
    """Classes and probabilities of a model that scores rows and has learned ``curves_`` and ``classes_``."""

    curves_: np.ndarray
    classes_: np.ndarray

    @abstractmethod
    def decision_function(self, X: Any) -> np.ndarray:
        """Return the scores of every row: one for two classes, else one a class."""

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, shape (n_rows, n_classes)."""
        return probabilities(self.decision_function(X), self.curves_)

    def predict(self, X: Any) -> np.ndarray:
        """Return the likeliest class of each row."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


def _divided(y: np.ndarray, *, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield rows to fit on and rows to learn the curve on, each class divided alike."""
    from sklearn.model_selection import StratifiedKFold

    folds = min(_FOLDS, int(np.bincount(y).min()))
    if folds < 2:
        everything = np.arange(len(y))
        yield everything, everything
        return
    divisions = StratifiedKFold(folds, shuffle=True, random_state=seed).split(y, y)
    for number, division in enumerate(divisions):
        if number == 0 or len(y) < _ONE_FOLD_FROM:
            yield division


def _curve(scores: np.ndarray, positive: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    spread = float(np.abs(scores).max()) or 1.0
    yes, no = float(weights[positive].sum()), float(weights[~positive].sum())
    # Each row counts as a little of the other class, by as much as one more row of each would.
    target = np.where(positive, (yes + 1) / (yes + 2), 1 / (no + 2))
    twice = np.tile(scores / spread, 2).reshape(-1, 1)
    sides = np.repeat([1, 0], len(scores))
    shares = np.concatenate([weights * target, weights * (1 - target)])
    # The penalty is far too weak to matter; it keeps the slope finite where all scores are alike.
    fitted = LogisticRegression(C=1e6, max_iter=1000).fit(twice, sides, sample_weight=shares)
    return float(fitted.coef_[0, 0]) / spread, float(fitted.intercept_[0])
