"""The two kinds of target a network is trained for; a framework's estimators derive from these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, validate_data

from core.errors import LatheError
from core.models.adapters.net_base import NetBase

LOGARITHM_LIMIT = 30.0
"""As in the Poisson loss, see `LearningSpec`."""


@dataclass(kw_only=True, eq=False, repr=False)
class NetRegressor(RegressorMixin, NetBase):  # type: ignore[misc]
    """A network that predicts a number.

    Parameters
    ----------
    loss : {"mse", "mae", "huber", "quantile", "poisson"}
    huber_delta : float
        In standard deviations of the target.
    quantile : float
        The share of rows that lie below the prediction, of "quantile".

    Attributes
    ----------
    target_mean_, target_scale_ : float
        The target is standardised while learning and put back at predict; for "poisson" it is divided by its mean and
        the network gives the logarithm.
    """

    loss: Literal["mse", "mae", "huber", "quantile", "poisson"] = "mse"
    huber_delta: float = 1.0
    quantile: float = 0.5

    def _loss(self) -> dict[str, Any]:
        return {"loss": self.loss, "huber_delta": self.huber_delta, "quantile": self.quantile}

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on ``X`` of shape (n_rows, n_features) and the numbers ``y`` of shape (n_rows,).

        ``sample_weight`` of shape (n_rows,) says how much each row counts in the loss.

        Raises
        ------
        LatheError
            Where counts are to be learned ("poisson") and a target is below zero.
        """
        X, y = validate_data(self, X, y, dtype=np.float32, y_numeric=True)
        numbers = np.asarray(y, dtype=np.float64)
        self.target_mean_, self.target_scale_ = _count_scale(numbers) if self.loss == "poisson" else _scale(numbers)
        target = ((numbers - self.target_mean_) / self.target_scale_).astype(np.float32).reshape(-1, 1)
        self._train(X, target, row_weights(sample_weight, X), 1)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the predicted numbers: float64 ndarray of shape (n_rows,)."""
        values = self._outputs(X)[:, 0]
        if self.loss == "poisson":
            values = np.exp(np.clip(values, -LOGARITHM_LIMIT, LOGARITHM_LIMIT))
        found: np.ndarray = values * self.target_scale_ + self.target_mean_
        return found


@dataclass(kw_only=True, eq=False, repr=False)
class NetClassifier(ClassifierMixin, NetBase):  # type: ignore[misc]
    """A network that predicts a class: a softmax, one output a class.

    Parameters
    ----------
    class_loss : {"cross_entropy", "focal"}
    focal_gamma : float
    label_smoothing : float
        In [0, 1).
    class_weight : {"balanced"}, dict or None
        As in scikit-learn: weight of each class in the loss.
    """

    class_loss: Literal["cross_entropy", "focal"] = "cross_entropy"
    focal_gamma: float = 2.0
    label_smoothing: float = 0.0
    class_weight: Any = None

    def _loss(self) -> dict[str, Any]:
        smoothing = self.label_smoothing if self.class_loss == "cross_entropy" else 0.0
        return {"loss": self.class_loss, "focal_gamma": self.focal_gamma, "label_smoothing": smoothing}

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on ``X`` of shape (n_rows, n_features) and the labels ``y`` of shape (n_rows,).

        ``sample_weight`` of shape (n_rows,) says how much each row counts in the loss, times its class's weight.
        """
        X, y = validate_data(self, X, y, dtype=np.float32)
        check_classification_targets(y)
        self.classes_, index = np.unique(y, return_inverse=True)
        self._train(X, index.astype(np.int32), self._row_weights(X, y, sample_weight), len(self.classes_))
        return self

    def _row_weights(self, X: np.ndarray, y: np.ndarray, sample_weight: Any) -> np.ndarray | None:
        if self.class_weight is None:
            return row_weights(sample_weight, X)
        by_class: np.ndarray = compute_sample_weight(self.class_weight, y)
        return row_weights(by_class if sample_weight is None else by_class * np.asarray(sample_weight), X)

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class: float64 ndarray of shape (n_rows, n_classes), as in ``classes_``."""
        outputs = self._outputs(X)
        powers = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        probabilities: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
        return probabilities

    def predict(self, X: Any) -> np.ndarray:
        """Return the likeliest class of each row: ndarray of shape (n_rows,)."""
        best = self._outputs(X).argmax(axis=1)
        return np.asarray(self.classes_[best])


def _scale(numbers: np.ndarray) -> tuple[float, float]:
    """Return mean and standard deviation; sums are taken of a fraction, so that 1e300 does not leave the range."""
    most = float(np.abs(numbers).max()) or 1.0
    shares = numbers / most
    return float(shares.mean()) * most, float(shares.std()) * most or 1.0


def _count_scale(numbers: np.ndarray) -> tuple[float, float]:
    if numbers.min() < 0:
        raise LatheError(
            f"The Poisson loss learns counts, which are zero or more. The smallest target is {numbers.min():g}.",
            hint="Choose the squared error, or the Huber loss where some targets lie far out.",
            field="loss",
        )
    return 0.0, float(numbers.mean()) or 1.0


def row_weights(weights: Any, X: np.ndarray) -> np.ndarray | None:
    """Return the weights of rows as float32 with mean 1, so that they do not change the step size; None for none."""
    if weights is None:
        return None
    given = _check_sample_weight(weights, X, dtype=np.float64, ensure_non_negative=True)
    return np.asarray(given / given.mean(), dtype=np.float32)
