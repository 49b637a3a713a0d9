"""The Data half of the screens: empty, typical and error, against the real core in a workspace of its own."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.draft import Draft, read_draft
from core.data.actions import TableStep
from core.data.catalog import DatasetCatalog, load_frame
from core.data.column_types import set_kinds, set_levels, set_meaning
from core.data.ingest import ingest
from core.data.schema import Dataset
from core.jobs.inline import InlineExecutor
from core.jobs.job import Job, JobRequest
from core.shape.edit import append
from core.store.projects import Project, ProjectStore
from core.store.workspace import Workspace
from core.types import ColumnKind, ColumnRole, Meaning, SplitKind, TaskKind

APP = str(Path(__file__).parents[2] / "app.py")
CITIES, ANSWERS = ("Bern", "Basel", "Chur"), ("no", "yes")
CSV = "id,age,city,spend,left\n" + "".join(
    f"{1000 + i},{20 + i % 50 if i % 9 else ''},{CITIES[i % 3]},{i * 1.37:.2f},{ANSWERS[i % 4 == 0]}\n"
    for i in range(120)
)

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def served(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server under test opens the workspace of this test."""
    monkeypatch.setenv("LATHE_WORKSPACE", str(workspace.root))


@pytest.fixture
def project(workspace: Workspace) -> Project:
    return ProjectStore(workspace).create("Churn")


@pytest.fixture
def dataset(workspace: Workspace, project: Project, tmp_path: Path) -> Dataset:
    path = tmp_path / "people.csv"
    path.write_text(CSV)
    return ingest(workspace, path, project_id=project.id, name="people.csv")


@pytest.fixture
def open_page(served: None) -> Open:
    def _open(page: str, **place: str) -> AppTest:
        at = AppTest.from_file(APP, default_timeout=30)
        for name, value in place.items():
            at.query_params[name] = value
        at.run()
        if page != "home":
            at.switch_page(f"pages/{page}.py").run()
        return at

    return _open


def texts(at: AppTest) -> str:
    parts = [*at.title, *at.subheader, *at.markdown, *at.caption, *at.error, *at.warning]
    return "\n".join(str(p.value) for p in parts)


def opened(at: AppTest) -> str:
    """The project in the address; AppTest gives a list or a text."""
    value = at.query_params["project"]
    return value if isinstance(value, str) else value[0]


def set_type(dataset_id: str, names: tuple[str, ...], word: str) -> None:
    """What choosing a type for ticked columns does: AppTest cannot tick a row."""
    from components.column_changes import change_type

    change_type(dataset_id, names, word)


def stored_draft(workspace: Workspace, dataset: Dataset) -> Draft:
    return read_draft(ProjectStore(workspace).get(dataset.project_id).draft, dataset)


# Projects


def test_first_visit_offers_both_ways_in(open_page: Open) -> None:
    at = open_page("home")
    assert not at.exception
    assert at.title[0].value == "Welcome to Lathe"
    assert {b.key for b in at.button} >= {"home.own", "home.sample"}


def test_start_with_my_table_makes_a_project_and_leads_to_upload(open_page: Open, workspace: Workspace) -> None:
    at = open_page("home")
    at.button(key="home.own").click().run()
    assert not at.exception
    project = ProjectStore(workspace).list()[0]
    assert opened(at) == project.id
    assert at.title[0].value == "Upload"


def test_trying_a_sample_ends_with_a_first_look(open_page: Open, workspace: Workspace) -> None:
    at = open_page("home")
    at.button(key="home.sample").click().run()
    assert not at.exception
    project = ProjectStore(workspace).list()[0]
    assert len(DatasetCatalog(workspace).list(project.id)) == 1
    assert at.title[0].value == "Overview"


def test_projects_are_listed_with_what_is_next(open_page: Open, dataset: Dataset) -> None:
    at = open_page("home")
    assert "**Churn**" in texts(at)
    assert "Next: choose what to predict" in texts(at)
    at.button(key=f"open.{dataset.project_id}").click().run()
    assert opened(at) == dataset.project_id
    assert at.title[0].value == "Goal"


def test_creating_a_project_under_a_taken_name_says_so(open_page: Open, project: Project) -> None:
    at = open_page("home")
    at.text_input(key="home.name").set_value("Churn").run()
    at.button(key="home.create").click().run()
    assert not at.exception
    assert len(at.error) == 1
    assert "Churn" in at.error[0].value


def test_an_unknown_project_in_the_address_gets_a_calm_message(open_page: Open) -> None:
    at = open_page("home", project="nothere")
    assert not at.exception
    assert at.title[0].value == "Project not found"
    at.button(key="unknown.home").click().run()
    assert "project" not in at.query_params
    assert at.title[0].value == "Welcome to Lathe"


@pytest.mark.parametrize("page", ["data", "explore", "prepare", "plan"])
def test_without_a_project_every_page_leads_to_one(open_page: Open, page: str) -> None:
    at = open_page(page)
    assert not at.exception
    assert "No project is open" in texts(at)
    assert [b.label for b in at.button if b.key == "empty.action"] == ["Open or create a project"]


# The place in the address


def test_a_page_switch_keeps_the_place(open_page: Open, dataset: Dataset) -> None:
    at = open_page("data", project=dataset.project_id, dataset=dataset.id)
    at.query_params.clear()  # As a click in the navigation does.
    at.switch_page("pages/explore.py").run()
    assert opened(at) == dataset.project_id
    assert at.title[0].value == "Overview"
    assert at.metric


def test_another_project_in_the_address_leaves_the_dataset_of_the_former(
    open_page: Open, workspace: Workspace, dataset: Dataset
) -> None:
    other = ProjectStore(workspace).create("Other")
    at = open_page("data", project=dataset.project_id, dataset=dataset.id)
    at.selectbox(key="sidebar.project").select(other.id).run()
    assert not at.exception
    assert opened(at) == other.id
    assert "dataset" not in at.query_params
    assert len(at.get("file_uploader")) == 1


def press_delete_project(project_id: str) -> None:
    """What the button of the dialog does: AppTest cannot press one there."""
    from components import state
    from components.project_cards import delete_project

    state.sync()
    delete_project(project_id)


def press_rename_and_delete_table(dataset_id: str) -> None:
    from components import services
    from components.table_dialogs import delete_table, rename_table

    rename_table(services.catalog().get(dataset_id), " Customers ")
    assert services.catalog().get(dataset_id).name == "Customers"
    delete_table(services.catalog().get(dataset_id))


def test_deleting_the_open_project_leaves_it(workspace: Workspace, dataset: Dataset) -> None:
    at = AppTest.from_function(press_delete_project, kwargs={"project_id": dataset.project_id})
    at.query_params["project"] = dataset.project_id
    at.run()
    assert not at.exception
    assert "project" not in at.query_params
    assert ProjectStore(workspace).list() == ()
    assert not workspace.path(dataset.path).exists()


def test_a_table_is_renamed_and_deleted(workspace: Workspace, dataset: Dataset) -> None:
    at = AppTest.from_function(press_rename_and_delete_table, kwargs={"dataset_id": dataset.id}).run()
    assert not at.exception
    assert DatasetCatalog(workspace).list(dataset.project_id) == ()


# Upload


def test_an_empty_project_offers_uploader_and_samples(open_page: Open, project: Project) -> None:
    at = open_page("data", project=project.id)
    assert not at.exception
    assert len(at.get("file_uploader")) == 1
    assert len([b for b in at.button if str(b.key).startswith("sample.")]) >= 3
    assert at.button(key="data.next").disabled


def test_a_file_is_looked_over_changed_and_taken(open_page: Open, workspace: Workspace, project: Project) -> None:
    at = open_page("data", project=project.id)
    at.file_uploader(key="upload.file.0").upload("semi.csv", CSV.replace(",", ";").encode(), "text/csv").run()
    assert not at.exception
    assert at.title[0].value == "Look over semi.csv"
    assert at.selectbox(key="parse.delimiter").value == ";"
    at.selectbox(key="parse.delimiter").select(",").run()
    assert not at.exception
    at.selectbox(key="parse.delimiter").select(";").run()
    at.button(key="data.use").click().run()
    assert not at.exception
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert (stored.rows, len(stored.columns)) == (120, 5)
    assert at.title[0].value == "Upload"
    assert not list(workspace.folder("incoming").iterdir())


def test_settings_that_cannot_read_the_file_block_its_use(open_page: Open, project: Project) -> None:
    at = open_page("data", project=project.id)
    at.file_uploader(key="upload.file.0").upload(
        "umlaut.csv", CSV.replace("Bern", "Z\u00fcrich").encode(), "text/csv"
    ).run()
    at.selectbox(key="parse.encoding").select("utf-16").run()
    assert not at.exception
    assert len(at.error) == 1
    assert at.button(key="data.use").disabled
    at.selectbox(key="parse.encoding").select("utf-8").run()
    assert not at.button(key="data.use").disabled


def test_a_table_is_read_again_with_other_settings(
    open_page: Open, workspace: Workspace, project: Project, dataset: Dataset
) -> None:
    at = open_page("data", project=project.id, dataset=dataset.id)
    at.button(key="table.reread").click().run()
    assert not at.exception
    assert at.title[0].value.startswith("Look over ")
    at.button(key="data.use").click().run()
    assert not at.exception
    first, second = DatasetCatalog(workspace).list(project.id)
    assert first.id != second.id
    assert first.fingerprint == second.fingerprint


def test_a_waiting_file_survives_a_refresh(open_page: Open, project: Project) -> None:
    at = open_page("data", project=project.id)
    at.file_uploader(key="upload.file.0").upload("people.csv", CSV.encode(), "text/csv").run()
    fresh = open_page("data", project=project.id)
    assert fresh.title[0].value == "Look over people.csv"
    fresh.button(key="data.drop").click().run()
    assert fresh.title[0].value == "Upload"


def bring(at: AppTest, name: str, content: bytes) -> AppTest:
    """Upload a file; what it was told is on the page then."""
    return at.file_uploader[0].upload(name, content, "text/csv").run()


def test_rows_that_cannot_be_read_are_counted_and_listed_before_and_after(open_page: Open, project: Project) -> None:
    rows = "".join(f"{i},name {i},DE\n" for i in range(100))
    at = bring(
        open_page("data", project=project.id), "t.csv", f"id,name,country\n{rows}1,2,3,4,5,6,7,8\n{rows}".encode()
    )
    assert "**1 row could not be read**" in texts(at)
    [listed] = [d.value for d in at.dataframe if "Line" in d.value.columns]
    assert listed["Line"].tolist() == [102]
    assert listed["As it stands"].tolist() == ["1,2,3,4,5,6,7,8"]
    at.button(key="data.use").click().run()
    assert not at.exception
    dataset = at.session_state["lathe.place.dataset"]
    at.toggle(key=f"rejected.show.{dataset}").set_value(True).run()
    assert "**1 row could not be read**" in texts(at)


def test_what_only_the_person_knows_is_asked_and_answered(
    open_page: Open, workspace: Workspace, project: Project
) -> None:
    rows = "".join(f"{i},{('DE', 'NA', 'FR', 'US', 'IT')[i % 5]}\n" for i in range(60))
    at = bring(open_page("data", project=project.id), "t.csv", f"id,country\n{rows}".encode())
    assert "**1 question only you can answer**" in texts(at)
    at.button(key="parse.answer.missing.country.1").click().run()
    assert not at.exception
    assert "only you can answer" not in texts(at)
    at.button(key="data.use").click().run()
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert stored.column("country").missing == 0
    assert "NA" in stored.column("country").examples


def test_settings_of_one_column_are_kept_and_used(open_page: Open, workspace: Workspace, project: Project) -> None:
    content = "when,country\n" + "".join(f"0{1 + i % 9}/0{1 + i % 7}/2026,{('DE', 'NA')[i % 2]}\n" for i in range(60))
    at = bring(open_page("data", project=project.id), "t.csv", content.encode())
    at.selectbox(key="parse.column").select("country").run()
    at.multiselect(key="parse.column_missing.country").set_value(["", "?"]).run()
    at.selectbox(key="parse.column").select("when").run()
    at.selectbox(key="parse.column_day_first.when").select(True).run()
    assert not at.exception
    at.button(key="data.use").click().run()
    assert not at.exception
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert stored.parse.column_missing == {"country": ("", "?")}
    assert stored.parse.column_day_first == {"when": True}
    assert stored.column("country").missing == 0


def test_a_changed_setting_says_who_chose_it(open_page: Open, project: Project) -> None:
    at = bring(open_page("data", project=project.id), "t.csv", CSV.encode())
    at.selectbox(key="parse.quote").select("'").run()
    at.number_input(key="parse.skip_lines").set_value(2).run()
    assert not at.exception
    assert texts(at).count("Chosen by you.") == 2
    assert at.dataframe[0].value.columns.tolist()[1] == "21"


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\x00" * 500, bytes(range(256)) * 40, b"PK\x03\x04 not a zip", b"%PDF-1.7 x"]
)
def test_what_holds_no_table_gets_a_message_and_leaves_nothing(
    open_page: Open, workspace: Workspace, project: Project, content: bytes
) -> None:
    at = bring(open_page("data", project=project.id), "t.csv", content)
    assert not at.exception
    assert len(at.error) == 1
    assert at.title[0].value == "Upload"
    assert not list(workspace.folder("incoming").iterdir())


@pytest.mark.parametrize("seed", range(6))
def test_random_bytes_are_answered_calmly(open_page: Open, project: Project, seed: int) -> None:
    content = random.Random(seed).randbytes(3000)
    text = bytes(b % 95 + 32 if seed % 2 else b for b in content)
    at = bring(open_page("data", project=project.id), "noise.csv", text)
    assert not at.exception
    assert at.title[0].value in ("Upload", "Look over noise.csv")


HOSTILE = ("<b>bold</b>", "=1+1", "\U0001f600", "x" * 10_000, "", "dup", "dup", "**md** [a](http://x)", "$x$ :red[c]")


def test_hostile_names_are_shown_as_text(open_page: Open, workspace: Workspace, project: Project) -> None:
    line = ",".join(f'"{name}"' for name in HOSTILE)
    content = f"{line}\n" + "".join(",".join(str(i * j) for j in range(len(HOSTILE))) + "\n" for i in range(30))
    at = bring(open_page("data", project=project.id), "t.csv", content.encode())
    assert not at.exception
    at.button(key="data.use").click().run()
    assert not at.exception
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert stored.column_names[:4] == HOSTILE[:4]
    assert len(set(stored.column_names)) == len(HOSTILE)
    for name in stored.column_names:
        at.session_state[f"lathe.columns.picked.{stored.id}"] = (name,)
        at.run()
        assert not at.exception
    assert not any("<b>bold" in str(m.value) for m in at.markdown)


def test_one_row_and_five_thousand_columns_both_work(open_page: Open, workspace: Workspace, project: Project) -> None:
    content = ",".join(f"c{i}" for i in range(5000)) + "\n" + ",".join(str(i) for i in range(5000)) + "\n"
    at = AppTest.from_file(APP, default_timeout=120)
    at.query_params["project"] = project.id
    at.run()
    at.switch_page("pages/data.py").run()
    bring(at, "wide.csv", content.encode())
    assert not at.exception
    at.button(key="data.use").click().run()
    assert not at.exception
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert (stored.rows, len(stored.columns)) == (1, 5000)
    at.text_input(key=f"columns.search.{stored.id}").input("c4999").run()
    assert at.dataframe[0].value["Column"].tolist() == ["c4999"]


def test_a_table_is_pasted(open_page: Open, workspace: Workspace, project: Project) -> None:
    at = open_page("data", project=project.id)
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
    open_page: Open, workspace: Workspace, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "people.csv").write_text(CSV)
    monkeypatch.setenv("LATHE_DATA_FOLDERS", str(folder))
    st.cache_resource.clear()
    at = open_page("data", project=project.id)
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


def test_a_later_file_is_read_like_the_table(open_page: Open, workspace: Workspace, dataset: Dataset) -> None:
    catalog = DatasetCatalog(workspace)
    dataset = set_kinds(workspace, dataset, {"age": ColumnKind.CATEGORICAL})
    dataset = set_levels(workspace, dataset, {"city": ("Chur", "Basel", "Bern")})
    set_meaning(workspace, dataset, ["city"], Meaning.ADDRESS)
    append(workspace, catalog.get(dataset.id), [TableStep(key="drop_columns", params={"columns": ["id"]})])
    at = open_page("data", project=dataset.project_id, dataset=dataset.id)
    at.button(key="table.later").click().run()
    assert at.title[0].value == "A later file of people.csv"
    bring(
        at,
        "february.csv",
        CSV.replace(",left\n", ",left,more\n", 1).replace("yes\n", "yes,1\n").replace("no\n", "no,2\n").encode(),
    )
    assert not at.exception
    [later] = [table for table in catalog.list(dataset.project_id) if table.id != dataset.id]
    assert "id" not in later.column_names
    assert later.column("age").kind is ColumnKind.CATEGORICAL
    assert [step.key for step in later.steps] == ["drop_columns"]
    assert later.column("city").levels == ("Chur", "Basel", "Bern")
    assert later.column("city").meaning is Meaning.ADDRESS
    assert "Columns that were not there before" in texts(at)


def test_a_binary_file_gets_a_message_and_leaves_nothing(
    open_page: Open, workspace: Workspace, project: Project
) -> None:
    at = open_page("data", project=project.id)
    at.file_uploader(key="upload.file.0").upload("photo.csv", bytes(range(256)) * 40, "text/csv").run()
    assert not at.exception
    assert len(at.error) == 1
    assert at.title[0].value == "Upload"
    assert not list(workspace.folder("incoming").iterdir())


def test_types_are_changed_one_by_one_and_in_bulk(open_page: Open, workspace: Workspace, dataset: Dataset) -> None:
    at = open_page("data", project=dataset.project_id)
    at.session_state[f"lathe.columns.picked.{dataset.id}"] = ("age", "spend")
    at.run()
    assert "**2 columns**" in texts(at)
    at.selectbox(key=f"column.type.{dataset.id}").select("Category").run()
    assert not at.exception
    assert not at.error
    stored = DatasetCatalog(workspace).get(dataset.id)
    assert {stored.column(name).kind for name in ("age", "spend")} == {ColumnKind.CATEGORICAL}


def test_a_type_that_does_not_fit_is_refused_with_the_cells_in_the_way(
    open_page: Open, workspace: Workspace, dataset: Dataset
) -> None:
    at = open_page("data", project=dataset.project_id)
    at.session_state[f"lathe.columns.picked.{dataset.id}"] = ("city",)
    at.run()
    at.selectbox(key=f"column.type.{dataset.id}").select("Number").run()
    assert not at.exception
    assert "must be numbers" in at.error[0].value
    [listed] = [d.value for d in at.dataframe if list(d.value.columns) == ["Cell", "Rows"]]
    assert dict(zip(listed["Cell"], listed["Rows"], strict=True)) == dict.fromkeys(CITIES, 40)
    assert at.button(key="column.convert").label == "Convert anyway; these become missing"
    assert DatasetCatalog(workspace).get(dataset.id).column("city").kind is ColumnKind.CATEGORICAL


def test_an_order_is_given_turned_and_moved(open_page: Open, workspace: Workspace, dataset: Dataset) -> None:
    at = open_page("data", project=dataset.project_id)
    at.session_state[f"lathe.columns.picked.{dataset.id}"] = ("city",)
    at.run()
    at.selectbox(key=f"column.type.{dataset.id}").select("Ordered category").run()
    assert DatasetCatalog(workspace).get(dataset.id).column("city").levels == ("Basel", "Bern", "Chur")
    at.button(key="levels.0.1").click().run()
    assert DatasetCatalog(workspace).get(dataset.id).column("city").levels == ("Bern", "Basel", "Chur")
    at.button(key="levels.turn").click().run()
    stored = DatasetCatalog(workspace).get(dataset.id).column("city")
    assert (stored.kind, stored.levels) == (ColumnKind.CATEGORICAL, ("Chur", "Basel", "Bern"))
    at.selectbox(key=f"column.type.{dataset.id}").select("Category").run()
    assert not at.exception
    assert DatasetCatalog(workspace).get(dataset.id).column("city").levels == ()


def test_what_a_column_stands_for_can_be_said(open_page: Open, workspace: Workspace, dataset: Dataset) -> None:
    at = open_page("data", project=dataset.project_id)
    at.session_state[f"lathe.columns.picked.{dataset.id}"] = ("city",)
    at.run()
    at.selectbox(key=f"column.meaning.{dataset.id}").select(Meaning.ADDRESS).run()
    assert not at.exception
    assert DatasetCatalog(workspace).get(dataset.id).column("city").meaning is Meaning.ADDRESS
    assert "can point to a person" in texts(at)


def test_personal_columns_are_dropped_as_a_step(open_page: Open, workspace: Workspace, dataset: Dataset) -> None:
    at = open_page("data", project=dataset.project_id)
    at.session_state[f"lathe.columns.picked.{dataset.id}"] = ("city", "id")
    at.run()
    at.button(key="column.drop").click().run()
    assert not at.exception
    stored = DatasetCatalog(workspace).get(dataset.id)
    assert stored.column_names == ("age", "spend", "left")
    assert [step.key for step in stored.steps] == ["drop_columns"]


def test_types_are_changed_after_a_step_too(open_page: Open, workspace: Workspace, dataset: Dataset) -> None:
    append(workspace, dataset, [TableStep(key="drop_columns", params={"columns": ["id"]})])
    at = open_page("data", project=dataset.project_id)
    for names, word in ((("city",), "Identifier"), (("age",), "Ordered category")):
        at.session_state[f"lathe.columns.picked.{dataset.id}"] = names
        at.run()
        at.selectbox(key=f"column.type.{dataset.id}").select(word).run()
        assert not at.exception
        assert not at.error
    at.button(key="levels.turn").click().run()
    assert not at.exception
    stored = DatasetCatalog(workspace).get(dataset.id)
    assert [step.key for step in stored.steps] == ["drop_columns", "change_type", "set_levels"]
    assert stored.column("city").kind is ColumnKind.IDENTIFIER
    assert (stored.column("age").kind, stored.column("age").levels[:2]) == (ColumnKind.CATEGORICAL, ("69", "68"))
    assert load_frame(workspace, stored)["age"].iloc[1] == "21"


def test_a_large_file_is_taken_in_by_a_job(
    open_page: Open, workspace: Workspace, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.waiting_file.INGEST_IN_PLACE_BYTES", 10)
    monkeypatch.setattr("components.services.executor", lambda: InlineExecutor(workspace))
    at = bring(open_page("data", project=project.id), "large.csv", CSV.encode())
    at.button(key="data.use").click().run()
    assert not at.exception
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert stored.rows == 120
    assert at.title[0].value == "Upload"
    assert not list(workspace.folder("incoming").iterdir())
    at.button(key="table.later").click().run()
    bring(at, "later.csv", CSV.encode())
    assert not at.exception
    assert {table.name for table in DatasetCatalog(workspace).list(project.id)} == {"large.csv", "later.csv"}


def test_a_job_that_fails_says_why_and_lets_the_settings_be_mended(
    open_page: Open, workspace: Workspace, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.waiting_file.INGEST_IN_PLACE_BYTES", 10)

    class Late(InlineExecutor):
        def submit(self, request: JobRequest) -> Job:
            next(workspace.folder("incoming").iterdir()).unlink()
            return super().submit(request)

    monkeypatch.setattr("components.services.executor", lambda: Late(workspace))
    at = bring(open_page("data", project=project.id), "large.csv", CSV.encode())
    at.button(key="data.use").click().run()
    assert not at.exception
    assert "is not there any more" in at.error[0].value
    assert at.button(key="ingest.review").label == "Look over its settings"


def test_a_query_brings_a_table_and_its_password_is_kept_nowhere(
    open_page: Open, workspace: Workspace, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as base:
        base.execute("CREATE TABLE orders (id INTEGER, city TEXT)")
        base.executemany("INSERT INTO orders VALUES (?, ?)", [(i, CITIES[i % 3]) for i in range(40)])
    base.close()
    monkeypatch.setenv("LATHE_DATA_FOLDERS", str(tmp_path))
    st.cache_resource.clear()
    at = open_page("data", project=project.id)
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
    open_page: Open, workspace: Workspace, project: Project, tmp_path: Path
) -> None:
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as base:
        for name in ("orders", "people"):
            base.execute(f"CREATE TABLE {name} (id INTEGER, {name}_city TEXT)")
            base.executemany(f"INSERT INTO {name} VALUES (?, ?)", [(i, CITIES[i % 3]) for i in range(40)])
    base.close()
    at = bring(open_page("data", project=project.id), "shop.db", file.read_bytes())
    assert at.selectbox(key="parse.sheet").options == ["orders", "people"]
    at.selectbox(key="parse.sheet").select("people").run()
    assert not at.exception
    at.button(key="data.use").click().run()
    [stored] = DatasetCatalog(workspace).list(project.id)
    assert stored.column_names == ("id", "people_city")


def test_a_table_is_duplicated_under_a_name_of_its_own(open_page: Open, workspace: Workspace, dataset: Dataset) -> None:
    at = open_page("data", project=dataset.project_id, dataset=dataset.id)
    at.button(key="table.duplicate").click().run()
    at.button(key="table.duplicate").click().run()
    assert not at.exception
    tables = DatasetCatalog(workspace).list(dataset.project_id)
    assert {t.name for t in tables} == {"people.csv", "people.csv (copy)", "people.csv (copy) (copy)"}
    assert {t.fingerprint for t in tables} == {dataset.fingerprint}
    assert len({t.path for t in tables}) == 3


def test_a_note_is_kept_with_the_table(open_page: Open, dataset: Dataset) -> None:
    at = open_page("data", project=dataset.project_id)
    at.text_area(key=f"table.note.{dataset.id}").input("From *Mary*").run()
    fresh = open_page("data", project=dataset.project_id)
    assert not fresh.exception
    assert "From \\*Mary\\*" in texts(fresh)


# Goal


def test_a_target_brings_everything_else_and_is_kept(open_page: Open, workspace: Workspace, dataset: Dataset) -> None:
    at = open_page("prepare", project=dataset.project_id)
    assert at.button(key="prepare.next").disabled
    at.selectbox(key=f"goal.target.{dataset.id}").select("left").run()
    assert not at.exception
    draft = stored_draft(workspace, dataset)
    assert draft.task is not None
    assert draft.plan is not None
    assert (draft.task.target, draft.task.kind) == ("left", TaskKind.BINARY)
    assert draft.task.roles == {"id": ColumnRole.IGNORE}
    fresh = open_page("prepare", project=dataset.project_id)
    assert fresh.selectbox(key=f"goal.target.{dataset.id}").value == "left"
    assert not fresh.button(key="prepare.next").disabled


def test_a_likely_target_is_one_click_away(open_page: Open, workspace: Workspace, dataset: Dataset) -> None:
    at = open_page("prepare", project=dataset.project_id)
    at.button(key="goal.likely.left").click().run()
    assert not at.exception
    task = stored_draft(workspace, dataset).task
    assert task is not None
    assert task.target == "left"


def test_the_split_is_kept(open_page: Open, workspace: Workspace, dataset: Dataset) -> None:
    at = open_page("prepare", project=dataset.project_id)
    at.selectbox(key=f"goal.target.{dataset.id}").select("left").run()
    at.slider(key=f"split.folds.{dataset.id}").set_value(3).run()
    at.radio(key=f"split.kind.{dataset.id}.True").set_value(SplitKind.RANDOM).run()
    assert not at.exception
    draft = stored_draft(workspace, dataset)
    assert draft.task is not None
    assert draft.plan is not None
    assert (draft.task.split.folds, draft.task.split.kind) == (3, SplitKind.RANDOM)


def test_what_must_be_mended_stands_there_and_blocks_the_way(open_page: Open, dataset: Dataset) -> None:
    at = open_page("prepare", project=dataset.project_id)
    at.selectbox(key=f"goal.target.{dataset.id}").select("left").run()
    at.radio(key=f"split.kind.{dataset.id}.True").set_value(SplitKind.GROUP).run()
    assert not at.exception
    assert "group" in at.error[0].value
    assert at.button(key="prepare.next").disabled


def test_another_table_of_the_project_has_a_goal_of_its_own(
    open_page: Open, workspace: Workspace, dataset: Dataset, tmp_path: Path
) -> None:
    at = open_page("prepare", project=dataset.project_id)
    at.selectbox(key=f"goal.target.{dataset.id}").select("left").run()
    path = tmp_path / "other.csv"
    path.write_text(CSV.replace("spend", "money"))
    other = ingest(workspace, path, project_id=dataset.project_id, name="other.csv")
    at = open_page("prepare", project=dataset.project_id, dataset=other.id)
    assert at.selectbox(key=f"goal.target.{other.id}").value is None
    at = open_page("prepare", project=dataset.project_id, dataset=dataset.id)
    assert at.selectbox(key=f"goal.target.{dataset.id}").value == "left"
