"""Fits one model on the folds of a run, and tells how far it is."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from core.device import Resolved
from core.errors import LatheError, RunCancelled
from core.models.checkpoints import Checkpoints, keeping
from core.models.fitted import FittedModel, Predictions
from core.models.progress import EpochEvent, listening
from core.models.spec import BuildContext, ModelSpec
from core.models.wrapping import wrap
from core.params import ParamValue
from core.prepare.compiler import compile_plan
from core.prepare.contract import learn_contract
from core.run.board import BASELINE
from core.run.context import RunContext, finish_asked
from core.run.data import TrainingData
from core.run.ending import Ending
from core.run.learned import learned_places
from core.run.prepared import FoldRows, PreparedFold, prepare_fold, settings_of
from core.run.recipe import Recipe
from core.run.result import EpochRecord

_TOLD = ("train_loss", "valid_loss", "learning_rate", "gradient_norm", "rows_per_s", "memory_mb")
"""What an epoch tells, in the events of its job as in the result."""


@dataclass(frozen=True)
class Trained:
    """A model fitted on some rows, with what it said of others.

    Attributes
    ----------
    fitted : FittedModel
        From raw columns in the final fit; in a fold from prepared rows.
    predictions : Predictions or None
        Of the rows to judge on; None where there are none.
    fit_s : float
        Seconds to fit the model on prepared rows.
    predict_s : float
        Seconds to predict the rows to judge on, from raw cells.
    prepared : PreparedFold
        What it was fitted on.
    learned, learned_rows : Predictions or None, ndarray of int
        Of a sample of the rows that a fold learned from, and which rows of the table they are.
    """

    fitted: FittedModel
    predictions: Predictions | None
    fit_s: float
    predict_s: float
    prepared: PreparedFold
    learned: Predictions | None = None
    learned_rows: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


class Trainer:
    """Fits the same model on different rows and tells how far it is.

    Raises
    ------
    InvalidInput, LatheError
        Where the plan cannot be carried out for this model.
    """

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
        self.ending = Ending(lambda: finish_asked(context))
        self.epochs: list[EpochRecord] = []
        self.fits = len(data.split.folds) + 1
        self.compiled = compile_plan(
            data.plan, data.columns, spec.needs, aside=data.aside, task=data.task.kind, seed=recipe.seed
        )
        # A model that cannot be fitted as the plan asks says so before any row is prepared.
        self._model()
        self._settings = settings_of(self.compiled, f"{data.task.kind} {data.task.target}")

    def fit(self, fit: np.ndarray, test: np.ndarray, *, fold: int, checkpoints: Checkpoints | None = None) -> Trained:
        """Fit on the rows ``fit`` and predict the rows ``test``; fold -1 is the final fit.

        A network keeps its place in ``checkpoints``.
        """
        self._stop_if_asked()
        done = self.fits - 1 if fold < 0 else fold
        stage = "final fit" if fold < 0 else f"fold {fold + 1} of {self.fits - 1}"
        self.context.report(done / self.fits, stage, f"Fitting on {len(fit):,} rows", fold=fold)
        labels = self._labels(fit)
        with listening(lambda event: self._epoch(event, fold, done, stage)):
            ready = self._prepared(fit, test, labels, whole=fold < 0)
            started = time.perf_counter()
            with keeping(checkpoints), self.ending.of_fit(final=fold < 0):
                model = self._model().fit(ready.matrix, labels[ready.rows])
        middle = time.perf_counter()
        predictions = self._fitted(model).predict(ready.test) if len(test) else None
        end = time.perf_counter()
        if predictions is not None:
            _refuse_non_finite(predictions)
        fitted = self._fitted(model) if fold >= 0 else self._whole(ready, model, fit)
        done_s = (middle - started, ready.test_s + end - middle)
        if fold < 0:
            return Trained(fitted, predictions, *done_s, ready)
        places = learned_places(len(ready.rows), judged=len(test), seed=self.recipe.seed)
        learned = fitted.predict(ready.matrix[places])
        return Trained(fitted, predictions, *done_s, ready, learned, fit[ready.rows[places]])

    @property
    def needs_key(self) -> str:
        """Name what this model's rows are prepared to: models of the same name share them."""
        return hashlib.sha256(self._settings.encode()).hexdigest()[:16]

    def epochs_of(self, fold: int) -> tuple[EpochRecord, ...]:
        """Return what the epochs of one fold's fit have told."""
        return tuple(epoch for epoch in self.epochs if epoch.fold == fold)

    def _prepared(self, fit: np.ndarray, test: np.ndarray, labels: np.ndarray, *, whole: bool) -> PreparedFold:
        return prepare_fold(
            self.compiled,
            FoldRows(self.data.frame, fit, test, labels),
            folds=self.data.cache,
            settings=self._settings,
            whole=whole,
            waiting=self._stop_if_asked,
        )

    def _model(self) -> Any:
        """Return the unfitted model, wrapped in what the plan asks of the fit; the naive baseline stays naive."""
        kind = self.data.task.kind
        build = BuildContext(
            task=kind,
            seed=self.recipe.seed,
            threads=self.context.threads,
            device=self.device.device,
            n_codes=self.compiled.n_codes,
        )
        return wrap(
            self.spec.build(self.params, build),
            () if self.spec.key == BASELINE else self.compiled.fit_steps,
            task=kind,
            seed=self.recipe.seed,
            spec=self.spec,
            n_codes=self.compiled.n_codes,
            positive=self.data.task.positive_class or (self.data.classes[-1] if self.data.classes else ""),
        )

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

    def _whole(self, ready: PreparedFold, model: Any, fit: np.ndarray) -> FittedModel:
        """Return the model from raw columns on, with what they held in those of the rows ``fit`` it learned from."""
        contract = learn_contract(self.data.frame.iloc[fit[ready.rows]], self.compiled.columns, self.data.plan.policies)
        return replace(self._fitted(_pipeline(ready, model)), contract=contract)

    def _epoch(self, event: EpochEvent, fold: int, done: int, stage: str) -> None:
        self._stop_if_asked()
        self.ending.epoch = event.epoch
        told = {name: getattr(event, name) for name in _TOLD}
        self.epochs.append(EpochRecord(fold=fold, epoch=event.epoch, **told))
        self.context.report(
            (done + event.epoch / max(event.epochs, 1)) / self.fits,
            stage,
            f"epoch {event.epoch} of at most {event.epochs}",
            fold=fold,
            epoch=event.epoch,
            epochs=event.epochs,
            **told,
        )

    def _stop_if_asked(self) -> None:
        if self.context.should_stop():
            raise RunCancelled


def _pipeline(ready: PreparedFold, model: Any) -> Any:
    from sklearn.pipeline import Pipeline

    return Pipeline([*ready.transformer.steps, ("model", model)])


def _refuse_non_finite(predictions: Predictions) -> None:
    numbers = predictions.values if predictions.probabilities is None else predictions.probabilities
    if not np.isfinite(np.asarray(numbers, dtype=np.float64)).all():
        raise LatheError(
            "Predictions must be finite numbers; this model gave infinite or undefined ones.",
            hint="Scale the numbers, lower the learning rate, or use a simpler model.",
        )
