"""Clean and shape: steps are added with a preview, switched, moved, undone; what fails is said and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.draft import Draft
from components.plan_edit import new_goal, plan_for
from core.data.actions import TableStep
from core.data.catalog import DatasetCatalog
from core.data.schema import Dataset
from core.shape.edit import append
from core.shape.registry import STEPS
from core.store.projects import Project
from core.store.workspace import Workspace
from core.types import ColumnRole
from tests.pages.screens import CITIES, put_draft, store_table, stored_draft, texts, visit

CSV = "id,<b>age</b>,city,spend,day\n" + "".join(
    f"{1000 + i},{20 + i % 50 if i % 9 else ''},{CITIES[i % 3]},{i * 1.37:.2f},2024-01-{1 + i % 28:02}\n"
    for i in range(90)
)


AGE = "<b>age</b>"


@pytest.fixture
def dataset(workspace: Workspace, project: Project, tmp_path: Path) -> Dataset:
    return store_table(workspace, project.id, tmp_path, CSV)


@pytest.fixture
def at(dataset: Dataset) -> AppTest:
    return visit("shape", project=dataset.project_id)


Now = Callable[[], Dataset]


@pytest.fixture
def now(workspace: Workspace, dataset: Dataset) -> Now:
    return lambda: DatasetCatalog(workspace).get(dataset.id)


def scope(at: AppTest) -> str:
    return f"shape.form.{at.session_state['lathe.shape.turn']}"


def add_compute(at: AppTest, name: str, formula: str) -> AppTest:
    at.button(key="shape.add").click().run()
    at.button(key="shape.add.compute").click().run()
    at.text_input(key=f"{scope(at)}.name").set_value(name)
    return at.text_area(key=f"{scope(at)}.expression").set_value(formula).run()


def test_a_project_without_a_table_says_so(project: Project):
    assert visit("shape", project=project.id).button(key="shape.add").disabled


@pytest.mark.parametrize("key", [spec.key for spec in STEPS])
def test_every_step_has_a_form(at: AppTest, key: str):
    at.button(key="shape.add").click().run()
    at.button(key=f"shape.add.{key}").click().run()
    assert not at.exception
    assert at.button(key="shape.apply")
    at.button(key="shape.cancel").click().run()
    assert at.button(key="shape.add")


def test_a_step_is_previewed_and_then_added(at: AppTest, now: Now):
    add_compute(at, "ratio", f"spend / [{AGE}]")
    assert "Columns **5 → 6**" in texts(at)
    assert "New: ratio" in texts(at)
    assert now().steps == ()
    at.button(key="shape.apply").click().run()
    assert not at.exception
    assert [s.key for s in now().steps] == ["compute"]
    assert "Compute ratio" in texts(at)


def test_a_formula_that_is_wrong_is_said_with_its_place_and_cannot_be_added(at: AppTest, now: Now):
    add_compute(at, "ratio", "spend / (agee")
    assert "at character 14" in at.error[0].value
    assert at.button(key="shape.apply").disabled
    assert now().steps == ()


def test_steps_are_switched_moved_edited_deleted_and_undone(at: AppTest, workspace, dataset: Dataset, now: Now):
    steps = [
        TableStep(key="compute", params={"name": "a", "expression": "spend * 2"}),
        TableStep(key="slice", params={"count": 10}),
    ]
    append(workspace, dataset, steps)
    at.run()
    assert (now().rows, len(now().columns)) == (10, 6)
    at.toggle(key=f"shape.on.{dataset.id}.1").set_value(False).run()
    assert now().rows == 90
    at.button(key="shape.up.1").click().run()
    assert [s.key for s in now().steps] == ["slice", "compute"]
    at.button(key="shape.edit.1").click().run()
    assert at.text_input(key=f"{scope(at)}.name").value == "a"
    at.text_input(key=f"{scope(at)}.name").set_value("b").run()
    at.button(key="shape.apply").click().run()
    assert now().column_names[-1] == "b"
    at.button(key="shape.copy.1").click().run()
    assert "two columns" not in texts(at)
    at.button(key="shape.cancel").click().run()
    at.button(key="shape.delete.0").click().run()
    assert [s.key for s in now().steps] == ["compute"]
    at.button(key="shape.undo").click().run()
    assert [s.key for s in now().steps] == ["slice", "compute"]
    at.button(key="shape.redo").click().run()
    assert [s.key for s in now().steps] == ["compute"]
    assert not at.exception


def test_a_change_that_breaks_a_later_step_is_refused_where_it_is_seen(at: AppTest, workspace, dataset, now: Now):
    append(
        workspace,
        dataset,
        [
            TableStep(key="compute", params={"name": "a", "expression": "spend * 2"}),
            TableStep(key="sort", params={"columns": ["a"]}),
        ],
    )
    at.run()
    at.button(key="shape.delete.0").click().run()
    assert "Step 1 (Sort rows)" in at.error[0].value
    assert len(now().steps) == 2


def test_the_table_is_looked_at_after_any_step(at: AppTest, workspace, dataset: Dataset):
    append(workspace, dataset, [TableStep(key="slice", params={"count": 10})])
    at.run()
    assert "Rows **90 → 10**" in texts(at)
    at.button(key="shape.look.0").click().run()
    assert "The first 50 of 90 rows." in texts(at)


def test_a_table_is_saved_under_another_name_and_opened(at: AppTest, workspace, dataset: Dataset):
    append(workspace, dataset, [TableStep(key="slice", params={"count": 10})])
    at.run()
    at.button(key="shape.twin.save").click().run()
    twin = at.session_state["lathe.place.dataset"]
    assert twin != dataset.id
    assert DatasetCatalog(workspace).get(twin).name == "people.csv copy"


def test_a_table_beyond_the_limit_is_shaped_by_a_job(at: AppTest, monkeypatch, now: Now):
    monkeypatch.setattr("components.shape_state.JOB_ROWS", 10)
    add_compute(at, "twice", "spend * 2")
    at.button(key="shape.apply").click().run()
    assert not at.exception
    assert now().column_names[-1] == "twice"


def test_a_second_table_can_be_joined(at: AppTest, workspace, dataset: Dataset, tmp_path: Path, now: Now):
    places = store_table(workspace, dataset.project_id, tmp_path, "city,canton\nBern,BE\nChur,GR\n", "places.csv")
    at.query_params["dataset"] = dataset.id
    at.run()
    at.button(key="shape.add").click().run()
    at.button(key="shape.add.join").click().run()
    at.selectbox(key=f"{scope(at)}.table").set_value(places.id).run()
    assert at.selectbox(key=f"{scope(at)}.keys.{places.id}.0.left").value == "city"
    assert "60 of 90 rows here have a partner" in texts(at)
    at.button(key="shape.apply").click().run()
    assert now().column_names[-1] == "canton"


def test_the_goal_outlives_dropped_and_new_columns(at: AppTest, now: Now, workspace: Workspace):
    table = now()
    task, plan = new_goal(table, "spend")
    task = task.model_copy(update={"roles": {"id": ColumnRole.IGNORE, "city": ColumnRole.IGNORE}})
    put_draft(workspace, table, Draft(task=task, plan=plan_for(table, task, plan)))
    at.run()

    def kept() -> Draft:
        return stored_draft(workspace, now())

    add_compute(at, "double", "[<b>age</b>] * 2")
    at.button(key="shape.apply").click().run()
    assert (kept().task, "double" in planned(kept())) == (task, True)
    at.button(key="shape.add").click().run()
    at.button(key="shape.add.drop_columns").click().run()
    at.multiselect(key=f"{scope(at)}.columns").set_value(["city", AGE]).run()
    at.button(key="shape.apply").click().run()
    assert (kept().task.target, kept().task.roles) == ("spend", {"id": ColumnRole.IGNORE})
    assert AGE not in planned(kept())
    at.button(key="shape.undo").click().run()
    assert AGE in planned(kept())


def planned(draft: Draft) -> set[str]:
    return {name for step in draft.plan.steps for name in step.columns}
