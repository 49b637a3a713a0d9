"""Jobs that look at a trained model's mistakes, and the one that sends a run to a tracking server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.data.schema import Dataset
from core.errors import LatheError, NotFound
from core.jobs.trained import table_of_run
from core.run.context import RunContext
from core.run.mlflow_export import Sent, send_run
from core.run.result import ModelResult
from core.run.runs import Run, RunStore
from core.store.artifacts import read_json, write_json
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
from core.types import ModelStatus

TRACKING_FILE = "mlflow.json"


def weak_spots(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Find the weak spots of the model ``label`` of the run ``run_id``; they lie beside it."""
    from core.run.diagnosis import SPOTS_FILE, diagnose

    run, dataset, folder = found_model(workspace, str(payload["run_id"]), str(payload["label"]))
    found = diagnose(workspace, dataset, run.recipe.task, folder, context=context)
    return {"path": workspace.relative(folder / SPOTS_FILE), "spots": len(found.spots), "looked_at": found.looked_at}


def review(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Find the rows of the run ``run_id`` that a person should look at, with the model ``label``."""
    from core.run.review_queue import REVIEW_FILE, build_review

    run, dataset, folder = found_model(workspace, str(payload["run_id"]), str(payload["label"]))
    queue = build_review(workspace, dataset, run.recipe, folder, context=context)
    return {"path": workspace.relative(folder / REVIEW_FILE), "items": len(queue.items)}


def mlflow(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Send the models of the run ``run_id`` (or only ``label``) to a tracking server: ``url``, else the setting's."""
    context.report(0.1, "sending", "Sending the run")
    run = RunStore(workspace).get(str(payload["run_id"]))
    url = str(payload.get("url") or workspace.settings.mlflow_url)
    sent = send(workspace, run, url=url, label=str(payload.get("label", "")))
    return {"url": sent.url, "runs": sent.runs}


def send(workspace: Workspace, run: Run, *, url: str, label: str = "", timeout_s: float = 10.0) -> Sent:
    """Send a run's models and keep beside the run what became of it.

    Raises
    ------
    LatheError
        Where there is no address, nothing to send, or the server does not take it.
    """
    if not url:
        raise LatheError(
            "There is no tracking server to send to.", hint="Set LATHE_MLFLOW_URL, or give --url.", field="url"
        )
    results = [r for r in RunStore(workspace).results(run.id) if label in ("", r.label)]
    if not results:
        raise LatheError("The run has no finished model yet.", hint="Wait until one is done.")
    project = ProjectStore(workspace).get(run.project_id).name
    kept = workspace.folder("runs", run.id) / TRACKING_FILE
    try:
        sent = send_run(run, results, url=url, project=project, timeout_s=timeout_s)
    except LatheError as error:
        write_json(kept, Sent(url=url, problem=f"{error.message} {error.hint}".strip()))
        raise
    write_json(kept, sent)
    return sent


def last_sent(workspace: Workspace, run_id: str) -> Sent | None:
    """Return what became of the last sending of a run; None where there was none."""
    path = workspace.path(f"runs/{run_id}") / TRACKING_FILE
    return Sent.model_validate(read_json(path)) if path.exists() else None


def send_finished(workspace: Workspace, run_id: str, label: str) -> str:
    """Send a model that has just been trained where a tracking address is set.

    Returns
    -------
    str
        Why it was not sent, in words; empty where it was or none was asked for. A server that fails never costs a
        model.
    """
    if not workspace.settings.mlflow_url:
        return ""
    try:
        send(workspace, RunStore(workspace).get(run_id), url=workspace.settings.mlflow_url, label=label, timeout_s=5.0)
    except LatheError as error:
        return f"{error.message} {error.hint}".strip()
    return ""


def found_model(workspace: Workspace, run_id: str, label: str) -> tuple[Run, Dataset, Path]:
    """Return a run, its table as it was then and the folder of one of its models, which is not loaded.

    Raises
    ------
    NotFound
        Where the run, the model or its table is gone; `LatheError` where the model has no score.
    """
    store = RunStore(workspace)
    run = store.get(run_id)
    result = next((r for r in store.results(run_id) if r.label == label), None)
    if result is None:
        known = ", ".join(choice.label for choice in run.recipe.models)
        raise NotFound(f"The run has no trained model {label!r}.", hint=f"Its models: {known}.", field="label")
    _require_score(result)
    dataset = table_of_run(workspace, run)
    if run.recipe.dataset != dataset.fingerprint:
        raise LatheError(
            "This needs the table that the run was made on; that version is gone.",
            hint="Train again on the table as it is now.",
            field="dataset",
        )
    return run, dataset, workspace.path(result.path)


def _require_score(result: ModelResult) -> None:
    if result.status is not ModelStatus.OK:
        raise LatheError(
            f"The model {result.label!r} has not been trained: {result.reason}", hint=result.remedy, field="label"
        )
