"""Projects: names, drafts, and what goes with a project when it goes."""

from __future__ import annotations

import pytest

from core.errors import LatheError, NotFound
from core.jobs.inline import InlineExecutor
from core.jobs.job import JobRequest
from core.jobs.queue import JobQueue
from core.store.projects import ProjectStore
from core.store.workspace import Workspace


@pytest.fixture
def store(workspace: Workspace) -> ProjectStore:
    return ProjectStore(workspace)


def test_a_project_is_found_again_by_another_opening_of_the_workspace(workspace: Workspace) -> None:
    project = ProjectStore(workspace).create("  Titanic   survivors ")
    assert project.name == "Titanic survivors"
    again = Workspace(workspace.settings)
    assert ProjectStore(again).get(project.id) == project
    again.database.close()


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_must_be_there_and_short(store: ProjectStore, name: str) -> None:
    with pytest.raises(LatheError) as caught:
        store.create(name)
    assert caught.value.field == "name"
    assert store.list() == ()


def test_a_name_is_taken_only_once(store: ProjectStore) -> None:
    first, second = store.create("One"), store.create("Two")
    for attempt in (lambda: store.create("One"), lambda: store.rename(second.id, " One ")):
        with pytest.raises(LatheError, match="already a project called 'One'") as caught:
            attempt()
        assert caught.value.field == "name"
    assert store.rename(first.id, "One").name == "One"
    assert {project.name for project in store.list()} == {"One", "Two"}


def test_the_last_touched_project_comes_first(store: ProjectStore) -> None:
    first, second = store.create("One"), store.create("Two")
    assert [project.id for project in store.list()] == [second.id, first.id]
    store.save_draft(first.id, {"target": "Überlebt", "folds": 5})
    assert [project.id for project in store.list()] == [first.id, second.id]
    assert store.get(first.id).draft == {"target": "Überlebt", "folds": 5}


def test_asking_for_a_project_that_is_not_there(store: ProjectStore) -> None:
    for attempt in (store.get, store.delete, lambda key: store.rename(key, "x"), lambda key: store.save_draft(key, {})):
        with pytest.raises(NotFound):
            attempt("nothing")


def test_a_deleted_project_takes_its_rows_and_folders_along_and_no_others(
    workspace: Workspace, store: ProjectStore, executor: InlineExecutor
) -> None:
    gone, kept = store.create("Gone"), store.create("Kept")
    jobs, folders = [], []
    for project in (gone, kept):
        out = workspace.folder("predictions", project.id) / "table.csv"
        payload = {"out": workspace.relative(out)}
        jobs.append(executor.submit(JobRequest(kind="none", project_id=project.id, payload=payload)))
        folders += [workspace.path(f"jobs/{jobs[-1].id}"), out.parent]
    assert all(folder.is_dir() for folder in folders)
    store.delete(gone.id)
    assert [project.id for project in store.list()] == [kept.id]
    assert [job.id for job in JobQueue(workspace).list()] == [jobs[1].id]
    assert [folder.is_dir() for folder in folders] == [False, False, True, True]
