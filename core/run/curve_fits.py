"""The fits behind a curve: a model with some parameters, on some of the rows of a run's folds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.errors import LatheError
from core.evaluate.metrics import MetricSpec
from core.evaluate.outcome import Outcome
from core.evaluate.scoring import score_folds
from core.models.registry import get_model
from core.params import ParamValue, validate_params
from core.run.context import RunContext
from core.run.curve_result import CurvePoint
from core.run.data import TrainingData
from core.run.devices import resolve_for
from core.run.ensembles import EnsembleTrainer
from core.run.judging import judged_outcome
from core.run.parts import PartContext
from core.run.preparation import choice_plan
from core.run.recipe import Recipe
from core.run.trainer import Trainer
from core.types import SplitKind

Fold = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Work:
    """What the fits of a curve share.

    Attributes
    ----------
    recipe, label : Recipe, str
        The model's choice, and those of its members where it has any.
    data : TrainingData
        The run's.
    context : PartContext
        Told of every fit.
    folds : tuple of (ndarray, ndarray)
        Rows to learn from, and to judge, of the folds that are used.
    """

    recipe: Recipe
    label: str
    data: TrainingData
    context: PartContext
    folds: tuple[Fold, ...]


def work_for(recipe: Recipe, label: str, data: TrainingData, context: RunContext, *, most_folds: int) -> Work:
    """Settle what the fits of a curve share: the folds of the run's first division, at most ``most_folds``."""
    choice = recipe.choice(label)
    plan, columns = choice_plan(choice, data.plan, data.columns)
    own = replace(data, plan=plan, columns=columns)
    first = [fold for fold, repeat in zip(data.split.folds, _repeats(data), strict=True) if repeat == 0]
    return Work(recipe, label, own, PartContext(context), tuple(first[:most_folds]))


def _repeats(data: TrainingData) -> tuple[int, ...]:
    return data.split.repeats or (0,) * len(data.split.folds)


def is_slow(recipe: Recipe, label: str) -> bool:
    """Tell whether a model is a network, or has one among its members: its curves have fewer points and folds."""
    keys = [choice.key for choice in recipe.only(label).models]
    return any(get_model(key).framework.pool != "classic" for key in keys)


def point(
    work: Work,
    value: ParamValue,
    *,
    params: Mapping[str, ParamValue] | None = None,
    rows: Callable[[np.ndarray], np.ndarray] | None = None,
    words: str,
) -> CurvePoint:
    """Fit and score a model on every fold.

    Parameters
    ----------
    work : Work
    value : ParamValue
        Where on the curve.
    params : mapping, optional
        Parameters that differ from the model's own.
    rows : callable, optional
        Rows to learn from to those of them that are used; all without it.
    words : str
        For the progress.

    Returns
    -------
    CurvePoint
        Without scores but with the reason where it cannot be fitted so.
    """
    learned: list[float] = []
    judged: list[Outcome] = []
    fit_s, metric = 0.0, work.data.metrics[0]
    try:
        trainer = _trainer(work, params or {}, part=rows is not None)
        for number, (fit, test) in enumerate(work.folds):
            work.context.begin(f"fold {number + 1} of {len(work.folds)}", words)
            used = fit if rows is None else rows(fit)
            done = trainer.fit(used, test, fold=number)
            fit_s += done.fit_s
            if done.learned is not None and done.predictions is not None:
                learned.append(_value(metric, judged_outcome(done.learned, done.learned_rows, work.data)))
                judged.append(judged_outcome(done.predictions, test, work.data))
    except (LatheError, ValueError, FloatingPointError) as error:
        # Few rows may lack a class, and an extreme value may not converge: that is a finding, the others go on.
        text = error.message if isinstance(error, LatheError) else f"{type(error).__name__}: {error}"
        return CurvePoint(value=value, reason=" ".join(text.split())[:300])
    unseen = tuple(_value(metric, one) for one in judged)
    draws: tuple[float, ...] = ()
    if judged and np.isfinite(unseen).all():
        tests = [test for _, test in work.folds]
        draws = tuple(score_folds(judged, (metric,), seed=work.recipe.seed, rows=tests)[0].draws.tolist())
    return CurvePoint(value=value, learned=tuple(learned), unseen=unseen, draws=draws, fit_s=fit_s)


def _trainer(work: Work, params: Mapping[str, ParamValue], *, part: bool) -> Trainer | EnsembleTrainer:
    choice = work.recipe.choice(work.label)
    spec = get_model(choice.key)
    settled = validate_params(spec.params, {**choice.params, **params})
    # Prepared parts of folds would push whole ones, which other models wait for, out of the cache.
    data = replace(work.data, cache=None) if part else work.data
    if spec.ensemble:
        return EnsembleTrainer(spec, settled, choice, work.recipe, data, work.context, resolve=resolve_for)
    return Trainer(spec, settled, work.recipe, data, work.context, resolve_for(spec, work.recipe))


def _value(metric: MetricSpec, outcome: Outcome) -> float:
    return float("nan") if metric.undefined(outcome) else float(metric.function(outcome)[0])


def first_rows(rows: np.ndarray, share: float, data: TrainingData, *, seed: int) -> np.ndarray:
    """Return a share of the rows that a fold learns from; a larger share holds all rows of a smaller one.

    Shuffled with the same mix of classes; by group whole groups; by time the latest, those just before what is judged.
    """
    count = max(round(share * len(rows)), 1)
    if share >= 1:
        return rows
    split = data.task.split
    if split.kind is SplitKind.TIME:
        return rows[-count:]
    rng = np.random.default_rng(seed)
    if split.kind is SplitKind.GROUP:
        names = data.frame[split.group].astype(str).to_numpy()[rows]
        groups = rng.permutation(np.unique(names))
        place = {name: number for number, name in enumerate(groups)}
        order = np.argsort([place[name] for name in names], kind="stable")
        last = names[order[count - 1]]
        return np.sort(rows[order[: int(np.flatnonzero(names[order] == last)[-1]) + 1]])
    if not data.task.kind.is_classification:
        return np.sort(rng.permutation(rows)[:count])
    at = np.empty(len(rows))
    for label in np.unique(data.y[rows]):
        mine = np.flatnonzero(data.y[rows] == label)
        at[mine] = (rng.permutation(len(mine)) + 0.5) / len(mine)
    return np.sort(rows[np.argsort(at, kind="stable")[:count]])
