"""Compare on the page "Prepare": the same model and folds with another plan, and without a column."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.schema import Dataset
from core.store.projects import Project
from core.store.workspace import Workspace
from tests.pages.screens import at_table, set_goal, store_table, words

CSV = "told,noise,left\n" + "".join(f"{(i % 4 == 0) + i / 900:.3f},{i * 37 % 101},{i % 4 == 0}\n" for i in range(240))


@pytest.fixture
def dataset(workspace: Workspace, project: Project, tmp_path: Path) -> Dataset:
    table = store_table(workspace, project.id, tmp_path, CSV)
    set_goal(workspace, table)
    return table


@pytest.fixture
def page(dataset: Dataset) -> AppTest:
    return open_compare(dataset)


def open_compare(dataset: Dataset) -> AppTest:
    at = at_table("plan", dataset)
    at.session_state["plan.tabs"] = "Compare"
    at.run()
    assert not at.exception
    return at


def test_the_same_plan_is_not_compared_with_itself(page: AppTest) -> None:
    assert page.button(key="compare.start").disabled
    assert "The plans compute the same" in words(page)


def test_a_column_that_gives_the_target_away_is_found(page: AppTest, dataset: Dataset) -> None:
    page.button_group(key="compare.what").set_value("Without a column").run()
    assert page.button(key="compare.start").disabled
    page.multiselect(key=f"compare.columns.{dataset.id}").set_value(["told"]).run()
    page.button(key="compare.start").click().run()
    assert not page.exception
    assert "Without told is worse than all columns: -0." in words(page)
    assert "Without told is worse than all columns" in words(open_compare(dataset))
