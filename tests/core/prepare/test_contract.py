"""What is said of later rows, held against the rows that were learned from."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from core.prepare.compiler import compile_plan
from core.prepare.contract import Contract, Verdict, check_rows, learn_contract
from core.prepare.default import default_plan
from core.prepare.plan import ColumnPolicy, InputNeeds
from core.types import ColumnKind
from tests.core.prepare.tables import Table, describe, tables


@pytest.fixture
def seen() -> Table:
    frame = pd.DataFrame(
        {
            "age": [20.0, 30.0, np.nan, 60.0],
            "fare": [1.0, 2.0, 3.0, 4.0],
            "town": pd.Series(["S", "C", None, "S"], dtype=object),
            "when": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"]).astype("datetime64[us]"),
        }
    )
    kinds = (ColumnKind.NUMERIC, ColumnKind.NUMERIC, ColumnKind.CATEGORICAL, ColumnKind.DATETIME)
    return describe(frame, dict(zip(frame.columns, kinds, strict=True)))


def said(table: Table, policies: dict[str, ColumnPolicy] | None = None, **cells: object) -> tuple[Verdict, str]:
    """Return what is said of the first training row with some cells changed."""
    contract = learn_contract(table.frame, table.columns, policies or {})
    row = table.frame.iloc[[0]].copy()
    for name, cell in cells.items():
        row[name] = pd.Series([cell], index=row.index, dtype=table.frame[name].dtype)
    return next(check_rows(contract, row).told())


def test_training_rows_are_ok(seen: Table) -> None:
    verdicts = check_rows(learn_contract(seen.frame, seen.columns, {}), seen.frame)
    assert [verdict for verdict, _ in verdicts.told()] == [Verdict.OK] * 4


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"town": "Z"}, "town: 'Z' was never seen and counts as rare."),
        ({"age": 61.0}, "age: 61 lies outside what was seen (20 to 60)."),
        (
            {"when": pd.Timestamp("2025-01-01")},
            "when: 2025-01-01 lies outside what was seen (2024-01-01 to 2024-04-01).",
        ),
        ({"fare": np.nan}, "fare is missing; no training row lacked it."),
    ],
)
def test_a_cell_that_differs_is_a_warning_with_its_reason(seen: Table, cells: dict[str, object], words: str) -> None:
    assert said(seen, **cells) == (Verdict.WARNING, words)


def test_a_cell_that_was_missing_before_may_be_missing_again(seen: Table) -> None:
    assert said(seen, age=np.nan, town=None) == (Verdict.OK, "")


@pytest.mark.parametrize(
    ("policy", "cells"),
    [
        (ColumnPolicy(unseen="refuse"), {"town": "Z"}),
        (ColumnPolicy(outside="refuse"), {"age": 5.0}),
        (ColumnPolicy(missing="refuse"), {"age": np.nan}),
    ],
)
def test_a_column_can_refuse(seen: Table, policy: ColumnPolicy, cells: dict[str, object]) -> None:
    verdict, reason = said(seen, dict.fromkeys(cells, policy), **cells)
    assert verdict is Verdict.REFUSED
    assert next(iter(cells)) in reason


def test_what_is_accepted_is_not_mentioned(seen: Table) -> None:
    lenient = ColumnPolicy(outside="accept", missing="accept")
    assert said(seen, {"fare": lenient, "age": lenient}, fare=np.nan, age=99.0) == (Verdict.OK, "")


def test_cells_that_could_not_be_read_are_told_once_and_refused_where_missing_is(seen: Table) -> None:
    contract = learn_contract(seen.frame, seen.columns, {"age": ColumnPolicy(missing="refuse")})
    row = seen.frame.iloc[[0, 1]].assign(age=[np.nan, 30.0], fare=[np.nan, 2.0])
    unreadable = {"age": np.array([0]), "fare": np.array([0])}
    verdicts = check_rows(contract, row, unreadable)
    assert verdicts.refused.tolist() == [True, False]
    assert [issue.column for issue in verdicts.issues].count("fare") == 1


def test_an_infinite_number_is_a_missing_one(seen: Table) -> None:
    contract = learn_contract(seen.frame, seen.columns, {"fare": ColumnPolicy(missing="refuse")})
    row = seen.frame.iloc[[1]].assign(fare=np.inf)
    assert check_rows(contract, row).refused.tolist() == [True]


def test_a_contract_survives_json(seen: Table) -> None:
    contract = learn_contract(seen.frame, seen.columns, {"town": ColumnPolicy(unseen="as_missing")})
    assert Contract.model_validate_json(contract.model_dump_json()) == contract


def test_unseen_categories_count_as_missing_in_the_pipeline_where_asked(seen: Table) -> None:
    plan = default_plan(seen.columns)
    asked = plan.model_copy(update={"policies": {"town": ColumnPolicy(unseen="as_missing")}})
    new = seen.frame.assign(town=pd.Series(["Z", "S", None, "S"], dtype=object))
    absent = new.assign(town=pd.Series([None, "S", None, "S"], dtype=object))
    fitted = compile_plan(asked, seen.columns, InputNeeds()).transformer.fit(seen.frame)
    np.testing.assert_array_equal(fitted.transform(new), fitted.transform(absent))
    plain = compile_plan(plan, seen.columns, InputNeeds()).transformer.fit(seen.frame)
    assert not np.array_equal(plain.transform(new), plain.transform(absent))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_row_is_judged_on_its_own(data: st.DataObject) -> None:
    train, test = data.draw(tables())
    policy = data.draw(st.builds(ColumnPolicy))
    contract = learn_contract(train.frame, train.columns, {c.name: policy for c in train.columns})
    whole = list(check_rows(contract, test.frame).told())
    assert whole == [next(check_rows(contract, test.frame.iloc[[place]]).told()) for place in range(len(test.frame))]
