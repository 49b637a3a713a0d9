"""Training a network, without the framework: batches, epochs, the best one, going on after a Stop, what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Protocol

import numpy as np

from core.errors import LatheError
from core.models.adapters.graph import Graph
from core.models.adapters.network_spec import DataShape, LearningSpec, NetworkSpec, Weights
from core.models.adapters.parts import TrainingPart
from core.models.adapters.rates import rates
from core.models.adapters.resuming import Place
from core.models.progress import EpochEvent, notify_epoch
from core.models.remarks import tell
from core.models.stopping import should_finish

HALVINGS = 2
EXPLODED = 1e8
"""A loss that starts around 1 and is larger than this will not come back."""

Row = dict[str, float | int | None]


@dataclass(frozen=True)
class TrainingJob:
    """All that a framework is given: the layers, their first weights, the rows, and where to compute."""

    spec: NetworkSpec
    learning: LearningSpec
    graph: Graph
    data: DataShape
    weights: Weights
    learn: TrainingPart
    watch: TrainingPart | None
    seed: int
    device: str
    threads: int | None


class Trainer(Protocol):
    """What a framework does: one epoch over given rows, the loss on the validation part, its state.

    It raises MemoryError where the memory of its device is used up.
    """

    def train_epoch(self, order: np.ndarray, edges: np.ndarray, rates: np.ndarray) -> tuple[float, float | None]:
        """Correct the weights once a batch.

        Parameters
        ----------
        order : int32 ndarray of shape (n_rows,)
        edges : int32 ndarray of shape (n_batches + 1,)
            Batch i is ``order[edges[i]:edges[i + 1]]``.
        rates : float32 ndarray of shape (n_batches,)
            Its learning rate.

        Returns
        -------
        float, float or None
            Mean loss over the rows; mean over some or all batches of the gradient's norm before clipping.
        """
        ...

    def valid_loss(self) -> float | None:
        """Return the loss on the validation part, as when predicting; None where there is no such part."""
        ...

    def keep(self) -> None:
        """Remember the present weights as the best."""
        ...

    def best(self) -> Weights:
        """Return the remembered weights."""
        ...

    def state(self) -> dict[str, np.ndarray]:
        """Return all that training goes on from: weights, remembered weights, the optimiser's, random numbers."""
        ...

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on from what `state` returned."""
        ...

    @property
    def device(self) -> str:
        """Where the weights really lie: "cpu" or "cuda:0"."""
        ...

    @property
    def memory_mb(self) -> float | None:
        """Most memory in use on a GPU so far, in MiB; None on the CPU."""
        ...


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
    """What came of it: the weights of the best epoch and what each epoch told.

    Attributes
    ----------
    batch_size : int
        May be smaller than asked for, where memory was used up.
    ended_early : bool
        Training was asked to end and keep what it had.
    memory_mb : float or None
        Most memory in use on a GPU, in MiB.
    """

    weights: Weights
    history: list[Row]
    best_epoch: int
    device: str
    batch_size: int
    ended_early: bool = False
    memory_mb: float | None = None


def train(open_trainer: Callable[[TrainingJob], AbstractContextManager[Trainer]], job: TrainingJob) -> Training:
    """Train; where memory is used up, again with half the rows in a batch, twice at most.

    Raises
    ------
    LatheError
        Where the loss is not a number any more, or memory is used up with the smallest batch too.
    core.errors.RunCancelled
        From the listener: the person pressed Stop.
    """
    for _ in range(HALVINGS):
        try:
            return _trained(open_trainer, job)
        except MemoryError:
            smaller = max(1, job.learning.batch_size // 2)
        tell(f"Memory was used up with {job.learning.batch_size} rows in a batch; it was trained with {smaller}.")
        job = replace(job, learning=replace(job.learning, batch_size=smaller))
    try:
        return _trained(open_trainer, job)
    except MemoryError as error:
        raise LatheError(
            f"The memory of the device {job.device} is used up, with {job.learning.batch_size} rows in a batch too.",
            hint="Choose fewer or narrower layers, fewer rows, or a device with more memory.",
            field="batch_size",
        ) from error


def _trained(open_trainer: Callable[[TrainingJob], AbstractContextManager[Trainer]], job: TrainingJob) -> Training:
    """Train once. Nothing outside holds the trainer, so that its memory is free before the next try."""
    with open_trainer(job) as trainer:
        return run_epochs(trainer, job)


def run_epochs(trainer: Trainer, job: TrainingJob) -> Training:
    """Train until the epochs or the patience end, or it is asked to end; tell every epoch to the listener.

    Raises
    ------
    LatheError, core.errors.RunCancelled
        See `train`.
    """
    learning, rows = job.learning, job.learn.rows
    edges = batch_edges(rows, learning.batch_size)
    place = Place(job)
    history = place.found(trainer)
    stopping = EarlyStopping(learning.patience if job.watch is not None else None)
    for earlier in history:
        stopping.is_best(int(earlier["epoch"] or 0), earlier["valid_loss"])
    ended_early = False
    while len(history) < learning.epochs and not stopping.should_stop and not ended_early:
        epoch, started = len(history) + 1, perf_counter()
        steps = rates(learning, epoch, len(edges) - 1, watched_losses(history))
        train_loss, norm = trainer.train_epoch(epoch_order(rows, job.seed, epoch), edges, steps)
        seconds = perf_counter() - started
        valid_loss = trainer.valid_loss()
        _check_finite(epoch, train_loss, valid_loss, norm)
        row: Row = {"epoch": epoch, "train_loss": train_loss, "valid_loss": valid_loss}
        history.append(row | {"learning_rate": float(steps[-1]), "gradient_norm": norm})
        if stopping.is_best(epoch, valid_loss) and valid_loss is not None:
            trainer.keep()
        place.keep(trainer, history)
        _tell_epoch(history[-1], learning.epochs, rows / max(seconds, 1e-9), trainer.memory_mb)
        ended_early = should_finish()
    if job.watch is None:
        trainer.keep()
    return Training(
        trainer.best(),
        history,
        stopping.best_epoch,
        trainer.device,
        learning.batch_size,
        ended_early and len(history) < learning.epochs,
        trainer.memory_mb,
    )


def _tell_epoch(row: Row, epochs: int, rows_per_s: float, memory_mb: float | None) -> None:
    notify_epoch(EpochEvent(epochs=epochs, rows_per_s=rows_per_s, memory_mb=memory_mb, **row))  # type: ignore[arg-type]


def watched_losses(history: list[Row]) -> list[float]:
    """Return the loss that a schedule looks at: on the rows set aside, else of learning."""
    return [float(row["train_loss"] if row["valid_loss"] is None else row["valid_loss"]) for row in history]  # type: ignore[arg-type]


def batch_edges(n_rows: int, batch_size: int) -> np.ndarray:
    """Return where batches begin and end: int32 ndarray of shape (n_batches + 1,).

    Batches of one epoch differ by one row at most, so that no tiny last batch upsets batch normalisation.
    """
    count = max(1, -(-n_rows // batch_size))
    return np.linspace(0, n_rows, count + 1).round().astype(np.int32)


def epoch_order(n_rows: int, seed: int, epoch: int) -> np.ndarray:
    """Return the shuffled rows of an epoch (from 1): int32 ndarray of shape (n_rows,), always the same ones."""
    return np.random.default_rng([seed, 1, epoch]).permutation(n_rows).astype(np.int32)


def _check_finite(epoch: int, train_loss: float, valid_loss: float | None, norm: float | None) -> None:
    if not np.isfinite(train_loss) or not np.isfinite(valid_loss or 0.0) or abs(train_loss) > EXPLODED:
        what = f"The loss became {'NaN' if not np.isfinite(train_loss) else f'{train_loss:.1g}'} in epoch {epoch}"
    elif not np.isfinite(norm or 0.0):
        what = f"The gradients grew without bound in epoch {epoch}"
    else:
        return
    raise LatheError(
        f"{what}: the corrections were too large and the weights grew without bound.",
        hint="Choose a lower learning rate, for example a tenth of it, or limit the gradient's norm to 1 (clipping).",
        field="learning_rate",
    )
