"""Naive Bayes in four forms; scikit-learn counts, plain arrays stay."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.utils.validation import _check_sample_weight

from core.models.adapters.plain import ClassChooser, softmax, weighted_sums


class NaiveBayesClassifier(ClassChooser):
    """Naive Bayes.

    Parameters
    ----------
    shape : {"gaussian", "multinomial", "complement", "bernoulli"}
        What is assumed of a column's values within a class.
    smoothing : float
        Added to counts (all but Gaussian).
    widening : float
        Share of the largest variance that is added to every variance (Gaussian).
    even_classes : bool
        All classes are taken to be as frequent before a row is looked at.

    Attributes
    ----------
    low_, span_ : ndarray of shape (n_features,)
        Columns with values below 0 are brought to 0 .. 1 by them for shapes that count, with a mirror image behind all
        columns; others have span 0.
    means_, precisions_ : ndarray of shape (n_classes, n_features)
        Gaussian: centres, and halves of inverse variances. Empty for the others.
    weights_ : ndarray of shape (n_classes, n_features + n_mirrored)
        Logarithms of shares. Empty for Gaussian.
    base_ : ndarray of shape (n_classes,)
    """

    takes_sparse: ClassVar[bool] = True

    def __init__(
        self, shape: str = "gaussian", smoothing: float = 1.0, widening: float = 1e-6, even_classes: bool = False
    ) -> None:
        self.shape = shape
        self.smoothing = smoothing
        self.widening = widening
        self.even_classes = even_classes

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> NaiveBayesClassifier:
        """Fit on X of shape (n_rows, n_features) and labels y of shape (n_rows,)."""
        X, y = self._checked(X, y)
        codes = self._learn_classes(y)
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X)
        self._learn_range(X)
        if self.shape == "gaussian":
            self._fit_gaussian(_full(X), codes, weights)
        else:
            self._fit_counts(self._counts(X), codes, weights)
        return self

    def _learn_range(self, X: Any) -> None:
        low, high = _ends(X)
        below = low < 0
        self.low_ = np.where(below, low, 0.0)
        self.span_ = np.where(below, np.where(high > low, high - low, 1.0), 0.0)

    def _counts(self, X: Any) -> Any:
        """Return cells that are never negative, or only whether they are above 0."""
        if self.shape == "bernoulli":
            present: Any = (X > 0).astype(np.float64)
            return present
        scaled = self.span_ > 0
        if hasattr(X, "tocsr") and not scaled.any():
            return X.maximum(0.0)
        cells = np.maximum(_full(X), 0.0)
        cells[:, scaled] = np.clip((_full(X)[:, scaled] - self.low_[scaled]) / self.span_[scaled], 0.0, 1.0)
        # A low value counts as much as a high one only with its mirror image beside it.
        return np.hstack([cells, 1.0 - cells[:, scaled]])

    def _fit_gaussian(self, X: np.ndarray, codes: np.ndarray, weights: np.ndarray | None) -> None:
        from sklearn.naive_bayes import GaussianNB

        priors = np.full(len(self.classes_), 1 / len(self.classes_)) if self.even_classes else None
        model = GaussianNB(priors=priors, var_smoothing=self.widening).fit(X, codes, sample_weight=weights)
        # A table of constant columns has no variance to add a share of.
        variances = np.maximum(model.var_, 1e-12)
        self.means_, self.precisions_ = np.asarray(model.theta_), 0.5 / variances
        self.base_ = np.log(np.maximum(model.class_prior_, 1e-300)) - 0.5 * np.log(2 * np.pi * variances).sum(axis=1)
        self.weights_ = np.empty((len(self.classes_), 0))

    def _fit_counts(self, counts: Any, codes: np.ndarray, weights: np.ndarray | None) -> None:
        from sklearn.naive_bayes import BernoulliNB, ComplementNB, MultinomialNB

        kinds = {"multinomial": MultinomialNB, "complement": ComplementNB, "bernoulli": BernoulliNB}
        model = kinds[self.shape](alpha=self.smoothing, fit_prior=not self.even_classes)
        model.fit(counts, codes, sample_weight=weights)
        table, prior = np.asarray(model.feature_log_prob_), np.asarray(model.class_log_prior_)
        self.base_ = np.zeros(len(table)) if self.shape == "complement" else prior
        if self.shape == "bernoulli":
            absent = np.log1p(-np.exp(table))
            table, self.base_ = table - absent, prior + absent.sum(axis=1)
        self.weights_ = table
        self.means_ = self.precisions_ = np.empty((len(table), 0))

    def _scores(self, X: Any) -> np.ndarray:
        if self.shape != "gaussian":
            return np.asarray(weighted_sums(self._counts(X), self.weights_) + self.base_)
        cells = _full(X)
        scores = np.tile(self.base_, (len(cells), 1))
        for column in range(cells.shape[1]):
            scores -= (cells[:, column : column + 1] - self.means_[:, column]) ** 2 * self.precisions_[:, column]
        return scores

    def _probabilities(self, scores: np.ndarray) -> np.ndarray:
        return softmax(scores)


def _full(X: Any) -> np.ndarray:
    return np.asarray(X.toarray() if hasattr(X, "toarray") else X)


def _ends(X: Any) -> tuple[np.ndarray, np.ndarray]:
    if hasattr(X, "tocsr"):
        return X.min(axis=0).toarray().ravel(), X.max(axis=0).toarray().ravel()
    return X.min(axis=0), X.max(axis=0)
