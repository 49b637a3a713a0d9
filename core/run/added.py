"""A run grows: one more model on the same folds, beside those that are there."""

from __future__ import annotations

from core.errors import NotFound
from core.run.recipe import ModelChoice, Recipe
from core.store.tables import RunRow
from core.store.workspace import Workspace


def with_model(recipe: Recipe, choice: ModelChoice) -> Recipe:
    """Return the recipe with one more model, the last."""
    return recipe.model_copy(update={"models": (*recipe.models, choice)})


def store_model(workspace: Workspace, run_id: str, choice: ModelChoice) -> None:
    """Add a model to a stored run's recipe. Whoever calls holds the lock on runs that grow.

    Raises
    ------
    NotFound
        Where the run was deleted meanwhile.
    """
    with workspace.database.session() as session:
        row = session.get(RunRow, run_id)
        if row is None:
            raise NotFound(f"There is no run {run_id!r} in this workspace.", hint="It may have been deleted.")
        recipe = with_model(Recipe.model_validate(row.recipe), choice)
        row.recipe, row.models = recipe.model_dump(mode="json"), len(recipe.models)


def label_of(words: str) -> str:
    """Return what of some words a model's name may hold (`core.jobs.checks`), 70 characters at most."""
    kept = "".join(one if one.isalnum() or one in " .+=-" else " " for one in words)
    return " ".join(kept.split()).strip(" .+=-")[:70].strip(" .+=-") or "Model"


def free_label(recipe: Recipe, wanted: str) -> str:
    """Return ``wanted``, or with a number behind it where a model of the recipe has that name already."""
    taken = {choice.label.casefold() for choice in recipe.models}
    names = (wanted, *(f"{wanted} {number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name.casefold() not in taken)
