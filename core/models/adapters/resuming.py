"""Where the training of a network stands: kept after an epoch, found again after a Stop or a crash."""

from __future__ import annotations

import hashlib
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from core.models.checkpoints import current_checkpoints

if TYPE_CHECKING:
    from core.models.adapters.training import Row, Trainer, TrainingJob

COLUMNS = ("epoch", "train_loss", "valid_loss", "learning_rate", "gradient_norm")
SHARE_OF_TIME = 0.05


class Place:
    """Keeps the state of one training in `core.models.checkpoints`, where there are any.

    A state that belongs to other choices, other rows or another framework is left aside. Keeping takes at most 5 % of
    the time.
    """

    def __init__(self, job: TrainingJob) -> None:
        self._checkpoints = current_checkpoints()
        self._mark = np.frombuffer(_mark(job), dtype=np.uint8) if self._checkpoints is not None else np.empty(0)
        self._last, self._cost = -np.inf, 0.0

    def found(self, trainer: Trainer) -> list[Row]:
        """Bring ``trainer`` to where training stood; return what the epochs until then told."""
        state = None if self._checkpoints is None else self._checkpoints.load()
        if state is None or not np.array_equal(state.get("mark", ()), self._mark):
            return []
        rows = state["history"]
        trainer.restore({name: array for name, array in state.items() if name not in ("mark", "history")})
        return [_row(values) for values in rows]

    def keep(self, trainer: Trainer, history: list[Row]) -> None:
        """Keep the state after an epoch."""
        started = perf_counter()
        if self._checkpoints is None or (started - self._last) * SHARE_OF_TIME < self._cost:
            return
        rows = [[np.nan if row[name] is None else row[name] for name in COLUMNS] for row in history]
        self._checkpoints.save({**trainer.state(), "mark": self._mark, "history": np.asarray(rows, dtype=np.float64)})
        self._last = perf_counter()
        self._cost = self._last - started


def _row(values: np.ndarray) -> Row:
    row: Row = {name: None if np.isnan(value) else float(value) for name, value in zip(COLUMNS, values, strict=True)}
    return row | {"epoch": int(values[0])}


def _mark(job: TrainingJob) -> bytes:
    """Return what tells this training from any other: its choices and its rows."""
    digest = hashlib.sha256(repr((job.spec, job.learning, job.data, job.seed, job.device)).encode())
    digest.update(repr(job.graph).encode())
    for part in (job.learn, job.watch):
        if part is not None:
            for array in (part.codes, part.numbers, part.target, part.weight):
                digest.update(b"" if array is None else np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return digest.digest()
