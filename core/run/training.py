"""Train one model: the pipeline fitted inside each fold, scored on rows it has not seen, then fitted on all of them."""

from __future__ import annotations

import time
import warnings as python_warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.device import Resolved, list_devices, physical_device, resolve_device
from core.errors import RunCancelled
from core.evaluate.metrics import with_intervals
from core.evaluate.outcome import Outcome, outcome
from core.evaluate.scoring import FoldScores, judgeable, score_folds
from core.explain.inside import write_inside
from core.models.balance.checks import check_fit_steps
from core.models.fitted import Predictions
from core.models.persistence import save_model
from core.models.spec import ModelSpec
from core.params import ParamValue
from core.run.context import RunContext
from core.run.data import TrainingData
from core.run.ensembles import EnsembleTrainer
from core.run.folds import FoldStore, JudgedFold, progress_folder
from core.run.learned import learned_scores
from core.run.memory import peak_gpu_memory_mb, peak_memory_mb, reset_peak
from core.run.recipe import Recipe
from core.run.result import ModelResult, Score
from core.run.trainer import Trained, Trainer
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
    device = resolve_for(spec, recipe)
    on_gpu = spec.framework if device.device != "cpu" else None
    reset_peak(on_gpu)
    context.report(0.0, "starting", "", device=device.device, device_reason=device.reason)
    check_fit_steps(data.plan, data.y[data.split.train], kind=data.task.kind, family=spec.needs.family)
    store = FoldStore(progress_folder(folder, recipe, label=row.label, table=data.table) if data.table else None)
    trainer = _trainer(row.label, spec, params, recipe, data, context, device, folder)
    judged, final, said = _fitted(trainer, data, store)
    context.report(0.97, "scoring", "Drawing intervals")
    tests = [data.split.folds[one.fold][1] for one in judged]
    scores = scores_of([one.predictions for one in judged], tests, data, recipe.seed)
    locked = scores_of([final.predictions], [data.split.holdout], data, recipe.seed) if final.predictions else ()
    save_model(final.fitted, folder)
    write_inside(final.fitted, folder)
    oof = [(one.fold, test) for one, test in zip(judged, tests, strict=True)]
    _save_predictions(folder / "oof.parquet", [one.predictions for one in judged], oof, data)
    _save_predictions(folder / "holdout.parquet", [final.predictions], [(-1, data.split.holdout)], data)
    used = _device_used(final.fitted.pipeline, device)
    is_whole = len(judged) == len(data.split.folds)
    epochs = (*(epoch for one in judged for epoch in one.epochs), *trainer.epochs_of(-1))
    return row.model_copy(
        update={
            "status": ModelStatus.OK,
            "scores": tuple(_as_score(s) for s in scores),
            # Draws of some folds are no pairs to the draws of all of them: such a model is in no tie.
            "bootstrap": tuple(float(d) for d in scores[0].draws) if is_whole else (),
            "holdout": tuple(_as_score(s) for s in locked),
            "learned": learned_scores(_learned(judged, final, data), data.metrics),
            "ended_early": trainer.ending.words(len(judged), len(data.split.folds)),
            "fit_s": final.fit_s,
            "prepare_s": final.prepared.fit_s,
            "prepare_shared": final.prepared.is_shared,
            "threshold": final.fitted.threshold.value if final.fitted.threshold else None,
            "total_s": time.perf_counter() - started,
            "predict_us_per_row": 1e6 * sum(one.predict_s for one in judged) / max(sum(map(len, tests)), 1),
            "size_bytes": sum(f.stat().st_size for f in folder.glob("model.*")),
            "peak_memory_mb": peak_memory_mb(),
            "gpu_memory_mb": peak_gpu_memory_mb(on_gpu, epochs) if on_gpu and used.device != "cpu" else 0.0,
            "features_out": int(getattr(final.fitted.pipeline[-1], "n_features_in_", 0)),
            "device": physical_device(used.device),
            "device_reason": used.reason,
            "warnings": tuple(dict.fromkeys([*(text for one in judged for text in one.warnings), *said]))[
                :_MAX_WARNINGS
            ],
            "epochs": epochs,
        }
    )


def _learned(judged: list[JudgedFold], final: Trained, data: TrainingData) -> list[Outcome]:
    """Return what was said of rows learned from: in each fold, or by the final model where no fold could tell."""
    every: list[JudgedFold | Trained] = [*judged, final]
    told = [(one.learned, one.learned_rows) for one in every if one.learned is not None]
    return [judged_outcome(said, rows, data) for said, rows in told]


def _trainer(
    label: str,
    spec: ModelSpec,
    params: Mapping[str, ParamValue],
    recipe: Recipe,
    data: TrainingData,
    context: RunContext,
    device: Resolved,
    folder: Path,
) -> Trainer | EnsembleTrainer:
    if not spec.ensemble:
        return Trainer(spec, params, recipe, data, context, device)
    choice = recipe.choice(label)
    return EnsembleTrainer(spec, params, choice, recipe, data, context, resolve=resolve_for, folder=folder.parent)


def _fitted(
    trainer: Trainer | EnsembleTrainer, data: TrainingData, store: FoldStore
) -> tuple[list[JudgedFold], Trained, list[str]]:
    """Return the folds that count, the final fit, and what libraries said in it."""
    try:
        judged = _judge_folds(trainer, data, store)
        with _listened() as said:
            final = trainer.fit(data.split.train, data.split.holdout, fold=-1, checkpoints=store.checkpoints(-1))
    except RunCancelled:
        raise
    except Exception:
        # Going on from where it failed would fail again.
        store.forget_states()
        raise
    return judged, final, said


def _judge_folds(trainer: Trainer | EnsembleTrainer, data: TrainingData, store: FoldStore) -> list[JudgedFold]:
    """Fit and judge every fold that was not judged in an earlier attempt, until the person wants what is there."""
    judged: list[JudgedFold] = []
    for fold, (fit, test) in enumerate(data.split.folds):
        one = store.load(fold)
        if one is None:
            with _listened() as said:
                trained = trainer.fit(fit, test, fold=fold, checkpoints=store.checkpoints(fold))
            if not trainer.ending.counts(is_first=not judged):
                break
            one = JudgedFold(
                fold=fold,
                predictions=trained.predictions,
                predict_s=trained.predict_s,
                learned=trained.learned,
                learned_rows=trained.learned_rows,
                epochs=trainer.epochs_of(fold),
                warnings=tuple(said),
            )
            if not trainer.ending.was_cut:
                store.save(one)
        judged.append(one)
        if trainer.ending.is_asked:
            break
    return judged


@contextmanager
def _listened() -> Iterator[list[str]]:
    """Collect what libraries say inside the block, as short sentences."""
    said: list[str] = []
    with python_warnings.catch_warnings(record=True) as caught:
        python_warnings.simplefilter("default")
        yield said
    said += _sentences(caught)


def resolve_for(spec: ModelSpec, recipe: Recipe) -> Resolved:
    usable = True
    if spec.capabilities.gpu != "none" and recipe.budget.device != "cpu" and any(d.is_gpu for d in list_devices()):
        usable = _library_sees_gpu(spec.framework)
    return resolve_device(recipe.budget.device, spec.capabilities.gpu, list_devices(), usable=usable)


def _library_sees_gpu(framework: Framework) -> bool:
    """Ask the installed library itself; only called where the machine has a GPU, and in workers."""
    if framework is Framework.TORCH:
        import torch

        return bool(torch.cuda.is_available())
    if framework is Framework.KERAS:
        import tensorflow as tf

        return bool(tf.config.list_physical_devices("GPU"))
    if framework is Framework.XGBOOST:
        import xgboost

        return bool(xgboost.build_info().get("USE_CUDA"))
    if framework is Framework.CATBOOST:
        from catboost.utils import get_gpu_device_count

        return bool(get_gpu_device_count())
    if framework is Framework.LIGHTGBM:
        from core.models.adapters.lightgbm_native import gpu_kind

        return bool(gpu_kind())
    return False


def _device_used(pipeline: Any, asked: Resolved) -> Resolved:
    """Prefer what the estimator says it ran on: some libraries fall back to the CPU without a word."""
    used = str(getattr(_innermost(pipeline[-1]), "device_", asked.device))
    if used == asked.device:
        return asked
    return Resolved(used, asked.reason or f"The library ran on {used} although {asked.device} was asked for.")


def _innermost(model: Any) -> Any:
    """Return the estimator inside those that a plan put around it."""
    while True:
        inner = getattr(model, "regressor_", None) or next(iter(getattr(model, "members_", None) or ()), None)
        if inner is None:
            return model
        model = inner


def scores_of(
    predictions: list[Predictions | None], rows: list[np.ndarray], data: TrainingData, seed: int
) -> tuple[FoldScores, ...]:
    """Score what was predicted of the ``rows`` of each fold, with intervals."""
    judged = [(one, where) for one, where in zip(predictions, rows, strict=True) if one is not None and len(where)]
    folds = [judged_outcome(one, where, data) for one, where in judged]
    metrics = judgeable(folds, data.metrics)
    return score_folds(folds, metrics, seed=seed, rows=[where for _, where in judged], drawn=with_intervals(metrics))


def judged_outcome(predictions: Predictions, rows: np.ndarray, data: TrainingData) -> Outcome:
    """Return what was true and predicted of some rows of a run, with its costs and row weights."""
    return outcome(
        data.y[rows],
        predictions,
        classes=data.classes,
        positive=data.task.positive_class,
        costs=data.costs,
        own=None if data.weights is None else data.weights[rows],
    )


def _as_score(scores: FoldScores) -> Score:
    return Score(metric=scores.metric, value=scores.value, low=scores.low, high=scores.high, folds=scores.folds)


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


def _sentences(caught: list[python_warnings.WarningMessage]) -> tuple[str, ...]:
    """Return distinct warnings of libraries that concern the fit, as short sentences."""
    seen: dict[str, None] = {}
    for item in caught:
        if issubclass(item.category, DeprecationWarning | FutureWarning | PendingDeprecationWarning | ResourceWarning):
            continue
        seen.setdefault(" ".join(str(item.message).split())[:300])
    return tuple(seen)
