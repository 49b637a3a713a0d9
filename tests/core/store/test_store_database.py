"""Opening, migrating and sharing a database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from core.settings import Settings
from core.store.database import Database
from core.store.migrations import HEAD
from core.store.projects import ProjectStore
from core.store.tables import Base, DatasetRow, utc_now
from core.store.workspace import Workspace

ROOT = Path(__file__).parents[3]


def test_the_migrations_make_exactly_the_tables_of_the_code(workspace: Workspace) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with workspace.database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []
    found = set(inspect(workspace.database.engine).get_table_names())
    assert found == {*Base.metadata.tables, "alembic_version"}


def test_the_named_head_is_the_newest_migration() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(ROOT / "core/store/migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_sqlite_is_set_up_for_many_processes(workspace: Workspace) -> None:
    with workspace.database.engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "busy_timeout", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "busy_timeout": 10_000, "foreign_keys": 1}


def test_foreign_keys_are_enforced(workspace: Workspace) -> None:
    row = DatasetRow(id="d", project_id="none", name="d", fingerprint="f", created=utc_now(), body={})
    with pytest.raises(IntegrityError), workspace.database.session() as session:
        session.add(row)


def test_an_error_inside_a_session_undoes_all_of_it(workspace: Workspace) -> None:
    store = ProjectStore(workspace)
    project = store.create("Kept as it was")

    def fail_after_a_change() -> None:
        with workspace.database.session() as session:
            session.execute(text("DELETE FROM projects"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_a_change()
    assert store.get(project.id) == project


OPEN = """
import sys
from core.store.projects import ProjectStore
from core.store.workspace import open_workspace
workspace = open_workspace(sys.argv[1])
ProjectStore(workspace).create(sys.argv[2])
sys.stdout.write(str("alembic" in sys.modules))
"""


def open_in_process(folder: Path, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", OPEN, str(folder), name]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_several_processes_may_open_a_fresh_workspace_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "workspace"
    processes = [open_in_process(folder, f"Project {number}") for number in range(4)]
    for process in processes:
        _, complaints = process.communicate(timeout=60)
        assert process.returncode == 0, complaints
    workspace = Workspace(Settings(workspace=folder))
    assert len(ProjectStore(workspace).list()) == len(processes)
    workspace.database.close()


def test_opening_an_up_to_date_workspace_does_without_alembic(workspace: Workspace) -> None:
    output, complaints = open_in_process(workspace.root, "Second").communicate(timeout=60)
    assert output == "False", complaints


def test_another_database_url_is_used_instead_of_the_file_in_the_workspace(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'elsewhere' / 'shared.db'}"
    first = Workspace(Settings(workspace=tmp_path / "one", database_url=url))
    second = Workspace(Settings(workspace=tmp_path / "two", database_url=url))
    project = ProjectStore(first).create("Shared")
    assert ProjectStore(second).get(project.id) == project
    assert not (tmp_path / "one" / "lathe.db").exists()
    for workspace in (first, second):
        workspace.database.close()


def test_a_database_in_memory_works_too() -> None:
    database = Database("sqlite://")
    database.upgrade()
    assert database.revision() == HEAD
    database.close()
