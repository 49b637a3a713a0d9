"""The Split tab: every choice is saved at once, what it comes to is shown, and what cannot be stands there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.data.schema import Dataset
from core.data.task import Split
from core.store.projects import Project
from core.store.workspace import Workspace
from core.types import ColumnRole, EqualRows, GapUnit, SplitKind, SplitPart, TimeWindow
from tests.pages.screens import at_table, set_goal, store_table, stored_draft, texts

N = 240


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
def dataset(workspace: Workspace, project: Project, tmp_path: Path) -> Dataset:
    frame = pd.concat([_frame(), _frame().iloc[:6]], ignore_index=True)
    return store_table(workspace, project.id, tmp_path, frame)


@pytest.fixture
def page(workspace: Workspace, dataset: Dataset) -> AppTest:
    set_goal(workspace, dataset)
    return at_table("prepare", dataset)


def _split(workspace: Workspace, dataset: Dataset) -> Split:
    task = stored_draft(workspace, dataset).task
    assert task is not None
    return task.split


def _kind(at: AppTest, dataset: Dataset, kind: SplitKind) -> AppTest:
    at.radio(key=f"split.kind.{dataset.id}.True").set_value(kind).run()
    assert not at.exception
    return at


def test_usual_shares_repeats_and_blocks_are_kept(page: AppTest, workspace: Workspace, dataset: Dataset) -> None:
    at = page
    at.button_group(key=f"split.preset.{dataset.id}").set_value("60 / 20 / 20").run()
    assert not at.exception
    split = _split(workspace, dataset)
    assert (split.validation, split.holdout, split.fits) == (0.2, 0.2, 1)
    assert "single hold-out is risky" in texts(at)
    at.button_group(key=f"split.preset.{dataset.id}").set_value("5 folds, 20 % locked").run()
    at.slider(key=f"split.repeats.{dataset.id}").set_value(3).run()
    assert not at.exception
    assert _split(workspace, dataset).fits == 15
    assert "Drawn 3 times" in texts(at)
    at.toggle(key=f"split.shuffle.{dataset.id}").set_value(False).run()
    at.number_input(key=f"split.seed.{dataset.id}").set_value(7).run()
    assert not at.exception
    split = _split(workspace, dataset)
    assert (split.shuffle, split.seed, split.fits) == (False, 7, 5)


def test_dates_raise_the_question_and_one_click_answers_it(
    page: AppTest, workspace: Workspace, dataset: Dataset
) -> None:
    at = page
    assert "Random or by time?" in texts(at)
    at.button(key=f"split.by_time.{dataset.id}").click().run()
    at.button_group(key=f"split.window.{dataset.id}").set_value(TimeWindow.SLIDING).run()
    at.number_input(key=f"split.gap.{dataset.id}").set_value(3.0).run()
    at.button_group(key=f"split.gap_unit.{dataset.id}").set_value(GapUnit.TIME).run()
    assert not at.exception
    split = _split(workspace, dataset)
    assert (split.kind, split.time, split.window) == (SplitKind.TIME, "day", TimeWindow.SLIDING)
    assert (split.gap, split.gap_unit) == (3.0, GapUnit.TIME)
    assert "Random or by time?" not in texts(at)
    assert "lie in the gap" in texts(at)


def test_a_column_says_the_part_and_is_no_longer_learned_from(
    page: AppTest, workspace: Workspace, dataset: Dataset
) -> None:
    at = _kind(page, dataset, SplitKind.COLUMN)
    assert at.button(key="prepare.next").disabled
    at.selectbox(key=f"split.column.{dataset.id}").select("set").run()
    assert not at.exception
    draft = stored_draft(workspace, dataset)
    assert draft.task is not None
    assert draft.task.split.parts == {"test": SplitPart.LOCKED, "train": SplitPart.LEARN}
    assert draft.task.roles["set"] is ColumnRole.IGNORE
    assert not at.button(key="prepare.next").disabled
    assert "185 rows to learn from, 61 locked away" in texts(at)
    at.selectbox(key=f"split.column.{dataset.id}").select("shop").run()
    assert not at.exception
    task = stored_draft(workspace, dataset).task
    assert task is not None
    assert task.is_used("set")
    assert not task.is_used("shop")


def test_equal_rows_are_kept_together_until_the_switch_is_off(
    page: AppTest, workspace: Workspace, dataset: Dataset
) -> None:
    at = page
    assert "12 rows" in texts(at)
    assert at.toggle(key=f"split.together.{dataset.id}").value is True
    at.toggle(key=f"split.together.{dataset.id}").set_value(False).run()
    assert not at.exception
    assert _split(workspace, dataset).equal_rows is EqualRows.APART
    assert "are judged by models that learned from their copy" in texts(at)
    at.toggle(key=f"split.together.{dataset.id}").set_value(True).run()
    assert _split(workspace, dataset).equal_rows is EqualRows.TOGETHER
    assert "none has its copy on the other side" in texts(at)


def test_another_table_is_the_hold_out_and_one_that_does_not_fit_is_said(
    page: AppTest, workspace: Workspace, project: Project, dataset: Dataset, tmp_path: Path
) -> None:
    later = store_table(workspace, project.id, tmp_path, _frame(60, seed=1), "later.csv")
    short = store_table(workspace, project.id, tmp_path, _frame(60, seed=2).drop(columns="size"), "short.csv")
    at = page.run()
    at.button_group(key=f"split.locked.{dataset.id}").set_value(True).run()
    at.selectbox(key=f"split.second.{dataset.id}").select(later.id).run()
    assert not at.exception
    split = _split(workspace, dataset)
    assert (split.second, split.second_fingerprint) == (later.id, later.fingerprint)
    assert "246 rows to learn from, 60 locked away" in texts(at)
    at.selectbox(key=f"split.second.{dataset.id}").select(short.id).run()
    assert not at.exception
    assert "lacks 1" in at.error[0].value
    assert at.button(key="prepare.next").disabled


def test_too_few_groups_are_said_before_training(page: AppTest, workspace: Workspace, dataset: Dataset) -> None:
    at = _kind(page, dataset, SplitKind.GROUP)
    at.selectbox(key=f"split.group.{dataset.id}").select("set").run()
    assert not at.exception
    assert "set has 2" in at.error[0].value
    assert at.button(key="prepare.next").disabled
    at.selectbox(key=f"split.group.{dataset.id}").select("shop").run()
    at.toggle(key=f"split.stratify.{dataset.id}").set_value(True).run()
    assert not at.exception
    assert not at.error
    assert _split(workspace, dataset).stratify


def test_the_sides_are_compared_when_asked(page: AppTest, dataset: Dataset) -> None:
    at = page
    at.button(key=f"split.compare.{dataset.id}").click().run()
    assert not at.exception
    assert "From all columns together a model" in texts(at)
