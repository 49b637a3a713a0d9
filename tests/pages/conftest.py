"""Pages run by AppTest against the real core, in a workspace of the test's own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager

from components import services
from core.data.schema import Dataset
from core.jobs.inline import InlineExecutor
from core.store.projects import Project, ProjectStore
from core.store.workspace import Workspace, open_workspace
from core.types import TaskKind
from tests.pages.screens import PEOPLE, store_table
from tests.pages.trained import Place, build


@pytest.fixture(autouse=True)
def pages_by_navigation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let AppTest run app.py as a server does after its first run.

    AppTest takes an app with a folder called ``pages`` for the older kind, run by run; ours is held by st.navigation.
    What a real server does on the very first run is the part of `components.frame.inside_app`, tested in the browser.
    """
    made = PagesManager.__init__

    def make(self: PagesManager, *args: Any, **options: Any) -> None:
        made(self, *args, **options)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", make)


@pytest.fixture(autouse=True)
def no_dispatcher(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the pages from starting a dispatcher of their own for every test."""
    monkeypatch.setattr("components.services.warm_up", lambda: None)


@pytest.fixture(autouse=True)
def served(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server under test open the workspace of this test, and do its jobs at once."""
    monkeypatch.setenv("LATHE_WORKSPACE", str(workspace.root))
    monkeypatch.setattr(services, "executor", lambda: InlineExecutor(services.workspace()))


@pytest.fixture
def project(workspace: Workspace) -> Project:
    return ProjectStore(workspace).create("Churn")


@pytest.fixture
def dataset(workspace: Workspace, project: Project, tmp_path: Path) -> Dataset:
    """A table of 120 people; a test of another table has a fixture of its own."""
    return store_table(workspace, project.id, tmp_path, PEOPLE)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Place]:
    """Workspaces made once; each test works on a copy."""
    root = tmp_path_factory.mktemp("built")
    return {
        "bare": build(root / "bare", TaskKind.BINARY, train=False),
        "binary": build(root / "binary", TaskKind.BINARY, train=True),
        "regression": build(root / "regression", TaskKind.REGRESSION, train=True),
    }


@pytest.fixture
def place(
    built: dict[str, Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Place:
    """A copy of the workspace that the test's parameter names ("binary" without one), served and worked inline."""
    original = built[getattr(request, "param", "binary")]
    root = shutil.copytree(original.workspace.root, tmp_path / "trained")
    monkeypatch.setenv("LATHE_WORKSPACE", str(root))
    workspace = open_workspace(root)
    return Place(workspace, original.project, original.dataset, original.run)
