"""Projects and the place in the address: made, listed, left, deleted."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.data.catalog import DatasetCatalog
from core.data.schema import Dataset
from core.store.projects import Project, ProjectStore
from core.store.workspace import Workspace
from tests.pages.screens import texts, visit

PAGES = ("data", "explore", "prepare", "plan", "train", "results", "model", "explain", "predict", "export")


def opened(at: AppTest) -> str:
    """The project in the address; AppTest gives a list or a text."""
    value = at.query_params["project"]
    return value if isinstance(value, str) else value[0]


def test_first_visit_offers_both_ways_in() -> None:
    at = visit("home")
    assert not at.exception
    assert at.title[0].value == "Welcome to Lathe"
    assert {b.key for b in at.button} >= {"home.own", "home.sample"}


def test_start_with_my_table_makes_a_project_and_leads_to_upload(workspace: Workspace) -> None:
    at = visit("home")
    at.button(key="home.own").click().run()
    assert not at.exception
    project = ProjectStore(workspace).list()[0]
    assert opened(at) == project.id
    assert at.title[0].value == "Upload"


def test_trying_a_sample_ends_with_a_first_look(workspace: Workspace) -> None:
    at = visit("home")
    at.button(key="home.sample").click().run()
    assert not at.exception
    project = ProjectStore(workspace).list()[0]
    assert len(DatasetCatalog(workspace).list(project.id)) == 1
    assert at.title[0].value == "Overview"


def test_projects_are_listed_with_what_is_next(dataset: Dataset) -> None:
    at = visit("home")
    assert "**Churn**" in texts(at)
    assert "Next: choose what to predict" in texts(at)
    at.button(key=f"open.{dataset.project_id}").click().run()
    assert opened(at) == dataset.project_id
    assert at.title[0].value == "Goal"


def test_creating_a_project_under_a_taken_name_says_so(project: Project) -> None:
    at = visit("home")
    at.text_input(key="home.name").set_value("Churn").run()
    at.button(key="home.create").click().run()
    assert not at.exception
    assert len(at.error) == 1
    assert "Churn" in at.error[0].value


def test_an_unknown_project_in_the_address_gets_a_calm_message() -> None:
    at = visit("home", project="nothere")
    assert not at.exception
    assert at.title[0].value == "Project not found"
    at.button(key="unknown.home").click().run()
    assert "project" not in at.query_params
    assert at.title[0].value == "Welcome to Lathe"


@pytest.mark.parametrize("page", PAGES)
def test_without_a_project_every_page_leads_to_one(page: str) -> None:
    at = visit(page)
    assert not at.exception
    assert "No project is open" in texts(at)
    assert [b.label for b in at.button if b.key == "empty.action"] == ["Open or create a project"]


def test_a_page_switch_keeps_the_place(dataset: Dataset) -> None:
    at = visit("data", project=dataset.project_id, dataset=dataset.id)
    at.query_params.clear()  # As a click in the navigation does.
    at.switch_page("pages/explore.py").run()
    assert opened(at) == dataset.project_id
    assert at.title[0].value == "Overview"
    assert at.metric


def test_another_project_in_the_address_leaves_the_dataset_of_the_former(
    workspace: Workspace, dataset: Dataset
) -> None:
    other = ProjectStore(workspace).create("Other")
    at = visit("data", project=dataset.project_id, dataset=dataset.id)
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


def test_a_table_is_duplicated_under_a_name_of_its_own(workspace: Workspace, dataset: Dataset) -> None:
    at = visit("data", project=dataset.project_id, dataset=dataset.id)
    at.button(key="table.duplicate").click().run()
    at.button(key="table.duplicate").click().run()
    assert not at.exception
    tables = DatasetCatalog(workspace).list(dataset.project_id)
    assert {t.name for t in tables} == {"people.csv", "people.csv (copy)", "people.csv (copy) (copy)"}
    assert {t.fingerprint for t in tables} == {dataset.fingerprint}
    assert len({t.path for t in tables}) == 3


def test_a_note_is_kept_with_the_table(dataset: Dataset) -> None:
    at = visit("data", project=dataset.project_id)
    at.text_area(key=f"table.note.{dataset.id}").input("From *Mary*").run()
    fresh = visit("data", project=dataset.project_id)
    assert not fresh.exception
    assert "From \\*Mary\\*" in texts(fresh)
