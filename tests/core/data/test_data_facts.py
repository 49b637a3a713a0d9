"""What screens are told about a stored table is what its frame holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.catalog import load_frame
from core.data.facts import check_stored_task, class_labels, duplicate_rows
from core.data.ingest import ingest
from core.data.propose import check_task
from core.data.schema import Dataset
from core.data.task import Split, Task
from core.errors import InvalidInput, LatheError
from core.store.workspace import Workspace
from core.types import SplitKind, TaskKind


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path: Path) -> Dataset:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "x": rng.integers(0, 4, 300),
            "y": np.where(rng.random(300) < 0.1, np.nan, rng.integers(1, 4, 300)),
            "flag": rng.choice(["true", "False", ""], 300),
            "rare": ["a"] * 297 + ["b", "b", "c"],
            "number": rng.normal(size=300),
            "same": 7.5,
            "word": rng.choice(["one", "two"], 300),
            "huge": 1e200,
            "many": [f"w{i % 250}" for i in range(300)],
        }
    )
    frame.loc[0, "huge"] = 1.0
    path = tmp_path / "t.csv"
    frame.to_csv(path, index=False)
    return ingest(workspace, path, project_id=project_id, name="t")


def outcome(call: object) -> list[str]:
    try:
        return list(call())  # type: ignore[operator]
    except InvalidInput as error:
        return [f"{problem.field}: {problem.message}" for problem in error.problems]
    except LatheError as error:
        return [error.message]


@pytest.mark.parametrize("kind", list(TaskKind))
@pytest.mark.parametrize("target", ["x", "y", "flag", "rare", "number", "same", "word", "huge", "many", "none"])
@pytest.mark.parametrize("positive", ["", "one"])
def test_a_check_in_place_says_what_a_check_of_the_frame_says(
    workspace: Workspace, dataset: Dataset, kind: TaskKind, target: str, positive: str
) -> None:
    split = Split(kind=SplitKind.RANDOM)
    task = Task(kind=kind, target=target, positive_class=positive if kind is TaskKind.BINARY else "", split=split)
    frame = load_frame(workspace, dataset)
    assert outcome(lambda: check_stored_task(workspace, dataset, task)) == outcome(
        lambda: check_task(frame, dataset, task)
    )


def test_repeated_rows_are_counted_as_in_the_frame(workspace: Workspace, dataset: Dataset) -> None:
    frame = load_frame(workspace, dataset)
    for columns in (["x"], ["x", "y"], ["flag", "word", "y"], list(frame.columns)):
        assert duplicate_rows(workspace, dataset, columns) == frame[columns].duplicated().sum()


def test_labels_are_those_a_model_has(workspace: Workspace, dataset: Dataset) -> None:
    assert class_labels(workspace, dataset, "y") == ("1", "2", "3")
    assert class_labels(workspace, dataset, "flag") == ("False", "true")
    assert class_labels(workspace, dataset, "word") == ("one", "two")
