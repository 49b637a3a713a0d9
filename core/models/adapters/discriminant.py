"""Linear and quadratic discriminant analysis, kept as plain arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.models.adapters.plain import ClassChooser, finite_weights, softmax, solvable
from core.models.remarks import tell
from core.prepare.transformers.numeric import row_products

_LEAST = 1e-9


class LinearDiscriminant(ClassChooser):
    """Linear discriminant analysis.

    Parameters
    ----------
    shrinkage : float or None
        How far the covariance is drawn to a plain one, 0 to 1; None chooses by Ledoit and Wolf.
    even_classes : bool
        All classes are taken to be as frequent.
    """

    def __init__(self, shrinkage: float | None = None, even_classes: bool = False) -> None:
        self.shrinkage = shrinkage
        self.even_classes = even_classes

    def fit(self, X: Any, y: Any) -> LinearDiscriminant:
        """Fit on X of shape (n_rows, n_features) and labels y of shape (n_rows,)."""
        from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

        X, y = self._checked(X, y)
        codes = self._learn_classes(y)
        count = len(self.classes_)
        with np.errstate(all="ignore"), solvable():
            model = LinearDiscriminantAnalysis(
                solver="lsqr",
                shrinkage="auto" if self.shrinkage is None else self.shrinkage,
                priors=np.full(count, 1 / count) if self.even_classes else None,
            ).fit(X, codes)
        self.coef_, self.intercept_ = finite_weights(np.asarray(model.coef_)), np.asarray(model.intercept_)
        return self


class QuadraticDiscriminant(ClassChooser):
    """Quadratic discriminant analysis: a bell of its own shape for each class.

    Parameters
    ----------
    shrinkage : float
        How far each class's covariance is drawn to the same spread in all directions (Friedman's regularised
        discriminant analysis), 0 to 1.
    even_classes : bool

    Attributes
    ----------
    means_ : ndarray of shape (n_classes, n_features)
    whitening_ : ndarray of shape (n_classes, n_features, n_features)
        Brings a class's bell to spread 1 in every direction.
    base_ : ndarray of shape (n_classes,)
    """

    def __init__(self, shrinkage: float = 0.1, even_classes: bool = False) -> None:
        self.shrinkage = shrinkage
        self.even_classes = even_classes

    def fit(self, X: Any, y: Any) -> QuadraticDiscriminant:
        """Fit on X of shape (n_rows, n_features) and labels y of shape (n_rows,)."""
        X, y = self._checked(X, y)
        codes = self._learn_classes(y)
        counts = np.bincount(codes)
        parts = [X[codes == place] for place in range(len(counts))]
        if self.shrinkage == 0 and min(counts) <= X.shape[1]:
            tell(
                f"A class has {min(counts):,} rows for {X.shape[1]:,} prepared columns, so that its shape is not "
                "known in every direction. Let the shapes be drawn to a plain one."
            )
        made = [_bell(part, self.shrinkage) for part in parts]
        self.means_ = np.stack([part.mean(axis=0) for part in parts])
        self.whitening_ = np.stack([whitening for whitening, _ in made])
        shares = np.full(len(counts), 1 / len(counts)) if self.even_classes else counts / counts.sum()
        self.base_ = np.log(shares) - 0.5 * np.array([volume for _, volume in made])
        return self

    def _scores(self, X: Any) -> np.ndarray:
        scores = np.empty((len(X), len(self.means_)))
        for place, (mean, whitening) in enumerate(zip(self.means_, self.whitening_, strict=True)):
            white = row_products(X - mean, whitening)
            total = np.zeros(len(X))
            for column in range(white.shape[1]):
                total += white[:, column] ** 2
            scores[:, place] = self.base_[place] - 0.5 * total
        return scores

    def _probabilities(self, scores: np.ndarray) -> np.ndarray:
        return softmax(scores)


def _bell(part: np.ndarray, shrinkage: float) -> tuple[np.ndarray, float]:
    """Return what whitens one class, and the logarithm of its covariance's determinant."""
    width = part.shape[1]
    covariance = np.cov(part, rowvar=False, bias=True).reshape(width, width)
    middle = max(float(np.trace(covariance)) / width, _LEAST)
    drawn = (1 - shrinkage) * covariance + shrinkage * middle * np.eye(width)
    values, directions = np.linalg.eigh(drawn)
    values = np.maximum(values, _LEAST * max(float(values.max()), middle))
    return directions / np.sqrt(values), float(np.log(values).sum())
