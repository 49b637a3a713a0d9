"""Train one model: the pipeline fitted inside each fold, scored on rows it has not seen, then fitted on all of them."""

from __future__ import annotations

import resource
import sys
import time
import warnings as python_warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.data.schema import ColumnSchema
from core.data.split import SplitIndices
from core.data.task import Task
from core.device import Resolved, list_devices, resolve_device
from core.errors import LatheError, RunCancelled
from core.evaluate.metrics import MetricSpec
from core.evaluate.outcome import Outcome, outcome
from core.evaluate.scoring import FoldScores, score_folds
from core.models.fitted import FittedModel, Predictions
from core.models.persistence import save_model
from core.models.progress import EpochEvent, listening
from core.models.spec import BuildContext, ModelSpec
from core.models.wrapping import wrap
from core.params import ParamValue
from core.prepare.compiler import compile_plan
from core.prepare.plan import PreparePlan
from core.run.context import RunContext
from core.run.prepared import prepare_fold
from core.run.recipe import Recipe
from core.run.result import EpochRecord, ModelResult, Score
from core.store.artifacts import write_atomic
from core.types import Framework, ModelStatus

_MAX_WARNINGS = 5


@dataclass(frozen=True)
class TrainingData:
    """What all models of a run share.

    Attributes
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Raw columns: the features, and those set aside.
    columns, aside : tuple of ColumnSchema
        The features; and columns that steps may only look at (a group, a time). Neither holds the target.
    y : ndarray of shape (n_rows,)
        Target, with missing where unknown; the split names known rows only.
    metrics : tuple of MetricSpec
        The one that ranks the board first.
    """

    frame: pd.DataFrame
    y: np.ndarray
    split: SplitIndices
    columns: tuple[ColumnSchema, ...]
    aside: tuple[ColumnSchema, ...]
    plan: PreparePlan
    classes: tuple[str, ...]
    metrics: tuple[MetricSpec, ...]
    task: Task


@dataclass(frozen=True)
class _Trained:
    """A model fitted on some rows, with what it said of others."""

    fitted: FittedModel
    predictions: Predictions | None
    fit_s: float
    predict_s: float


def train_model(
    row: ModelResult,
    spec: ModelSpec,
    params: Mapping[str, ParamValue],
    recipe: Recipe,
    data: TrainingData,
    context: RunContext,
    folder: Path,
) -> ModelResult:
    """Cross-validate one model, fit it on all training rows, score it on the locked rows and store it.

    Parameters
    ----------
    row : ModelResult
        The row to complete.
    spec, params : ModelSpec, mapping
        The model and its validated parameters.
    folder : Path
        Gets ``model.skops``, ``model.json``, ``oof.parquet`` and ``holdout.parquet``.

    Returns
    -------
    ModelResult
        With status OK.
    """
    started = time.perf_counter()
    device = _resolve(spec, recipe)
    trainer = _Trainer(spec, params, recipe, data, context, device)
    with python_warnings.catch_warnings(record=True) as caught:
        python_warnings.simplefilter("default")
        tested = [trainer.fit(fit, test, fold=fold) for fold, (fit, test) in enumerate(data.split.folds)]
        final = trainer.fit(data.split.train, data.split.holdout, fold=-1)
    context.report(0.97, "scoring", "Drawing intervals")
    scores = _scores([t.predictions for t in tested], [test for _, test in data.split.folds], data, recipe.seed)
    locked = _scores([final.predictions], [data.split.holdout], data, recipe.seed) if final.predictions else ()
    save_model(final.fitted, folder)
    _save_predictions(folder / "oof.parquet", [t.predictions for t in tested], _fold_rows(data), data)
    _save_predictions(folder / "holdout.parquet", [final.predictions], [(-1, data.split.holdout)], data)
    test_rows = sum(len(test) for _, test in data.split.folds)
    used = _device_used(final.fitted.pipeline, device)
    return row.model_copy(
        update={
            "status": ModelStatus.OK,
            "scores": tuple(_as_score(s) for s in scores),
            "bootstrap": tuple(float(d) for d in scores[0].draws),
            "holdout": tuple(_as_score(s) for s in locked),
            "fit_s": final.fit_s,
            "total_s": time.perf_counter() - started,
            "predict_us_per_row": 1e6 * sum(t.predict_s for t in tested) / max(test_rows, 1),
            "size_bytes": sum(f.stat().st_size for f in folder.glob("model.*")),
            "peak_memory_mb": _peak_memory_mb(),
            "features_out": int(getattr(final.fitted.pipeline[-1], "n_features_in_", 0)),
            "device": used.device,
            "device_reason": used.reason,
            "warnings": _sentences(caught),
            "epochs": tuple(trainer.epochs),
        }
    )


class _Trainer:
    """Fits the same model on different rows and tells how far it is."""

    def __init__(
        self,
        spec: ModelSpec,
        params: Mapping[str, ParamValue],
        recipe: Recipe,
        data: TrainingData,
        context: RunContext,
        device: Resolved,
    ) -> None:
        self.spec, self.params, self.recipe, self.data, self.context = spec, params, recipe, data, context
        self.device = device
        self.epochs: list[EpochRecord] = []
        self.fits = len(data.split.folds) + 1
        self.compiled = compile_plan(
            data.plan, data.columns, spec.needs, aside=data.aside, task=data.task.kind, seed=recipe.seed
        )

    def fit(self, fit: np.ndarray, test: np.ndarray, *, fold: int) -> _Trained:
        """Fit on the rows ``fit`` and predict the rows ``test``; fold -1 is the final fit."""
        self._stop_if_asked()
        done = self.fits - 1 if fold < 0 else fold
        stage = "final fit" if fold < 0 else f"fold {fold + 1} of {self.fits - 1}"
        self.context.report(done / self.fits, stage, f"Fitting on {len(fit):,} rows", fold=fold)
        labels = self._labels(fit)
        from sklearn.pipeline import Pipeline

        started = time.perf_counter()
        with listening(lambda event: self._epoch(event, fold, done, stage)):
            ready = prepare_fold(self.compiled, self.data.frame.iloc[fit], labels, self.data.frame.iloc[test])
            model = self._model().fit(ready.matrix, labels[ready.rows])
        middle = time.perf_counter()
        fitted = self._fitted(Pipeline([*ready.transformer.steps, ("model", model)]))
        predictions = fitted.predict(self.data.frame.iloc[test]) if len(test) else None
        if predictions is not None:
            _refuse_non_finite(predictions)
        return _Trained(fitted, predictions, middle - started, time.perf_counter() - middle)

    def _model(self) -> Any:
        """Return the unfitted model, wrapped in what the plan asks of the fit."""
        build = BuildContext(
            task=self.data.task.kind,
            seed=self.recipe.seed,
            threads=self.context.threads,
            device=self.device.device,
            n_codes=self.compiled.n_codes,
        )
        model = self.spec.build(self.params, build)
        return wrap(model, self.compiled.fit_steps, task=self.data.task.kind, seed=self.recipe.seed)

    def _labels(self, rows: np.ndarray) -> np.ndarray:
        labels = self.data.y[rows]
        return np.asarray(labels, dtype=str if self.data.task.kind.is_classification else np.float64)

    def _fitted(self, pipeline: Any) -> FittedModel:
        return FittedModel(
            pipeline=pipeline,
            task=self.data.task.kind,
            target=self.data.task.target,
            columns=self.compiled.columns,
            classes=self.data.classes,
            key=self.spec.key,
        )

    def _epoch(self, event: EpochEvent, fold: int, done: int, stage: str) -> None:
        self._stop_if_asked()
        self.epochs.append(
            EpochRecord(fold=fold, epoch=event.epoch, train_loss=event.train_loss, valid_loss=event.valid_loss)
        )
        self.context.report(
            (done + event.epoch / max(event.epochs, 1)) / self.fits,
            stage,
            f"epoch {event.epoch} of at most {event.epochs}",
            fold=fold,
            epoch=event.epoch,
            epochs=event.epochs,
            train_loss=event.train_loss,
            valid_loss=event.valid_loss,
        )

    def _stop_if_asked(self) -> None:
        if self.context.should_stop():
            raise RunCancelled


def _refuse_non_finite(predictions: Predictions) -> None:
    numbers = predictions.values if predictions.probabilities is None else predictions.probabilities
    if not np.isfinite(np.asarray(numbers, dtype=np.float64)).all():
        raise LatheError(
            "Predictions must be finite numbers; this model gave infinite or undefined ones.",
            hint="Scale the numbers, lower the learning rate, or use a simpler model.",
        )


def _resolve(spec: ModelSpec, recipe: Recipe) -> Resolved:
    usable = True
    if spec.capabilities.gpu != "none" and recipe.budget.device != "cpu" and any(d.is_gpu for d in list_devices()):
        usable = _library_sees_gpu(spec.framework)
    return resolve_device(recipe.budget.device, spec.capabilities.gpu, list_devices(), usable=usable)


def _library_sees_gpu(framework: Framework) -> bool:
    """Ask the installed library itself; only called where the machine has a GPU."""
    if framework is Framework.TORCH:
        import torch

        return bool(torch.cuda.is_available())
    if framework is Framework.KERAS:
        import tensorflow as tf

        return bool(tf.config.list_physical_devices("GPU"))
    return False


def _device_used(pipeline: Any, asked: Resolved) -> Resolved:
    """Prefer what the estimator says it ran on: some libraries fall back to the CPU without a word."""
    used = str(getattr(pipeline[-1], "device_", asked.device))
    if used == asked.device:
        return asked
    return Resolved(used, asked.reason or f"The library ran on {used} although {asked.device} was asked for.")


def _scores(
    predictions: list[Predictions | None], rows: list[np.ndarray], data: TrainingData, seed: int
) -> tuple[FoldScores, ...]:
    folds: list[Outcome] = []
    for one, where in zip(predictions, rows, strict=True):
        if one is not None and len(where):
            folds.append(outcome(data.y[where], one, classes=data.classes, positive=data.task.positive_class))
    judged = [where for one, where in zip(predictions, rows, strict=True) if one is not None and len(where)]
    return score_folds(folds, data.metrics, seed=seed, rows=judged)


def _as_score(scores: FoldScores) -> Score:
    return Score(metric=scores.metric, value=scores.value, low=scores.low, high=scores.high, folds=scores.folds)


def _fold_rows(data: TrainingData) -> list[tuple[int, np.ndarray]]:
    return [(fold, test) for fold, (_, test) in enumerate(data.split.folds)]


def _save_predictions(
    path: Path, predictions: list[Predictions | None], rows: list[tuple[int, np.ndarray]], data: TrainingData
) -> None:
    """Write row number, fold, truth, prediction and probabilities of rows the model had not seen.

    A row that several repeats predict is written once, as the first of them predicted it: a mean over repeats would
    be the answer of several models, better than the one that is scored and kept.
    """
    parts = []
    for one, (fold, where) in zip(predictions, rows, strict=True):
        if one is None:
            continue
        part = pd.DataFrame({"row": where, "fold": fold, "truth": data.y[where], "prediction": one.values})
        if one.probabilities is not None:
            for index, label in enumerate(data.classes):
                part[f"probability_{label}"] = one.probabilities[:, index]
        parts.append(part)
    if parts:
        table = pd.concat(parts, ignore_index=True).drop_duplicates("row", ignore_index=True)
        write_atomic(path, lambda temporary: table.to_parquet(temporary, index=False))


def _peak_memory_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def _sentences(caught: list[python_warnings.WarningMessage]) -> tuple[str, ...]:
    """Return distinct warnings of libraries that concern the fit, as short sentences."""
    seen: dict[str, None] = {}
    for item in caught:
        if issubclass(item.category, DeprecationWarning | FutureWarning | PendingDeprecationWarning | ResourceWarning):
            continue
        seen.setdefault(" ".join(str(item.message).split())[:300])
    return tuple(list(seen)[:_MAX_WARNINGS])
