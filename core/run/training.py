"""Train one model: the pipeline fitted inside each fold, scored on rows it has not seen, then fitted on all of them."""

from __future__ import annotations

import resource
import sys
import time
import warnings as python_warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.device import Resolved, list_devices, resolve_device
from core.evaluate.outcome import Outcome, outcome
from core.evaluate.scoring import FoldScores, score_folds
from core.models.balance.checks import check_fit_steps
from core.models.fitted import Predictions
from core.models.persistence import save_model
from core.models.spec import ModelSpec
from core.params import ParamValue
from core.run.context import RunContext
from core.run.data import TrainingData
from core.run.recipe import Recipe
from core.run.result import ModelResult, Score
from core.run.trainer import Trainer
from core.store.artifacts import write_atomic
from core.types import Framework, ModelStatus

__all__ = ["TrainingData", "train_model"]

_MAX_WARNINGS = 5


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
    check_fit_steps(data.plan, data.y[data.split.train], kind=data.task.kind, family=spec.needs.family)
    trainer = Trainer(spec, params, recipe, data, context, device)
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
            "prepare_s": final.prepared.fit_s,
            "prepare_shared": final.prepared.is_shared,
            "threshold": final.fitted.threshold.value if final.fitted.threshold else None,
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
            names = [f"probability_{label}" for label in data.classes]
            part = pd.concat([part, pd.DataFrame(one.probabilities, columns=names)], axis=1)
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
