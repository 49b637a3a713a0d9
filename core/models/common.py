"""What several model declarations share."""

from __future__ import annotations

from core.params import ParamSpec
from core.types import ParamLevel, TaskKind

ALL_TASKS = (TaskKind.BINARY, TaskKind.MULTICLASS, TaskKind.REGRESSION)

BALANCED = ParamSpec(
    name="balanced",
    kind="bool",
    default=False,
    label="Weigh rare classes up",
    help="Every class counts the same in total, however few rows it has (class weights). Finds more of a rare class "
    "and gives more false alarms; probabilities are shifted too. Without effect when a number is predicted.",
    why_default="Honest probabilities need the classes as they occur.",
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


def class_weight(balanced: object) -> str | None:
    """Return scikit-learn's ``class_weight`` for the switch `BALANCED`."""
    return "balanced" if balanced else None
