"""The goal: a target brings everything else, and is kept."""

from __future__ import annotations

from pathlib import Path

from core.data.ingest import ingest
from core.data.schema import Dataset
from core.store.workspace import Workspace
from core.types import ColumnRole, SplitKind, TaskKind
from tests.pages.screens import PEOPLE, stored_draft, visit


def test_a_target_brings_everything_else_and_is_kept(workspace: Workspace, dataset: Dataset) -> None:
    at = visit("prepare", project=dataset.project_id)
    assert at.button(key="prepare.next").disabled
    at.selectbox(key=f"goal.target.{dataset.id}").select("left").run()
    assert not at.exception
    draft = stored_draft(workspace, dataset)
    assert draft.task is not None
    assert draft.plan is not None
    assert (draft.task.target, draft.task.kind) == ("left", TaskKind.BINARY)
    assert draft.task.roles == {"id": ColumnRole.IGNORE}
    fresh = visit("prepare", project=dataset.project_id)
    assert fresh.selectbox(key=f"goal.target.{dataset.id}").value == "left"
    assert not fresh.button(key="prepare.next").disabled


def test_a_likely_target_is_one_click_away(workspace: Workspace, dataset: Dataset) -> None:
    at = visit("prepare", project=dataset.project_id)
    at.button(key="goal.likely.left").click().run()
    assert not at.exception
    task = stored_draft(workspace, dataset).task
    assert task is not None
    assert task.target == "left"


def test_the_split_is_kept(workspace: Workspace, dataset: Dataset) -> None:
    at = visit("prepare", project=dataset.project_id)
    at.selectbox(key=f"goal.target.{dataset.id}").select("left").run()
    at.slider(key=f"split.folds.{dataset.id}").set_value(3).run()
    at.radio(key=f"split.kind.{dataset.id}.True").set_value(SplitKind.RANDOM).run()
    assert not at.exception
    draft = stored_draft(workspace, dataset)
    assert draft.task is not None
    assert draft.plan is not None
    assert (draft.task.split.folds, draft.task.split.kind) == (3, SplitKind.RANDOM)


def test_what_must_be_mended_stands_there_and_blocks_the_way(dataset: Dataset) -> None:
    at = visit("prepare", project=dataset.project_id)
    at.selectbox(key=f"goal.target.{dataset.id}").select("left").run()
    at.radio(key=f"split.kind.{dataset.id}.True").set_value(SplitKind.GROUP).run()
    assert not at.exception
    assert "group" in at.error[0].value
    assert at.button(key="prepare.next").disabled


def test_another_table_of_the_project_has_a_goal_of_its_own(
    workspace: Workspace, dataset: Dataset, tmp_path: Path
) -> None:
    at = visit("prepare", project=dataset.project_id)
    at.selectbox(key=f"goal.target.{dataset.id}").select("left").run()
    path = tmp_path / "other.csv"
    path.write_text(PEOPLE.replace("spend", "money"))
    other = ingest(workspace, path, project_id=dataset.project_id, name="other.csv")
    at = visit("prepare", project=dataset.project_id, dataset=other.id)
    assert at.selectbox(key=f"goal.target.{other.id}").value is None
    at = visit("prepare", project=dataset.project_id, dataset=dataset.id)
    assert at.selectbox(key=f"goal.target.{dataset.id}").value == "left"
