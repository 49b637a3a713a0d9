"""Looking a large table over as a job: its figures alone, or the whole report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from core.errors import RunCancelled
from core.run.context import RunContext
from core.store.workspace import Workspace


def report(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Profile the dataset ``dataset_id`` and, unless ``profile_only``, write its report.

    The payload may name a ``target``. The report lies beside the cells under the fingerprint of what it tells of.
    """
    from core.data.catalog import DatasetCatalog
    from core.data.profile import stored_profile
    from core.explore.report import write_report

    def tell(fraction: float, words: str) -> None:
        if context.should_stop():
            raise RunCancelled("Stopped before the table was looked over.")
        context.report(fraction, "looking", words)

    dataset = DatasetCatalog(workspace).get(str(payload["dataset_id"]))
    if payload.get("profile_only"):
        stored_profile(workspace, dataset, watch=lambda done: tell(done, "Counting column by column"))
        return {"dataset_id": dataset.id}
    target = str(payload.get("target", ""))
    folder = workspace.path(dataset.path).parent
    for old in folder.glob("report-*.html"):
        if dataset.view_key not in old.name:
            old.unlink(missing_ok=True)  # Of what the table no longer is.
    path = folder / f"report-{dataset.view_key}-{crc32(target.encode()):08x}.html"
    write_report(workspace, dataset, path, target, report=tell)
    return {"dataset_id": dataset.id, "target": target, "path": workspace.relative(path)}
