"""What can be read inside a model: its weights, or its rules. Kept beside the model, so that a screen loads neither."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from core.explain.coefficients import CoefficientTable, coefficients
from core.explain.tree_rules import TreeRules, tree_rules
from core.models.fitted import FittedModel
from core.store.artifacts import read_json, write_json

INSIDE_FILE = "inside.json"


class Inside(BaseModel):
    """What was found; a part is None where the model has no such thing."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    weights: CoefficientTable | None = None
    tree: TreeRules | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the model cannot be read."""
        return self.weights is None and self.tree is None


def look_inside(fitted: FittedModel) -> Inside:
    """Return what can be read of a fitted model, from raw columns on."""
    return Inside(weights=coefficients(fitted), tree=tree_rules(fitted))


def write_inside(fitted: FittedModel, folder: Path) -> None:
    """Write what can be read of a model beside it; nothing where there is nothing."""
    inside = look_inside(fitted)
    if not inside.is_empty:
        write_json(folder / INSIDE_FILE, inside)


def read_inside(folder: Path) -> Inside | None:
    """Return what was written; None where there is nothing, or something of another version."""
    try:
        return Inside.model_validate(read_json(folder / INSIDE_FILE))
    except (FileNotFoundError, ValidationError, ValueError):
        return None
