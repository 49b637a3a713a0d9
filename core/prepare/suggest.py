"""The plan proposed for a stored table, from all that is known of it."""

from __future__ import annotations

from core.data.profile import has_profile, stored_profile
from core.data.profile_types import TableProfile
from core.data.schema import Dataset
from core.data.task import Task
from core.prepare.default import default_plan
from core.prepare.plan import PreparePlan
from core.store.workspace import Workspace


def suggest_plan(workspace: Workspace, dataset: Dataset, task: Task, *, wait: bool = True) -> PreparePlan:
    """Propose a plan for the features of a task.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    task : Task
        What is predicted, from which columns.
    wait : bool
        Make the table's profile where there is none yet, which takes seconds for a large table; otherwise propose
        what can be proposed without it.

    Raises
    ------
    LatheError
        Where nothing would be left to learn from.
    """
    profile = stored_profile(workspace, dataset) if wait or has_profile(workspace, dataset) else None
    return _plan(dataset, task, profile)


def first_plan(dataset: Dataset, task: Task) -> PreparePlan:
    """Propose a plan from the schema alone, as it is before the table's figures are known.

    Raises
    ------
    LatheError
        Where nothing would be left to learn from.
    """
    return _plan(dataset, task, None)


def _plan(dataset: Dataset, task: Task, profile: TableProfile | None) -> PreparePlan:
    columns = [column for column in dataset.columns if task.is_used(column.name)]
    return default_plan(columns, rows=dataset.rows, task=task.kind, profile=profile, target=task.target)
