"""Propose what kind of task a target makes, and find what would spoil it before anything runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.data.schema import ColumnSchema, Dataset
from core.data.target import has_target, target_values
from core.data.task import Split, Task
from core.errors import InvalidInput, LatheError
from core.types import ColumnKind, ColumnRole, SplitKind, StorageType, TaskKind

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
    split = Split(kind=SplitKind.STRATIFIED if kind.is_classification else SplitKind.RANDOM)
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
    problems = _field_problems(dataset, task)
    if problems:
        raise InvalidInput(problems)
    y = target_values(frame[task.target], task.kind)
    known = has_target(y)
    warnings = []
    if not known.all():
        warnings.append(f"{(~known).sum():,} rows without a value in {task.target} are left out.")
    problems, more = (
        _class_problems(y[known], task) if task.kind.is_classification else _number_problems(y[known], task)
    )
    if known.sum() < 4 * task.split.folds:
        problems.append(
            LatheError(
                f"{task.split.folds} folds need at least {4 * task.split.folds} rows with a target; "
                f"there are {known.sum()}.",
                hint="Use fewer folds or more rows.",
                field="task.split.folds",
            )
        )
    if problems:
        raise InvalidInput(problems)
    return warnings + more + _split_warnings(frame, task)


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
    for kind, field in ((SplitKind.GROUP, "group"), (SplitKind.TIME, "time")):
        chosen = getattr(task.split, field)
        if task.split.kind is kind and chosen not in names:
            problems.append(
                LatheError(
                    f"A split by {field} needs a {field} column.",
                    hint="Choose the column, or another split.",
                    field=f"task.split.{field}",
                )
            )
    if task.split.kind is SplitKind.STRATIFIED and not task.kind.is_classification:
        problems.append(
            LatheError(
                "A stratified split needs classes; the target is a number.",
                hint="Choose a random split.",
                field="task.split.kind",
            )
        )
    return problems


def _class_problems(y: np.ndarray, task: Task) -> tuple[list[LatheError], list[str]]:
    counts = pd.Series(y).value_counts()
    if len(counts) < 2:
        return [
            LatheError(f"{task.target} must have at least two classes; it has {len(counts)}.", field="task.target")
        ], []
    if task.kind is TaskKind.BINARY and len(counts) != 2:
        return [
            LatheError(
                f"A yes/no task needs exactly two classes; {task.target} has {len(counts)}.",
                hint="Choose several classes as the task.",
                field="task.kind",
            )
        ], []
    if len(counts) > MAX_CLASSES:
        return [
            LatheError(
                f"At most {MAX_CLASSES} classes can be told apart; {task.target} has {len(counts):,}.",
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
    if len(rare):
        names = ", ".join(f"{label} ({count})" for label, count in rare.items())
        warnings.append(f"Rare classes: {names}. Their scores are uncertain, and a fold may lack one.")
    if counts.iloc[0] > 0.9 * counts.sum():
        warnings.append(
            f"{counts.iloc[0] / counts.sum():.0%} of rows are {counts.index[0]}: accuracy says little here."
        )
    return [], warnings


def _number_problems(y: np.ndarray, task: Task) -> tuple[list[LatheError], list[str]]:
    if len(y) and float(np.ptp(y)) == 0.0:
        return [LatheError(f"{task.target} must vary; every value is {y[0]:g}.", field="task.target")], []
    if len(y) and np.abs(y).max() > 1e150:
        return [
            LatheError(
                f"Values of {task.target} must stay below 1e150; the largest is {np.abs(y).max():.3g}.",
                hint="Express it in larger units.",
                field="task.target",
            )
        ], []
    return [], []


def _split_warnings(frame: pd.DataFrame, task: Task) -> list[str]:
    features = [name for name in frame.columns if task.is_used(str(name))]
    duplicated = int(frame[[*features, task.target]].duplicated().sum())
    if duplicated > 0.01 * len(frame):
        return [
            f"{duplicated:,} rows repeat another row exactly; copies on both sides of a split make scores look better."
        ]
    return []
