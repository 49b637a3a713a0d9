"""What mistakes cost: the matrix of a task, and the classes of lowest expected cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.data.task import MistakeCost, Task
from core.errors import InvalidInput, LatheError
from core.types import TaskKind


def cost_matrix(task: Task, classes: Sequence[str]) -> np.ndarray | None:
    """Return the cost of each pair of true and called class.

    Returns
    -------
    float64 ndarray of shape (n_classes, n_classes) or None
        True class by row; None where the task names no costs.
    """
    if not task.costs or not task.kind.is_classification:
        return None
    place = {label: index for index, label in enumerate(classes)}
    costs = np.zeros((len(classes), len(classes)))
    for one in task.costs:
        if one.true in place and one.called in place:
            costs[place[one.true], place[one.called]] = one.cost
    return costs


def check_costs(task: Task, classes: Sequence[str]) -> None:
    """Check that costs name classes of the target.

    Raises
    ------
    InvalidInput
        With every problem; the field is ``task.costs``.
    """
    problems: list[LatheError] = []
    if task.costs and task.kind is TaskKind.REGRESSION:
        problems.append(LatheError("Costs belong to classes; a number is predicted.", field="task.costs"))
    known, pairs = set(classes), [(cost.true, cost.called) for cost in task.costs]
    unknown = sorted({label for pair in pairs for label in pair} - known)
    if unknown and task.kind.is_classification:
        hint = f"Classes: {', '.join(list(classes)[:12])}."
        problems.append(LatheError(f"Costs name a class {unknown[0]!r} that is none.", hint=hint, field="task.costs"))
    if len(set(pairs)) < len(pairs):
        problems.append(LatheError("Each pair of classes has one cost; one is named twice.", field="task.costs"))
    if problems:
        raise InvalidInput(problems)


def two_costs(miss: float, alarm: float, *, positive: str, other: str) -> tuple[MistakeCost, ...]:
    """Return the costs of a miss and a false alarm as a task names them."""
    return (
        MistakeCost(true=positive, called=other, cost=miss),
        MistakeCost(true=other, called=positive, cost=alarm),
    )


def row_weights(frame: pd.DataFrame, task: Task) -> np.ndarray | None:
    """Return how much each row counts in the scores, or None where all count alike.

    Raises
    ------
    LatheError
        Where the column is not there, or holds text, gaps or negative numbers, or nothing but zeros.
    """
    if not task.weight:
        return None
    if task.weight not in frame:
        raise LatheError(f"The column of weights {task.weight!r} is not in the table.", field="task.weight")
    weights = pd.to_numeric(frame[task.weight], errors="coerce").to_numpy(dtype=np.float64)
    wrong = ~np.isfinite(weights) | (weights < 0)
    if wrong.any() or not weights.sum() > 0:
        said = f"{int(wrong.sum()):,} rows have none" if wrong.any() else "all are 0"
        raise LatheError(
            f"Weights must be numbers from 0 up; in {task.weight!r} {said}.",
            hint="Fill or correct the column, or let all rows count alike.",
            field="task.weight",
        )
    return weights
