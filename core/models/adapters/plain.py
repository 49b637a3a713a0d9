"""Base of models that are a table of weights: fitted by a library, kept as plain arrays, answering row by row.

A matrix product of BLAS rounds a row differently in another batch; here each row is summed column by column, so that it
gets the same bits alone or among others, on any machine.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from core.errors import LatheError
from core.prepare.transformers.numeric import row_products


class PlainModel(BaseEstimator):  # type: ignore[misc]
    """Shared part: input checks, and the score of a row as a weighted sum of its columns.

    Attributes
    ----------
    coef_ : ndarray of shape (n_scores, n_features)
        Regression and two classes have one score, more classes one each.
    intercept_ : ndarray of shape (n_scores,)
    """

    takes_sparse: ClassVar[bool] = False

    def _checked(self, X: Any, y: Any, **how: Any) -> tuple[Any, np.ndarray]:
        found, target = validate_data(self, X, y, dtype=np.float64, accept_sparse=self._sparse(), **how)
        return found, np.asarray(target)

    def _rows(self, X: Any) -> Any:
        check_is_fitted(self)
        cells: Any = validate_data(self, X, dtype=np.float64, accept_sparse=self._sparse(), reset=False)
        return cells

    def _sparse(self) -> str | bool:
        return "csr" if self.takes_sparse else False

    def _scores(self, X: Any) -> np.ndarray:
        """Return the scores of every row, shape (n_rows, n_scores)."""
        return np.asarray(weighted_sums(X, self.coef_) + self.intercept_)

    def __sklearn_tags__(self) -> Any:
        """Declare whether a matrix without its zeros is taken."""
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self.takes_sparse
        return tags


class PlainRegressor(RegressorMixin, PlainModel):  # type: ignore[misc]
    """A number as a weighted sum of columns, learned on the standardised target: its unit does not matter."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Fit on X of shape (n_rows, n_features) and y of shape (n_rows,)."""
        X, y = self._checked(X, y, y_numeric=True)
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X)
        middle, spread = unit_of(y)
        with np.errstate(all="ignore"), solvable():
            coef, level = self._solve(X, (y - middle) / spread, weights)
        self.coef_ = finite_weights(np.asarray(coef, dtype=np.float64).reshape(1, -1)) * spread
        self.intercept_ = middle + spread * np.asarray(level, dtype=np.float64).reshape(1)
        self._finish(spread)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Predict every row of X, shape (n_rows,)."""
        return self._scores(self._rows(X))[:, 0]

    @abstractmethod
    def _solve(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> tuple[Any, Any]:
        """Return the weights and the base level for a target of mean 0 and spread 1."""

    def _finish(self, spread: float) -> None:
        """Bring what else was learned to the unit of the target."""


class ClassChooser(ClassifierMixin, PlainModel):  # type: ignore[misc]
    """Probabilities of classes from scores.

    Attributes
    ----------
    classes_ : ndarray
        Sorted labels.
    """

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, shape (n_rows, n_classes)."""
        return self._probabilities(self._scores(self._rows(X)))

    def predict(self, X: Any) -> np.ndarray:
        """Return the likeliest class of each row, shape (n_rows,)."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])

    def _learn_classes(self, y: np.ndarray) -> np.ndarray:
        """Keep the sorted labels and return the place of each row's among them."""
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise LatheError(
                f"There must be two classes to tell apart; every row learned from is {str(self.classes_[0])!r}.",
                hint="Use fewer folds, or a stratified split, so that each part has rows of every class.",
            )
        return np.asarray(codes)

    def _probabilities(self, scores: np.ndarray) -> np.ndarray:
        return logistic(scores)


class PlainClassifier(ClassChooser):
    """Probabilities of classes from weighted sums of columns."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Fit on X of shape (n_rows, n_features) and labels y of shape (n_rows,)."""
        X, y = self._checked(X, y)
        codes = self._learn_classes(y)
        weights = None if sample_weight is None else _check_sample_weight(sample_weight, X)
        with np.errstate(all="ignore"), solvable():
            coef, level = self._solve(X, codes, weights)
        self.coef_ = finite_weights(np.atleast_2d(np.asarray(coef, dtype=np.float64)))
        self.intercept_ = np.broadcast_to(np.asarray(level, dtype=np.float64), (len(self.coef_),)).copy()
        return self

    @abstractmethod
    def _solve(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> tuple[Any, Any]:
        """Return the weights and base levels for classes 0, 1, 2 ..."""


def weighted_sums(X: Any, coef: np.ndarray) -> np.ndarray:
    """Return ``X @ coef.T``, each row summed in the order of the columns; X may be a csr matrix."""
    if hasattr(X, "tocsr"):
        return np.asarray(X.tocsr() @ np.ascontiguousarray(coef.T))
    return row_products(X, np.ascontiguousarray(coef.T))


def logistic(scores: np.ndarray) -> np.ndarray:
    """Return probabilities of shape (n_rows, n_classes) of one score (two classes) or one a class (softmax)."""
    from scipy.special import expit

    if scores.shape[1] == 1:
        return np.hstack([expit(-scores), expit(scores)])
    return softmax(scores)


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return the softmax of each row, summed in one order."""
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    total = np.zeros(len(shares))
    for column in range(shares.shape[1]):
        total += shares[:, column]
    return np.asarray(shares / total[:, None])


def unit_of(y: np.ndarray) -> tuple[float, float]:
    """Return mean and spread of a target of any size; the spread is 1 where it does not vary."""
    largest = float(np.abs(y).max(initial=0.0)) or 1.0
    small = y / largest
    middle = float(small.mean())
    spread = float((small - middle).std())
    # Rounding of a constant target is no spread.
    return middle * largest, spread * largest if spread > 1e-15 else 1.0


def finite_weights(weights: np.ndarray) -> np.ndarray:
    """Return ``weights``.

    Raises
    ------
    LatheError
        Where one is not a finite number.
    """
    if np.isfinite(weights).all():
        return weights
    raise LatheError(
        "The weights must come out as finite numbers; they grew without end while learning.",
        hint="Bring the columns to one scale, take out extreme values, or hold the weights more strongly.",
    )


@contextmanager
def solvable() -> Iterator[None]:
    """Say in words where equations have no answer.

    Raises
    ------
    LatheError
        In the place of a library's error of linear algebra.
    """
    try:
        yield
    except np.linalg.LinAlgError as error:
        raise LatheError(
            "The columns must not repeat each other: the equations for their weights have no single answer.",
            hint="Leave out columns that follow from others, or use a model that holds weights small, such as ridge.",
        ) from error
