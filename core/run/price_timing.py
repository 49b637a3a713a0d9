"""Timing one model on small samples of its real, prepared rows."""

from __future__ import annotations

import pickle
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.models.spec import ModelSpec
from core.params import ParamValue
from core.run.context import RunContext
from core.run.data import TrainingData
from core.run.devices import resolve_for
from core.run.recipe import Recipe
from core.run.trainer import Trainer
from core.types import Framework

MOST_ROWS = 4_000
MOST_ROWS_COSTLY = 2_000
COSTLY = 5
"""From this `ModelSpec.cost` on the samples are smaller."""

FIT_S = 2.5
"""A fit that tells its epochs is cut after this time; the others of its epochs take as long."""

_FEWEST_EPOCHS = 2
_AGAIN_BELOW_S = 0.3


@dataclass(frozen=True)
class Sample:
    """What a fit on a sample showed.

    Attributes
    ----------
    rows, test_rows : int
        Rows learned from, and judged.
    fit_s : float
        Time of the fit before its epochs; of all of it where it told none.
    epoch_s, epochs, most_epochs : float, int, int
        Time of an epoch, how many there were, and how many there are at most; 0 where none were told.
    was_cut : bool
        The fit would have gone on.
    predict_s, prepare_s : float
        Time to predict all that is predicted, and to prepare all rows.
    width : int
        Columns of the matrix.
    matrix_bytes, model_bytes : int
        Memory of the prepared rows learned from, and of the model.
    device_mb : float
        Most memory in use on the GPU, as epochs told; 0 without one.
    needs : str
        Names what was prepared.
    """

    rows: int
    test_rows: int
    fit_s: float
    epoch_s: float
    epochs: int
    most_epochs: int
    was_cut: bool
    predict_s: float
    prepare_s: float
    width: int
    matrix_bytes: int
    model_bytes: int
    device_mb: float
    needs: str


class _Timing:
    """Listens to a timed fit and ends it when it has shown enough."""

    def __init__(self, outer: RunContext) -> None:
        self.threads = outer.threads
        self._outer = outer
        self._began = time.perf_counter()
        self.moments: list[float] = []
        self.most_epochs = 0

    def report(self, fraction: float, stage: str, message: str = "", **values: ParamValue) -> None:
        if values.get("epochs"):
            self.moments.append(time.perf_counter())
            self.most_epochs = int(values["epochs"] or 0)

    def should_stop(self) -> bool:
        return self._outer.should_stop()

    def should_finish(self) -> bool:
        return len(self.moments) >= _FEWEST_EPOCHS and time.perf_counter() - self._began > FIT_S


def sample_sizes(spec: ModelSpec, rows: int) -> tuple[int, int]:
    """Return the sizes of the smaller and the larger sample of ``rows`` rows."""
    most = MOST_ROWS_COSTLY if spec.cost >= COSTLY and not _is_network(spec) else MOST_ROWS
    large = min(rows, most)
    return max(min(large, 50), large // 4), large


def time_sample(
    spec: ModelSpec,
    params: Mapping[str, ParamValue],
    recipe: Recipe,
    data: TrainingData,
    context: RunContext,
    rows: int,
) -> Sample:
    """Fit and judge a model on about ``rows`` rows of the first fold.

    Raises
    ------
    Exception
        Whatever the model raises on so few rows.
    """
    found = _once(spec, params, recipe, data, context, rows)
    if found.fit_s < _AGAIN_BELOW_S and not found.epochs:
        # The first fit pays for what is imported and allocated once.
        again = _once(spec, params, recipe, data, context, rows)
        return min(found, again, key=lambda one: one.fit_s)
    return found


def _once(
    spec: ModelSpec,
    params: Mapping[str, ParamValue],
    recipe: Recipe,
    data: TrainingData,
    context: RunContext,
    rows: int,
) -> Sample:
    fit, test = data.split.folds[0]
    rng = np.random.default_rng(recipe.seed)
    few = _part(fit, rows, rng)
    judged = _part(test, max(20, round(len(test) * len(few) / max(len(fit), 1))), rng)
    timing = _Timing(context)
    trainer = Trainer(spec, params, recipe, replace(data, cache=None, table=""), timing, resolve_for(spec, recipe))
    began = time.perf_counter()
    trained = trainer.fit(few, judged, fold=0)
    whole_s = time.perf_counter() - began
    ready = trained.prepared
    prepare_s = ready.fit_s + ready.test_s
    epochs = len(timing.moments)
    epoch_s = (timing.moments[-1] - timing.moments[0]) / (epochs - 1) if epochs > 1 else 0.0
    return Sample(
        rows=len(few),
        test_rows=len(judged),
        fit_s=max(0.0, trained.fit_s - epoch_s * epochs),
        epoch_s=epoch_s,
        epochs=epochs,
        most_epochs=timing.most_epochs,
        was_cut=trainer.ending.was_cut,
        predict_s=max(0.0, whole_s - trained.fit_s - prepare_s),
        prepare_s=prepare_s,
        width=int(ready.matrix.shape[1]),
        matrix_bytes=_bytes(ready.matrix),
        model_bytes=_model_bytes(trained.fitted.pipeline),
        device_mb=max((epoch.memory_mb or 0.0 for epoch in trainer.epochs), default=0.0)
        if trainer.device.device != "cpu"
        else 0.0,
        needs=trainer.needs_key,
    )


def _part(rows: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    return rows if count >= len(rows) else np.sort(rng.choice(rows, count, replace=False))


def _bytes(matrix: Any) -> int:
    if hasattr(matrix, "tocsr"):
        return int(matrix.data.nbytes + matrix.indices.nbytes + matrix.indptr.nbytes)
    return int(matrix.nbytes)


def _model_bytes(model: Any) -> int:
    """Return about how large a model is; 0 for one that only its own library can write."""
    try:
        return len(pickle.dumps(model, protocol=5))
    except (TypeError, AttributeError, pickle.PicklingError, RuntimeError):
        return 0


def _is_network(spec: ModelSpec) -> bool:
    return spec.framework in (Framework.KERAS, Framework.TORCH)
