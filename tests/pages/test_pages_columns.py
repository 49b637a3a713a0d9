"""Types, orders and meanings of columns, changed on the page of the table."""

from __future__ import annotations

from core.data.actions import TableStep
from core.data.catalog import DatasetCatalog, load_frame
from core.data.schema import Dataset
from core.shape.edit import append
from core.store.workspace import Workspace
from core.types import ColumnKind, Meaning
from tests.pages.screens import CITIES, texts, visit


def test_types_are_changed_one_by_one_and_in_bulk(workspace: Workspace, dataset: Dataset) -> None:
    at = visit("data", project=dataset.project_id)
    at.session_state[f"lathe.columns.picked.{dataset.id}"] = ("age", "spend")
    at.run()
    assert "**2 columns**" in texts(at)
    at.selectbox(key=f"column.type.{dataset.id}").select("Category").run()
    assert not at.exception
    assert not at.error
    stored = DatasetCatalog(workspace).get(dataset.id)
    assert {stored.column(name).kind for name in ("age", "spend")} == {ColumnKind.CATEGORICAL}


def test_a_type_that_does_not_fit_is_refused_with_the_cells_in_the_way(workspace: Workspace, dataset: Dataset) -> None:
    at = visit("data", project=dataset.project_id)
    at.session_state[f"lathe.columns.picked.{dataset.id}"] = ("city",)
    at.run()
    at.selectbox(key=f"column.type.{dataset.id}").select("Number").run()
    assert not at.exception
    assert "must be numbers" in at.error[0].value
    [listed] = [d.value for d in at.dataframe if list(d.value.columns) == ["Cell", "Rows"]]
    assert dict(zip(listed["Cell"], listed["Rows"], strict=True)) == dict.fromkeys(CITIES, 40)
    assert at.button(key="column.convert").label == "Convert anyway; these become missing"
    assert DatasetCatalog(workspace).get(dataset.id).column("city").kind is ColumnKind.CATEGORICAL


def test_an_order_is_given_turned_and_moved(workspace: Workspace, dataset: Dataset) -> None:
    at = visit("data", project=dataset.project_id)
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


def test_what_a_column_stands_for_can_be_said(workspace: Workspace, dataset: Dataset) -> None:
    at = visit("data", project=dataset.project_id)
    at.session_state[f"lathe.columns.picked.{dataset.id}"] = ("city",)
    at.run()
    at.selectbox(key=f"column.meaning.{dataset.id}").select(Meaning.ADDRESS).run()
    assert not at.exception
    assert DatasetCatalog(workspace).get(dataset.id).column("city").meaning is Meaning.ADDRESS
    assert "can point to a person" in texts(at)


def test_personal_columns_are_dropped_as_a_step(workspace: Workspace, dataset: Dataset) -> None:
    at = visit("data", project=dataset.project_id)
    at.session_state[f"lathe.columns.picked.{dataset.id}"] = ("city", "id")
    at.run()
    at.button(key="column.drop").click().run()
    assert not at.exception
    stored = DatasetCatalog(workspace).get(dataset.id)
    assert stored.column_names == ("age", "spend", "left")
    assert [step.key for step in stored.steps] == ["drop_columns"]


def test_types_are_changed_after_a_step_too(workspace: Workspace, dataset: Dataset) -> None:
    append(workspace, dataset, [TableStep(key="drop_columns", params={"columns": ["id"]})])
    at = visit("data", project=dataset.project_id)
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
