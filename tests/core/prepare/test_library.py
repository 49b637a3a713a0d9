"""Saved plans: kept under a name, made to suit another table, written as text and read again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.schema import ColumnSchema
from core.errors import InvalidInput, LatheError, NotFound
from core.prepare.default import default_plan
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.library import PlanStore, fit_plan, from_yaml, to_yaml
from core.prepare.outline import outline_plan
from core.prepare.plan import ColumnPolicy, PreparePlan, StepChoice
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
from core.types import ColumnKind, TaskKind
from tests.core.prepare.plans import plans
from tests.core.prepare.tables import mixed

COLUMNS = mixed().columns
PLAN = default_plan(COLUMNS, rows=40, task=TaskKind.BINARY)


def without(*names: str) -> list[ColumnSchema]:
    return [column for column in COLUMNS if column.name not in names]


def with_kind(name: str, kind: ColumnKind) -> list[ColumnSchema]:
    return [c.model_copy(update={"kind": kind}) if c.name == name else c for c in COLUMNS]


def test_a_plan_is_saved_listed_renamed_and_deleted(workspace: Workspace, project_id: str) -> None:
    store = PlanStore(workspace)
    saved = store.save(project_id, "  My   plan ", PLAN, COLUMNS)
    assert saved.name == saved.plan.name == "My plan"
    assert store.get(saved.id) == saved
    assert saved.plan.fingerprint() == PLAN.fingerprint()
    other = ProjectStore(workspace).create("Other").id
    second = store.save(other, "My plan", PLAN, COLUMNS)
    assert store.list(project_id) == (saved,)
    assert {one.id for one in store.list()} == {saved.id, second.id}
    assert store.rename(saved.id, "Better").plan.name == "Better"
    assert store.get(saved.id).name == "Better"
    store.delete(saved.id)
    assert store.list(project_id) == ()
    with pytest.raises(NotFound):
        store.get(saved.id)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "Taken"])
def test_names_are_present_short_and_free(workspace: Workspace, project_id: str, name: str) -> None:
    store = PlanStore(workspace)
    store.save(project_id, "Taken", PLAN, COLUMNS)
    second = store.save(project_id, "Second", PLAN, COLUMNS)
    for attempt in (lambda: store.save(project_id, name, PLAN, COLUMNS), lambda: store.rename(second.id, name)):
        with pytest.raises(LatheError) as refused:
            attempt()
        assert refused.value.field == "name"
    assert store.get(second.id).name == "Second"


def test_plans_go_with_their_project(workspace: Workspace, project_id: str) -> None:
    store = PlanStore(workspace)
    store.save(project_id, "Mine", PLAN, COLUMNS)
    ProjectStore(workspace).delete(project_id)
    assert store.list() == ()
    with pytest.raises(NotFound):
        store.save(project_id, "Late", PLAN, COLUMNS)


def test_the_same_columns_get_the_same_plan() -> None:
    found = fit_plan(PLAN, COLUMNS, COLUMNS)
    assert found.plan == PLAN
    assert not (found.missing)
    assert not (found.other_kind)
    assert not (found.new)
    assert not (found.switched_off)


def test_missing_columns_leave_the_steps_and_are_named() -> None:
    plan = PLAN.model_copy(update={"policies": {"age": ColumnPolicy(unseen="refuse")}})
    found = fit_plan(plan, without("age", "note"), COLUMNS)
    assert found.missing == ("age", "note")
    named = {name for choice in found.plan.steps for name in choice.columns}
    assert not {"age", "note"} & named
    assert found.plan.policies == {}
    assert "encode_text" not in {choice.step for choice in found.plan.steps}
    assert [c.step for c in found.plan.steps if c.step == "scale_numbers"] == ["scale_numbers"]


def test_columns_of_another_kind_leave_the_steps_that_do_not_suit_them() -> None:
    found = fit_plan(PLAN, with_kind("amount", ColumnKind.CATEGORICAL), COLUMNS)
    assert found.other_kind == ("amount",)
    for choice in found.plan.steps:
        if choice.step in ("scale_numbers", "impute_numbers"):
            assert "amount" not in choice.columns
    extra = COLUMNS[0].model_copy(update={"name": "extra"})
    assert fit_plan(PLAN, [*COLUMNS, extra], COLUMNS).new == ("extra",)


def test_steps_whose_helper_column_is_gone_go_too() -> None:
    kept = StepChoice(step="elapsed_time", columns=("when",))
    lags = StepChoice(step="lags", columns=("amount",), params={"time": "when"})
    found = fit_plan(PreparePlan(steps=(lags, kept)), without("when"), COLUMNS)
    assert found.plan.steps == ()
    again = fit_plan(PreparePlan(steps=(lags,)), COLUMNS, COLUMNS)
    assert again.plan.steps == (lags,)


def test_features_that_a_step_made_stay_known() -> None:
    steps = (
        StepChoice(step="principal_components", columns=("amount", "age"), name="parts"),
        StepChoice(step="select_varying", columns=("parts",)),
    )
    assert fit_plan(PreparePlan(steps=steps), COLUMNS).plan.steps == steps
    gone = fit_plan(PreparePlan(steps=steps), without("amount", "age"), COLUMNS)
    assert [choice.enabled for choice in gone.plan.steps] == [False]
    assert gone.switched_off[0][0] == 0


@settings(max_examples=25, deadline=None)
@given(plan=plans(mixed()), gone=st.sets(st.sampled_from([c.name for c in COLUMNS]), max_size=4))
def test_whatever_columns_are_gone_the_plan_has_no_problem_left(plan: PreparePlan, gone: set[str]) -> None:
    left = without(*gone)
    found = fit_plan(plan, left, COLUMNS)
    assert set(found.missing) == gone
    for needs in FAMILY_NEEDS.values():
        outline_plan(found.plan, left, needs)


@settings(max_examples=25, deadline=None)
@given(plan=plans(mixed()))
def test_a_plan_written_as_text_is_read_as_it_was(plan: PreparePlan) -> None:
    assert from_yaml(to_yaml(plan)) == plan


def test_every_problem_of_a_text_is_told_with_its_field() -> None:
    text = """
steps:
- step: polish
- step: scale_numbers
  params: {method: wild}
- step: encode_text
  params: {max_words: 5, flavour: sweet}
"""
    with pytest.raises(InvalidInput) as refused:
        from_yaml(text)
    fields = [problem.field for problem in refused.value.problems]
    assert fields[:2] == ["steps.0.step", "steps.1.params.method"]
    assert {"steps.2.params.max_words", "steps.2.params.flavour"} <= set(fields)
    with pytest.raises(InvalidInput) as refused:
        from_yaml("steps: [{colums: [a]}]\nvesion: 3")
    assert {"steps.0.step", "steps.0.colums", "vesion"} == {problem.field for problem in refused.value.problems}
    with pytest.raises(InvalidInput) as refused:
        from_yaml("steps: [1]")
    assert [problem.message for problem in refused.value.problems] == ["steps.0: it must hold fields with values."]


@pytest.mark.parametrize("text", ["", "just words", "- 1", "a: [", "x" * 1_000_001])
def test_text_that_is_no_plan_is_refused_in_words(text: str) -> None:
    with pytest.raises(LatheError, match="plan"):
        from_yaml(text)
