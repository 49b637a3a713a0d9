"""What several model declarations share."""

from __future__ import annotations

from typing import Any

from core.params import ParamSpec, ParamValue
from core.types import ParamLevel, TaskKind

ALL_TASKS = (TaskKind.BINARY, TaskKind.MULTICLASS, TaskKind.REGRESSION)

CLASS_WEIGHT = ParamSpec(
    name="class_weight",
    kind="choice",
    default="none",
    choices=("none", "balanced"),
    choice_labels=("Every row counts the same", "Every class counts the same"),
    label="Class weights",
    help="Balanced weights make rare classes count more: more of them are found, with more false alarms, and "
    "probabilities are shifted. Without effect where a number is predicted.",
    why_default="Keeps the probabilities honest.",
    level=ParamLevel.ADVANCED,
    tunable=False,
)

MAX_DEPTH = ParamSpec(
    name="max_depth",
    kind="int",
    default=None,
    low=1,
    high=50,
    optional=True,
    label="Most questions in a row",
    help="Depth of a tree. Deeper trees see finer patterns and learn noise sooner.",
    level=ParamLevel.ADVANCED,
)


def class_weight(chosen: ParamValue) -> str | None:
    """Return scikit-learn's ``class_weight`` for a value of `CLASS_WEIGHT`."""
    return None if chosen == "none" else str(chosen)


def on_unit_scale(regressor: Any) -> Any:
    """Return ``regressor`` learning the standardised target; its predictions are in the target's own unit.

    Trees stop where the variance is below 2e-16, and LightGBM keeps the target in single precision: a target around
    1e-9, or of instants in milliseconds, would be learned wrongly without a word.
    """
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.preprocessing import StandardScaler

    return TransformedTargetRegressor(regressor, transformer=StandardScaler(), check_inverse=False)
