"""The goal that the options of a command ask for."""

from __future__ import annotations

import argparse

from core.data.catalog import load_frame
from core.data.propose import default_task, propose_task
from core.data.schema import Dataset
from core.data.task import Task
from core.errors import LatheError
from core.store.workspace import Workspace
from core.types import TaskKind


def asked_task(parsed: argparse.Namespace, workspace: Workspace, dataset: Dataset) -> Task:
    """Return the task of ``--target`` and ``--task``; its kind is proposed where it is not given.

    Raises
    ------
    LatheError
        Where the target is no column of the table.
    """
    if parsed.target not in dataset.column_names:
        raise LatheError(
            f"The target must be a column of {parsed.file.name}; {parsed.target!r} is not one.",
            hint=f"Columns: {', '.join(dataset.column_names)}.",
            field="--target",
        )
    frame = load_frame(workspace, dataset, columns=[parsed.target])
    kind = TaskKind(parsed.task) if parsed.task else propose_task(dataset.column(parsed.target), frame).kind
    return default_task(dataset, parsed.target, kind)
