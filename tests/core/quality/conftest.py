"""Tables of this folder's tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from core.data.ingest import ingest
from core.data.schema import Dataset
from core.store.workspace import Workspace

Stored = Callable[..., Dataset]


@pytest.fixture
def stored(workspace: Workspace, project_id: str, tmp_path: Path) -> Stored:
    """A frame as a person would bring it: written as CSV, then read."""

    def store(frame: pd.DataFrame, name: str = "table") -> Dataset:
        path = tmp_path / f"{name}.csv"
        frame.to_csv(path, index=False)
        return ingest(workspace, path, project_id=project_id, name=name)

    return store
