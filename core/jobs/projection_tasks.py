"""The job that projects a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.data.catalog import DatasetCatalog
from core.explore.projection.run import folder_of
from core.explore.projection.run import project as carry_out
from core.explore.projection.spec import ProjectionRequest
from core.run.context import RunContext
from core.store.workspace import Workspace


def project(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Project the table ``dataset_id`` as ``request`` asks; what it leaves lies in the table's folder."""
    dataset = DatasetCatalog(workspace).get(str(payload["dataset_id"]))
    request = ProjectionRequest.model_validate(payload["request"])
    result = carry_out(workspace, dataset, request, context)
    return {
        "path": workspace.relative(folder_of(workspace, dataset, request)),
        "key": result.key,
        "rows": result.rows_used,
    }
