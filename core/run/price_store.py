"""Price tags as stored: one a model, found again for as long as nothing that decides them has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pydantic import ValidationError

from core.data.schema import Dataset
from core.run.environment import environment
from core.run.price_types import ModelPrice
from core.run.recipe import Budget, Recipe
from core.store.artifacts import read_json, remove_older, write_json
from core.store.workspace import Workspace

_FOLDER = ("cache", "price")
_KEPT_S = 30 * 24 * 3600.0


def stored_prices(workspace: Workspace, recipe: Recipe, dataset: Dataset) -> dict[str, ModelPrice]:
    """Return the prices that are known of a recipe's models, by label."""
    found = {}
    for choice in recipe.models:
        try:
            price = ModelPrice.model_validate(read_json(_path(workspace, recipe, choice.label, dataset)))
        except (OSError, ValueError, ValidationError):
            continue
        found[choice.label] = price.model_copy(update={"label": choice.label})
    return found


def save_prices(workspace: Workspace, recipe: Recipe, dataset: Dataset, prices: tuple[ModelPrice, ...]) -> None:
    """Keep the prices of a recipe's models."""
    for price in prices:
        write_json(_path(workspace, recipe, price.label, dataset), price)
    remove_older(workspace.folder(*_FOLDER), _KEPT_S)


def _path(workspace: Workspace, recipe: Recipe, label: str, dataset: Dataset) -> Path:
    """Return where a model's price is kept; its name and the time allowed make no difference."""
    alone = recipe.only(label)
    nameless = tuple(choice.model_copy(update={"name": ""}) for choice in alone.models)
    same = alone.model_copy(
        update={"models": nameless, "budget": Budget(device=recipe.budget.device), "dataset": dataset.fingerprint}
    )
    settings = workspace.settings
    parts = (same.fingerprint(), settings.threads_per_worker, environment())
    return workspace.folder(*_FOLDER) / f"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}.json"
