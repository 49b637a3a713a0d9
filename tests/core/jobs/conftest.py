"""Workspaces with real processes, and their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from job_lab import Lab

from core.jobs.executor import LocalExecutor
from core.settings import Settings
from core.store.workspace import Workspace

HERE = Path(__file__).parent


@pytest.fixture(autouse=True, scope="module")
def extra_handlers() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LATHE_EXTRA_HANDLERS", "lathe_test_handlers:HANDLERS")
        patch.setenv("PYTHONPATH", str(HERE))
        patch.syspath_prepend(str(HERE))
        yield


@pytest.fixture
def make_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Lab]]:
    """Make workspaces whose processes end with the test; their workers import only what they are asked for."""
    monkeypatch.setenv("LATHE_PRELOAD", "0")
    labs: list[Lab] = []

    def make(workers: int = 2, idle_exit_s: float = 60.0) -> Lab:
        settings = Settings(workspace=tmp_path / f"workspace{len(labs)}", workers=workers, threads_per_worker=1)
        workspace = Workspace(settings)
        labs.append(Lab(workspace, LocalExecutor(workspace, idle_exit_s=idle_exit_s)))
        return labs[-1]

    yield make
    for lab in labs:
        lab.end_processes()
        lab.workspace.database.close()
