from __future__ import annotations

import pytest

from core.data.schema import ColumnSchema
from core.prepare import edit
from core.prepare.default import default_plan
from core.prepare.edit import MOST_NAMES, MOST_UNDONE, PlanHistory
from core.prepare.follow import difference, follow_columns
from core.prepare.plan import ColumnPolicy, PreparePlan, StepChoice
from core.prepare.points import Table, best_place, features_at, problems, suiting
from core.prepare.registry import STEPS, get_step
from core.prepare.spec import Family, Form
from core.types import ColumnKind, StorageType, TaskKind


def column(name: str, kind: ColumnKind, storage: StorageType = StorageType.STRING, **more: object) -> ColumnSchema:
    return ColumnSchema(name=name, kind=kind, storage=storage, **{"unique": 50, **more})


AGE = column("age", ColumnKind.NUMERIC, StorageType.FLOAT, missing=5)
FARE = column("fare", ColumnKind.NUMERIC, StorageType.FLOAT)
CITY = column("city", ColumnKind.CATEGORICAL, unique=4)
WHEN = column("when", ColumnKind.DATETIME, StorageType.DATETIME)
TABLE = Table((AGE, FARE, CITY), task=TaskKind.BINARY)


def plan_of(*keys: str) -> PreparePlan:
    return PreparePlan(steps=tuple(StepChoice(step=key, columns=("age",)) for key in keys))


def keys(plan: PreparePlan) -> list[str]:
    return [choice.step for choice in plan.steps]


def test_steps_are_added_moved_doubled_switched_and_removed_without_touching_the_former_plan() -> None:
    first = plan_of("a", "b", "c")
    assert keys(edit.add(first, StepChoice(step="x"))) == ["a", "b", "c", "x"]
    assert keys(edit.add(first, StepChoice(step="x"), place=0)) == ["x", "a", "b", "c"]
    assert keys(edit.move(first, 0, to=2)) == ["b", "c", "a"]
    assert keys(edit.move(first, 2, to=-5)) == ["c", "a", "b"]
    assert keys(edit.duplicate(first, 1)) == ["a", "b", "b", "c"]
    assert keys(edit.remove(first, 1)) == ["a", "c"]
    assert [s.enabled for s in edit.toggle(first, 1, enabled=False).steps] == [True, False, True]
    assert first == plan_of("a", "b", "c")


def test_the_twin_of_a_step_that_makes_features_gives_them_another_name() -> None:
    plan = PreparePlan(steps=(StepChoice(step="ratio", columns=("age", "fare"), name="per head"),))
    assert [s.name for s in edit.duplicate(plan, 0).steps] == ["per head", "per head 2"]


def test_undo_and_redo_walk_the_same_way_and_a_new_change_forgets_what_was_undone() -> None:
    plans = [plan_of(*"abcd"[:count]) for count in range(4)]
    history = PlanHistory().record(plans[0]).record(plans[1]).record(plans[2])
    history, now = history.undo(plans[3])
    assert now == plans[2]
    history, now = history.undo(now)
    assert now == plans[1]
    history, now = history.redo(now)
    assert now == plans[2]
    assert history.record(now).future == ()
    assert PlanHistory().undo(plans[0]) == (PlanHistory(), plans[0])
    assert PlanHistory().redo(plans[0]) == (PlanHistory(), plans[0])


def test_the_history_is_bounded() -> None:
    history = PlanHistory()
    for place in range(MOST_UNDONE + 5):
        history = history.record(PreparePlan(name=str(place)))
    assert len(history.past) == MOST_UNDONE
    assert history.past[-1].name == str(MOST_UNDONE + 4)


def test_the_history_of_a_very_wide_table_is_shorter() -> None:
    wide = StepChoice(step="impute_numbers", columns=tuple(f"c{n}" for n in range(MOST_NAMES // 4)))
    history = PlanHistory()
    for place in range(10):
        history = history.record(PreparePlan(name=str(place), steps=(wide,)))
    assert [plan.name for plan in history.past] == ["6", "7", "8", "9"]
    wider = wide.model_copy(update={"columns": (*wide.columns, *(f"d{n}" for n in range(MOST_NAMES)))})
    assert len(PlanHistory().record(PreparePlan(steps=(wider,))).past) == 1


def test_problems_stand_at_the_step_that_has_them() -> None:
    plan = PreparePlan(
        steps=(
            StepChoice(step="impute_numbers", columns=("age",)),
            StepChoice(step="scale_numbers", columns=("nowhere",)),
            StepChoice(step="impute_numbers", columns=("fare",), params={"method": "magic"}),
        )
    )
    found = problems(plan, TABLE)
    assert set(found) == {1, 2}
    assert "nowhere" in found[1][0].message
    assert len(found[1]) == 1
    assert problems(default_plan(TABLE.columns), TABLE) == {}


def test_what_is_done_for_one_family_only_is_judged_for_that_family_only() -> None:
    encode = StepChoice(step="encode_categories", columns=("city",), families=(Family.TREES,))
    fill = StepChoice(step="impute_categories", columns=("city",))
    linear = fill.model_copy(update={"families": (Family.LINEAR,)})
    assert problems(PreparePlan(steps=(encode, linear)), TABLE) == {}
    assert set(problems(PreparePlan(steps=(encode, fill)), TABLE)) == {1}


def test_a_point_of_a_plan_is_known_although_an_earlier_step_is_wrong() -> None:
    plan = PreparePlan(steps=(StepChoice(step="no_such_step"), StepChoice(step="encode_categories", columns=("city",))))
    assert features_at(plan, TABLE, place=2, family=Family.LINEAR)["city"].form is Form.NUMBER
    assert features_at(plan, TABLE, place=1, family=Family.LINEAR)["city"].form is Form.WORDS


def test_columns_are_offered_where_they_suit_at_that_point() -> None:
    plan = default_plan(TABLE.columns)
    fill = get_step("impute_categories")
    assert [f.root for f in suiting(plan, TABLE, fill, place=0)] == ["city"]
    assert suiting(plan, TABLE, fill, place=len(plan.steps)) == ()


@pytest.mark.parametrize("spec", [s for s in STEPS if s.scope.has_columns], ids=lambda spec: spec.key)
def test_a_new_step_is_put_where_it_suits_some_column_if_it_suits_any_anywhere(spec) -> None:  # type: ignore[no-untyped-def]
    table = Table((AGE, FARE, CITY, WHEN, column("note", ColumnKind.TEXT)), task=TaskKind.BINARY)
    plan = default_plan(table.columns)
    place = best_place(plan, table, spec)
    anywhere = any(suiting(plan, table, spec, place=at) for at in range(len(plan.steps) + 1))
    assert bool(suiting(plan, table, spec, place=place)) == anywhere


def test_a_step_on_numbers_is_put_before_they_are_brought_to_one_scale() -> None:
    plan = default_plan(TABLE.columns)
    scaled = [choice.step for choice in plan.steps].index("scale_numbers")
    for key in ("log_numbers", "clip_numbers", "bin_numbers", "polynomial_features"):
        assert best_place(plan, TABLE, get_step(key)) <= scaled, key
    assert best_place(plan, TABLE, get_step("scale_numbers")) == scaled + 1


def test_columns_that_do_not_suit_for_the_same_reason_are_told_together() -> None:
    towns = [column(name, ColumnKind.CATEGORICAL) for name in ("a", "b", "c")]
    names = tuple(town.name for town in towns)
    plan = PreparePlan(steps=tuple(StepChoice(step=key, columns=names) for key in ("one_hot", "impute_categories")))
    said = problems(plan, Table(tuple(towns)))
    assert list(said) == [1]
    assert [str(problem) for problem in said[1]] == [said[1][0].message]
    assert "'a'" in said[1][0].message
    assert "The same goes for 'b', 'c'." in said[1][0].message


def test_marking_missing_cells_is_put_before_they_are_filled() -> None:
    plan = PreparePlan(steps=(StepChoice(step="impute_numbers", columns=("age", "fare")),))
    assert best_place(plan, Table((AGE, FARE)), get_step("mark_missing")) == 0


def test_a_column_set_aside_leaves_the_persons_plan_and_nothing_else_changes() -> None:
    mine = edit.add(default_plan(TABLE.columns), StepChoice(step="impute_numbers", columns=("age",)), place=0)
    mine = mine.model_copy(update={"policies": {"age": ColumnPolicy(missing="refuse"), "city": ColumnPolicy()}})
    left = (FARE, CITY)
    after = follow_columns(mine, default_plan(left), before=TABLE.columns, after=left)
    assert all("age" not in choice.columns for choice in after.steps)
    assert set(after.policies) == {"city"}
    assert keys(after) == [s.step for s in mine.steps if set(s.columns) - {"age"}]


def test_a_new_column_joins_the_persons_steps_and_brings_those_it_needs() -> None:
    mine = PreparePlan(
        steps=(
            StepChoice(step="scale_numbers", columns=("age", "fare"), params={"method": "robust"}),
            StepChoice(step="encode_categories", columns=("city",), params={"method": "codes"}),
        )
    )
    size = column("size", ColumnKind.NUMERIC, StorageType.FLOAT)
    columns = (size, *TABLE.columns, WHEN)
    after = follow_columns(mine, default_plan(columns), before=TABLE.columns, after=columns)
    scale = next(s for s in after.steps if s.step == "scale_numbers")
    assert scale.columns == ("size", "age", "fare", "when")
    assert scale.params == {"method": "robust"}
    expand = next(s for s in after.steps if s.step == "expand_dates")
    assert expand.columns == ("when",)
    assert keys(after).index("expand_dates") < keys(after).index("scale_numbers")
    assert problems(after, Table(columns, task=TaskKind.BINARY)) == {}


def test_a_column_of_another_kind_is_treated_anew() -> None:
    plan = default_plan(TABLE.columns)
    words = (AGE, FARE.model_copy(update={"kind": ColumnKind.CATEGORICAL, "storage": StorageType.STRING}), CITY)
    after = follow_columns(plan, default_plan(words), before=TABLE.columns, after=words)
    assert problems(after, Table(words, task=TaskKind.BINARY)) == {}
    assert next(s for s in after.steps if s.step == "encode_categories").columns == ("fare", "city")


def test_the_difference_of_two_plans_pairs_steps_of_one_kind() -> None:
    plan = default_plan(TABLE.columns)
    assert difference(plan, plan).is_same
    assert difference(edit.move(plan, 0, to=3), plan).moved
    scale = keys(plan).index("scale_numbers")
    mine = edit.toggle(
        edit.add(plan, StepChoice(step="mark_missing", columns=("city",)), place=0), scale + 1, enabled=False
    )
    found = difference(mine, plan)
    assert found.only_first == (0,)
    assert found.only_second == ()
    assert found.changed == ((scale + 1, scale),)


def test_a_plan_cut_to_some_columns_keeps_the_features_that_its_steps_make() -> None:
    plan = PreparePlan(
        steps=(
            StepChoice(step="mark_missing", columns=("age", "gone")),
            StepChoice(step="polynomial_features", columns=("age", "fare"), name="powers"),
            StepChoice(step="scale_numbers", columns=("mark missing cells", "powers 2", "powers", "gone", "gone 2")),
        )
    )
    assert plan.only(["age", "fare"]).steps[-1].columns == ("mark missing cells", "powers 2", "powers")
