"""The first address asked of a fresh server is a page's own; it must come with the frame of app.py around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.navigation import GROUPS
from core.store.projects import ProjectStore
from core.store.workspace import Workspace

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.mark.parametrize(
    "page", ["data", "explore", "prepare", "plan", "train", "results", "model", "explain", "predict", "export"]
)
def test_a_page_asked_for_first_is_drawn_inside_the_frame(
    page: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATHE_WORKSPACE", str(workspace.root))
    project = ProjectStore(workspace).create("Churn")
    at = AppTest.from_file(APP, default_timeout=30)
    at.query_params["project"] = project.id
    # AppTest starts each run as a fresh server does: it has seen a folder of pages and no st.navigation.
    at.switch_page(f"pages/{page}.py").run()
    assert not at.exception
    assert len(at.title) == 1
    assert len(at.sidebar.get("page_link")) == sum(map(len, GROUPS.values()))
    assert at.selectbox(key="sidebar.project").value == project.id
