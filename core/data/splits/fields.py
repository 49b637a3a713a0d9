"""What can be said of a split before any row is divided: fields that do not fit, and choices that are risky."""

from __future__ import annotations

from collections.abc import Collection

from core.data.task import Split, Task
from core.errors import LatheError
from core.types import SplitKind, SplitPart

FEW_ROWS = 1000
"""Below this a single part makes scores depend on which rows fell into it."""

_NEEDED = {SplitKind.GROUP: "group", SplitKind.TIME: "time", SplitKind.COLUMN: "column"}
_LEAST_LEARNED = 0.1


def split_problems(names: Collection[str], task: Task) -> list[LatheError]:
    """Return what prevents the division, from the names of the table's columns alone."""
    split = task.split
    problems = _column_problems(names, task)
    if split.kind is SplitKind.COLUMN and split.column in names and not split.parts:
        problems.append(
            LatheError(
                f"A split by a column needs to know what the rows of each value of {split.column} are for.",
                hint="Give each value a part.",
                field="task.split.parts",
            )
        )
    if split.is_single and split.kind.is_shuffled and split.validation + split.locked > 1 - _LEAST_LEARNED:
        problems.append(_nothing_left("validation", "Judge or lock away less."))
    if split.kind is SplitKind.TIME and split.test_share * split.folds > 1 - _LEAST_LEARNED:
        problems.append(_nothing_left("test_share", "Use fewer folds, or judge a smaller share in each."))
    return problems


def _column_problems(names: Collection[str], task: Task) -> list[LatheError]:
    field = _NEEDED.get(task.split.kind)
    if field is None:
        return []
    chosen = getattr(task.split, field)
    if chosen not in names:
        what = "column that says the part" if field == "column" else f"{field} column"
        by = "a column" if field == "column" else field
        return [
            LatheError(
                f"A split by {by} needs a {what}.",
                hint="Choose the column, or another split.",
                field=f"task.split.{field}",
            )
        ]
    if chosen == task.target:
        return [
            LatheError(
                f"The column that divides the rows must not be the one that is predicted; both are {chosen}.",
                hint="Choose another column, or another split.",
                field=f"task.split.{field}",
            )
        ]
    return []


def _nothing_left(field: str, hint: str) -> LatheError:
    return LatheError(
        f"At least {_LEAST_LEARNED:.0%} of the rows must be left to learn from; what is judged and locked away "
        "takes more.",
        hint=hint,
        field=f"task.split.{field}",
    )


def least_rows(split: Split) -> int:
    """Return how many rows with a target the split needs."""
    return 10 if split.is_single else 4 * (split.named_folds or split.folds)


def split_warnings(known: int, task: Task) -> list[str]:
    """Return what should be said of the choice for a table of ``known`` rows with a target."""
    split, warnings = task.split, []
    if split.is_single and known < FEW_ROWS:
        judged = f"about {round(split.validation * known):,} rows" if split.validation else "one part"
        warnings.append(
            f"With {known:,} rows a single hold-out is risky: {judged} judge every model, and which rows they happen "
            "to be decides. Folds judge every row once."
        )
    if split.is_single and not split.locked and not split.second and SplitPart.LOCKED not in split.parts.values():
        warnings.append("The rows that choose the best model also give its score; lock some away for the last word.")
    if split.kind is SplitKind.COLUMN and task.is_used(split.column):
        warnings.append(f"{split.column} says where a row stands and is used to predict from; set it aside.")
    return warnings
