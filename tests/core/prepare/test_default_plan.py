"""The proposed plan and its reasons."""

from __future__ import annotations

import pytest

from core.data.schema import ColumnSchema
from core.errors import LatheError, NotFound
from core.params import validate_params
from core.prepare.default import default_plan
from core.prepare.plan import PreparePlan
from core.prepare.registry import STEPS, get_step
from core.types import ColumnKind, StorageType
from tests.core.prepare.tables import mixed


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
    assert all(get_step(step.key) is step and step.purpose.endswith(".") and step.when for step in STEPS)
    with pytest.raises(NotFound, match="polish"):
        get_step("polish")


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_defaults_of_every_step_are_allowed(step) -> None:
    for param in step.params:
        assert param.label
        # Which column is meant only the person knows.
        if param.kind != "column" or param.optional:
            assert param.check(param.default) == param.default
