"""Steps on large tables, done by a worker: the table stays as it was until the whole outcome is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.data.actions import TableStep
from core.data.catalog import DatasetCatalog
from core.errors import LatheError, RunCancelled
from core.run.context import RunContext
from core.store.workspace import Workspace


def shape(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Give the table ``dataset_id`` other steps.

    The payload names what is done (``action``: "replace" with the whole list ``steps``, "undo" or "redo") and the
    content it was asked for (``fingerprint``), so that a change made meanwhile is not written over.
    """
    from core.shape.edit import redo, replace, undo

    dataset = DatasetCatalog(workspace).get(str(payload["dataset_id"]))
    if payload.get("fingerprint", dataset.fingerprint) != dataset.fingerprint:
        raise LatheError(
            f"The table {dataset.name} has changed since this was asked for.", hint="Look at its steps and try again."
        )

    def report(fraction: float, message: str) -> None:
        if context.should_stop():
            raise RunCancelled
        context.report(fraction, "shaping", message)

    match str(payload.get("action", "replace")):
        case "undo":
            changed = undo(workspace, dataset, report=report)
        case "redo":
            changed = redo(workspace, dataset, report=report)
        case _:
            steps = [TableStep.model_validate(step) for step in payload.get("steps", ())]
            changed = replace(workspace, dataset, steps, report=report)
    return {"dataset_id": changed.id, "fingerprint": changed.fingerprint, "rows": changed.rows}
