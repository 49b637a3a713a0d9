"""What the steps that choose or make columns by the target share."""

from __future__ import annotations

from collections.abc import Mapping

from core.params import ParamValue
from core.prepare.spec import Feature, StepContext
from core.prepare.steps.common import number_of


def task_word(context: StepContext) -> str:
    """Return "classification" or "regression"; empty where no task is known, and the target itself tells."""
    if context.task is None:
        return ""
    return "classification" if context.task.is_classification else "regression"


def total_width(context: StepContext) -> int:
    """Return the columns of all features together, about."""
    return sum(feature.width for feature in context.features)


def at_most_count(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return the features, none wider than what is kept; which of them stay is learned from the rows."""
    if params.get("keep", "count") != "count":
        return context.features
    count = int(number_of(params, "count"))
    return tuple(feature.becomes(width=min(feature.width, count)) for feature in context.features)
