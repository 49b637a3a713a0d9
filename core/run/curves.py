"""Learning curve over rows and validation curve over a parameter, on the folds of a run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.errors import LatheError
from core.evaluate.metrics import MetricSpec
from core.models.registry import get_model
from core.params import ParamSpec, ParamValue, validate_params
from core.run.context import RunContext
from core.run.curve_fits import Work, first_rows, is_slow, point, work_for
from core.run.curve_keys import curve_key
from core.run.curve_result import Band, Curve, CurvePoint, is_more
from core.run.curve_values import param_of, value_text, values_for
from core.run.data import TrainingData
from core.run.recipe import Recipe
from core.words import number

SHARES = (0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
SLOW_SHARES = (0.25, 0.5, 1.0)
MOST_FOLDS = 5
SLOW_FOLDS = 3
_LEAST_ROWS = 10


def learning_curve(
    recipe: Recipe, label: str, data: TrainingData, context: RunContext, *, shares: Sequence[float] = ()
) -> Curve:
    """Train a model on growing parts of the rows that each fold learns from.

    Parameters
    ----------
    recipe, label : Recipe, str
        Of the run, and the model's name.
    data : TrainingData
        The run's; the locked rows are not touched.
    context : RunContext
    shares : sequence of float
        Of the rows of each fold, 0 to 1; five to eight, fewer for networks.

    Returns
    -------
    Curve
        Scores on rows learned from and on left-out rows by number of rows, and whether more rows would help: the last
        doubling of rows is held against chance.

    Raises
    ------
    LatheError
        Where the model could be trained on no part.
    """
    slow = is_slow(recipe, label)
    chosen = tuple(shares) or (SLOW_SHARES if slow else SHARES)
    work = work_for(recipe, label, data, context, most_folds=SLOW_FOLDS if slow else MOST_FOLDS)
    work.context.fits = len(chosen) * len(work.folds)
    size = round(float(np.mean([len(fit) for fit, _ in work.folds])))
    points = [_part(work, share, size) for share in chosen if share * size >= _LEAST_ROWS or share >= 1]
    finding, sentence, helps = _rows_finding([one for one in points if one.is_scored], data.metrics[0])
    return _curve(
        work, points, key=curve_key(recipe, label, "rows", chosen), finding=finding, sentence=sentence, is_better=helps
    )


def validation_curve(
    recipe: Recipe,
    label: str,
    data: TrainingData,
    context: RunContext,
    *,
    param: str,
    values: Sequence[ParamValue] = (),
) -> Curve:
    """Train a model with several values of one parameter.

    Parameters
    ----------
    recipe, label : Recipe, str
        Of the run, and the model's name.
    data : TrainingData
    context : RunContext
    param : str
        Name of a number, a switch or a choice.
    values : sequence of ParamValue
        To try; spread over the parameter's range without them. The model's own value is always among them.

    Returns
    -------
    Curve
        Scores by value, the best of them, and whether it is better than the model's own by more than chance.

    Raises
    ------
    LatheError
        Where there is no such parameter, a value is outside its range, or the model could be trained with none.
    """
    choice = recipe.choice(label)
    spec = param_of(choice.key, param)
    settled = validate_params(get_model(choice.key).params, choice.params)
    if param not in settled:
        raise LatheError(f"{spec.label} is not in use with the other settings of this model.", field="param")
    slow = is_slow(recipe, label)
    tried = values_for(spec, settled[param], given=values, most=4 if slow else 7)
    work = work_for(recipe, label, data, context, most_folds=SLOW_FOLDS if slow else MOST_FOLDS)
    work.context.fits = len(tried) * len(work.folds)
    points = [point(work, one, params={param: one}, words=f"{spec.label}: {value_text(spec, one)}") for one in tried]
    best, finding, sentence, better = _value_finding(points, spec, settled[param], data.metrics[0])
    curve = _curve(
        work, points, key=curve_key(recipe, label, param, tried), finding=finding, sentence=sentence, is_better=better
    )
    return curve.model_copy(update={"param": param, "current": settled[param], "best": best})


def _part(work: Work, share: float, size: int) -> CurvePoint:
    def used(rows: np.ndarray) -> np.ndarray:
        return first_rows(rows, share, work.data, seed=work.recipe.seed)

    rows = round(share * size)
    return point(work, rows, rows=None if share >= 1 else used, words=f"{rows:,} rows")


def _curve(
    work: Work, points: Sequence[CurvePoint], *, key: str, finding: str, sentence: str, is_better: bool
) -> Curve:
    metric = work.data.metrics[0]
    if not any(one.is_scored for one in points):
        reason = next((one.reason for one in points if one.reason), "no fold could be judged")
        raise LatheError(f"The model could be trained nowhere on the curve: {reason}", hint="Train the model first.")
    return Curve(
        key=key,
        label=work.label,
        metric=metric.key,
        greater_is_better=metric.greater_is_better,
        points=tuple(points),
        finding=finding,
        sentence=sentence,
        is_better=is_better,
        rows=len(work.data.split.train),
        folds=len(work.folds),
    )


def _rows_finding(points: Sequence[CurvePoint], metric: MetricSpec) -> tuple[str, str, bool]:
    if len(points) < 2:
        return "Too few rows to draw a curve", "There are not enough rows to learn from parts of them.", False
    last = points[-1]
    half = min(points[:-1], key=lambda one: abs(float(one.value or 0) - float(last.value or 0) / 2))
    helps = is_more(last, half, sign=metric.sign)
    told = (
        f"From {half.value:,} to {last.value:,} rows {metric.title} went from {number(Band.of(half.unseen).mean)} to "
        f"{number(Band.of(last.unseen).mean)}"
    )
    if helps is None:
        return told, "Some part could not be judged, so there is no telling what is chance.", False
    if helps:
        return "More rows would help: it is still getting better", f"{told}, more than chance.", True
    apart = metric.sign * (Band.of(last.learned).mean - Band.of(last.unseen).mean)
    wide = (
        f" On its own rows it is {number(apart)} better; holding it back may close some of that." if apart > 0 else ""
    )
    return "It has learned what it can from rows like these", f"{told}, within what chance may do.{wide}", False


def _value_finding(
    points: Sequence[CurvePoint], spec: ParamSpec, current: ParamValue, metric: MetricSpec
) -> tuple[ParamValue, str, str, bool]:
    scored = [one for one in points if one.is_scored]
    if not scored:
        return current, "", "", False
    best = max(scored, key=lambda one: metric.sign * Band.of(one.unseen).mean)
    own = next((one for one in scored if one.value == current and type(one.value) is type(current)), None)
    name, top = value_text(spec, best.value), number(Band.of(best.unseen).mean)
    if own is None or best is own:
        return best.value, f"{spec.label} does best at {name}, as it is now", f"{metric.title} {top}.", False
    better = bool(is_more(best, own, sign=metric.sign, among=len(scored) - 1))
    told = (
        f"{metric.title} {top} with {name}, against {number(Band.of(own.unseen).mean)} with {value_text(spec, current)}"
    )
    if better:
        return best.value, f"{spec.label} does better at {name}", f"{told}; more than chance.", True
    return best.value, f"{spec.label} may stay as it is", f"{told}; that is within what chance may do.", False
