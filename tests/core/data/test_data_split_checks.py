"""What the screen says of a division is what a run does, and drift is found where there is some."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.catalog import load_frame
from core.data.ingest import ingest
from core.data.propose import default_task
from core.data.schema import Dataset
from core.data.second import second_rows
from core.data.split import make_split
from core.data.split_checks import check_split, column_values, times_of
from core.data.split_drift import find_drift
from core.data.splits import stored
from core.data.target import target_values
from core.data.task import Task
from core.errors import LatheError
from core.store.workspace import Workspace
from core.types import EqualRows, SplitKind, SplitPart, TaskKind

N = 600


def _frame(rows: int = N, *, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "day": pd.date_range("2025-01-01", periods=rows).astype(str),
            "size": rng.normal(10, 2, rows).round(3),
            "colour": rng.choice(["red", "green", "blue"], rows),
            "shop": rng.integers(0, 30, rows),
            "part": np.where(np.arange(rows) < 0.8 * rows, "train", "test"),
            "sold": rng.choice(["yes", "no"], rows, p=[0.3, 0.7]),
        }
    )


def _ingest(workspace: Workspace, project: str, frame: pd.DataFrame, folder: Path, name: str) -> Dataset:
    path = folder / f"{name}.csv"
    frame.to_csv(path, index=False)
    return ingest(workspace, path, project_id=project, name=name)


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path: Path) -> Dataset:
    frame = _frame()
    frame = pd.concat([frame, frame.iloc[:15]], ignore_index=True)
    frame.loc[20:24, "sold"] = None
    return _ingest(workspace, project_id, frame, tmp_path, "first")


def _task(dataset: Dataset, **split: object) -> Task:
    task = default_task(dataset, "sold", TaskKind.BINARY)
    return task.model_copy(update={"split": task.split.model_copy(update=split)})


@pytest.mark.parametrize(
    "split",
    [
        {},
        {"kind": SplitKind.RANDOM, "repeats": 2},
        {"validation": 0.2, "equal_rows": EqualRows.TOGETHER},
        {"kind": SplitKind.GROUP, "group": "shop", "stratify": True},
        {"kind": SplitKind.TIME, "time": "day", "gap": 5.0},
        {
            "kind": SplitKind.COLUMN,
            "column": "part",
            "parts": {"train": SplitPart.LEARN, "test": SplitPart.LOCKED},
        },
    ],
)
def test_the_division_on_the_screen_is_the_one_of_a_run(workspace, dataset, split):
    task = _task(dataset, **split)
    frame = load_frame(workspace, dataset)
    run = make_split(frame, target_values(frame["sold"], task.kind), task)
    shown = stored.divide_stored(workspace, dataset, task).found
    assert (shown.train == run.train).all()
    assert (shown.holdout == run.holdout).all()
    for one, two in zip(shown.folds, run.folds, strict=True):
        assert all((a == b).all() for a, b in zip(one, two, strict=True))
    assert shown.notes == run.notes
    report = check_split(workspace, dataset, task)
    assert report.learned_rows == len(run.train)
    assert report.locked == len(run.holdout)
    assert report.judged == tuple(len(test) for _, test in run.folds)
    assert all(sum(part.mix) == pytest.approx(1) for part in report.parts)


def test_copies_on_both_sides_are_counted_until_they_are_kept_together(workspace, dataset):
    apart = check_split(workspace, dataset, _task(dataset, equal_rows=EqualRows.APART)).equal
    assert (apart.count.rows, apart.count.sets) == (30, 15)
    assert apart.straddling > 0
    assert not apart.together
    kept = check_split(workspace, dataset, _task(dataset)).equal
    assert kept.together
    assert kept.straddling == 0


def test_a_large_table_is_looked_at_in_a_sample_that_keeps_copies_whole(workspace, dataset, monkeypatch):
    monkeypatch.setattr(stored, "MOST_ROWS", 210)
    report = check_split(workspace, dataset, _task(dataset))
    assert report.is_sample
    assert 100 < report.rows < 320
    assert report.of == N + 15
    assert report.equal.count.rows == 2 * report.equal.count.sets


def test_values_of_a_column_stand_with_their_rows(workspace, dataset):
    assert column_values(workspace, dataset, "part") == {"test": 120, "train": 495}
    assert list(column_values(workspace, dataset, "shop"))[:3] == ["0", "1", "2"]
    with pytest.raises(LatheError, match="at most 50 values"):
        column_values(workspace, dataset, "size")


def test_dates_in_order_are_known(workspace, project_id, tmp_path):
    ordered = _ingest(workspace, project_id, _frame(), tmp_path, "ordered")
    mixed = _ingest(workspace, project_id, _frame().sample(frac=1, random_state=0), tmp_path, "mixed")
    assert times_of(workspace, ordered) == {"day": True}
    assert times_of(workspace, mixed) == {"day": False}


def test_nothing_drifts_between_parts_drawn_by_chance(workspace, dataset):
    found = find_drift(workspace, dataset, _task(dataset))
    assert found.found == ()
    assert found.auc_low < 0.5 < found.auc_high or found.auc < 0.55
    assert found.side == "locked away"


def test_what_changes_from_one_part_to_the_other_is_found(workspace, project_id, tmp_path):
    frame = _frame()
    late = frame["part"] == "test"
    frame.loc[late, "size"] += 2
    frame.loc[late & (frame.index % 3 > 0), "colour"] = None
    changed = _ingest(workspace, project_id, frame, tmp_path, "changed")
    parts = {"train": SplitPart.LEARN, "test": SplitPart.LOCKED}
    found = find_drift(workspace, changed, _task(changed, kind=SplitKind.COLUMN, column="part", parts=parts))
    assert ("size", "values") in {(c.column, c.what) for c in found.found}
    assert ("colour", "missing cells") in {(c.column, c.what) for c in found.found}
    assert {c.column for c in found.found} <= {"size", "colour", "day"}
    assert found.auc_low > 0.7


def _second(workspace, project_id, tmp_path, frame, name="second"):
    return _ingest(workspace, project_id, frame, tmp_path, name)


def test_a_second_table_is_the_hold_out(workspace, project_id, dataset, tmp_path):
    other = _second(workspace, project_id, tmp_path, _frame(120, seed=1).drop(columns="shop"))
    task = _task(dataset, second=other.id, second_fingerprint=other.fingerprint)
    task = task.model_copy(update={"roles": task.roles | {"shop": "ignore"}})
    report = check_split(workspace, dataset, task)
    assert report.locked == 120
    assert report.learned_rows == N + 15 - 5
    found = find_drift(workspace, dataset, task)
    assert found.judged == 120
    rows = second_rows(workspace, dataset, task)
    assert list(rows.frame.columns) == list(dataset.column_names)
    assert rows.frame["shop"].isna().all()


def test_copies_in_the_second_table_are_found_though_it_is_stored_otherwise(workspace, project_id, dataset, tmp_path):
    frame = _frame().iloc[100:140].copy()
    frame["shop"] = frame["shop"].astype(float) + 0.0
    frame.loc[139, "shop"] = 0.5
    other = _second(workspace, project_id, tmp_path, frame)
    assert other.column("shop").storage != dataset.column("shop").storage
    report = check_split(workspace, dataset, _task(dataset, second=other.id, second_fingerprint=other.fingerprint))
    assert report.equal.straddling == 39


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda f: f.drop(columns=["size", "colour"]), "lacks 2: size, colour"),
        (lambda f: f.assign(sold="maybe"), "has others in sold: 'maybe'"),
        (lambda f: f.assign(sold=None), "no row of second has a value in sold"),
    ],
)
def test_a_second_table_that_does_not_fit_is_refused_in_words(workspace, project_id, dataset, tmp_path, change, word):
    other = _second(workspace, project_id, tmp_path, change(_frame(50, seed=2)))
    task = _task(dataset, second=other.id, second_fingerprint=other.fingerprint)
    with pytest.raises(LatheError, match=word) as caught:
        check_split(workspace, dataset, task)
    assert caught.value.hint


def test_a_table_cannot_be_its_own_hold_out_and_a_lost_one_is_said(workspace, dataset):
    with pytest.raises(LatheError, match="must be another one"):
        check_split(workspace, dataset, _task(dataset, second=dataset.id))
    with pytest.raises(LatheError, match="no longer in the workspace"):
        check_split(workspace, dataset, _task(dataset, second="gone"))
