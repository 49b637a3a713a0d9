"""Under what a curve is found again."""

from __future__ import annotations

import hashlib

from core.run.environment import environment
from core.run.recipe import Budget, Recipe

SAMPLE_ROWS = 2_000
SAMPLE_FOLDS = 3


def curve_key(recipe: Recipe, label: str, *about: object) -> str:
    """Return a hash of all that decides a curve's numbers; time allowed and other models make no difference."""
    alone = recipe.only(label).model_copy(update={"budget": Budget(device=recipe.budget.device)})
    parts = (alone.fingerprint(), environment(), *about)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def show_me_key(recipe: Recipe, label: str, param: str) -> str:
    """Return under what a curve on a sample of the same model, plan and table is found again."""
    return curve_key(recipe, label, "show me", param, SAMPLE_ROWS, SAMPLE_FOLDS)
