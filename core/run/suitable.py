"""Which models of a run do not suit its table, before the run and at the start of each model's turn."""

from __future__ import annotations

from core.data.schema import Dataset
from core.errors import LatheError, NotFound
from core.models.registry import get_model
from core.models.suitability import Refusal, check_suitability
from core.prepare.outline import outline_plan
from core.prepare.planned import PlanOutline
from core.run.data import TrainingData
from core.run.preparation import model_outline
from core.run.recipe import ModelChoice, Recipe


def prepared_width(outline: PlanOutline) -> int:
    """Return how many columns reach the model, about: levels and words are counted, not read."""
    return sum(feature.width for feature in outline.used)


def find_refusals(recipe: Recipe, dataset: Dataset, *, classes: int = 0) -> dict[str, Refusal]:
    """Return why models of a recipe would not be trained, by label; without reading the table.

    Parameters
    ----------
    recipe : Recipe
        The models, the plan and the split.
    dataset : Dataset
        The table.
    classes : int
        Classes of the target where they are known.

    Notes
    -----
    A model whose plan cannot be followed is left to the plan's own checks.
    """
    rows = round(dataset.rows * (1 - recipe.task.split.locked))
    found = {}
    for choice in recipe.models:
        try:
            spec = get_model(choice.key)
            width = 0 if spec.ensemble else prepared_width(model_outline(recipe, choice.label, dataset))
        except (LatheError, NotFound):
            continue
        refusal = check_suitability(
            spec, rows=rows, columns=width, classes=classes, task=recipe.task.kind, params=choice.params
        )
        if refusal is not None:
            found[choice.label] = refusal
    return found


def refusal_of(choice: ModelChoice, recipe: Recipe, data: TrainingData) -> Refusal | None:
    """Return why a model is not trained on rows that are there; ``data`` as this model sees them."""
    spec = get_model(choice.key)
    width = 0
    if not spec.ensemble:
        outline = outline_plan(
            data.plan, data.columns, spec.needs, aside=data.aside, task=data.task.kind, seed=recipe.seed
        )
        width = prepared_width(outline)
    return check_suitability(
        spec,
        rows=len(data.split.train),
        columns=width,
        classes=len(data.classes),
        task=data.task.kind,
        params=choice.params,
    )
