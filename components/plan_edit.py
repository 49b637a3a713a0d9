"""Changes to the draft that hang together: a target brings a task and a plan, columns set aside a new plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components import services
from components.overview_data import is_large
from core.data.propose import default_task, propose_task
from core.data.schema import ColumnSchema, Dataset
from core.data.task import Task
from core.errors import LatheError
from core.prepare.follow import follow_columns
from core.prepare.plan import PreparePlan
from core.prepare.points import Table
from core.prepare.suggest import first_plan, suggest_plan
from core.types import ColumnKind, ColumnRole, SplitKind, TaskKind


def features(dataset: Dataset, task: Task) -> tuple[ColumnSchema, ...]:
    """Return the columns that are used to predict from, in file order."""
    return tuple(column for column in dataset.columns if task.is_used(column.name))


def new_goal(dataset: Dataset, target: str) -> tuple[Task, PreparePlan]:
    """Return the task and the plan proposed for a target."""
    task = default_task(dataset, target, propose_task(dataset.column(target)).kind)
    return task, plan_for(dataset, task)


def aside(dataset: Dataset, task: Task) -> tuple[ColumnSchema, ...]:
    """Return the columns that are no features but may be named by steps (a group, a time)."""
    return tuple(c for c in dataset.columns if c.name != task.target and not task.is_used(c.name))


def table_of(dataset: Dataset, task: Task) -> Table:
    """Return what a plan is made for."""
    return Table(features(dataset, task), aside(dataset, task), task.kind)


def suggested(dataset: Dataset, task: Task) -> PreparePlan:
    """Return the plan suggested for the features in use.

    An empty plan where nothing is left to learn from; `core.data.propose.check_task` says so to the person.
    """
    try:
        return suggest_plan(services.workspace(), dataset, task, wait=_is_quick(dataset))
    except LatheError:
        return PreparePlan()


def proposed_before(dataset: Dataset, task: Task) -> PreparePlan:
    """Return the plan suggested while the figures of the table are not known, empty where there is none."""
    try:
        return first_plan(dataset, task)
    except LatheError:
        return PreparePlan()


def _is_quick(dataset: Dataset) -> bool:
    return not is_large(dataset) and services.workspace().path(dataset.path).exists()


def plan_for(
    dataset: Dataset,
    task: Task,
    former: PreparePlan | None = None,
    *,
    before: tuple[Dataset, Task] | None = None,
) -> PreparePlan:
    """Return the plan for the features in use: the person's own, where there is one, else the suggested one.

    Parameters
    ----------
    dataset : Dataset
        The table as it is now.
    task : Task
        The goal as it is now.
    former : PreparePlan, optional
        The plan so far. One that was as suggested stays so.
    before : tuple of Dataset and Task, optional
        What ``former`` was made for; the same table with the columns that ``former`` names where not given.
    """
    proposed = suggested(dataset, task)
    if former is None:
        return proposed
    if before is not None and former in (suggested(*before), proposed_before(*before)):
        return proposed
    had = features(*before) if before is not None else _named(dataset, former)
    return follow_columns(former, proposed, before=had, after=features(dataset, task))


def with_roles(dataset: Dataset, task: Task, used: Mapping[str, bool]) -> Task:
    """Return the task with the columns of ``used`` taken in or set aside."""
    roles = dict(task.roles)
    for name, use in used.items():
        roles[name] = ColumnRole.USE if use else ColumnRole.IGNORE
    kept = {name: role for name, role in roles.items() if role is ColumnRole.IGNORE and name in dataset.column_names}
    return task.model_copy(update={"roles": kept})


def with_kind(task: Task, kind: TaskKind) -> Task:
    """Return the task with another kind; metric, class, costs and a split that do not fit go back to defaults."""
    split = task.split
    if split.kind in (SplitKind.STRATIFIED, SplitKind.RANDOM):
        mixed = SplitKind.STRATIFIED if kind.is_classification else SplitKind.RANDOM
        split = split.model_copy(update={"kind": mixed})
    return task.model_copy(update={"kind": kind, "metric": "", "positive_class": "", "costs": (), "split": split})


def with_split(dataset: Dataset, task: Task, **changes: Any) -> Task:
    """Return the task with another split; the column a kind of split needs is filled in where one suits."""
    split = task.split.model_copy(update=changes)
    if split.kind is SplitKind.TIME and not split.time:
        times = [c.name for c in dataset.columns if c.kind is ColumnKind.DATETIME]
        split = split.model_copy(update={"time": times[0] if times else ""})
    return Task.model_validate(task.model_dump() | {"split": split.model_dump()})


def _named(dataset: Dataset, plan: PreparePlan) -> tuple[ColumnSchema, ...]:
    names = {name for choice in plan.steps for name in choice.columns}
    return tuple(column for column in dataset.columns if column.name in names)
