"""Train one model: the pipeline fitted inside each fold, scored on rows it has not seen, then fitted on all of them."""

from __future__ import annotations

import time
import warnings as python_warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from core.device import Resolved, physical_device
from core.errors import RunCancelled
from core.evaluate.outcome import Outcome
from core.explain.inside import write_inside
from core.models.balance.checks import check_fit_steps
from core.models.persistence import save_model
from core.models.spec import ModelSpec
from core.params import ParamValue
from core.run.context import RunContext
from core.run.data import TrainingData
from core.run.devices import device_used, resolve_for
from core.run.ensembles import EnsembleTrainer
from core.run.folds import FoldStore, JudgedFold, progress_folder
from core.run.judging import as_score, judged_outcome, save_predictions, scores_of
from core.run.learned import learned_scores
from core.run.memory import peak_gpu_memory_mb, peak_memory_mb, reset_peak
from core.run.recipe import Recipe
from core.run.result import ModelResult
from core.run.trainer import Trained, Trainer
from core.types import ModelStatus

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
    done = _stored(row, trainer, judged, final, data, recipe, folder)
    used = device_used(final.fitted.pipeline, device)
    return done.model_copy(
        update={
            "total_s": time.perf_counter() - started,
            "peak_memory_mb": peak_memory_mb(),
            "gpu_memory_mb": peak_gpu_memory_mb(on_gpu, done.epochs) if on_gpu and used.device != "cpu" else 0.0,
            "device": physical_device(used.device),
            "device_reason": used.reason,
            "warnings": tuple(dict.fromkeys([*(text for one in judged for text in one.warnings), *said]))[
                :_MAX_WARNINGS
            ],
        }
    )


def _stored(
    row: ModelResult,
    trainer: Trainer | EnsembleTrainer,
    judged: list[JudgedFold],
    final: Trained,
    data: TrainingData,
    recipe: Recipe,
    folder: Path,
) -> ModelResult:
    """Score the folds and the final fit, write what is kept of them, and return the row with what they say."""
    tests = [data.split.folds[one.fold][1] for one in judged]
    scores = scores_of([one.predictions for one in judged], tests, data, recipe.seed)
    locked = scores_of([final.predictions], [data.split.holdout], data, recipe.seed) if final.predictions else ()
    save_model(final.fitted, folder)
    write_inside(final.fitted, folder)
    oof = [(one.fold, test) for one, test in zip(judged, tests, strict=True)]
    save_predictions(folder / "oof.parquet", [one.predictions for one in judged], oof, data)
    save_predictions(folder / "holdout.parquet", [final.predictions], [(-1, data.split.holdout)], data)
    is_whole = len(judged) == len(data.split.folds)
    return row.model_copy(
        update={
            "status": ModelStatus.OK,
            "scores": tuple(as_score(s) for s in scores),
            # Draws of some folds are no pairs to the draws of all of them: such a model is in no tie.
            "bootstrap": tuple(float(d) for d in scores[0].draws) if is_whole else (),
            "holdout": tuple(as_score(s) for s in locked),
            "learned": learned_scores(_learned(judged, final, data), data.metrics),
            "ended_early": trainer.ending.words(len(judged), len(data.split.folds)),
            "fit_s": final.fit_s,
            "prepare_s": final.prepared.fit_s,
            "prepare_shared": final.prepared.is_shared,
            "threshold": final.fitted.threshold.value if final.fitted.threshold else None,
            "predict_us_per_row": 1e6 * sum(one.predict_s for one in judged) / max(sum(map(len, tests)), 1),
            "size_bytes": sum(f.stat().st_size for f in folder.glob("model.*")),
            "features_out": int(getattr(final.fitted.pipeline[-1], "n_features_in_", 0)),
            "epochs": (*(epoch for one in judged for epoch in one.epochs), *trainer.epochs_of(-1)),
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


def _sentences(caught: list[python_warnings.WarningMessage]) -> tuple[str, ...]:
    """Return distinct warnings of libraries that concern the fit, as short sentences."""
    seen: dict[str, None] = {}
    for item in caught:
        if issubclass(item.category, DeprecationWarning | FutureWarning | PendingDeprecationWarning | ResourceWarning):
            continue
        seen.setdefault(" ".join(str(item.message).split())[:300])
    return tuple(seen)
