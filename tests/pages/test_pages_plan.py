"""The page "Prepare": the recipe built, edited, undone, judged, saved; AppTest with the real engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.draft import Draft
from core.data.schema import Dataset
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.suggest import first_plan
from core.store.workspace import Workspace
from tests.pages.screens import at_table, press, put_draft, set_goal, store_table, stored_draft, words

Plan = Callable[[], PreparePlan]
TABS = "plan.tabs"


@pytest.fixture
def dataset(dataset: Dataset, workspace: Workspace) -> Dataset:
    """Give the table of people a goal and the plan that is proposed."""
    set_goal(workspace, dataset)
    return dataset


@pytest.fixture
def stored(workspace: Workspace, dataset: Dataset) -> Callable[[], Draft]:
    return lambda: stored_draft(workspace, dataset)


@pytest.fixture
def plan(stored: Callable[[], Draft]) -> Plan:
    return lambda: stored().plan or PreparePlan()


@pytest.fixture
def page(dataset: Dataset) -> AppTest:
    return at_table("plan", dataset)


def steps(plan: PreparePlan) -> list[str]:
    return [choice.step for choice in plan.steps]


def test_the_suggested_plan_stands_there_with_its_reasons_and_the_forecast(page: AppTest, plan: Plan) -> None:
    said = words(page)
    assert page.title[0].value == "Prepare"
    assert "The suggested plan" in said
    assert "missing in age" in said
    assert "What it takes" in said
    assert "Only linear models and networks" in said
    assert not page.button(key="plan.next").disabled
    press(page, "plan.next")
    assert page.title[0].value == "Train"


def test_without_a_goal_the_page_leads_to_it(workspace: Workspace, dataset: Dataset) -> None:
    put_draft(workspace, dataset, Draft())
    at = at_table("plan", dataset)
    assert "No goal has been chosen" in words(at)
    assert at.button(key="plan.next").disabled


def test_a_step_is_switched_off_moved_doubled_deleted_and_everything_is_undone_after_a_refresh(
    page: AppTest, plan: Plan, dataset: Dataset
) -> None:
    first = plan()
    last = len(first.steps) - 1
    page.toggle(key=f"plan.on.{dataset.id}.0").set_value(False).run()
    assert not page.exception
    assert not plan().steps[0].enabled
    press(page, f"plan.up.{last}")
    assert steps(plan()).index(first.steps[last].step) < last
    press(page, "plan.copy.0")
    assert steps(plan())[:2] == [first.steps[0].step] * 2
    press(page, "plan.delete.0")
    assert len(plan().steps) == len(first.steps)
    again = at_table("plan", dataset)
    for _ in range(4):
        press(again, "plan.undo")
    assert plan() == first
    assert again.button(key="plan.undo").disabled
    press(again, "plan.redo")
    assert not plan().steps[0].enabled


def test_a_step_is_found_filled_in_tried_and_added_where_it_belongs(
    page: AppTest, plan: Plan, dataset: Dataset
) -> None:
    before = plan()
    press(page, "plan.add")
    page.text_input(key="plan.find").set_value("cap outliers").run()
    press(page, "plan.add.cap_outliers")
    scope = "plan.form.1"
    offered = page.multiselect(key=f"{scope}.columns").options
    assert {"age", "spend"} <= set(offered)
    assert "city" not in offered
    assert page.button(key="plan.apply").disabled
    page.multiselect(key=f"{scope}.columns").set_value(["spend"]).run()
    assert not page.exception
    assert not page.button(key="plan.apply").disabled
    assert "spend" in words(page)
    assert plan() == before
    press(page, "plan.apply")
    added = next(choice for choice in plan().steps if choice.step == "cap_outliers")
    assert added.columns == ("spend",)
    order = steps(plan())
    assert order.index("cap_outliers") < order.index("scale_numbers")
    assert "Only in your plan: Cap outliers for spend." in words(page)
    press(page, "plan.take")
    assert plan().steps == before.steps


def test_the_form_of_a_step_changes_settings_families_and_goes_by_type(page: AppTest, plan: Plan) -> None:
    place = steps(plan()).index("scale_numbers")
    press(page, f"plan.edit.{place}")
    scope = "plan.form.1"
    page.selectbox(key=f"{scope}.set.method").select("robust").run()
    page.button_group(key=f"{scope}.way").set_value("All of a type").run()
    page.button_group(key=f"{scope}.families").set_value(["networks"]).run()
    assert not page.exception
    press(page, "plan.apply")
    choice = plan().steps[place]
    assert choice.params == {"method": "robust"}
    assert [kind.value for kind in choice.of_kind] == ["numeric"]
    assert [family.value for family in choice.families] == ["networks"]
    assert choice.reason == ""
    assert "all numbers (" in words(page)


def test_a_formula_names_its_columns_and_what_is_wrong_in_it_is_said(page: AppTest, plan: Plan) -> None:
    press(page, "plan.add")
    page.text_input(key="plan.find").set_value("compute").run()
    press(page, "plan.add.compute_column")
    formula = "plan.form.1.set.formula"
    for typed, said in (
        ("spend / (age", "')' is expected"),
        ("1 + 2", "Name a column in the formula first."),
        ("spend / gone", "there is no column 'gone' in use"),
    ):
        page.text_input(key=formula).set_value(typed).run()
        assert not page.exception
        assert said in words(page)
        assert page.button(key="plan.apply").disabled
    page.text_input(key=formula).set_value("Spend / (age + 1)").run()
    press(page, "plan.apply")
    added = next(choice for choice in plan().steps if choice.step == "compute_column")
    assert added.columns == ("spend", "age")


def test_cancelling_a_form_changes_nothing(page: AppTest, plan: Plan) -> None:
    before = plan()
    press(page, "plan.edit.0")
    press(page, "plan.cancel")
    assert plan() == before
    assert page.button(key="plan.next")


def test_what_is_wrong_stands_at_its_step_and_nothing_is_lost(
    workspace: Workspace, dataset: Dataset, stored: Callable[[], Draft]
) -> None:
    draft = stored()
    assert draft.plan is not None
    wrong = (StepChoice(step="scale_numbers", columns=("gone",)), StepChoice(step="from_the_future"))
    broken = draft.plan.model_copy(update={"steps": (*draft.plan.steps, *wrong)})
    put_draft(workspace, dataset, draft.model_copy(update={"plan": broken}))
    at = at_table("plan", dataset)
    said = words(at)
    assert "there is no column 'gone' in use" in said
    assert "There is no preparation step 'from_the_future'" in said
    assert at.button(key="plan.next").disabled
    assert stored().plan == broken
    press(at, f"plan.delete.{len(broken.steps) - 1}")
    press(at, f"plan.delete.{len(broken.steps) - 2}")
    assert not at.button(key="plan.next").disabled


def test_a_step_that_is_looked_at_shows_its_before_and_after(page: AppTest, plan: Plan) -> None:
    place = steps(plan()).index("impute_numbers")
    press(page, f"plan.look.{place}")
    said = words(page)
    assert "age: missing 14 (11.7 %)" in said.lower()
    assert "Learned on all 120 rows" in said
    assert ["Figure", "Before", "After"] in [list(table.value.columns) for table in page.dataframe]
    press(page, f"plan.look.{place}")
    assert "Learned on all 120 rows" not in words(page)


def test_every_column_is_followed_from_raw_to_features(page: AppTest) -> None:
    page.session_state[TABS] = "Columns"
    page.run()
    assert not page.exception
    table = page.dataframe[0].value
    assert list(table["Column"])[:3] == ["age", "city", "spend"]
    assert int(table.set_index("Column").loc["city", "Becomes"]) == 3
    assert "become" in words(page)


def test_later_rows_are_set_for_all_columns_at_once(page: AppTest, plan: Plan) -> None:
    page.session_state[TABS] = "Later rows"
    page.run()
    page.selectbox(key="plan.rows.all.unseen").select("refuse").run()
    assert not page.exception
    assert {name: policy.unseen for name, policy in plan().policies.items()} == {"city": "refuse"}
    page.selectbox(key="plan.rows.all.unseen").select("as_rare").run()
    assert plan().policies == {}


def test_a_plan_is_saved_used_again_and_deleted(page: AppTest, plan: Plan, dataset: Dataset) -> None:
    first = plan()
    page.session_state[TABS] = "Save and reuse"
    page.run()
    press(page, "plan.save")
    assert "A plan needs a name" in words(page)
    page.text_input(key=f"plan.save.name.{dataset.id}").set_value("As it was")
    press(page, "plan.save")
    assert "Saved as As it was" in words(page)
    assert "Fits this table" in words(page)
    page.session_state[TABS] = "Steps"
    page.run()
    press(page, "plan.delete.0")
    page.session_state[TABS] = "Save and reuse"
    page.run()
    press(page, next(str(b.key) for b in page.button if str(b.key).startswith("plan.use.")))
    assert plan().steps == first.steps
    press(page, next(str(b.key) for b in page.button if str(b.key).startswith("plan.drop.")))
    assert "None yet" in words(page)


def test_a_plan_comes_back_from_its_file_and_a_wrong_file_says_what_is_wrong(page: AppTest, plan: Plan) -> None:
    first = plan()
    page.session_state[TABS] = "Save and reuse"
    page.run()
    wrong = b"steps:\n- step: scale_numbers\n  columns: [age]\n  params: {method: magic}\n  colour: red\n"
    page.file_uploader[0].upload("wrong.yaml", wrong, "application/yaml").run()
    assert not page.exception
    assert "colour" in page.error[0].value
    assert plan() == first
    mine = b"steps:\n- step: scale_numbers\n  columns: [age, height]\n  params: {method: robust}\n"
    page.file_uploader[0].upload("mine.yaml", mine, "application/yaml").run()
    assert not page.exception
    assert steps(plan()) == ["scale_numbers"]
    assert plan().steps[0].columns == ("age",)
    assert "Not in this table: height" in words(page)


def test_the_code_of_a_plan_is_proved_before_it_is_offered(page: AppTest) -> None:
    page.session_state[TABS] = "Save and reuse"
    page.run()
    press(page, "plan.code")
    assert "**Proven**" in words(page)
    offered = [button.proto.label for button in page.get("download_button")]
    assert "Download the script" in offered


def test_the_plan_of_one_family_is_shown_alone(page: AppTest, plan: Plan) -> None:
    assert "Bring numbers to one scale" in words(page)
    page.button_group(key="plan.view").set_value("trees").run()
    assert not page.exception
    said = words(page)
    assert "Bring numbers to one scale" not in said
    assert "trees have no use for" in said
    assert "Linear models:" not in said


def test_a_plan_proposed_before_the_figures_were_known_follows_them_until_it_is_changed(
    workspace: Workspace, project_id: str, tmp_path: Path
) -> None:
    rare = pd.DataFrame({"n": [row % 37 for row in range(400)], "churned": ["yes"] * 12 + ["no"] * 388})
    dataset = store_table(workspace, project_id, tmp_path, rare)
    set_goal(workspace, dataset, "churned")
    task = stored_draft(workspace, dataset).task
    assert task is not None
    early = first_plan(dataset, task)
    put_draft(workspace, dataset, Draft(task=task, plan=early))
    page = at_table("plan", dataset)
    later = stored_draft(workspace, dataset).plan
    assert later is not None
    assert later != early
    assert "Only in the suggested plan" not in words(page)
    press(page, f"plan.delete.{len(later.steps) - 1}")
    fewer = stored_draft(workspace, dataset).plan
    at_table("plan", dataset)
    assert stored_draft(workspace, dataset).plan == fewer
