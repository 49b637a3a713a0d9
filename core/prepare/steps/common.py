"""What the declarations of steps share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, InputNeeds, StepContext
from core.types import ColumnKind, ParamLevel

CATEGORY_KINDS = (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN, ColumnKind.IDENTIFIER)
NUMBER_KINDS = (ColumnKind.NUMERIC,)
NUMBER_LIKE_KINDS = (ColumnKind.NUMERIC, ColumnKind.DATETIME)

WHEN_NEEDED = ParamSpec(
    name="when",
    kind="choice",
    default="needed",
    choices=("needed", "always"),
    choice_labels=("Only for models that need it", "For every model"),
    label="Apply",
    help="Boosted trees learn on which side of a split missing values belong.",
    why_default="A model that handles missing values itself loses information when they are filled.",
    level=ParamLevel.ADVANCED,
    tunable=False,
)


def needs_filling(params: Mapping[str, ParamValue], needs: InputNeeds) -> bool:
    """Tell whether missing numbers are filled: where the model needs it, or the person says always."""
    return not needs.native_missing or params.get("when") == "always"


def without_gaps(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return the features with no missing cell left."""
    return tuple(feature.becomes(gaps=False) for feature in context.features)


def text_of(params: Mapping[str, ParamValue], name: str) -> str:
    """Return a parameter as text."""
    return str(params.get(name) or "")


def number_of(params: Mapping[str, ParamValue], name: str) -> float:
    """Return a parameter as a number; 0 where it is none."""
    value: Any = params.get(name)
    return float(value or 0.0)
