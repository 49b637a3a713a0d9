"""Plans held against each other, and columns against their absence: the same model, the same folds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from core.errors import LatheError
from core.evaluate.metrics import get_metric
from core.evaluate.ties import gap_interval
from core.prepare.plan import PreparePlan
from core.run.recipe import ModelChoice, Recipe
from core.run.result import ModelResult
from core.types import ModelStatus

WITH_ALL = "all columns"


class Difference(BaseModel):
    """How much better or worse the same model does than the first of a comparison.

    Attributes
    ----------
    label : str
        Name of the plan, or which columns are left out.
    first_label : str
        What it is held against.
    metric : str
        Key of the metric.
    value, first_value : float
        Cross-validated scores.
    change, low, high : float
        How much better than the first (in the metric's units; positive is better), with its 95 % interval.
    tied : bool
        The interval contains 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    first_label: str
    metric: str
    value: float
    first_value: float
    change: float
    low: float
    high: float
    tied: bool


def plan_comparison(recipe: Recipe, model: ModelChoice, plans: Mapping[str, PreparePlan]) -> Recipe:
    """Return a recipe that trains one model once for each plan, on the same folds.

    Parameters
    ----------
    recipe : Recipe
        Names the data, the task and the seed.
    model : ModelChoice
        The model, with its parameters.
    plans : mapping of str to PreparePlan
        By name, at least two; the others are held against the first.

    Raises
    ------
    LatheError
        Where there is nothing to compare.
    """
    if len(plans) < 2:
        raise LatheError("A comparison needs two plans.", hint="Save this plan, change it, and compare the two.")
    if len({plan.fingerprint() for plan in plans.values()}) == 1:
        raise LatheError("The plans compute the same, so there is nothing to compare.", hint="Change one of them.")
    choices = [model.model_copy(update={"name": f"{model.key} ({name})", "plan": plan}) for name, plan in plans.items()]
    return recipe.model_copy(update={"models": tuple(choices)})


def autopsy(recipe: Recipe, model: ModelChoice, columns: Sequence[str]) -> Recipe:
    """Return a recipe that trains one model with all its features, and once without each of ``columns``.

    A column that gives the target away (it became known only afterwards) shows as a large fall.

    Raises
    ------
    LatheError
        Where no column is named.
    """
    if not columns:
        raise LatheError("Leaving out needs at least one column.", hint="Choose a column.")
    whole = model.model_copy(update={"name": f"{model.key} ({WITH_ALL})"})
    less = [
        model.model_copy(update={"name": f"{model.key} (without {number})", "without": (*model.without, column)})
        for number, column in enumerate(columns, start=1)
    ]
    return recipe.model_copy(update={"models": (whole, *less)})


def differences(recipe: Recipe, results: Sequence[ModelResult], metric: str) -> tuple[Difference, ...]:
    """Hold the models of a comparison against its first one.

    Parameters
    ----------
    recipe : Recipe
        From `plan_comparison` or `autopsy`.
    results : sequence of ModelResult
        As far as they are there; those without a score are left out.
    metric : str
        Key of the run's metric.

    Returns
    -------
    tuple of Difference
        In the recipe's order; empty while the first has no score.

    Notes
    -----
    The interval is the 95 % percentile interval of the paired bootstrap difference: both were scored on the same rows.
    """
    done = {result.label: result for result in results if result.status is ModelStatus.OK and result.scores}
    choices = [choice for choice in recipe.models if choice.label in done and is_compared(choice)]
    if not choices or choices[0].label != _first(recipe):
        return ()
    first, *others = choices
    return tuple(_difference(other, first, done, metric) for other in others)


def is_compared(choice: ModelChoice) -> bool:
    """Tell whether a model stands in a recipe to be compared."""
    return choice.plan is not None or bool(choice.without) or choice.name.endswith(f"({WITH_ALL})")


def is_comparison(recipe: Recipe) -> bool:
    """Tell whether a recipe is from `plan_comparison` or `autopsy`."""
    return sum(is_compared(choice) for choice in recipe.models) > 1


def name_of(choice: ModelChoice) -> str:
    """Return what a compared model is called: its plan, or what it does without."""
    if choice.without:
        return f"without {', '.join(choice.without)}"
    return choice.name.removeprefix(f"{choice.key} (").removesuffix(")")


def _first(recipe: Recipe) -> str:
    return next(choice.label for choice in recipe.models if is_compared(choice))


def _difference(other: ModelChoice, first: ModelChoice, done: Mapping[str, ModelResult], metric: str) -> Difference:
    sign = get_metric(metric).sign
    ours, theirs = done[other.label], done[first.label]
    value, first_value = ours.scores[0].value, theirs.scores[0].value
    low, high = gap_interval(ours.bootstrap, theirs.bootstrap, sign)
    return Difference(
        label=name_of(other),
        first_label=name_of(first),
        metric=metric,
        value=value,
        first_value=first_value,
        change=sign * (value - first_value),
        low=low,
        high=high,
        tied=not (low > 0 or high < 0),
    )


def _digits(width: float) -> int:
    """Return how many decimals tell the ends of an interval of this width apart, with two that count."""
    if not math.isfinite(width) or width <= 0:
        return 3
    return min(max(1 - math.floor(math.log10(width)), 0), 8)


def sentence(difference: Difference) -> str:
    """Say in words what came out."""
    digits = _digits(difference.high - difference.low)
    change, low, high = (f"{v:+,.{digits}f}" for v in (difference.change, difference.low, difference.high))
    span = f"{change} ({low} to {high})"
    if difference.tied:
        return f"{difference.label} and {difference.first_label} are tied: {span}."
    verb = "is better than" if difference.change > 0 else "is worse than"
    return f"{difference.label} {verb} {difference.first_label}: {span}."
