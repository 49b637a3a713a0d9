"""Whatever a table holds, each model becomes a row: with a score, or with cause and remedy; the others finish."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.data.ingest import ingest
from core.data.task import Split, Task
from core.errors import InvalidInput, LatheError
from core.run.context import SilentContext
from core.run.execute import execute
from core.run.recipe import ModelChoice, Recipe
from core.run.result import ModelResult
from core.store.projects import ProjectStore
from core.types import ModelStatus, TaskKind

KEYS = ("baseline", "linear", "tree", "hist_boosting")
CHEAP = {"hist_boosting": {"rounds": 10}}
N = 90
RNG = np.random.default_rng(0)

Train = Callable[..., tuple[ModelResult, ...]]


@pytest.fixture
def train(workspace: Any, tmp_path: Path) -> Train:
    def run(frame: pd.DataFrame, kind: TaskKind, keys: tuple[str, ...] = KEYS) -> tuple[ModelResult, ...]:
        frame.to_csv(tmp_path / "table.csv", index=False)
        dataset = ingest(workspace, tmp_path / "table.csv", project_id=ProjectStore(workspace).create("p").id, name="t")
        models = tuple(ModelChoice(key=key, params=CHEAP.get(key, {})) for key in keys)
        task = Task(kind=kind, target="y", split=Split(folds=2))
        recipe = Recipe(dataset=dataset.fingerprint, task=task, models=models)
        return execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=tmp_path / "run").models

    return run


def assert_told(rows: tuple[ModelResult, ...]) -> None:
    """Every row has a finite score, or says what happened and what would help."""
    for row in rows:
        if row.status is ModelStatus.OK:
            assert np.isfinite(row.scores[0].value), row.label
        else:
            assert row.reason, row.label
            assert row.remedy, row.label


def two_classes(rows: int = N) -> np.ndarray:
    return np.where(RNG.normal(size=rows) > 0, "yes", "no")


def test_more_columns_than_rows(train: Train) -> None:
    wide = pd.DataFrame(RNG.normal(size=(20, 24)), columns=[f"c{i}" for i in range(24)])
    rows = train(wide.assign(y=["no", "yes"] * 10), TaskKind.BINARY)
    assert {row.status for row in rows} == {ModelStatus.OK}


def test_targets_next_to_nothing(train: Train) -> None:
    x = RNG.normal(size=N)
    rows = train(pd.DataFrame({"x": x, "y": (x + 0.1 * RNG.normal(size=N)) * 1e-300}), TaskKind.REGRESSION, KEYS[:3])
    assert_told(rows)


@pytest.mark.parametrize("share", [1.0, 0.02])
def test_targets_too_large_to_square_are_refused_with_a_remedy(train: Train, share: float) -> None:
    y = np.where(np.arange(N) < share * N, 1e300, 1.0) * RNG.normal(size=N)
    with pytest.raises(InvalidInput, match="must stay below 1e150") as caught:
        train(pd.DataFrame({"x": RNG.normal(size=N), "y": y}), TaskKind.REGRESSION)
    assert caught.value.hint


def test_features_far_out_of_proportion(train: Train) -> None:
    x = RNG.normal(size=N) * 1e300
    assert_told(train(pd.DataFrame({"x": x, "y": RNG.normal(size=N)}), TaskKind.REGRESSION))


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame({"x": [1.0] * N, "c": ["k"] * N, "y": two_classes()}), "No column is left to learn from"),
        (pd.DataFrame({"x": RNG.normal(size=N), "y": ["b"] + ["a"] * (N - 1)}), "two classes to learn from"),
    ],
)
def test_what_no_model_can_learn_from_is_said_once_with_a_remedy(train: Train, frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(LatheError, match=words) as caught:
        train(frame, TaskKind.BINARY)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "The machine ran out of memory."),
        (RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB"), "The GPU ran out of memory."),
        (ModuleNotFoundError("No module named 'lightgbm'", name="lightgbm"), "not installed: lightgbm."),
    ],
)
def test_one_model_without_memory_or_library_leaves_the_others_alone(
    train: Train, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("sklearn.tree.DecisionTreeClassifier.fit", fail)
    rows = train(pd.DataFrame({"x": RNG.normal(size=N), "y": two_classes()}), TaskKind.BINARY, ("tree", "linear"))
    assert [row.status for row in rows] == [ModelStatus.FAILED, ModelStatus.OK]
    assert words in rows[0].reason
    assert rows[0].remedy
