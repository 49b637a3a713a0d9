"""Computed columns: the same answers as steps on tables, and refusals with their place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.actions import TableStep
from core.errors import InvalidInput
from core.prepare.compiler import compile_plan
from core.prepare.outline import outline_plan
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.prepare.spec import Form
from core.prepare.transformers.formula import Computed
from core.shape.rows import replay_rows
from core.types import ColumnKind
from tests.core.prepare.tables import Table, describe, mixed

NATIVE = InputNeeds(native_missing=True)


@pytest.fixture(scope="module")
def table() -> Table:
    return mixed(60)


def compute(formula: str, *columns: str, name: str = "made") -> StepChoice:
    return StepChoice(step="compute_column", columns=columns, params={"formula": formula}, name=name)


def made(table: Table, *steps: StepChoice) -> pd.DataFrame:
    pipeline = compile_plan(PreparePlan(steps=steps), table.columns, NATIVE).transformer
    return pd.DataFrame(pipeline.fit_transform(table.frame), columns=pipeline.get_feature_names_out())


@pytest.mark.parametrize(
    "formula",
    [
        "amount / (age - 40)",
        "log(amount - 50) ^ 2",
        "if(member, amount, -amount)",
        "round(amount, 1) % 7",
        "coalesce(age, 0) + length(shop)",
        "if(contains(note, 'red'), 1, 0)",
        "year(when) + month(when) / 12",
        "number(substring(shop, 6))",
        "if(town = 'red' or age is missing, amount, age)",
    ],
)
def test_formulas_give_what_steps_on_tables_give(table: Table, formula: str) -> None:
    step = TableStep(key="compute", params={"name": "made", "expression": formula})
    replayed = replay_rows(table.frame, table.columns, [step])
    assert not replayed.skipped
    columns = tuple(column.name for column in table.columns if column.kind is not ColumnKind.IDENTIFIER)
    found = made(table, compute(formula, *columns))[formula]
    np.testing.assert_array_equal(found.to_numpy(), replayed.frame["made"].to_numpy(dtype=float))


def test_a_formula_without_a_value_in_any_row_is_nothing_to_a_model(table: Table) -> None:
    step = TableStep(key="compute", params={"name": "made", "expression": "missing + age"})
    assert replay_rows(table.frame, table.columns, [step]).frame["made"].isna().all()
    columns = tuple(column.name for column in table.columns if column.kind is not ColumnKind.IDENTIFIER)
    assert made(table, compute("missing + age", *columns))["missing + age"].eq(0).all()


def test_numbers_truths_words_and_dates_come_out_in_their_form(table: Table) -> None:
    for formula, form, kind in (
        ("amount * 2", Form.NUMBER, ColumnKind.NUMERIC),
        ("amount > 50", Form.NUMBER, ColumnKind.NUMERIC),
        ("concat(town, '/', shop)", Form.WORDS, ColumnKind.CATEGORICAL),
        ("date('2024-01-01')", Form.DATE, ColumnKind.DATETIME),
    ):
        plan = PreparePlan(steps=(compute(formula, "amount", "town", "shop"),))
        feature = outline_plan(plan, table.columns, NATIVE).features[-1]
        assert (feature.root, feature.form, feature.kind) == ("made", form, kind)
    truths = made(table, compute("amount > 50", "amount"))["amount > 50"]
    assert truths.tolist() == (table.frame["amount"] > 50).astype(float).tolist()


def test_words_and_dates_go_on_through_the_plan(table: Table) -> None:
    both = compute("concat(town, '/', member)", "town", "member", name="pair")
    words = made(table, both, StepChoice(step="encode_categories", columns=("pair",)))
    pairs = table.frame["town"].fillna("") + "/" + table.frame["member"]
    assert words.filter(like="/").shape[1] == pairs.nunique()
    later = compute("if(amount > 50, when, missing)", "amount", "when", name="late")
    dates = made(table, later, StepChoice(step="expand_dates", columns=("late",)))
    month = dates[next(name for name in dates.columns if name.endswith("month"))]
    expected = table.frame["when"].dt.month.where(table.frame["amount"] > 50)
    np.testing.assert_array_equal(month, expected)


def test_a_formula_sees_what_earlier_steps_made(table: Table) -> None:
    fill = StepChoice(step="impute_numbers", columns=("age",), params={"when": "always", "method": "mean"})
    twice = compute("age * 2", "age", name="twice")
    four = compute("twice * 2", "twice", name="four")
    found = made(table, fill, twice, four)
    filled = table.frame["age"].fillna(table.frame["age"].mean())
    np.testing.assert_allclose(found["twice * 2"], filled * 4)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("amount +", "at character 9"),
        ("amuont * 2", "There is no column 'amuont', at character 1"),
        ("shop * 2", "'*' needs numbers"),
        ("town", "no column 'town'"),
        ("mean_by(amount, shop)", "looks at its own row only"),
        ("missing", "nothing but missing"),
        ("", "there is none"),
        ("__import__('os')", "There is no function"),
    ],
)
def test_a_wrong_formula_is_refused_with_its_place(table: Table, formula: str, words: str) -> None:
    plan = PreparePlan(steps=(compute(formula, "amount", "shop"),))
    with pytest.raises(InvalidInput) as caught:
        outline_plan(plan, table.columns, NATIVE)
    assert words in caught.value.message


def test_a_column_that_has_become_several_is_refused(table: Table) -> None:
    steps = (StepChoice(step="encode_text", columns=("note",)), compute("1 + 1", "note"))
    with pytest.raises(InvalidInput, match="'note' has become several"):
        outline_plan(PreparePlan(steps=steps), table.columns, NATIVE)


def test_columns_of_odd_names_and_other_words_beside_true_and_false() -> None:
    frame = pd.DataFrame(
        {"a[b]": [1.0, np.nan, 3.0], "": [1.0, 2.0, 3.0], "b": pd.Series(["true", None, "false"], dtype=object)}
    )
    table = describe(frame, {"a[b]": ColumnKind.NUMERIC, "": ColumnKind.NUMERIC, "b": ColumnKind.BOOLEAN})
    steps = (
        StepChoice(step="impute_categories", columns=("b",)),
        compute("if(b, [a[b]]] + 1, 0)", "a[b]", "", "b"),
    )
    np.testing.assert_array_equal(made(table, *steps).iloc[:, -1], [2, 0, 0])


def test_rows_that_are_not_as_expected_give_missing() -> None:
    computed = Computed("a + 1", ["a"], ["float"], "float").fit(pd.DataFrame({"a": [1.0]}))
    assert computed.transform(pd.DataFrame({"a": [1.0, np.nan]}))[0, 0] == 2.0
    assert np.isnan(computed.transform(pd.DataFrame({"a": [1.0], "b": [1.0]}))).all()
    assert computed.transform(pd.DataFrame({"a": pd.Series([], dtype=float)})).shape == (0, 1)
