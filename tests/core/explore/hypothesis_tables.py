"""Tables for tests of the tests, stored as an upload would be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.ingest import ingest
from core.data.schema import Dataset
from core.store.workspace import Workspace


def stored(workspace: Workspace, project_id: str, folder: Path, frame: pd.DataFrame) -> Dataset:
    """Take a frame in as a CSV file."""
    path = folder / "table.csv"
    frame.to_csv(path, index=False)
    return ingest(workspace, path, project_id=project_id, name="table")


def people(n: int = 240, seed: int = 0) -> pd.DataFrame:
    """A table with one of everything; ``x`` lacks some cells."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "x": rng.normal(10, 2, n).round(4),
            "after": 0.0,
            "skewed": rng.exponential(5, n).round(4),
            "two": rng.choice(["a", "b"], n),
            "three": rng.choice(["red", "green", "blue"], n),
            "many": rng.choice([f"v{i}" for i in range(14)], n),
            "flag": rng.integers(0, 2, n),
            "same": 7.5,
            "note": [f"text number {i} with words {rng.integers(1e9)}" for i in range(n)],
        }
    )
    frame["after"] = (frame["x"] + rng.normal(0.5, 1, n)).round(4)
    frame.loc[frame["two"] == "b", "x"] += 1.5
    frame.loc[[3, 8, 100], "x"] = np.nan
    return frame


@pytest.fixture
def frame() -> pd.DataFrame:
    return people()


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path: Path, frame: pd.DataFrame) -> Dataset:
    return stored(workspace, project_id, tmp_path, frame)
