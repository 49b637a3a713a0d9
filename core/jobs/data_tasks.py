"""What the job of taking in a large file does."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import LatheError, RunCancelled
from core.run.context import RunContext
from core.store.workspace import Workspace


def ingest(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Store a file as a dataset; the result names it.

    The payload has ``path`` (relative to the workspace, or absolute below a folder that the operator allows), ``name``,
    ``project_id`` and, where the person chose them, ``parse`` (JSON of `ParseSettings`) and ``kinds``; or ``like``, the
    table that it is a later file of. A stopped or failed job leaves nothing but the received file, for another try.
    """
    from core.data.ingest import ingest as take_in
    from core.data.schema import ParseSettings
    from core.types import ColumnKind

    def report(fraction: float, message: str) -> None:
        if context.should_stop():
            raise RunCancelled
        context.report(fraction, "reading", message)

    source = _source(workspace, str(payload["path"]))
    if payload.get("like"):
        from core.data.catalog import DatasetCatalog
        from core.shape.later import take_later_file

        like = DatasetCatalog(workspace).get(str(payload["like"]))
        return {"dataset_id": take_later_file(workspace, source, like, name=str(payload["name"]), report=report).id}
    parse = payload.get("parse")
    dataset = take_in(
        workspace,
        source,
        project_id=str(payload["project_id"]),
        name=str(payload["name"]),
        parse=ParseSettings.model_validate(parse) if parse else None,
        kinds={str(name): ColumnKind(kind) for name, kind in (payload.get("kinds") or {}).items()},
        progress=report,
    )
    return {"dataset_id": dataset.id}


def _source(workspace: Workspace, path: str) -> Path:
    from core.data.server_files import bring_from_server

    if Path(path).is_absolute() and not Path(path).is_relative_to(workspace.root):
        return bring_from_server(workspace, path)
    source = workspace.path(path)
    if not source.exists():
        raise LatheError("The uploaded file is not there any more.", hint="Upload it again.", field="path")
    return source
