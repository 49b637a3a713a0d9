"""One workspace and one store of each kind for all sessions of the server, and what is counted over tables.

Caches are keyed on the workspace's folder and on content fingerprints, never on a frame; no table is held in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from core.data.catalog import DatasetCatalog
from core.data.facts import check_stored_task, class_labels
from core.data.profile import TableProfile, stored_profile
from core.data.schema import Dataset
from core.data.split_checks import SplitReport, check_split
from core.data.task import Task
from core.errors import InvalidInput, LatheError
from core.settings import Settings
from core.store.projects import ProjectStore
from core.store.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from core.jobs.executor import LocalExecutor
    from core.jobs.queue import JobQueue
    from core.run.runs import Run, RunStore


def workspace() -> Workspace:
    """Return the workspace named by the environment, opened once a server."""
    return _workspace(str(Settings.from_environment().workspace))


def projects() -> ProjectStore:
    """Return the store of projects."""
    return ProjectStore(workspace())


def table_of_run(run: Run) -> Dataset:
    """Return the table of a run as it was when the run was made; `NotFound` where it is gone."""
    from core.jobs.trained import table_of_run

    return table_of_run(workspace(), run)


def catalog() -> DatasetCatalog:
    """Return the catalogue of datasets."""
    return DatasetCatalog(workspace())


def runs() -> RunStore:
    """Return the store of runs and their results."""
    from core.run.runs import RunStore

    return RunStore(workspace())


def queue() -> JobQueue:
    """Return the queue of jobs."""
    from core.jobs.queue import JobQueue

    return JobQueue(workspace())


def executor() -> LocalExecutor:
    """Return the executor that hands jobs to worker processes, one a workspace."""
    return _executor(str(Settings.from_environment().workspace))


@st.cache_resource(max_entries=1, ttl=30, show_spinner=False)
def warm_up() -> None:
    """See to it that a worker stands ready, so that a click finds it warm.

    It also picks up jobs that a dispatcher left waiting when it was killed.
    """
    executor().ensure_dispatcher()


def table_profile(dataset: Dataset) -> TableProfile:
    """Return the profile of ``dataset``, computed once and kept on disk."""
    return _profile(str(workspace().root), dataset.fingerprint, dataset)


@dataclass(frozen=True)
class TaskCheck:
    """What a check of the task found: warnings in words, and what must be mended first."""

    warnings: tuple[str, ...] = ()
    problems: tuple[LatheError, ...] = ()


def task_check(dataset: Dataset, task: Task) -> TaskCheck:
    """Check a task against its table; remembered for the same table and task."""
    found = _task_check(str(workspace().root), dataset.view_key, task.model_dump_json(), dataset, task)
    if found.problems:
        return found
    division = split_report(dataset, task)
    if isinstance(division, LatheError):
        return TaskCheck(found.warnings, (division,))
    return TaskCheck((*found.warnings, *division.notes))


def split_report(dataset: Dataset, task: Task) -> SplitReport | LatheError:
    """Divide a table as a run would, or say why that cannot be; remembered for the same table and task."""
    return _split_report(str(workspace().root), dataset.view_key, task.model_dump_json(), dataset, task)


def labels(dataset: Dataset, target: str) -> tuple[str, ...]:
    """Return the sorted class labels of a target column."""
    return _labels(str(workspace().root), dataset.fingerprint, target, dataset)


@st.cache_resource(max_entries=64, show_spinner="Checking the goal against the table")
def _task_check(root: str, fingerprint: str, task_json: str, _dataset: Dataset, _task: Task) -> TaskCheck:
    try:
        return TaskCheck(warnings=tuple(check_stored_task(_workspace(root), _dataset, _task)))
    except InvalidInput as error:
        return TaskCheck(problems=error.problems)
    except LatheError as error:
        return TaskCheck(problems=(error,))


@st.cache_resource(max_entries=64, show_spinner="Dividing the rows")
def _split_report(
    root: str, fingerprint: str, task_json: str, _dataset: Dataset, _task: Task
) -> SplitReport | LatheError:
    try:
        return check_split(_workspace(root), _dataset, _task)
    except LatheError as error:
        return error


@st.cache_resource(max_entries=64, show_spinner=False)
def _labels(root: str, fingerprint: str, target: str, _dataset: Dataset) -> tuple[str, ...]:
    return class_labels(_workspace(root), _dataset, target)


@st.cache_resource(max_entries=4, show_spinner=False)
def _workspace(root: str) -> Workspace:
    return open_workspace(root)


@st.cache_resource(max_entries=4, show_spinner=False)
def _executor(root: str) -> LocalExecutor:
    from core.jobs.executor import LocalExecutor

    return LocalExecutor(_workspace(root))


@st.cache_resource(max_entries=32, show_spinner="Looking at the columns")
def _profile(root: str, fingerprint: str, _dataset: Dataset) -> TableProfile:
    return stored_profile(_workspace(root), _dataset)
