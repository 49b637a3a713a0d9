"""Checks of a very large table, done by a worker: the report is kept beside the cells, where the page finds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.data.catalog import DatasetCatalog
from core.errors import RunCancelled
from core.quality.report import find as find_findings
from core.run.context import RunContext
from core.store.workspace import Workspace
from core.types import TaskKind


def find(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Check the table ``dataset_id``, with the column ``target`` as what is predicted, ``task`` as its kind."""
    dataset = DatasetCatalog(workspace).get(str(payload["dataset_id"]))

    def watch(fraction: float, title: str) -> None:
        if context.should_stop():
            raise RunCancelled
        context.report(fraction, "checking", title)

    task = TaskKind(payload["task"]) if payload.get("task") else None
    report = find_findings(workspace, dataset, target=str(payload.get("target", "")), task=task, watch=watch)
    return {"dataset_id": dataset.id, "fingerprint": dataset.fingerprint, "findings": len(report.findings)}
