"""Several fitted pipelines as one model, and the rule that joins what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from core.models.fitted import Predictions, align_probabilities

_LEAST = 1e-3
"""Probabilities are taken for at least this and at most 1 minus this: a tree's certain 0 would outweigh everything."""


def stacked(answers: Sequence[Predictions]) -> np.ndarray:
    """Lay what members say of the same rows side by side.

    Returns
    -------
    float64 ndarray of shape (n_rows, n_members, n_classes)
        One "class", the number itself, for regression.
    """
    parts = [a.values[:, None] if a.probabilities is None else a.probabilities for a in answers]
    return np.stack([np.asarray(part, dtype=np.float64) for part in parts], axis=1)


class Blend(BaseEstimator):  # type: ignore[misc]
    """The rule that joins the members' answers: a weighted mean, or a model on top.

    Parameters
    ----------
    weights : ndarray of shape (n_members,), optional
        Of the mean; sum to 1.
    model : scikit-learn estimator, optional
        Fitted on `features`; None for a mean.
    n_classes : int
        0 for regression.
    """

    def __init__(self, weights: Any = None, model: Any = None, n_classes: int = 0) -> None:
        self.weights = weights
        self.model = model
        self.n_classes = n_classes

    def join(self, stack: np.ndarray) -> np.ndarray:
        """Return probabilities of shape (n_rows, n_classes), or numbers of shape (n_rows,)."""
        if self.model is None:
            joined = np.einsum("nmk,m->nk", stack, np.asarray(self.weights, dtype=np.float64))
            return np.asarray(joined / joined.sum(axis=1, keepdims=True) if self.n_classes else joined[:, 0])
        if not self.n_classes:
            return np.asarray(self.model.predict(features(stack, 0)), dtype=np.float64)
        given = self.model.predict_proba(features(stack, self.n_classes))
        places = tuple(str(place) for place in range(self.n_classes))
        return align_probabilities(given, self.model.classes_, places)


def features(stack: np.ndarray, n_classes: int) -> np.ndarray:
    """Return what the model on top learns from: log-odds for two classes, log-probabilities, or the numbers.

    Returns
    -------
    float64 ndarray of shape (n_rows, n_members) or (n_rows, n_members * n_classes)
    """
    if not n_classes:
        return stack[:, :, 0]
    sure = np.clip(stack, _LEAST, 1 - _LEAST)
    if n_classes == 2:
        return np.asarray(np.log(sure[:, :, 1] / (1 - sure[:, :, 1])))
    return np.asarray(np.log(sure)).reshape(len(stack), -1)


class _Combined(BaseEstimator):  # type: ignore[misc]
    """Members from raw columns on, and how they are joined. Its parts are fitted; `fit` refuses."""

    def __init__(self, members: Any, labels: Any, blend: Any, classes: Any = ()) -> None:
        self.members = members
        self.labels = labels
        self.blend = blend
        self.classes = classes

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def fit(self, X: Any, y: Any = None) -> Any:
        """Refuse: the members are fitted one by one, each by its own plan (`core.run.ensembles`)."""
        raise TypeError("A combined model is made of fitted members; train it through its run.")

    @property
    def n_features_in_(self) -> int:
        """Columns that all members see after their preparation, together."""
        return sum(int(getattr(member[-1], "n_features_in_", 0)) for member in self.members)


class CombinedClassifier(ClassifierMixin, _Combined):  # type: ignore[misc]
    """Joins probabilities; ``classes`` are the labels of its columns."""

    @property
    def classes_(self) -> np.ndarray:
        """Labels in the order of the probability columns."""
        return np.asarray(self.classes, dtype=str)

    def predict_proba(self, frame: Any) -> np.ndarray:
        """Return probabilities of shape (n_rows, n_classes)."""
        names = tuple(str(label) for label in self.classes)
        given = [align_probabilities(m.predict_proba(frame), m.classes_, names) for m in self.members]
        return np.asarray(self.blend.join(np.stack(given, axis=1)))

    def predict(self, frame: Any) -> np.ndarray:
        """Return the likeliest label of each row."""
        return np.asarray(self.classes_[self.predict_proba(frame).argmax(axis=1)])


class CombinedRegressor(RegressorMixin, _Combined):  # type: ignore[misc]
    """Joins numbers."""

    def predict(self, frame: Any) -> np.ndarray:
        """Return numbers of shape (n_rows,)."""
        given = [np.asarray(m.predict(frame), dtype=np.float64).reshape(-1, 1) for m in self.members]
        return np.asarray(self.blend.join(np.stack(given, axis=1)))
