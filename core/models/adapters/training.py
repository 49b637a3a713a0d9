"""The part of training a network that has nothing to do with the framework: parts, batches, epochs, stopping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from core.errors import LatheError
from core.models.adapters.network_spec import DataShape, NetworkSpec, Weights
from core.models.progress import EpochEvent, notify_epoch

SMALLEST_VALIDATION = 8


@dataclass(frozen=True)
class TrainingPart:
    """Rows to learn from or to watch.

    Attributes
    ----------
    codes : int32 ndarray of shape (n_rows, n_codes)
        Rows of the embedding tables: category code plus one, 0 for unseen and missing.
    numbers : float32 ndarray of shape (n_rows, n_numeric)
    target : ndarray of shape (n_rows, 1) float32 for regression, (n_rows,) int32 class index otherwise
    weight : float32 ndarray of shape (n_rows,) or None
        Weight of each row in the loss, 1 on average; None where all count the same.
    """

    codes: np.ndarray
    numbers: np.ndarray
    target: np.ndarray
    weight: np.ndarray | None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.target)

    @property
    def is_regression(self) -> bool:
        """Whether the target is a number."""
        return self.target.ndim == 2

    def take(self, rows: np.ndarray) -> TrainingPart:
        """Return the part that has only ``rows``."""
        weight = None if self.weight is None else self.weight[rows]
        return TrainingPart(self.codes[rows], self.numbers[rows], self.target[rows], weight)


@dataclass(frozen=True)
class TrainingJob:
    """All that a framework is given: the layers, their first weights, the rows, and where to compute."""

    spec: NetworkSpec
    data: DataShape
    weights: Weights
    learn: TrainingPart
    watch: TrainingPart | None
    seed: int
    device: str
    threads: int | None


class Trainer(Protocol):
    """What a framework does: one epoch over given rows, the loss on the validation part, the weights so far."""

    def train_epoch(self, order: np.ndarray, edges: np.ndarray) -> float:
        """Correct the weights once a batch; return the mean loss. Batch i is ``order[edges[i]:edges[i + 1]]``."""
        ...

    def valid_loss(self) -> float | None:
        """Return the loss on the validation part without dropout; None where there is no such part."""
        ...

    def keep(self) -> None:
        """Remember the present weights as the best."""
        ...

    def best(self) -> Weights:
        """Return the remembered weights."""
        ...

    @property
    def device(self) -> str:
        """Where the weights really lie: "cpu" or "cuda:0"."""
        ...


@dataclass(frozen=True)
class Schedule:
    """How long to train. ``patience`` None: all epochs."""

    epochs: int
    batch_size: int
    patience: int | None
    seed: int


@dataclass
class EarlyStopping:
    """Book-keeping of the best epoch. Without a validation loss the last epoch counts as the best."""

    patience: int | None
    best_loss: float = np.inf
    best_epoch: int = 0
    _waited: int = field(default=0, repr=False)

    def is_best(self, epoch: int, loss: float | None) -> bool:
        """Take note of an epoch; tell whether it is the best so far."""
        if loss is None or loss < self.best_loss:
            self.best_loss, self.best_epoch, self._waited = (np.inf if loss is None else loss), epoch, 0
            return True
        self._waited += 1
        return False

    @property
    def should_stop(self) -> bool:
        """Whether patience is used up."""
        return self.patience is not None and self._waited >= self.patience


@dataclass(frozen=True)
class Training:
    """What came of it: the weights of the best epoch and every epoch's losses."""

    weights: Weights
    history: list[dict[str, float | int | None]]
    best_epoch: int
    device: str


def run_epochs(trainer: Trainer, n_rows: int, schedule: Schedule) -> Training:
    """Train until the epochs or the patience end; tell every epoch to the listener.

    Raises
    ------
    LatheError
        Where the loss is not a number any more.
    core.errors.RunCancelled
        From the listener: the person pressed Stop.
    """
    stopping = EarlyStopping(schedule.patience)
    history: list[dict[str, float | int | None]] = []
    for epoch, (order, edges) in enumerate(batches(n_rows, schedule), start=1):
        train_loss = trainer.train_epoch(order, edges)
        valid_loss = trainer.valid_loss()
        _check_finite(epoch, train_loss, valid_loss)
        history.append({"epoch": epoch, "train_loss": train_loss, "valid_loss": valid_loss})
        if stopping.is_best(epoch, valid_loss) and (valid_loss is not None or epoch == schedule.epochs):
            trainer.keep()
        notify_epoch(EpochEvent(epoch, schedule.epochs, train_loss, valid_loss))
        if stopping.should_stop:
            break
    return Training(trainer.best(), history, stopping.best_epoch, trainer.device)


def batches(n_rows: int, schedule: Schedule) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield each epoch's shuffled rows and the edges of its batches.

    Batches of one epoch differ by one row at most, so that no tiny last batch upsets batch normalisation.
    """
    rng = np.random.default_rng([schedule.seed, 1])
    count = max(1, -(-n_rows // schedule.batch_size))
    edges = np.linspace(0, n_rows, count + 1).round().astype(np.int32)
    for _ in range(schedule.epochs):
        yield rng.permutation(n_rows).astype(np.int32), edges


def split_validation(labels: np.ndarray | None, n_rows: int, *, share: float, seed: int) -> np.ndarray:
    """Choose the rows that watch: a boolean mask of shape (n_rows,).

    Parameters
    ----------
    labels : int ndarray of shape (n_rows,) or None
        Class of each row: the share is taken of every class, and each class keeps a row to learn from.

    Returns
    -------
    bool ndarray of shape (n_rows,)
        All False where fewer than 8 rows would watch: too few to judge by, and too few left to learn from.
    """
    rng = np.random.default_rng([seed, 2])
    watch = np.zeros(n_rows, dtype=bool)
    groups = np.zeros(n_rows, dtype=np.int64) if labels is None else labels
    for group in np.unique(groups):
        rows = rng.permutation(np.flatnonzero(groups == group))
        watch[rows[: min(round(share * len(rows)), len(rows) - 1)]] = True
    return watch if watch.sum() >= SMALLEST_VALIDATION else np.zeros(n_rows, dtype=bool)


def _check_finite(epoch: int, train_loss: float, valid_loss: float | None) -> None:
    if np.isfinite(train_loss) and (valid_loss is None or np.isfinite(valid_loss)):
        return
    raise LatheError(
        f"The loss became NaN in epoch {epoch}: the corrections were too large and the weights grew without bound.",
        hint="Choose a lower learning rate, for example a tenth of it, or switch on normalisation between layers.",
        field="learning_rate",
    )
