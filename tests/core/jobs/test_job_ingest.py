"""A large file is taken in by a job, which leaves a table or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.data import build
from core.data.catalog import DatasetCatalog
from core.data.schema import ParseSettings
from core.data.upload import receive
from core.errors import LatheError, RunCancelled
from core.jobs.data_tasks import ingest
from core.jobs.inline import InlineExecutor
from core.jobs.job import JobRequest
from core.settings import Settings
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
from core.types import JobState


class Context:
    """Remembers what it was told, and stops after a while."""

    def __init__(self, most: int = 1_000) -> None:
        self.threads = 1
        self.told: list[float] = []
        self._most = most

    def report(self, fraction: float, stage: str, message: str = "", **values: Any) -> None:
        """Remember the progress."""
        self.told.append(fraction)

    def should_stop(self) -> bool:
        """Tell whether enough was told."""
        return len(self.told) >= self._most


@pytest.fixture
def payload(workspace: Workspace, project_id: str, tmp_path: Path) -> dict[str, Any]:
    source = tmp_path / "t.csv"
    source.write_text("a;b\n" + "".join(f"{i};w{i % 5}\n" for i in range(400)))
    path = receive(source, "t.csv", workspace=workspace)
    return {"path": workspace.relative(path), "name": "Table", "project_id": project_id}


@pytest.mark.parametrize("streamed", [False, True])
def test_the_job_stores_the_table(
    workspace: Workspace, payload: dict[str, Any], streamed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "STREAM_BYTES", 0 if streamed else 1 << 40)
    context = Context()
    parse = ParseSettings(delimiter=";")
    result = ingest(
        workspace, {**payload, "parse": parse.model_dump(mode="json"), "kinds": {"a": "categorical"}}, context
    )
    dataset = DatasetCatalog(workspace).get(result["dataset_id"])
    assert (dataset.name, dataset.rows, dataset.column("a").kind.value) == ("Table", 400, "categorical")
    assert context.told == sorted(context.told)
    assert context.told
    assert list(workspace.folder("incoming").iterdir()) == []


def test_the_executor_knows_the_job(workspace: Workspace, payload: dict[str, Any]) -> None:
    request = JobRequest(kind="ingest", pool="classic", payload=payload, project_id=payload["project_id"], title="t")
    job = InlineExecutor(workspace).submit(request)
    assert job.state is JobState.SUCCEEDED
    assert DatasetCatalog(workspace).get(job.result["dataset_id"]).rows == 400


@pytest.mark.parametrize("most", range(4))
def test_a_stopped_job_leaves_the_file_alone(
    workspace: Workspace, payload: dict[str, Any], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "STREAM_BYTES", 0)
    with pytest.raises(RunCancelled):
        ingest(workspace, payload, Context(most))
    assert list(workspace.folder("datasets").iterdir()) == []
    assert workspace.path(payload["path"]).exists()


def test_a_file_that_is_gone_is_told(workspace: Workspace, payload: dict[str, Any]) -> None:
    workspace.path(payload["path"]).unlink()
    with pytest.raises(LatheError, match="not there any more"):
        ingest(workspace, payload, Context())


def test_a_file_of_the_server_is_read_in_place(tmp_path: Path) -> None:
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "t.csv").write_text("a,b\n1,x\n2,y\n")
    workspace = Workspace(Settings(workspace=tmp_path / "ws", data_folders=(folder,)))
    project = ProjectStore(workspace).create("p").id
    result = ingest(workspace, {"path": str(folder / "t.csv"), "name": "t", "project_id": project}, Context())
    assert DatasetCatalog(workspace).get(result["dataset_id"]).source_name == "t.csv"
    with pytest.raises(LatheError, match="may be read only below"):
        ingest(workspace, {"path": "/etc/passwd", "name": "t", "project_id": project}, Context())
