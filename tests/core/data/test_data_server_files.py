"""Folders of the server and databases behind a URL: only what the operator allows, and only to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.catalog import load_frame
from core.data.ingest import ingest, source_path
from core.data.read import read_text
from core.data.server_files import allowed_files, bring_from_server
from core.data.sources.database import query_database, require_select
from core.errors import LatheError
from core.settings import Settings
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
from tests.core.data.source_files import write_sqlite


@pytest.fixture
def served(tmp_path: Path) -> tuple[Workspace, Path]:
    """A workspace whose operator allows one folder."""
    folder = tmp_path / "served"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "t.csv").write_text("a,b\n1,x\n2,y\n")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    return Workspace(Settings(workspace=tmp_path / "ws", data_folders=(folder,))), folder


def test_files_of_allowed_folders_are_read_in_place(served: tuple[Workspace, Path]) -> None:
    workspace, folder = served
    project = ProjectStore(workspace).create("p").id
    assert [file.name for file in allowed_files(workspace.settings)] == ["deep/t.csv"]
    path = bring_from_server(workspace, f"{folder}/deep/t.csv")
    dataset = ingest(workspace, path, project_id=project, name="t")
    assert source_path(workspace, dataset) == path
    assert not list(workspace.path(f"datasets/{dataset.id}").glob("source.csv"))
    path.unlink()
    with pytest.raises(LatheError, match="not there any more"):
        source_path(workspace, dataset)
    assert len(load_frame(workspace, dataset)) == 2


@pytest.mark.parametrize(
    "path", ["{folder}/link.csv", "{folder}/../secret.csv", "/etc/passwd", "deep/t.csv", "{folder}", ""]
)
def test_nothing_else_on_the_server_is_read(served: tuple[Workspace, Path], path: str) -> None:
    workspace, folder = served
    with pytest.raises(LatheError):
        bring_from_server(workspace, path.format(folder=folder))


def test_no_folder_is_allowed_by_default(workspace: Workspace, tmp_path: Path) -> None:
    assert allowed_files(workspace.settings) == ()
    with pytest.raises(LatheError, match="no folder"):
        bring_from_server(workspace, tmp_path / "t.csv")


def test_a_database_behind_a_url_is_asked(served: tuple[Workspace, Path]) -> None:
    workspace, folder = served
    write_sqlite(folder / "t.db")
    project = ProjectStore(workspace).create("p").id
    url = f"sqlite:///{folder}/t.db"
    path, parse = query_database(workspace, url, "SELECT a, b FROM first WHERE b <> ':x'")
    dataset = ingest(workspace, path, project_id=project, name="t", parse=parse)
    assert list(load_frame(workspace, dataset)["b"]) == ["x", "yz"]
    assert (dataset.parse.format, dataset.parse.sheet) == ("sql", url)
    assert read_text(source_path(workspace, dataset), dataset.parse).frame.shape == (2, 2)
    path, parse = query_database(workspace, url, "SELECT a FROM first", rows=1)
    assert read_text(path, parse).notes == ("Only the first 1 rows of the answer were taken.",)


def test_a_password_is_kept_nowhere_and_shown_nowhere(served: tuple[Workspace, Path]) -> None:
    workspace, folder = served
    write_sqlite(folder / "t.db")
    for url in (
        "postgresql+nodriver://me:s3cr3t@nowhere.invalid/db",
        "mysql://me:s3cr3t@127.0.0.1:1/db",
        "postgresql://me:s3cr3t@127.0.0.1:1/db",
        "sqlite:////etc/s3cr3t.db",
        "://s3cr3t",
    ):
        with pytest.raises(LatheError) as error:
            query_database(workspace, url, "SELECT 1")
        assert "s3cr3t" not in f"{error.value.message} {error.value.hint}"
    assert list(workspace.folder("incoming").iterdir()) == []


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM t",
        "SELECT 1; DROP TABLE t",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "SELECT * INTO new FROM t",
        "/* SELECT */ UPDATE t SET a = 1",
        "",
        "EXPLAIN SELECT 1",
    ],
)
def test_only_one_select_is_allowed(query: str) -> None:
    with pytest.raises(LatheError, match="one SELECT"):
        require_select(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1;",
        "select 'drop; delete' as a",
        'SELECT "update" FROM t -- insert',
        "WITH a AS (SELECT 1) SELECT * FROM a",
    ],
)
def test_words_that_are_names_or_text_are_allowed(query: str) -> None:
    require_select(query)
