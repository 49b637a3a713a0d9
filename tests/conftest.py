"""Fixtures for the whole suite."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from core.jobs.inline import InlineExecutor
from core.settings import Settings
from core.store.projects import ProjectStore
from core.store.workspace import Workspace

# What is drawn is the same in every `make test`, so that a change is judged by itself; `make test-all` draws anew.
settings.register_profile("steady", derandomize=True, database=None)
settings.register_profile("anew")
settings.load_profile(os.environ.get("LATHE_TEST_DRAWS", "steady"))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A fresh workspace of this test alone."""
    opened = Workspace(Settings(workspace=tmp_path / "workspace", workers=2, threads_per_worker=1))
    yield opened
    opened.database.close()


@pytest.fixture
def executor(workspace: Workspace) -> InlineExecutor:
    """An executor that runs jobs at once in this process."""
    return InlineExecutor(workspace)


@pytest.fixture
def project_id(workspace: Workspace) -> str:
    """The id of a project in the workspace."""
    return ProjectStore(workspace).create("Test").id
