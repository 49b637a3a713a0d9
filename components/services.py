"""One workspace, one store of each kind for all sessions of the server, and the bounded cache of tables.

Caches are keyed on the workspace's folder and on content fingerprints, never on a frame. A cached frame is shared by
all sessions: treat it as read-only and copy before writing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from core.data.catalog import DatasetCatalog, load_frame
from core.data.profile import TableProfile, stored_profile
from core.data.propose import check_task
from core.data.schema import Dataset
from core.data.target import target_values
from core.data.task import Task
from core.errors import InvalidInput, LatheError
from core.settings import Settings
from core.store.projects import ProjectStore
from core.store.workspace import Workspace, open_workspace
from core.types import TaskKind

if TYPE_CHECKING:
    import pandas as pd

    from core.jobs.executor import LocalExecutor
    from core.jobs.queue import JobQueue
    from core.run.runs import RunStore


MEMORY_SAMPLE = 10_000
"""Rows weighed to estimate a table's memory: weighing every text cell of a long one takes seconds."""


def workspace() -> Workspace:
    """Return the workspace named by the environment, opened once a server."""
    return _workspace(str(Settings.from_environment().workspace))


def projects() -> ProjectStore:
    """Return the store of projects."""
    return ProjectStore(workspace())


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


def frame(dataset: Dataset) -> pd.DataFrame:
    """Return the typed table of ``dataset``, shared and read-only.

    Parameters
    ----------
    dataset : Dataset
        Its fingerprint is the key of the cache.

    Returns
    -------
    DataFrame of shape (rows, columns)
        See "A frame's types" in docs/architecture.md.
    """
    return _frame(str(workspace().root), dataset.fingerprint, dataset)


def table_profile(dataset: Dataset) -> TableProfile:
    """Return the profile of ``dataset``, computed once and kept on disk."""
    return _profile(str(workspace().root), dataset.fingerprint, dataset)


@dataclass(frozen=True)
class TableFacts:
    """What is told about a table as a whole. ``memory_bytes`` is an estimate."""

    missing_cells: int
    duplicate_rows: int
    memory_bytes: int


def table_facts(dataset: Dataset) -> TableFacts:
    """Return the facts of a table, computed once for equal content."""
    return _table_facts(str(workspace().root), dataset.fingerprint, dataset)


@st.cache_resource(max_entries=64, show_spinner="Counting duplicates")
def _table_facts(root: str, fingerprint: str, _dataset: Dataset) -> TableFacts:
    table = _frame(root, fingerprint, _dataset)
    sample = table.head(MEMORY_SAMPLE)
    weight = int(sample.memory_usage(deep=True).sum()) * len(table) // max(len(sample), 1)
    return TableFacts(sum(c.missing for c in _dataset.columns), int(table.duplicated().sum()), weight)


@dataclass(frozen=True)
class TaskCheck:
    """What a check of the task found: warnings in words, and what must be mended first."""

    warnings: tuple[str, ...] = ()
    problems: tuple[LatheError, ...] = ()


def task_check(dataset: Dataset, task: Task) -> TaskCheck:
    """Check a task against its table; remembered for the same table and task."""
    return _task_check(str(workspace().root), dataset.fingerprint, task.model_dump_json(), dataset, task)


def labels(dataset: Dataset, target: str) -> tuple[str, ...]:
    """Return the sorted class labels of a target column."""
    return _labels(str(workspace().root), dataset.fingerprint, target, dataset)


@st.cache_resource(max_entries=64, show_spinner="Checking the goal against the table")
def _task_check(root: str, fingerprint: str, task_json: str, _dataset: Dataset, _task: Task) -> TaskCheck:
    try:
        return TaskCheck(warnings=tuple(check_task(_frame(root, fingerprint, _dataset), _dataset, _task)))
    except InvalidInput as error:
        return TaskCheck(problems=error.problems)
    except LatheError as error:
        return TaskCheck(problems=(error,))


@st.cache_resource(max_entries=64, show_spinner=False)
def _labels(root: str, fingerprint: str, target: str, _dataset: Dataset) -> tuple[str, ...]:
    values = target_values(_frame(root, fingerprint, _dataset)[target], TaskKind.MULTICLASS)
    return tuple(sorted({value for value in values if value is not None}))


@st.cache_resource(max_entries=4, show_spinner=False)
def _workspace(root: str) -> Workspace:
    return open_workspace(root)


@st.cache_resource(max_entries=4, show_spinner=False)
def _executor(root: str) -> LocalExecutor:
    from core.jobs.executor import LocalExecutor

    return LocalExecutor(_workspace(root))


@st.cache_resource(max_entries=4, show_spinner="Reading the table")
def _frame(root: str, fingerprint: str, _dataset: Dataset) -> pd.DataFrame:
    return load_frame(_workspace(root), _dataset)


@st.cache_resource(max_entries=32, show_spinner="Looking at the columns")
def _profile(root: str, fingerprint: str, _dataset: Dataset) -> TableProfile:
    return stored_profile(_workspace(root), _dataset)
