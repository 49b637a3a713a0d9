"""The two kinds of target a network is trained for; a framework's estimators derive from these."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, validate_data

from core.models.adapters.net_base import NetBase
from core.models.adapters.network_spec import Activation, Optimizer


class NetRegressor(RegressorMixin, NetBase):  # type: ignore[misc]
    """A network that predicts a number: mean squared error of the standardised target.

    Attributes
    ----------
    target_mean_, target_scale_ : float
        The target is standardised while learning and put back at predict.
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on ``X`` of shape (n_rows, n_features) and the numbers ``y`` of shape (n_rows,).

        ``sample_weight`` of shape (n_rows,) says how much each row counts in the loss.
        """
        X, y = validate_data(self, X, y, dtype=np.float32, y_numeric=True)
        numbers = np.asarray(y, dtype=np.float64)
        self.target_mean_ = float(numbers.mean())
        self.target_scale_ = float(numbers.std()) or 1.0
        target = ((numbers - self.target_mean_) / self.target_scale_).astype(np.float32).reshape(-1, 1)
        self._train(X, target, row_weights(sample_weight, X), 1)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the predicted numbers: float64 ndarray of shape (n_rows,)."""
        values: np.ndarray = self._outputs(X)[:, 0] * self.target_scale_ + self.target_mean_
        return values


class NetClassifier(ClassifierMixin, NetBase):  # type: ignore[misc]
    """A network that predicts a class: cross-entropy of a softmax, one output a class.

    Parameters
    ----------
    class_weight : {"balanced"}, dict or None
        As in scikit-learn: weight of each class in the loss.
    **kwargs
        Those of `NetBase`.
    """

    def __init__(
        self,
        *,
        layers: int = 2,
        width: int = 128,
        shape: str = "equal",
        activation: Activation = "relu",
        dropout: float = 0.1,
        batch_norm: bool = False,
        embedding_width: int | None = None,
        optimizer: Optimizer = "adamw",
        learning_rate: float = 1e-3,
        weight_decay: float = 1e-2,
        epochs: int = 60,
        batch_size: int | None = None,
        early_stopping: bool = True,
        patience: int = 8,
        validation_share: float = 0.15,
        class_weight: Any = None,
        n_codes: int = 0,
        device: str = "cpu",
        threads: int | None = None,
        random_state: Any = 0,
    ) -> None:
        super().__init__(
            layers=layers,
            width=width,
            shape=shape,
            activation=activation,
            dropout=dropout,
            batch_norm=batch_norm,
            embedding_width=embedding_width,
            optimizer=optimizer,
            learning_rate=learning_rate,
            weight_decay=weight_decay,
            epochs=epochs,
            batch_size=batch_size,
            early_stopping=early_stopping,
            patience=patience,
            validation_share=validation_share,
            n_codes=n_codes,
            device=device,
            threads=threads,
            random_state=random_state,
        )
        self.class_weight = class_weight

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


def row_weights(weights: Any, X: np.ndarray) -> np.ndarray | None:
    """Return the weights of rows as float32 with mean 1, so that they do not change the step size; None for none."""
    if weights is None:
        return None
    given = _check_sample_weight(weights, X, dtype=np.float64, ensure_non_negative=True)
    return np.asarray(given / given.mean(), dtype=np.float32)
