"""A workspace that lasts as long as one command."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.data.ingest import ingest
from core.data.schema import Dataset
from core.data.upload import receive
from core.store.projects import ProjectStore
from core.store.workspace import Workspace, open_workspace


@contextmanager
def scratch_dataset(file: Path) -> Iterator[tuple[Workspace, Dataset]]:
    """Read ``file`` into a temporary workspace that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="lathe-") as folder:
        workspace = open_workspace(Path(folder))
        project = ProjectStore(workspace).create("Command line")
        yield workspace, read_table(workspace, file, project_id=project.id)


def read_table(workspace: Workspace, file: Path, *, project_id: str) -> Dataset:
    """Take a file in, as an upload through the screen is taken in."""
    return ingest(workspace, receive(file, file.name, workspace=workspace), project_id=project_id, name=file.stem)
