"""Trains a vote or a stack: its members on each fold's rows, each by its own plan, and the rule that joins them.

A rule that is learned (greedy weights, the model of a stack) is learned inside the rows of each fold: from what the
members say of rows that inner folds leave out. No row that judges the ensemble is seen by a member or by the rule. The
final ensemble is made in the same way on all training rows.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.data.schema import ColumnSchema
from core.device import Resolved
from core.models.fitted import FittedModel, Predictions
from core.models.registry import get_model
from core.models.spec import ModelSpec
from core.params import ParamValue, validate_params
from core.prepare.contract import learn_contract
from core.run.blending import answers, learn_blend, needs_answers
from core.run.context import RunContext, finish_asked
from core.run.data import TrainingData
from core.run.ending import Ending
from core.run.inner_folds import inner_folds
from core.run.known import KnownMember, known_member
from core.run.learned import learned_places
from core.run.members import member_choices, refuse_members
from core.run.parts import PartContext
from core.run.preparation import choice_plan
from core.run.prepared import PreparedFold
from core.run.recipe import ModelChoice, Recipe
from core.run.result import EpochRecord
from core.run.trainer import Trained, Trainer

if TYPE_CHECKING:
    from core.models.adapters.combined import Blend
    from core.models.checkpoints import Checkpoints

Resolve = Callable[[ModelSpec, Recipe], Resolved]


@dataclass(frozen=True)
class Member:
    """One member: how it is fitted, and what the run knows of it already."""

    choice: ModelChoice
    trainer: Trainer
    known: KnownMember | None


class EnsembleTrainer:
    """Fits an ensemble on different rows: the same interface as `core.run.trainer.Trainer`.

    Parameters
    ----------
    spec, params : ModelSpec, mapping
        Voting or stacking, and its validated parameters.
    choice : ModelChoice
        Names the members.
    recipe : Recipe
        Holds the members' choices.
    data, context : TrainingData, RunContext
    resolve : callable
        Gives each member's device.
    folder : Path, optional
        Of the run: members that it holds are taken where `core.run.known` allows; None fits all of them.

    Raises
    ------
    InvalidInput, LatheError
        Where the members do not go together, or one cannot be fitted as its plan asks.
    """

    def __init__(
        self,
        spec: ModelSpec,
        params: Mapping[str, ParamValue],
        choice: ModelChoice,
        recipe: Recipe,
        data: TrainingData,
        context: RunContext,
        *,
        resolve: Resolve,
        folder: Path | None = None,
    ) -> None:
        refuse_members(choice, recipe)
        self.spec, self.params, self.recipe, self.data = spec, params, recipe, data
        self.ending = Ending(lambda: finish_asked(context))
        self.epochs: list[EpochRecord] = []
        # Some members cut short and others whole would be joined by a rule that was learned from neither.
        self._context = PartContext(context, can_finish=False)
        whole = folder if not choice.without and choice.plan is None else None
        self.members = tuple(self._member(one, resolve, whole) for one in member_choices(choice, recipe))
        inner = int(params.get("inner_folds") or 0) if needs_answers(spec, params) else 0
        unknown = sum(member.known is None for member in self.members)
        self._context.fits = (len(data.split.folds) + 1) * (len(self.members) * inner + unknown) + 1
        self._inner = inner

    def fit(self, fit: np.ndarray, test: np.ndarray, *, fold: int, checkpoints: Checkpoints | None = None) -> Trained:
        """Fit on the rows ``fit`` and predict the rows ``test``; fold -1 is the final fit."""
        where = "final fit" if fold < 0 else f"fold {fold + 1} of {len(self.data.split.folds)}"
        started = time.perf_counter()
        blend = self._blend(fit, where)
        inner_s = time.perf_counter() - started
        parts = [self._trained(member, fit, test, fold, where) for member in self.members]
        predictions = self._joined(blend, [part.predictions for part in parts]) if len(test) else None
        ready = PreparedFold(
            None, fit[:0], np.arange(len(fit)), test[:0], fit_s=sum(part.prepared.fit_s for part in parts)
        )
        if fold < 0:
            fitted = self._fitted(blend, parts, fit)
            told = self._learned_whole(fitted, fit)
        else:
            fitted = replace(parts[0].fitted, pipeline=blend, key=self.spec.key)
            told = self._learned(blend, parts)
        fit_s, predict_s = sum(part.fit_s for part in parts), sum(part.predict_s for part in parts)
        return Trained(fitted, predictions, inner_s + fit_s, predict_s, ready, *told)

    def epochs_of(self, fold: int) -> tuple[EpochRecord, ...]:
        """Return nothing: the epochs of its networks are theirs, and stand with them."""
        return ()

    def _member(self, choice: ModelChoice, resolve: Resolve, folder: Path | None) -> Member:
        spec = get_model(choice.key)
        plan, columns = choice_plan(choice, self.data.plan, self.data.columns)
        own = replace(self.data, plan=plan, columns=columns)
        params = validate_params(spec.params, choice.params)
        trainer = Trainer(spec, params, self.recipe, own, self._context, resolve(spec, self.recipe))
        return Member(choice, trainer, known_member(folder, choice.label, self.recipe, self.data) if folder else None)

    def _blend(self, rows: np.ndarray, where: str) -> Blend:
        """Learn the rule from what the members say of rows that inner folds of ``rows`` leave out."""
        from core.models.adapters.combined import stacked

        parts, truth = [np.zeros((0, len(self.members), max(len(self.data.classes), 1)))], [rows[:0]]
        for number, (fit, test) in enumerate(self._inner_folds(rows), start=1):
            said = []
            for member in self.members:
                self._context.begin(where, f"{member.choice.label}, inner fold {number} of {self._inner}")
                said.append(member.trainer.fit(fit, test, fold=number).predictions)
            parts.append(stacked([one for one in said if one is not None]))
            truth.append(test)
        judged = np.concatenate(truth)
        return learn_blend(
            self.spec,
            self.params,
            np.concatenate(parts),
            self.data.y[judged],
            classes=self.data.classes,
            positive=self.data.task.positive_class,
            metric=self.data.metrics[0],
            seed=self.recipe.seed,
            costs=self.data.costs,
            weights=None if self.data.weights is None else self.data.weights[judged],
        )

    def _inner_folds(self, rows: np.ndarray) -> Sequence[tuple[np.ndarray, np.ndarray]]:
        return inner_folds(self.data, rows, folds=self._inner, seed=self.recipe.seed) if self._inner else ()

    def _trained(self, member: Member, fit: np.ndarray, test: np.ndarray, fold: int, where: str) -> Trained:
        if member.known is None:
            self._context.begin(where, f"{member.choice.label} on {len(fit):,} rows")
            return member.trainer.fit(fit, test, fold=fold)
        known, said = member.known, None
        if len(test):
            is_left_out = fold >= 0
            said = (
                known.said(test, self.data.classes) if is_left_out else known.fitted.predict(self.data.frame.iloc[test])
            )
        empty = PreparedFold(None, fit[:0], fit[:0], fit[:0], fit_s=known.result.prepare_s, is_shared=True)
        return Trained(
            known.fitted, said, known.result.fit_s, 1e-6 * known.result.predict_us_per_row * len(test), empty
        )

    def _joined(self, blend: Blend, said: Sequence[Predictions | None]) -> Predictions:
        from core.models.adapters.combined import stacked

        return answers(blend, stacked([one for one in said if one is not None]), self.data.classes)

    def _learned(self, blend: Blend, parts: Sequence[Trained]) -> tuple[Predictions | None, np.ndarray]:
        """Join what the members say of rows that all of them learned from; nothing where one was not fitted here."""
        from core.models.adapters.combined import stacked

        rows = parts[0].learned_rows
        for part in parts[1:]:
            rows = np.intersect1d(rows, part.learned_rows)
        said = [_of_rows(part, rows) for part in parts if part.learned is not None]
        if len(said) < len(parts):
            return None, rows[:0]
        return answers(blend, stacked(said), self.data.classes), rows

    def _learned_whole(self, fitted: FittedModel, rows: np.ndarray) -> tuple[Predictions | None, np.ndarray]:
        """Return what the final ensemble says of rows it learned from, where no fold could tell."""
        if all(member.known is None for member in self.members):
            return None, rows[:0]
        judged = len(self.data.split.folds[0][1])
        sample = rows[learned_places(len(rows), judged=judged, seed=self.recipe.seed)]
        return fitted.predict(self.data.frame.iloc[sample]), sample

    def _fitted(self, blend: Blend, parts: Sequence[Trained], fit: np.ndarray) -> FittedModel:
        """Return the ensemble from raw columns on."""
        from sklearn.pipeline import Pipeline

        from core.models.adapters.combined import CombinedClassifier, CombinedRegressor

        self._warn_of_thresholds(parts)
        labels = [member.choice.label for member in self.members]
        pipelines = [part.fitted.pipeline for part in parts]
        model: Any = (
            CombinedClassifier(pipelines, labels, blend, list(self.data.classes))
            if self.data.classes
            else CombinedRegressor(pipelines, labels, blend)
        )
        columns = tuple(_union(part.fitted.columns for part in parts))
        return FittedModel(
            pipeline=Pipeline([("model", model)]),
            task=self.data.task.kind,
            target=self.data.task.target,
            columns=columns,
            classes=self.data.classes,
            key=self.spec.key,
            contract=learn_contract(self.data.frame.iloc[fit], columns, self.data.plan.policies),
        )

    def _warn_of_thresholds(self, parts: Sequence[Trained]) -> None:
        if any(part.fitted.threshold is not None for part in parts):
            warnings.warn(
                "The plan moves the threshold of each member. The ensemble joins probabilities and takes the likeliest "
                "class.",
                UserWarning,
                stacklevel=2,
            )


def _of_rows(part: Trained, rows: np.ndarray) -> Predictions:
    """Return what a member says of some of the rows that it learned from."""
    assert part.learned is not None
    order = np.argsort(part.learned_rows)
    places = order[np.searchsorted(part.learned_rows[order], rows)]
    shares = part.learned.probabilities
    return Predictions(part.learned.values[places], None if shares is None else shares[places])


def _union(several: Iterator[tuple[ColumnSchema, ...]]) -> Iterator[ColumnSchema]:
    seen: set[str] = set()
    for columns in several:
        for column in columns:
            if column.name not in seen:
                seen.add(column.name)
                yield column
