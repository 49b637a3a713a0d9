"""The proposed plan and its reasons."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.profile import profile
from core.data.propose import default_task, propose_task
from core.data.samples import ingest_sample
from core.data.schema import ColumnSchema
from core.errors import LatheError, NotFound
from core.params import validate_params
from core.prepare.compiler import compile_plan
from core.prepare.default import default_plan
from core.prepare.fitting import fit_rows
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan
from core.prepare.registry import STEPS, get_step
from core.prepare.spec import Family
from core.prepare.suggest import suggest_plan
from core.store.workspace import Workspace
from core.types import ColumnKind, Meaning, StorageType, TaskKind
from tests.core.prepare.tables import Table, mixed, tables


def column(name: str, kind: ColumnKind, *, unique: int = 5, missing: int = 0) -> ColumnSchema:
    return ColumnSchema(name=name, storage=StorageType.STRING, kind=kind, unique=unique, missing=missing)


def reasons(plan: PreparePlan, step: str) -> list[str]:
    return [choice.reason for choice in plan.steps if choice.step == step]


def test_every_step_has_a_reason_and_every_column_a_step() -> None:
    table = mixed()
    plan = default_plan(table.columns)
    assert all(choice.reason for choice in plan.steps)
    assert {name for choice in plan.steps for name in choice.columns} == {c.name for c in table.columns}
    for choice in plan.steps:
        assert validate_params(get_step(choice.step).params, choice.params) or choice.step == "drop_columns"


def test_what_teaches_nothing_is_left_out_with_its_own_reason() -> None:
    plan = default_plan(
        [
            column("id", ColumnKind.IDENTIFIER, unique=90),
            column("empty", ColumnKind.CATEGORICAL, unique=0, missing=90),
            column("same", ColumnKind.CATEGORICAL, unique=1),
            column("town", ColumnKind.CATEGORICAL),
        ]
    )
    assert reasons(plan, "drop_columns") == [
        "id identifies rows; a model would learn it by heart.",
        "empty has no value in any row.",
        "same has the same value in every row.",
    ]


def test_a_single_value_with_gaps_is_kept() -> None:
    plan = default_plan([column("flag", ColumnKind.CATEGORICAL, unique=1, missing=3)])
    assert reasons(plan, "drop_columns") == []


def test_missing_numbers_are_counted_in_the_reason() -> None:
    plan = default_plan([column("a", ColumnKind.NUMERIC, missing=1200), column("b", ColumnKind.NUMERIC)])
    assert reasons(plan, "impute_numbers") == [
        "1,200 numbers are missing in a.",
        "Nothing is missing in 1 number column now; a later row may lack a value.",
    ]


def test_long_lists_of_columns_are_cut() -> None:
    plan = default_plan([*(column(f"id{i}", ColumnKind.IDENTIFIER) for i in range(9)), column("n", ColumnKind.NUMERIC)])
    assert reasons(plan, "drop_columns")[0].startswith("id0, id1, id2 and 6 more identify rows")


@pytest.mark.parametrize("kind", [ColumnKind.IDENTIFIER, None])
def test_nothing_to_learn_from_is_refused(kind: ColumnKind | None) -> None:
    with pytest.raises(LatheError, match="No column is left"):
        default_plan([column("id", kind)] if kind else [])


def test_steps_are_declared_once_and_found_by_key() -> None:
    assert len({step.key for step in STEPS}) == len(STEPS)
    assert all(get_step(step.key) is step for step in STEPS)
    with pytest.raises(NotFound, match="polish"):
        get_step("polish")


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_defaults_of_every_step_are_allowed(step) -> None:
    for param in step.params:
        assert param.label
        # Which column is meant only the person knows.
        if param.kind != "column" or param.optional:
            assert param.check(param.default) == param.default


NUMBERS = StorageType.FLOAT


def number(name: str, *, meaning: Meaning | None = None, unique: int = 500) -> ColumnSchema:
    return ColumnSchema(name=name, storage=NUMBERS, kind=ColumnKind.NUMERIC, unique=unique, meaning=meaning)


def steps_of(plan: PreparePlan, column: str) -> dict[str, tuple[Family, ...]]:
    return {choice.step: choice.families for choice in plan.steps if column in choice.columns}


def test_many_categories_become_means_of_the_target_for_linear_models_and_trees() -> None:
    columns = [column("town", ColumnKind.CATEGORICAL, unique=10_000), column("color", ColumnKind.CATEGORICAL)]
    plan = default_plan(columns, rows=100_000, task=TaskKind.BINARY)
    assert steps_of(plan, "town")["target_means"] == (Family.LINEAR, Family.TREES)
    assert steps_of(plan, "town")["encode_categories"] == (Family.NETWORKS,)
    assert steps_of(plan, "color")["encode_categories"] == ()
    for needs in FAMILY_NEEDS.values():
        used = outline_plan(plan, columns, needs, task=TaskKind.BINARY).used
        assert sum(feature.width for feature in used) < 10


def test_without_a_target_nothing_is_learned_from_it() -> None:
    plan = default_plan([column("town", ColumnKind.CATEGORICAL, unique=10_000)], rows=100_000)
    assert not any(get_step(choice.step).uses_target for choice in plan.steps)


def test_places_lists_seasons_and_long_texts_are_known() -> None:
    lists = ColumnSchema(
        name="likes",
        storage=StorageType.STRING,
        kind=ColumnKind.CATEGORICAL,
        unique=9,
        meaning=Meaning.LIST,
        examples=("a|b", "c|d|e"),
    )
    columns = [
        number("lat", meaning=Meaning.LATITUDE),
        number("lon", meaning=Meaning.LONGITUDE),
        lists,
        column("when", ColumnKind.DATETIME),
        column("note", ColumnKind.TEXT, unique=900),
    ]
    plan = default_plan(columns, rows=5000)
    assert steps_of(plan, "lat")["place_turned"] == (Family.TREES,)
    assert steps_of(plan, "lat")["place_centres"] == (Family.LINEAR, Family.NETWORKS)
    assert next(c for c in plan.steps if c.step == "encode_lists").params == {"separator": "|"}
    assert "encode_categories" not in steps_of(plan, "likes")
    assert steps_of(plan, "when")["date_cycles"] == (Family.LINEAR, Family.NETWORKS)
    assert next(c for c in plan.steps if c.step == "encode_text").params == {"max_words": 300}
    assert all(outline_plan(plan, columns, needs).used for needs in FAMILY_NEEDS.values())


def test_the_profile_tells_skewed_nearly_constant_and_extreme_columns() -> None:
    rng = np.random.default_rng(0)
    rows = 6000
    frame = pd.DataFrame(
        {
            "plain": rng.normal(size=rows),
            "skewed": rng.lognormal(sigma=1.5, size=rows),
            "heavy": rng.standard_t(2.2, size=rows),
            "same": np.where(np.arange(rows) < 3, 1.0, 0.0),
            "price": rng.lognormal(sigma=1.5, size=rows),
        }
    )
    frame["heavy"] -= frame["heavy"].mean()
    frame.loc[:1, "heavy"] = [400.0, -400.0]
    columns = [number(name, unique=frame[name].nunique()) for name in frame.columns]
    found = profile(frame, columns)
    plan = default_plan(columns[:4], rows=rows, task=TaskKind.REGRESSION, profile=found, target="price")
    assert "power_numbers" in steps_of(plan, "skewed")
    assert "power_numbers" not in steps_of(plan, "plain")
    assert list(steps_of(plan, "same")) == ["drop_columns"]
    robust = next(c for c in plan.steps if c.params.get("method") == "robust")
    assert robust.columns == ("heavy",)
    assert [(c.step, c.enabled) for c in plan.steps[-1:]] == [("transform_target", False)]
    assert all(choice.reason for choice in plan.steps)


def test_a_rare_class_brings_weights_that_are_off_until_asked_for() -> None:
    frame = pd.DataFrame({"n": np.arange(400.0), "churned": pd.Series(["yes"] * 12 + ["no"] * 388, dtype=object)})
    target = column("churned", ColumnKind.CATEGORICAL, unique=2)
    found = profile(frame, [number("n"), target])
    plan = default_plan([number("n")], rows=400, task=TaskKind.BINARY, profile=found, target="churned")
    assert plan.steps[-1].step == "weigh_classes"
    assert not plan.steps[-1].enabled
    assert "12 of 400 rows are yes" in plan.steps[-1].reason
    even = profile(frame.assign(churned=["yes", "no"] * 200), [number("n"), target])
    plan = default_plan([number("n")], rows=400, task=TaskKind.BINARY, profile=even, target="churned")
    assert all(choice.enabled for choice in plan.steps)


def test_a_stored_table_gets_a_plan_from_all_that_is_known(workspace: Workspace, project_id: str) -> None:
    dataset = ingest_sample(workspace, "churn", project_id=project_id)
    target = dataset.columns[-1]
    task = default_task(dataset, target.name, propose_task(target).kind)
    plan = suggest_plan(workspace, dataset, task)
    columns = [c for c in dataset.columns if task.is_used(c.name)]
    assert plan == suggest_plan(workspace, dataset, task, wait=False)
    assert {name for choice in plan.steps for name in choice.columns} >= {c.name for c in columns}
    for needs in FAMILY_NEEDS.values():
        assert outline_plan(plan, columns, needs, task=task.kind).used


def test_names_of_new_features_are_free() -> None:
    columns = [
        number("lat", meaning=Meaning.LATITUDE),
        number("lon", meaning=Meaning.LONGITUDE),
        column("when", ColumnKind.DATETIME),
        number("distances to centres"),
        number("cycles of when"),
    ]
    plan = default_plan(columns, rows=500)
    made = {choice.name for choice in plan.steps if choice.name}
    assert made == {"distances to centres 2", "cycles of when 2"}
    assert all(outline_plan(plan, columns, needs).used for needs in FAMILY_NEEDS.values())


@settings(max_examples=25, deadline=None)
@given(drawn=tables(min_rows=4), family=st.sampled_from(Family), task=st.sampled_from(TaskKind))
def test_the_plan_for_any_table_can_be_carried_out(drawn: tuple[Table, Table], family: Family, task: TaskKind) -> None:
    train, test = drawn
    # As if there were many more categories than the drawn tables have.
    many = [
        c.model_copy(update={"unique": 500}) if c.kind is ColumnKind.CATEGORICAL and c.unique > 1 else c
        for c in train.columns
    ]
    try:
        plan = default_plan(many, rows=5000, task=task)
    except LatheError:
        return
    y = np.arange(len(train.frame)) % 2
    labels = y.astype(np.float64) if task is TaskKind.REGRESSION else np.array(["a", "b"])[y]
    prepare = compile_plan(plan, many, FAMILY_NEEDS[family], task=task).transformer
    fit_rows(prepare, train.frame, labels)
    assert np.isfinite(prepare.transform(test.frame)).all()
