"""Files and folders that are whole or not there."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from core.errors import LatheError
from core.store.artifacts import read_json, remove_tree, write_atomic, write_json
from core.store.locks import FileLock
from core.store.workspace import Workspace


def write_folder(text: str, path: Path) -> None:
    path.mkdir()
    (path / "inner.txt").write_text(text)


def fail_half_way(path: Path) -> None:
    path.write_text("half")
    raise ValueError("disk full")


@pytest.mark.parametrize("there_before", [True, False])
def test_a_failed_write_leaves_what_was_there_and_nothing_else(tmp_path: Path, there_before: bool) -> None:
    path = tmp_path / "folder" / "table.csv"
    if there_before:
        write_atomic(path, lambda temporary: temporary.write_text("old"))
    with pytest.raises(ValueError, match="disk full"):
        write_atomic(path, fail_half_way)
    assert [item.read_text() for item in path.parent.iterdir()] == (["old"] if there_before else [])


def test_a_failed_folder_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "model"
    write_atomic(path, lambda temporary: write_folder("old", temporary))

    def fail(temporary: Path) -> None:
        write_folder("half", temporary)
        raise ValueError

    with pytest.raises(ValueError):
        write_atomic(path, fail)
    assert [item.name for item in tmp_path.iterdir()] == ["model"]
    assert (path / "inner.txt").read_text() == "old"


def test_a_folder_replaces_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "model"
    for text in ("old", "new"):
        write_atomic(path, lambda temporary, text=text: write_folder(text, temporary))
    assert [item.name for item in tmp_path.iterdir()] == ["model"]
    assert (path / "inner.txt").read_text() == "new"


def test_the_temporary_name_keeps_the_ending(tmp_path: Path) -> None:
    seen: list[str] = []
    write_atomic(tmp_path / "net.keras", lambda path: (seen.append(path.suffix), path.touch()))
    assert seen == [".keras"]


def test_json_comes_back_as_it_was_with_nan_and_any_language(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"größe": [1, 2.5, None], "score": math.nan})
    found = read_json(tmp_path / "a.json")
    assert found["größe"] == [1, 2.5, None]
    assert math.isnan(found["score"])


def test_removing_what_is_not_there_is_fine(tmp_path: Path) -> None:
    remove_tree(tmp_path / "nothing")


@pytest.mark.parametrize("outside", ["../secret", "/etc/passwd", "runs/../../secret"])
def test_a_stored_path_never_leads_out_of_the_workspace(workspace: Workspace, outside: str) -> None:
    with pytest.raises(LatheError, match="out of the workspace"):
        workspace.path(outside)


def test_a_path_goes_in_and_out_of_the_workspace(workspace: Workspace) -> None:
    folder = workspace.folder("runs", "abc")
    assert folder.is_dir()
    assert workspace.path(workspace.relative(folder / "x.json")) == folder / "x.json"


def test_a_lock_keeps_others_out_until_it_is_released(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.acquire(wait=False)
    assert not second.acquire(wait=False)
    first.release()
    assert second.acquire(wait=False)
    second.release()
