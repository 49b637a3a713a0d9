"""How a model of a run is prepared for: the columns it sees, its plan, and the plan's outline."""

from __future__ import annotations

from core.data.schema import ColumnSchema, Dataset
from core.data.task import Task
from core.errors import NotFound
from core.models.registry import get_model
from core.prepare.default import default_plan
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.planned import PlanOutline
from core.prepare.registry import get_step
from core.run.recipe import ModelChoice, Recipe


def feature_columns(dataset: Dataset, task: Task) -> tuple[ColumnSchema, ...]:
    """Return the columns that a task predicts from."""
    return tuple(column for column in dataset.columns if task.is_used(column.name))


def columns_aside(dataset: Dataset, task: Task) -> tuple[ColumnSchema, ...]:
    """Return the columns that are neither features nor the target."""
    return tuple(c for c in dataset.columns if c.name != task.target and not task.is_used(c.name))


def plan_of(recipe: Recipe, columns: tuple[ColumnSchema, ...], *, rows: int = 0) -> PreparePlan:
    """Return the recipe's plan for the columns in use, or the suggested one for a table of ``rows`` rows."""
    if recipe.plan is None:
        return default_plan(columns, rows=rows, task=recipe.task.kind)
    return recipe.plan.only([column.name for column in columns])


def choice_plan(
    choice: ModelChoice, plan: PreparePlan, columns: tuple[ColumnSchema, ...]
) -> tuple[PreparePlan, tuple[ColumnSchema, ...]]:
    """Return the plan and the features of one model: it may do without some, and have a plan of its own.

    A step that cannot be done without a column left out goes with it, and so does what is made of its features.
    """
    seen = tuple(column for column in columns if column.name not in choice.without)
    own = choice.plan or plan
    steps = tuple(step for step in own.steps if not _needed(step) & set(choice.without))
    return own.model_copy(update={"steps": steps}).only([column.name for column in seen]), seen


def _needed(step: StepChoice) -> set[str]:
    """Return the columns that a step cannot do without: those it looks up, and those that a formula reads."""
    try:
        params = get_step(step.step).params
    except NotFound:
        return set()
    looked_up = {str(step.params.get(param.name) or "") for param in params if param.kind == "column"}
    return looked_up | (set(step.columns) if any(param.name == "formula" for param in params) else set())


def model_outline(recipe: Recipe, label: str, dataset: Dataset) -> PlanOutline:
    """Return how the model called ``label`` is prepared for.

    Parameters
    ----------
    recipe : Recipe
        Of the run.
    label : str
        Name of one of its models.
    dataset : Dataset
        In the version that the run was made on.
    """
    choice = next(choice for choice in recipe.models if choice.label == label)
    columns = feature_columns(dataset, recipe.task)
    plan, seen = choice_plan(choice, plan_of(recipe, columns, rows=dataset.rows), columns)
    aside = columns_aside(dataset, recipe.task)
    needs = get_model(choice.key).needs
    return outline_plan(plan, seen, needs, aside=aside, task=recipe.task.kind, seed=recipe.seed)
