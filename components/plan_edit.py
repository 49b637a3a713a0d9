"""Changes to the draft that hang together: a target brings a task and a plan, columns set aside a new plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.data.propose import default_task, propose_task
from core.data.schema import ColumnSchema, Dataset
from core.data.task import Task
from core.errors import LatheError
from core.prepare.default import default_plan
from core.prepare.plan import PreparePlan, StepChoice
from core.types import ColumnKind, ColumnRole, SplitKind, TaskKind


def features(dataset: Dataset, task: Task) -> tuple[ColumnSchema, ...]:
    """Return the columns that are used to predict from, in file order."""
    return tuple(column for column in dataset.columns if task.is_used(column.name))


def new_goal(dataset: Dataset, target: str) -> tuple[Task, PreparePlan]:
    """Return the task and the plan proposed for a target."""
    task = default_task(dataset, target, propose_task(dataset.column(target)).kind)
    return task, plan_for(dataset, task)


def plan_for(dataset: Dataset, task: Task, former: PreparePlan | None = None) -> PreparePlan:
    """Return the default plan for the features in use, with what the person had changed in the ``former`` one.

    An empty plan where nothing is left to learn from; `core.data.propose.check_task` says so to the person.
    """
    try:
        proposed = default_plan(features(dataset, task))
    except LatheError:
        return PreparePlan()
    kept = _by_place(former) if former else {}
    steps = []
    for place, step in _by_place(proposed).items():
        old = kept.get(place)
        steps.append(step.model_copy(update={"params": old.params, "enabled": old.enabled}) if old else step)
    return PreparePlan(steps=tuple(steps))


def with_roles(dataset: Dataset, task: Task, used: Mapping[str, bool]) -> Task:
    """Return the task with the columns of ``used`` taken in or set aside."""
    roles = dict(task.roles)
    for name, use in used.items():
        roles[name] = ColumnRole.USE if use else ColumnRole.IGNORE
    kept = {name: role for name, role in roles.items() if role is ColumnRole.IGNORE and name in dataset.column_names}
    return task.model_copy(update={"roles": kept})


def with_kind(task: Task, kind: TaskKind) -> Task:
    """Return the task with another kind; metric, class and a split that no longer fit go back to their defaults."""
    split = task.split
    if split.kind in (SplitKind.STRATIFIED, SplitKind.RANDOM):
        mixed = SplitKind.STRATIFIED if kind.is_classification else SplitKind.RANDOM
        split = split.model_copy(update={"kind": mixed})
    return task.model_copy(update={"kind": kind, "metric": "", "positive_class": "", "split": split})


def with_split(dataset: Dataset, task: Task, **changes: Any) -> Task:
    """Return the task with another split; the column a kind of split needs is filled in where one suits."""
    split = task.split.model_copy(update=changes)
    if split.kind is SplitKind.TIME and not split.time:
        times = [c.name for c in dataset.columns if c.kind is ColumnKind.DATETIME]
        split = split.model_copy(update={"time": times[0] if times else ""})
    return Task.model_validate(task.model_dump() | {"split": split.model_dump()})


def with_step(plan: PreparePlan, index: int, **changes: Any) -> PreparePlan:
    """Return the plan with one step changed."""
    steps = list(plan.steps)
    steps[index] = steps[index].model_copy(update=changes)
    return plan.model_copy(update={"steps": tuple(steps)})


def _by_place(plan: PreparePlan) -> dict[tuple[str, int], StepChoice]:
    """Name each step by its key and its place among the steps of that key."""
    seen: dict[str, int] = {}
    places = {}
    for step in plan.steps:
        seen[step.step] = seen.get(step.step, -1) + 1
        places[step.step, seen[step.step]] = step
    return places
