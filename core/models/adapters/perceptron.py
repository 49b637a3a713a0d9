"""scikit-learn's multi-layer perceptron, epoch by epoch: rows that watch, epochs told, weights kept as plain arrays."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.utils.validation import check_is_fitted, validate_data

from core.errors import LatheError
from core.models.adapters.parts import split_validation
from core.models.adapters.plain import logistic
from core.models.adapters.targets import from_unit, learn_classes, learn_scale, to_unit
from core.models.progress import EpochEvent, notify_epoch
from core.models.stopping import should_finish

_ACTIVATIONS = {"relu": lambda values: np.maximum(values, 0.0), "tanh": np.tanh, "logistic": expit}
_WATCHING = 0.1


class _Perceptron(BaseEstimator):  # type: ignore[misc]
    """Shared part.

    Parameters
    ----------
    layers, width : int
        Hidden layers, and cells in each.
    activation : {"relu", "tanh", "logistic"}
    alpha : float
        L2 penalty on the weights.
    learning_rate : float
    epochs : int
        Most passes over the rows.
    patience : int
        Passes without a better loss on the rows that watch, after which it ends.
    seed : int

    Attributes
    ----------
    coefs_, intercepts_ : list of ndarray
        Weights of the best epoch.
    epochs_ : int
        Epochs that were done.
    """

    def __init__(
        self,
        *,
        layers: int = 1,
        width: int = 64,
        activation: str = "relu",
        alpha: float = 1e-3,
        learning_rate: float = 3e-3,
        epochs: int = 100,
        patience: int = 10,
        seed: int = 0,
    ) -> None:
        self.layers = layers
        self.width = width
        self.activation = activation
        self.alpha = alpha
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.patience = patience
        self.seed = seed

    def _learn(self, kind: type, X: np.ndarray, y: np.ndarray, weight: Any, classes: np.ndarray | None) -> None:
        watch = split_validation(None if classes is None else y, len(y), share=_WATCHING, seed=self.seed)
        weight = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=np.float64)
        net = kind(
            hidden_layer_sizes=(self.width,) * self.layers,
            activation=self.activation,
            alpha=self.alpha,
            learning_rate_init=self.learning_rate,
            # A number would shuffle the rows alike in every epoch.
            random_state=np.random.RandomState(self.seed),
        )
        more = {} if classes is None else {"classes": classes}
        best, waited = np.inf, 0
        for epoch in range(1, self.epochs + 1):
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)
                _pass(net, X[~watch], y[~watch], weight[~watch], more)
                watched = _loss(self._outputs(X[watch], net), y[watch], weight[watch]) if watch.any() else None
            judged = -epoch if watched is None else watched
            waited = 0 if judged < best else waited + 1
            if waited == 0:
                best, self.epochs_ = judged, epoch
                self.coefs_ = [part.copy() for part in net.coefs_]
                self.intercepts_ = [part.copy() for part in net.intercepts_]
            notify_epoch(EpochEvent(epoch, self.epochs, float(net.loss_), watched, learning_rate=self.learning_rate))
            if waited >= self.patience or should_finish():
                break

    def _outputs(self, X: np.ndarray, net: Any) -> np.ndarray:
        """Return what comes out of the last layer of ``net``: probabilities, or the number itself."""
        values = X
        for place, (coef, level) in enumerate(zip(net.coefs_, net.intercepts_, strict=True)):
            values = values @ coef + level
            if place < len(net.coefs_) - 1:
                values = _ACTIVATIONS[self.activation](values)
        return logistic(values) if hasattr(self, "classes_") else values[:, 0]

    def _rows(self, X: Any) -> np.ndarray:
        check_is_fitted(self)
        return np.asarray(validate_data(self, X, dtype=np.float64, reset=False))


class PerceptronClassifier(ClassifierMixin, _Perceptron):  # type: ignore[misc]
    """Multi-layer perceptron for classes; parameters as in `_Perceptron`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> PerceptronClassifier:
        """Fit on X of shape (n_rows, n_features) and labels y of shape (n_rows,)."""
        X, y = validate_data(self, X, y, dtype=np.float64)
        self.classes_, places = learn_classes(y)
        self._learn(MLPClassifier, X, places, sample_weight, np.arange(len(self.classes_)))
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, shape (n_rows, n_classes)."""
        return self._outputs(self._rows(X), self)

    def predict(self, X: Any) -> np.ndarray:
        """Return the likeliest class of each row."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


class PerceptronRegressor(RegressorMixin, _Perceptron):  # type: ignore[misc]
    """Multi-layer perceptron for numbers, on the standardised target; parameters as in `_Perceptron`."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> PerceptronRegressor:
        """Fit on X of shape (n_rows, n_features) and numbers y of shape (n_rows,)."""
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        y = np.asarray(y, dtype=np.float64)
        self.scale_ = learn_scale(y)
        self._learn(MLPRegressor, X, to_unit(y, self.scale_), sample_weight, None)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the number of each row, shape (n_rows,)."""
        return from_unit(self._outputs(self._rows(X), self), self.scale_)


def _pass(net: Any, X: np.ndarray, y: np.ndarray, weight: np.ndarray, more: dict[str, Any]) -> None:
    try:
        net.partial_fit(X, y, sample_weight=weight, **more)
    except ValueError as error:
        if "non-finite" not in str(error):
            raise
        raise LatheError(
            "The weights became NaN: the corrections were too large and grew without bound.",
            hint="Choose a lower learning rate, for example a tenth of it.",
            field="learning_rate",
        ) from error


def _loss(said: np.ndarray, y: np.ndarray, weight: np.ndarray) -> float:
    """Return the mean loss: cross-entropy of probabilities, half the squared error of numbers."""
    is_shares = said.ndim == 2
    each = -np.log(np.maximum(said[np.arange(len(y)), y], 1e-300)) if is_shares else (said - y) ** 2 / 2
    return float(np.average(each, weights=weight)) if weight.sum() > 0 else float(each.mean())
