"""Propose what kind of task a target makes, and find what would spoil it before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.data.schema import ColumnSchema, Dataset
from core.data.splits.fields import least_rows, split_problems, split_warnings
from core.data.target import has_target, target_values
from core.data.task import Split, Task
from core.errors import InvalidInput, LatheError
from core.types import ColumnKind, ColumnRole, EqualRows, Meaning, SplitKind, StorageType, TaskKind

MAX_CLASS_NUMBERS = 20
"""A whole-number target with at most this many distinct values is proposed as classes."""

MAX_CLASSES = 200


class TaskProposal(BaseModel):
    """What the target seems to ask for, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: TaskKind
    reason: str
    warnings: tuple[str, ...] = ()


def propose_task(column: ColumnSchema, frame: pd.DataFrame | None = None) -> TaskProposal:
    """Propose a task kind for a target column.

    Parameters
    ----------
    column : ColumnSchema
        The target.
    frame : DataFrame, optional
        Table holding the column; counts are taken from the schema where it is absent.

    Returns
    -------
    TaskProposal
        Kind, reason in words, and warnings such as a rare class.
    """
    unique = column.unique if frame is None else int(frame[column.name].nunique())
    numeric = column.storage in (StorageType.INT, StorageType.FLOAT) and column.kind in (
        ColumnKind.NUMERIC,
        ColumnKind.IDENTIFIER,
    )
    if unique == 2:
        values = " and ".join(column.examples[:2])
        return TaskProposal(
            kind=TaskKind.BINARY, reason=f"{column.name} has two values{f', {values}' if values else ''}."
        )
    if unique < 2:
        value = f"the same value, {column.examples[0]}, in every row" if column.examples else "no value in any row"
        kind = TaskKind.REGRESSION if numeric and column.storage is StorageType.FLOAT else TaskKind.MULTICLASS
        return TaskProposal(kind=kind, reason=f"{column.name} has {value}: there is nothing to learn.")
    if not numeric:
        kind = TaskKind.MULTICLASS
        return TaskProposal(kind=kind, reason=f"{column.name} holds {unique:,} different labels.")
    if column.storage is StorageType.INT and unique <= MAX_CLASS_NUMBERS:
        return TaskProposal(
            kind=TaskKind.MULTICLASS,
            reason=f"{column.name} holds only {unique} different whole numbers, so they are taken as classes.",
            warnings=("If the distance between the numbers matters, choose predicting a number instead.",),
        )
    return TaskProposal(kind=TaskKind.REGRESSION, reason=f"{column.name} is a number with {unique:,} different values.")


def default_task(dataset: Dataset, target: str, kind: TaskKind) -> Task:
    """Return the task proposed for ``target``: identifiers set aside, stratified split for classes."""
    roles = {
        c.name: ColumnRole.IGNORE
        for c in dataset.columns
        if c.name != target and (c.kind is ColumnKind.IDENTIFIER or c.unique <= 1)
    }
    mixed = SplitKind.STRATIFIED if kind.is_classification else SplitKind.RANDOM
    split = Split(kind=mixed, equal_rows=EqualRows.AUTO)
    return Task(kind=kind, target=target, roles=roles, split=split)


def check_task(frame: pd.DataFrame, dataset: Dataset, task: Task) -> list[str]:
    """Check a task against its table before training.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        The whole table.
    dataset : Dataset
        Its schema.
    task : Task
        What is asked.

    Returns
    -------
    list of str
        Warnings in sentences; nothing that prevents training.

    Raises
    ------
    InvalidInput
        With all problems that do prevent it.
    """
    refuse_unfit_fields(dataset, task)
    y = target_values(frame[task.target], task.kind)
    known = y[has_target(y)]
    counts = pd.Series(known).value_counts() if task.kind.is_classification else pd.Series(dtype="int64")
    numbers = () if task.kind.is_classification or not len(known) else (float(known.min()), float(known.max()))
    features = [name for name in frame.columns if task.is_used(str(name))]
    facts = TaskFacts(
        rows=len(frame),
        known=len(known),
        counts=counts,
        classes=len(counts),
        extremes=numbers,
        repeated=lambda: int(frame[[*features, task.target]].duplicated().sum()),
    )
    return check_facts(facts, task)


@dataclass(frozen=True)
class TaskFacts:
    """What must be known of a table to check a task.

    Attributes
    ----------
    rows, known : int
        Rows; those whose target is known.
    counts : Series of int
        Rows a class, the most frequent first; those of the first thousand classes are enough.
    classes : int
        Classes in all.
    extremes : tuple of float
        Least and greatest value of a number; empty where none is known.
    repeated : callable
        Counts the rows that repeat another one in all columns in use; asked only where all else is well.
    """

    rows: int
    known: int
    counts: pd.Series
    classes: int
    extremes: tuple[float, ...]
    repeated: Callable[[], int]


def refuse_unfit_fields(dataset: Dataset, task: Task) -> None:
    """Check what can be known without the cells; raises `InvalidInput` with all problems."""
    problems = _field_problems(dataset, task)
    if problems:
        raise InvalidInput(problems)


def check_facts(facts: TaskFacts, task: Task) -> list[str]:
    """Check a task by what is known of its table; see `check_task`."""
    warnings = []
    if facts.known < facts.rows:
        warnings.append(f"{facts.rows - facts.known:,} rows without a value in {task.target} are left out.")
    problems, more = _class_problems(facts, task) if task.kind.is_classification else _number_problems(facts, task)
    needed = least_rows(task.split)
    if facts.known < needed:
        parts = (
            "A hold-out needs" if task.split.is_single else f"{task.split.named_folds or task.split.folds} folds need"
        )
        problems.append(
            LatheError(
                f"{parts} at least {needed} rows with a target; there are {facts.known}.",
                hint="Use fewer folds or more rows.",
                field="task.split.folds",
            )
        )
    if problems:
        raise InvalidInput(problems)
    warnings += more + split_warnings(facts.known, task)
    return warnings + (_repeat_warnings(facts) if task.split.equal_rows is EqualRows.APART else [])


def _field_problems(dataset: Dataset, task: Task) -> list[LatheError]:
    names = set(dataset.column_names)
    problems = []
    if task.target not in names:
        problems.append(
            LatheError(
                f"The target must be a column of the table; {task.target!r} is not one.",
                hint=f"Columns: {', '.join(dataset.column_names[:12])}{' ...' if len(names) > 12 else ''}",
                field="task.target",
            )
        )
    target = next((column for column in dataset.columns if column.name == task.target), None)
    if target is not None and target.meaning is Meaning.LIST:
        problems.append(
            LatheError(
                f"Each row must have one value of the target. Cells of {task.target} hold lists of several; learning "
                "several labels a row (multi-label) is not possible yet.",
                hint="Make a column of one label first, for example with a table step, and choose that.",
                field="task.target",
            )
        )
    if not any(task.is_used(name) for name in names):
        problems.append(
            LatheError(
                "At least one column must be used to predict from; none is.",
                hint="Set a column to use.",
                field="task.roles",
            )
        )
    for name in task.roles:
        if name not in names:
            problems.append(LatheError(f"There is no column {name!r}.", field="task.roles"))
    problems += split_problems(names, task)
    return problems


def _class_problems(facts: TaskFacts, task: Task) -> tuple[list[LatheError], list[str]]:
    counts = facts.counts
    if len(counts) < 2:
        return [
            LatheError(f"{task.target} must have at least two classes; it has {len(counts)}.", field="task.target")
        ], []
    if task.kind is TaskKind.BINARY and len(counts) != 2:
        return [
            LatheError(
                f"A yes/no task needs exactly two classes; {task.target} has {facts.classes:,}.",
                hint="Choose several classes as the task.",
                field="task.kind",
            )
        ], []
    if len(counts) > MAX_CLASSES:
        return [
            LatheError(
                f"At most {MAX_CLASSES} classes can be told apart; {task.target} has {facts.classes:,}.",
                hint="Choose another target, or predict a number if it is one.",
                field="task.target",
            )
        ], []
    if task.positive_class and task.positive_class not in counts.index:
        return [
            LatheError(
                f"The class asked for must be one of {', '.join(map(str, counts.index))}; "
                f"it is {task.positive_class!r}.",
                field="task.positive_class",
            )
        ], []
    rare = counts[counts < 2 * task.split.folds]
    warnings = []
    lonely = [str(label) for label in counts.index[counts == 1]]
    if lonely:
        more = f" and {len(lonely) - 5} more" if len(lonely) > 5 else ""
        warnings.append(
            f"Classes with a single row: {', '.join(lonely[:5])}{more}. A row is learned or judged, never both: join "
            "the class to another, or leave its rows out, on the Shape page."
        )
    if len(rare):
        names = ", ".join(f"{label} ({count})" for label, count in rare.items())
        warnings.append(f"Rare classes: {names}. Their scores are uncertain, and a fold may lack one.")
    if counts.iloc[0] > 0.9 * counts.sum():
        warnings.append(
            f"{counts.iloc[0] / counts.sum():.0%} of rows are {counts.index[0]}: accuracy says little here."
        )
    return [], warnings


def _number_problems(facts: TaskFacts, task: Task) -> tuple[list[LatheError], list[str]]:
    if not facts.extremes:
        return [], []
    low, high = facts.extremes
    if low == high:
        return [LatheError(f"{task.target} must vary; every value is {low:g}.", field="task.target")], []
    largest = max(abs(low), abs(high))
    if largest > 1e150:
        return [
            LatheError(
                f"Values of {task.target} must stay below 1e150; the largest is {largest:.3g}.",
                hint="Express it in larger units.",
                field="task.target",
            )
        ], []
    return [], []


def _repeat_warnings(facts: TaskFacts) -> list[str]:
    repeated = facts.repeated()
    if repeated > 0.01 * facts.rows:
        return [
            f"{repeated:,} rows repeat another row exactly; copies on both sides of a split make scores look better. "
            "Keep equal rows together under Split."
        ]
    return []
