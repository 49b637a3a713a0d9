"""Compare on the page "Prepare": the same model and folds with another plan, and without a column."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.draft import Draft, write_draft
from components.plan_edit import new_goal
from core.data.ingest import ingest
from core.data.schema import Dataset
from core.jobs.inline import InlineExecutor
from core.store.projects import ProjectStore
from core.store.workspace import Workspace

APP = str(Path(__file__).parents[2] / "app.py")
CSV = "told,noise,left\n" + "".join(f"{(i % 4 == 0) + i / 900:.3f},{i * 37 % 101},{i % 4 == 0}\n" for i in range(240))


@pytest.fixture
def dataset(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    monkeypatch.setenv("LATHE_WORKSPACE", str(workspace.root))
    monkeypatch.setattr(services, "executor", lambda: InlineExecutor(services.workspace()))
    (tmp_path / "told.csv").write_text(CSV)
    project = ProjectStore(workspace).create("Leak")
    table = ingest(workspace, tmp_path / "told.csv", project_id=project.id, name="told.csv")
    task, plan = new_goal(table, "left")
    ProjectStore(workspace).save_draft(project.id, write_draft({}, table.id, Draft(task=task, plan=plan)))
    return table


@pytest.fixture
def page(dataset: Dataset) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=120)
    at.query_params["project"] = dataset.project_id
    at.query_params["dataset"] = dataset.id
    at.run()
    at.switch_page("pages/plan.py")
    at.session_state["plan.tabs"] = "Compare"
    at.run()
    assert not at.exception
    return at


def texts(at: AppTest) -> str:
    return "\n".join(str(part.value) for part in (*at.markdown, *at.caption, *at.error)).replace("\\", "")


def test_the_same_plan_is_not_compared_with_itself(page: AppTest) -> None:
    assert page.button(key="compare.start").disabled
    assert "The plans compute the same" in texts(page)


def test_a_column_that_gives_the_target_away_is_found(page: AppTest, dataset: Dataset) -> None:
    page.button_group(key="compare.what").set_value("Without a column").run()
    assert page.button(key="compare.start").disabled
    page.multiselect(key=f"compare.columns.{dataset.id}").set_value(["told"]).run()
    page.button(key="compare.start").click().run()
    assert not page.exception
    assert "Without told is worse than all columns: -0." in texts(page)
    again = AppTest.from_file(APP, default_timeout=120)
    again.query_params["project"], again.query_params["dataset"] = dataset.project_id, dataset.id
    again.run()
    again.switch_page("pages/plan.py")
    again.session_state["plan.tabs"] = "Compare"
    again.run()
    assert "Without told is worse than all columns" in texts(again)
