"""What the scikit-learn estimators of both frameworks share: everything but building layers and correcting weights."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from core.models.adapters.network_spec import (
    Activation,
    DataShape,
    NetworkSpec,
    Optimizer,
    Weights,
    batch_rows,
    hidden_widths,
    initial_weights,
)
from core.models.adapters.training import Schedule, Trainer, TrainingJob, TrainingPart, run_epochs, split_validation

Forward = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From (codes, numbers) of shapes (n, n_codes), (n, n_numeric) to float64 outputs of shape (n, n_outputs)."""

PREDICT_ROWS = 16384


class _Cache:
    """Holds the rebuilt framework module; never copied or saved."""

    def __init__(self) -> None:
        self.forward: Forward | None = None


class NetBase(BaseEstimator):  # type: ignore[misc]
    """Shared constructor, fitting and predicting. Subclasses name the framework and the kind of target.

    Parameters
    ----------
    layers, width, shape : int, int, {"equal", "halving"}
        Number of hidden layers, width of the first, and how the width goes on.
    activation : {"relu", "gelu", "silu", "tanh"}
    dropout : float
        Share of neurons switched off while learning, in [0, 1).
    batch_norm : bool
    embedding_width : int or None
        None: by the number of levels, see `network_spec.embedding_width`.
    optimizer : {"adamw", "adam", "sgd"}
    learning_rate, weight_decay : float
        The decay is used by "adamw" only.
    epochs : int
        At most so many.
    batch_size : int or None
        None: by the number of rows, see `network_spec.batch_rows`.
    early_stopping, patience, validation_share : bool, int, float
        Stop after ``patience`` epochs without a better loss on the share set aside, and keep the best epoch.
    n_codes : int
        The first ``n_codes`` columns are category codes: 0 to levels - 1, -1 for unseen and missing.
    device : str
        "cpu" or "cuda:0".
    threads : int or None
        None leaves the framework's setting.
    random_state : int, RandomState or None

    Attributes
    ----------
    weights_ : dict of str to float32 ndarray
        Weights of the best epoch, see `network_spec.initial_weights` for the names.
    levels_ : int ndarray of shape (n_codes,)
        Categories known of each code column.
    history_ : list of dict
        ``epoch``, ``train_loss``, ``valid_loss`` of each epoch; the losses are mean squared error of the
        standardised target, or cross-entropy.
    best_epoch_ : int
    device_ : str
        Where the weights lay while training.

    Notes
    -----
    Training computes in float32 on ``device``. Predicting computes in float64 on the CPU, so that a row gets the same
    prediction alone, in a batch, and on a machine without the GPU.
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
        n_codes: int = 0,
        device: str = "cpu",
        threads: int | None = None,
        random_state: Any = 0,
    ) -> None:
        self.layers = layers
        self.width = width
        self.shape = shape
        self.activation = activation
        self.dropout = dropout
        self.batch_norm = batch_norm
        self.embedding_width = embedding_width
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.epochs = epochs
        self.batch_size = batch_size
        self.early_stopping = early_stopping
        self.patience = patience
        self.validation_share = validation_share
        self.n_codes = n_codes
        self.device = device
        self.threads = threads
        self.random_state = random_state

    @staticmethod
    @abstractmethod
    def _open_trainer(job: TrainingJob) -> AbstractContextManager[Trainer]:
        """Build the network in the framework; free it at the end of the block."""

    @staticmethod
    @abstractmethod
    def _build_forward(spec: NetworkSpec, data: DataShape, weights: Weights) -> Forward:
        """Build the network for predicting."""

    def _train(self, X: np.ndarray, target: np.ndarray, weight: np.ndarray | None, n_outputs: int) -> None:
        """Train on validated columns and encoded target; set the fitted attributes."""
        seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        spec = self._chosen_spec()
        self.levels_ = np.asarray([int(column.max()) + 1 for column in X[:, : self.n_codes].T], dtype=np.int64)
        self.network_ = asdict(spec) | {"n_outputs": n_outputs}
        part = TrainingPart(*self._split_columns(X), target, weight)
        watch = self._watching_rows(part, seed)
        learn = part.take(~watch) if watch.any() else part
        job = TrainingJob(
            spec=spec,
            data=self._data_shape(),
            weights=initial_weights(spec, self._data_shape(), seed=seed),
            learn=learn,
            watch=part.take(watch) if watch.any() else None,
            seed=seed,
            device=self.device,
            threads=self.threads,
        )
        schedule = Schedule(
            epochs=self.epochs,
            batch_size=self.batch_size or batch_rows(learn.rows),
            patience=self.patience if job.watch is not None else None,
            seed=seed,
        )
        with self._open_trainer(job) as trainer:
            training = run_epochs(trainer, learn.rows, schedule)
        self.weights_ = describe_unseen(training.weights, learn.codes)
        self.history_ = training.history
        self.best_epoch_ = training.best_epoch
        self.device_ = training.device
        self._cache = _Cache()

    def _watching_rows(self, part: TrainingPart, seed: int) -> np.ndarray:
        if not self.early_stopping:
            return np.zeros(part.rows, dtype=bool)
        labels = None if part.is_regression else part.target
        return split_validation(labels, part.rows, share=self.validation_share, seed=seed)

    def _chosen_spec(self) -> NetworkSpec:
        return NetworkSpec(
            hidden=hidden_widths(self.layers, self.width, self.shape),
            activation=self.activation,
            dropout=self.dropout,
            batch_norm=self.batch_norm,
            embedding_width=self.embedding_width,
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
        )

    def _data_shape(self) -> DataShape:
        levels = tuple(int(n) for n in self.levels_)
        return DataShape(self.n_features_in_ - len(levels), levels, self.network_["n_outputs"])

    def _split_columns(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return rows of the embedding tables (0: unseen and missing) and the columns that are numbers."""
        n_codes = len(self.levels_)
        codes = X[:, :n_codes].astype(np.int32) + 1
        codes[(codes < 0) | (codes > self.levels_)] = 0
        return codes, np.ascontiguousarray(X[:, n_codes:])

    def _outputs(self, X: Any) -> np.ndarray:
        """Return the network's outputs for new rows: float64 ndarray of shape (n_rows, n_outputs)."""
        check_is_fitted(self)
        codes, numbers = self._split_columns(validate_data(self, X, dtype=np.float32, reset=False))
        if self._cache.forward is None:
            spec = NetworkSpec(**{name: value for name, value in self.network_.items() if name != "n_outputs"})
            self._cache.forward = self._build_forward(spec, self._data_shape(), self.weights_)
        starts = range(0, len(numbers), PREDICT_ROWS)
        forward = self._cache.forward
        return np.concatenate([forward(codes[i : i + PREDICT_ROWS], numbers[i : i + PREDICT_ROWS]) for i in starts])

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "weights_")

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__getstate__().items() if name != "_cache"}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        super().__setstate__(dict(state))
        self._cache = _Cache()


def describe_unseen(weights: Weights, codes: np.ndarray) -> Weights:
    """Give the unseen category (row 0) the average embedding of the training rows where it was never trained."""
    described = dict(weights)
    for index, column in enumerate(codes.T):
        name = f"embedding_{index}/table"
        counts = np.bincount(column, minlength=len(weights[name]))
        if counts[0] == 0:
            described[name] = weights[name].copy()
            described[name][0] = np.average(weights[name], axis=0, weights=counts)
    return described
