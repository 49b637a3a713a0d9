"""The goal of a table outlives a change of its columns: target, roles, split and what was set in the preparation."""

from __future__ import annotations

from collections.abc import Sequence

from components import state
from components.draft import Draft
from components.plan_edit import features, plan_for, with_roles
from core.data.propose import default_task
from core.data.schema import Dataset
from core.data.task import Task


def keep_goal(before: Dataset, after: Dataset, draft: Draft) -> None:
    """Carry the goal of ``before`` over to the changed table ``after``. Safe in a callback.

    Columns that are gone leave it, new ones are prepared like others of their type. Nothing is kept where the target
    itself is gone; it comes back when that is undone.
    """
    task = draft.task
    if task is None or task.target not in after.column_names:
        return
    fresh = with_roles(after, _with_split(after, task), {})
    if fresh != task or _shape(before, task) != _shape(after, fresh):
        state.save_draft(task=fresh, plan=plan_for(after, fresh, draft.plan, before=(before, task)))


def leave_out(dataset: Dataset, names: Sequence[str]) -> None:
    """Set columns aside: they stay in the table and are not learned from. Safe in a callback."""
    draft = state.draft()
    if draft.task is None or not names:
        return
    fresh = with_roles(dataset, draft.task, dict.fromkeys(names, False))
    state.save_draft(task=fresh, plan=plan_for(dataset, fresh, draft.plan, before=(dataset, draft.task)))


def _with_split(dataset: Dataset, task: Task) -> Task:
    """Return the task with the split it had, or the usual one where the column that divided the rows is gone."""
    if set(task.split.columns) <= set(dataset.column_names):
        return task
    return task.model_copy(update={"split": default_task(dataset, task.target, task.kind).split})


def _shape(dataset: Dataset, task: Task) -> list[tuple[str, str]]:
    return [(column.name, column.kind.value) for column in features(dataset, task)]
