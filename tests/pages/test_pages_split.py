"""The Split tab: every choice is saved at once, what it comes to is shown, and what cannot be stands there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.draft import Draft, read_draft, write_draft
from components.plan_edit import new_goal
from core.data.ingest import ingest
from core.data.schema import Dataset
from core.data.task import Split
from core.store.projects import Project, ProjectStore
from core.store.workspace import Workspace
from core.types import ColumnRole, EqualRows, GapUnit, SplitKind, SplitPart, TimeWindow

APP = str(Path(__file__).parents[2] / "app.py")
N = 240

Open = Callable[[], AppTest]


def _frame(rows: int = N, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "day": pd.date_range("2025-01-01", periods=rows).astype(str),
            "size": rng.normal(10, 2, rows).round(2),
            "shop": [f"s{i % 24}" for i in range(rows)],
            "set": np.where(np.arange(rows) % 4 == 3, "test", "train"),
            "left": rng.choice(["yes", "no"], rows),
        }
    )


@pytest.fixture
def project(workspace: Workspace) -> Project:
    return ProjectStore(workspace).create("Split")


@pytest.fixture
def dataset(workspace: Workspace, project: Project, tmp_path: Path) -> Dataset:
    frame = pd.concat([_frame(), _frame().iloc[:6]], ignore_index=True)
    return _store(workspace, project, frame, tmp_path, "rows.csv")


def _store(workspace: Workspace, project: Project, frame: pd.DataFrame, folder: Path, name: str) -> Dataset:
    path = folder / name
    frame.to_csv(path, index=False)
    return ingest(workspace, path, project_id=project.id, name=name)


@pytest.fixture
def opened(workspace: Workspace, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setenv("LATHE_WORKSPACE", str(workspace.root))
    task, plan = new_goal(dataset, "left")
    draft = write_draft({}, dataset.id, Draft(task=task, plan=plan))
    ProjectStore(workspace).save_draft(dataset.project_id, draft)

    def _open() -> AppTest:
        at = AppTest.from_file(APP, default_timeout=30)
        at.query_params["project"] = dataset.project_id
        at.query_params["dataset"] = dataset.id
        at.run()
        return at.switch_page("pages/prepare.py").run()

    return _open


def _draft(workspace: Workspace, dataset: Dataset) -> Draft:
    return read_draft(ProjectStore(workspace).get(dataset.project_id).draft, dataset)


def _split(workspace: Workspace, dataset: Dataset) -> Split:
    task = _draft(workspace, dataset).task
    assert task is not None
    return task.split


def _said(at: AppTest) -> str:
    return "\n".join(str(part.value) for part in (*at.markdown, *at.caption, *at.error, *at.subheader))


def _kind(at: AppTest, dataset: Dataset, kind: SplitKind) -> AppTest:
    at.radio(key=f"split.kind.{dataset.id}.True").set_value(kind).run()
    assert not at.exception
    return at


def test_usual_shares_repeats_and_blocks_are_kept(opened: Open, workspace: Workspace, dataset: Dataset) -> None:
    at = opened()
    at.button_group(key=f"split.preset.{dataset.id}").set_value("60 / 20 / 20").run()
    assert not at.exception
    split = _split(workspace, dataset)
    assert (split.validation, split.holdout, split.fits) == (0.2, 0.2, 1)
    assert "single hold-out is risky" in _said(at)
    at.button_group(key=f"split.preset.{dataset.id}").set_value("5 folds, 20 % locked").run()
    at.slider(key=f"split.repeats.{dataset.id}").set_value(3).run()
    assert not at.exception
    assert _split(workspace, dataset).fits == 15
    assert "Drawn 3 times" in _said(at)
    at.toggle(key=f"split.shuffle.{dataset.id}").set_value(False).run()
    at.number_input(key=f"split.seed.{dataset.id}").set_value(7).run()
    assert not at.exception
    split = _split(workspace, dataset)
    assert (split.shuffle, split.seed, split.fits) == (False, 7, 5)


def test_dates_raise_the_question_and_one_click_answers_it(
    opened: Open, workspace: Workspace, dataset: Dataset
) -> None:
    at = opened()
    assert "Random or by time?" in _said(at)
    at.button(key=f"split.by_time.{dataset.id}").click().run()
    at.button_group(key=f"split.window.{dataset.id}").set_value(TimeWindow.SLIDING).run()
    at.number_input(key=f"split.gap.{dataset.id}").set_value(3.0).run()
    at.button_group(key=f"split.gap_unit.{dataset.id}").set_value(GapUnit.TIME).run()
    assert not at.exception
    split = _split(workspace, dataset)
    assert (split.kind, split.time, split.window) == (SplitKind.TIME, "day", TimeWindow.SLIDING)
    assert (split.gap, split.gap_unit) == (3.0, GapUnit.TIME)
    assert "Random or by time?" not in _said(at)
    assert "lie in the gap" in _said(at)


def test_a_column_says_the_part_and_is_no_longer_learned_from(
    opened: Open, workspace: Workspace, dataset: Dataset
) -> None:
    at = _kind(opened(), dataset, SplitKind.COLUMN)
    assert at.button(key="prepare.next").disabled
    at.selectbox(key=f"split.column.{dataset.id}").select("set").run()
    assert not at.exception
    draft = _draft(workspace, dataset)
    assert draft.task is not None
    assert draft.task.split.parts == {"test": SplitPart.LOCKED, "train": SplitPart.LEARN}
    assert draft.task.roles["set"] is ColumnRole.IGNORE
    assert not at.button(key="prepare.next").disabled
    assert "185 rows to learn from, 61 locked away" in _said(at)
    at.selectbox(key=f"split.column.{dataset.id}").select("shop").run()
    assert not at.exception
    task = _draft(workspace, dataset).task
    assert task is not None
    assert task.is_used("set")
    assert not task.is_used("shop")


def test_equal_rows_are_kept_together_until_the_switch_is_off(
    opened: Open, workspace: Workspace, dataset: Dataset
) -> None:
    at = opened()
    assert "12 rows" in _said(at)
    assert at.toggle(key=f"split.together.{dataset.id}").value is True
    at.toggle(key=f"split.together.{dataset.id}").set_value(False).run()
    assert not at.exception
    assert _split(workspace, dataset).equal_rows is EqualRows.APART
    assert "are judged by models that learned from their copy" in _said(at)
    at.toggle(key=f"split.together.{dataset.id}").set_value(True).run()
    assert _split(workspace, dataset).equal_rows is EqualRows.TOGETHER
    assert "none has its copy on the other side" in _said(at)


def test_another_table_is_the_hold_out_and_one_that_does_not_fit_is_said(
    opened: Open, workspace: Workspace, project: Project, dataset: Dataset, tmp_path: Path
) -> None:
    later = _store(workspace, project, _frame(60, seed=1), tmp_path, "later.csv")
    short = _store(workspace, project, _frame(60, seed=2).drop(columns="size"), tmp_path, "short.csv")
    at = opened()
    at.button_group(key=f"split.locked.{dataset.id}").set_value(True).run()
    at.selectbox(key=f"split.second.{dataset.id}").select(later.id).run()
    assert not at.exception
    split = _split(workspace, dataset)
    assert (split.second, split.second_fingerprint) == (later.id, later.fingerprint)
    assert "246 rows to learn from, 60 locked away" in _said(at)
    at.selectbox(key=f"split.second.{dataset.id}").select(short.id).run()
    assert not at.exception
    assert "lacks 1" in at.error[0].value
    assert at.button(key="prepare.next").disabled


def test_too_few_groups_are_said_before_training(opened: Open, workspace: Workspace, dataset: Dataset) -> None:
    at = _kind(opened(), dataset, SplitKind.GROUP)
    at.selectbox(key=f"split.group.{dataset.id}").select("set").run()
    assert not at.exception
    assert "set has 2" in at.error[0].value
    assert at.button(key="prepare.next").disabled
    at.selectbox(key=f"split.group.{dataset.id}").select("shop").run()
    at.toggle(key=f"split.stratify.{dataset.id}").set_value(True).run()
    assert not at.exception
    assert not at.error
    assert _split(workspace, dataset).stratify


def test_the_sides_are_compared_when_asked(opened: Open, dataset: Dataset) -> None:
    at = opened()
    at.button(key=f"split.compare.{dataset.id}").click().run()
    assert not at.exception
    assert "From all columns together a model" in _said(at)
