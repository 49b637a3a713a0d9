"""Every way in besides one small file: pasted, on the server, later, large, from a database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import streamlit as st

from core.data.actions import TableStep
from core.data.catalog import DatasetCatalog
from core.data.column_types import set_kinds, set_levels, set_meaning
from core.data.schema import Dataset
from core.jobs.inline import InlineExecutor
from core.jobs.job import Job, JobRequest
from core.shape.edit import append
from core.store.projects import Project
from core.store.workspace import Workspace
from core.types import ColumnKind, Meaning
from tests.pages.screens import CITIES, PEOPLE, bring, texts, visit


def test_a_table_is_pasted(workspace: Workspace, project: Project) -> None:
    at = visit("data", project=project.id)
    at.button_group(key="upload.way").set_value("Paste").run()
    at.text_area(key="paste.text.0").input("a\tb\n1\tx\n2\ty\n")
    at.text_input(key="paste.name").input("Cells")
    at.button(key="paste.use").click().run()
    assert not at.exception
    assert at.title[0].value == "Look over Cells.csv"
    at.button(key="data.use").click().run()
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert stored.column_names == ("a", "b")


def test_a_file_of_an_allowed_folder_is_read_in_place(
    workspace: Workspace, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "people.csv").write_text(PEOPLE)
    monkeypatch.setenv("LATHE_DATA_FOLDERS", str(folder))
    st.cache_resource.clear()
    at = visit("data", project=project.id)
    at.button_group(key="upload.way").set_value("A file on the server").run()
    at.text_input(key="server.path").input("/etc/passwd").run()
    at.button(key="server.use").click().run()
    assert "may be read only below" in at.error[0].value
    at.text_input(key="server.path").input(str(folder / "people.csv")).run()
    at.button(key="server.use").click().run()
    assert not at.exception
    assert at.title[0].value == "Look over people.csv"
    at.button(key="data.use").click().run()
    assert not at.exception
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert stored.rows == 120
    assert (folder / "people.csv").exists()


def test_a_later_file_is_read_like_the_table(workspace: Workspace, dataset: Dataset) -> None:
    catalog = DatasetCatalog(workspace)
    dataset = set_kinds(workspace, dataset, {"age": ColumnKind.CATEGORICAL})
    dataset = set_levels(workspace, dataset, {"city": ("Chur", "Basel", "Bern")})
    set_meaning(workspace, dataset, ["city"], Meaning.ADDRESS)
    append(workspace, catalog.get(dataset.id), [TableStep(key="drop_columns", params={"columns": ["id"]})])
    at = visit("data", project=dataset.project_id, dataset=dataset.id)
    at.button(key="table.later").click().run()
    assert at.title[0].value == "A later file of people.csv"
    bring(
        at,
        "february.csv",
        PEOPLE.replace(",left\n", ",left,more\n", 1).replace("yes\n", "yes,1\n").replace("no\n", "no,2\n").encode(),
    )
    assert not at.exception
    [later] = [table for table in catalog.list(dataset.project_id) if table.id != dataset.id]
    assert "id" not in later.column_names
    assert later.column("age").kind is ColumnKind.CATEGORICAL
    assert [step.key for step in later.steps] == ["drop_columns"]
    assert later.column("city").levels == ("Chur", "Basel", "Bern")
    assert later.column("city").meaning is Meaning.ADDRESS
    assert "Columns that were not there before" in texts(at)


def test_a_large_file_is_taken_in_by_a_job(
    workspace: Workspace, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.waiting_file.INGEST_IN_PLACE_BYTES", 10)
    monkeypatch.setattr("components.services.executor", lambda: InlineExecutor(workspace))
    at = bring(visit("data", project=project.id), "large.csv", PEOPLE.encode())
    at.button(key="data.use").click().run()
    assert not at.exception
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert stored.rows == 120
    assert at.title[0].value == "Upload"
    assert not list(workspace.folder("incoming").iterdir())
    at.button(key="table.later").click().run()
    bring(at, "later.csv", PEOPLE.encode())
    assert not at.exception
    assert {table.name for table in DatasetCatalog(workspace).list(project.id)} == {"large.csv", "later.csv"}


def test_a_job_that_fails_says_why_and_lets_the_settings_be_mended(
    workspace: Workspace, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.waiting_file.INGEST_IN_PLACE_BYTES", 10)

    class Late(InlineExecutor):
        def submit(self, request: JobRequest) -> Job:
            next(workspace.folder("incoming").iterdir()).unlink()
            return super().submit(request)

    monkeypatch.setattr("components.services.executor", lambda: Late(workspace))
    at = bring(visit("data", project=project.id), "large.csv", PEOPLE.encode())
    at.button(key="data.use").click().run()
    assert not at.exception
    assert "is not there any more" in at.error[0].value
    assert at.button(key="ingest.review").label == "Look over its settings"


def test_a_query_brings_a_table_and_its_password_is_kept_nowhere(
    workspace: Workspace, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as base:
        base.execute("CREATE TABLE orders (id INTEGER, city TEXT)")
        base.executemany("INSERT INTO orders VALUES (?, ?)", [(i, CITIES[i % 3]) for i in range(40)])
    base.close()
    monkeypatch.setenv("LATHE_DATA_FOLDERS", str(tmp_path))
    st.cache_resource.clear()
    at = visit("data", project=project.id)
    at.button_group(key="upload.way").set_value("A database").run()
    at.text_input(key="database.url").input(f"sqlite:///{file}?secret=hunter2")
    at.text_area(key="database.query").input("DROP TABLE orders")
    at.button(key="database.use").click().run()
    assert "must be one SELECT" in at.error[0].value
    at.text_input(key="database.url").input(f"sqlite:///{file}")
    at.text_area(key="database.query").input("SELECT city, count(*) AS n FROM orders GROUP BY city")
    at.button(key="database.use").click().run()
    assert not at.exception
    assert at.title[0].value == "Look over Query"
    at.button(key="data.use").click().run()
    assert not at.exception
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert (stored.rows, stored.column_names) == (3, ("city", "n"))


def test_a_table_of_a_database_file_is_chosen_before_it_is_taken(
    workspace: Workspace, project: Project, tmp_path: Path
) -> None:
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as base:
        for name in ("orders", "people"):
            base.execute(f"CREATE TABLE {name} (id INTEGER, {name}_city TEXT)")
            base.executemany(f"INSERT INTO {name} VALUES (?, ?)", [(i, CITIES[i % 3]) for i in range(40)])
    base.close()
    at = bring(visit("data", project=project.id), "shop.db", file.read_bytes())
    assert at.selectbox(key="parse.sheet").options == ["orders", "people"]
    at.selectbox(key="parse.sheet").select("people").run()
    assert not at.exception
    at.button(key="data.use").click().run()
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert stored.column_names == ("id", "people_city")
