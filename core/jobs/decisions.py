"""What a person decides for a trained model, stored beside it; a passport made before no longer tells the truth."""

from __future__ import annotations

from core.errors import NotFound
from core.jobs.tasks import PASSPORT_FILE, VERIFY_FILE
from core.models.decision import Decision
from core.models.persistence import read_record, save_decision
from core.run.runs import RunStore
from core.store.workspace import Workspace
from core.types import ModelStatus


def model_decision(workspace: Workspace, path: str) -> Decision:
    """Return what is decided for the model in the folder ``path`` (`ModelResult.path`); empty where nothing is."""
    return read_record(workspace.path(path)).decision or Decision()


def decide(workspace: Workspace, run_id: str, label: str, decision: Decision) -> Decision:
    """Store a decision for the model ``label`` of a run; an empty one takes an earlier one back.

    Raises
    ------
    LatheError
        Where it does not fit the model; `NotFound` where there is no such model.
    """
    results = RunStore(workspace).results(run_id)
    result = next((r for r in results if r.label == label and r.status is ModelStatus.OK), None)
    if result is None:
        raise NotFound(f"The run has no trained model {label!r}.", hint="Train it first.", field="label")
    folder = workspace.path(result.path)
    stored = save_decision(folder, decision).decision or Decision()
    for name in (PASSPORT_FILE, VERIFY_FILE):
        (folder / name).unlink(missing_ok=True)
    return stored
