"""What the scikit-learn estimators of both frameworks share: everything but building layers and correcting weights."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from core.models.adapters.architectures import build_graph
from core.models.adapters.graph import Graph
from core.models.adapters.initial import initial_weights
from core.models.adapters.network_spec import (
    Activation,
    Architecture,
    DataShape,
    LearningSpec,
    NetworkSpec,
    Optimizer,
    Weights,
)
from core.models.adapters.parts import TrainingPart, split_validation
from core.models.adapters.presets import (
    OWN_LAYERS,
    PRESETS,
    RateChoice,
    network_spec,
    suggested_decay,
    suggested_rate,
    suggested_schedule,
)
from core.models.adapters.sizes import batch_rows, device_memory_bytes, fitting_batch, rows_at_once
from core.models.adapters.training import Trainer, TrainingJob, train

Forward = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From (codes, numbers) of shapes (n, n_codes), (n, n_numeric) to float64 outputs of shape (n, n_outputs)."""


class _Cache:
    """Holds the rebuilt framework module; never copied or saved."""

    def __init__(self) -> None:
        self.forward: Forward | None = None
        self.rows = 1


@dataclass(kw_only=True, eq=False, repr=False)
class NetBase(BaseEstimator):  # type: ignore[misc]
    """Shared parameters, fitting and predicting. Subclasses name the framework and the kind of target.

    Parameters
    ----------
    architecture : Architecture
        See `core.models.adapters.architectures`.
    layers, width, shape : int, int, {"equal", "halving"}
        Of "mlp" and the deep part of "wide_deep": number of hidden layers, width of the first, how the width goes on.
    activation, dropout, batch_norm
        Of the same.
    blocks, block_width, block_dropout : int, int, float or None
        Of the other architectures; None is what `core.models.adapters.presets` says.
    members : int or None
        Of "tabm".
    own_layers : str
        Of "layers", see `core.models.adapters.own_layers`.
    embedding_width : int or None
        None: by the number of levels, see `sizes.embedding_width`.
    optimizer : Optimizer
    learning_rate, weight_decay : float or None
        None: as suits the architecture and the optimiser.
    momentum, nesterov : float, bool
        Of "sgd".
    schedule : {"auto", "constant", "cosine", "step", "plateau", "one_cycle"}
        "auto": as suits the architecture.
    warmup_epochs, decay_factor, step_epochs, plateau_epochs
        See `core.models.adapters.rates`.
    clip_norm : float or None
    mixed_precision : bool
    epochs : int
        At most so many.
    batch_size : int or None
        None: by the number of rows and the memory of the device, see `sizes.batch_rows`, `sizes.fitting_batch`.
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
        Weights of the best epoch, see `initial.initial_weights` for the names.
    levels_ : int ndarray of shape (n_codes,)
        Categories known of each code column.
    history_ : list of dict
        ``epoch``, ``train_loss``, ``valid_loss``, ``learning_rate``, ``gradient_norm`` of each epoch; the losses are
        those of `LearningSpec`.
    best_epoch_, batch_size_ : int
    device_ : str
        Where the weights lay while training.
    ended_early_ : bool
        Training was asked to end and kept what it had.
    gpu_memory_mb_ : float
        Most memory in use on a GPU; 0 on the CPU.

    Notes
    -----
    Training computes in float32 on ``device``. Predicting computes in float64 on the CPU, so that a row gets the same
    prediction alone, in a batch, and on a machine without the GPU.
    """

    architecture: Architecture = "mlp"
    layers: int = 2
    width: int = 128
    shape: str = "equal"
    activation: Activation = "relu"
    dropout: float = 0.1
    batch_norm: bool = False
    blocks: int | None = None
    block_width: int | None = None
    block_dropout: float | None = None
    members: int | None = None
    own_layers: str = OWN_LAYERS
    embedding_width: int | None = None
    optimizer: Optimizer = "adamw"
    learning_rate: float | None = None
    momentum: float = 0.9
    nesterov: bool = False
    weight_decay: float | None = None
    schedule: RateChoice = "auto"
    warmup_epochs: int = 0
    decay_factor: float = 0.5
    step_epochs: int = 15
    plateau_epochs: int = 3
    clip_norm: float | None = None
    mixed_precision: bool = False
    epochs: int = 60
    batch_size: int | None = None
    early_stopping: bool = True
    patience: int = 8
    validation_share: float = 0.15
    n_codes: int = 0
    device: str = "cpu"
    threads: int | None = None
    random_state: Any = 0

    @staticmethod
    @abstractmethod
    def _open_trainer(job: TrainingJob) -> AbstractContextManager[Trainer]:
        """Build the network in the framework; free it at the end of the block."""

    @staticmethod
    @abstractmethod
    def _build_forward(graph: Graph, weights: Weights) -> Forward:
        """Build the network for predicting."""

    @abstractmethod
    def _loss(self) -> dict[str, Any]:
        """Return the loss and its settings, as `LearningSpec` has them."""

    def _train(self, X: np.ndarray, target: np.ndarray, weight: np.ndarray | None, n_outputs: int) -> None:
        """Train on validated columns and encoded target; set the fitted attributes."""
        seed = int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        self.levels_ = np.asarray([int(column.max()) + 1 for column in X[:, : self.n_codes].T], dtype=np.int64)
        spec = self._network_spec()
        self.network_ = asdict(spec) | {"n_outputs": n_outputs, "is_regression": target.ndim == 2}
        part = TrainingPart(*self._split_columns(X), target, weight)
        watch = self._watching_rows(part, seed)
        learn = part.take(~watch) if watch.any() else part
        graph = build_graph(spec, self._data_shape())
        training = train(
            self._open_trainer,
            TrainingJob(
                spec=spec,
                learning=self._learning_spec(graph, learn.rows),
                graph=graph,
                data=self._data_shape(),
                weights=initial_weights(graph, seed=seed),
                learn=learn,
                watch=part.take(watch) if watch.any() else None,
                seed=seed,
                device=self.device,
                threads=self.threads,
            ),
        )
        self.weights_ = describe_unseen(graph, training.weights, learn.codes)
        self.history_, self.best_epoch_ = training.history, training.best_epoch
        self.device_, self.batch_size_ = training.device, training.batch_size
        self.ended_early_, self.gpu_memory_mb_ = training.ended_early, training.memory_mb or 0.0
        self._cache = _Cache()

    def _watching_rows(self, part: TrainingPart, seed: int) -> np.ndarray:
        if not self.early_stopping:
            return np.zeros(part.rows, dtype=bool)
        labels = None if part.is_regression else part.target
        return split_validation(labels, part.rows, share=self.validation_share, seed=seed)

    def _network_spec(self) -> NetworkSpec:
        return network_spec(
            self.architecture,
            layers=self.layers,
            width=self.width,
            shape=self.shape,
            activation=self.activation,
            dropout=self.dropout,
            batch_norm=self.batch_norm,
            embedding_width=self.embedding_width,
            blocks=self.blocks,
            block_width=self.block_width,
            block_dropout=self.block_dropout,
            members=self.members,
            own_layers=self.own_layers,
        )

    def _learning_spec(self, graph: Graph, rows: int) -> LearningSpec:
        rate, decay, batch = self.learning_rate, self.weight_decay, self.batch_size
        if batch is None:
            batch = fitting_batch(graph, batch_rows(rows), device_memory_bytes(self.device))
        learning = LearningSpec(
            optimizer=self.optimizer,
            learning_rate=suggested_rate(self.architecture, self.optimizer) if rate is None else rate,
            weight_decay=suggested_decay(self.architecture, self.optimizer) if decay is None else decay,
            decay_all=PRESETS[self.architecture].decay_all,
            schedule=suggested_schedule(self.architecture, self.schedule),
            batch_size=batch,
            patience=self.patience if self.early_stopping else None,
            **{name: getattr(self, name) for name in _AS_GIVEN},
        )
        return replace(learning, **self._loss())

    def _data_shape(self) -> DataShape:
        levels = tuple(int(n) for n in self.levels_)
        is_regression = self.network_.get("is_regression")
        return DataShape(self.n_features_in_ - len(levels), levels, self.network_["n_outputs"], is_regression)

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
            graph = build_graph(NetworkSpec.from_stored(self.network_), self._data_shape())
            self._cache.forward, self._cache.rows = self._build_forward(graph, self.weights_), rows_at_once(graph)
        forward, piece = self._cache.forward, self._cache.rows
        starts = range(0, len(numbers), piece)
        return np.concatenate([forward(codes[i : i + piece], numbers[i : i + piece]) for i in starts])

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "weights_")

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__getstate__().items() if name != "_cache"}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        super().__setstate__(dict(state))
        self._cache = _Cache()


_AS_GIVEN = (
    "momentum",
    "nesterov",
    "warmup_epochs",
    "decay_factor",
    "step_epochs",
    "plateau_epochs",
    "clip_norm",
    "mixed_precision",
    "epochs",
)
"""Parameters that `LearningSpec` has under the same name."""


def describe_unseen(graph: Graph, weights: Weights, codes: np.ndarray) -> Weights:
    """Give the unseen category (row 0) the average embedding of the training rows where it was never trained."""
    described = dict(weights)
    for layer in graph.layers:
        if layer.op != "embedding":
            continue
        name = f"{layer.name}/table"
        counts = np.bincount(codes[:, layer.options["code"]], minlength=len(weights[name]))
        if counts[0] == 0:
            described[name] = weights[name].copy()
            described[name][0] = np.average(weights[name], axis=0, weights=counts)
    return described
