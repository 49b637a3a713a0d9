"""What the job of pricing a run does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.run.context import RunContext
from core.store.workspace import Workspace


def price(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Time the models ``labels`` of the ``recipe`` on small parts of the table ``dataset_id`` and keep their prices."""
    from core.data.catalog import DatasetCatalog
    from core.run.price import price as measure
    from core.run.price_store import save_prices
    from core.run.recipe import Recipe

    dataset = DatasetCatalog(workspace).get(str(payload["dataset_id"]))
    recipe = Recipe.model_validate(payload["recipe"])
    only = frozenset(str(label) for label in payload["labels"])
    prices = measure(recipe, workspace, dataset, context, only=only)
    save_prices(workspace, recipe, dataset, prices)
    return {"labels": [price.label for price in prices]}
