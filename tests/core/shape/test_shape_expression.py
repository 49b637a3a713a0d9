"""Formulas: what they give, against Python's arithmetic; what they refuse, and where; nothing escapes its quotes."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.schema import ColumnSchema
from core.errors import LatheError
from core.shape.context import Context
from core.shape.expression import columns_of, condition_sql, looks_at_groups, value_cell
from core.shape.expression_functions import FUNCTIONS
from core.types import ColumnKind, StorageType

A, B, C = [3.0, None, -2.5, 0.0, 1e300], [2.0, 5.0, None, 0.0, -1e300], [1.0, 1.0, 2.0, 2.0, 2.0]
T = ["x", None, "It's", "Straße", "-- '\"`]"]
U = ["x", "y", "s", "e", None]
D = pd.to_datetime(["2024-02-29", "2023-12-31 13:30", None, "1969-07-20", "2024-03-01"], format="ISO8601")
OK = [True, False, None, True, False]
COLUMNS = (
    ("a", StorageType.FLOAT), ("b", StorageType.FLOAT), ("my col]`", StorageType.FLOAT), ("t", StorageType.STRING),
    ("u", StorageType.STRING), ("d", StorageType.DATETIME), ("ok", StorageType.BOOL),
)  # fmt: skip


@pytest.fixture(scope="module")
def context():
    with duckdb.connect() as connection:
        yield Context(connection)


@pytest.fixture(scope="module")
def flow(context):
    table = pa.table({str(i): pa.array(v, from_pandas=True) for i, v in enumerate((A, B, C, T, U, D, OK))})
    schema = [ColumnSchema(name=n, storage=s, kind=ColumnKind.NUMERIC) for n, s in COLUMNS]
    return context.read_arrow(table.set_column(5, "5", pa.array(D, pa.timestamp("us"))), schema)


def values(context, flow, formula: str) -> list[Any]:
    return [row[0] for row in context.rows(flow, value_cell("new", formula, flow).sql, ordered=True)]


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("1 + 2 * 3 ^ 2 - -4", [23.0] * 5),
        ("-2 ^ 2", [-4.0] * 5),
        ("2 ^ 3 ^ 2", [512.0] * 5),
        ("2 ^ -1", [0.5] * 5),
        ("(1 + 2) * 3", [9.0] * 5),
        ("a / b", [1.5, None, None, None, -1.0]),
        ("a * b", [6.0, None, None, 0.0, None]),
        ("a % 2", [1.0, None, 1.5, 0.0, 0.0]),
        ("5 % b", [1.0, 0.0, None, None, -1e300]),
        ("log(a - 3)", [None, None, None, None, math.log(1e300)]),
        ("sqrt(a)", [math.sqrt(3), None, None, 0.0, 1e150]),
        ("exp(a)", [math.exp(3), None, math.exp(-2.5), 1.0, None]),
        ("log10(b)", [math.log10(2), math.log10(5), None, None, None]),
        ("round(a / 7, 2)", [0.43, None, -0.36, 0.0, 1e300 / 7]),
        ("round(a)", [3.0, None, -3.0, 0.0, 1e300]),
        ("floor(a) + ceil(a) + abs(a)", [9.0, None, -2.5, 0.0, 3e300]),
        ("min(a, b, 1)", [1.0, 1.0, -2.5, 0.0, -1e300]),
        ("max(a, b)", [3.0, 5.0, -2.5, 0.0, 1e300]),
        ("coalesce(a, b, 0)", [3.0, 5.0, -2.5, 0.0, 1e300]),
        ("if(a > 0, 'up', 'down')", ["up", "down", "down", "down", "up"]),
        ("if(a >= b, a, missing)", [3.0, None, None, 0.0, 1e300]),
        ("a is missing or b is not missing", [True, True, False, True, True]),
        ("not ok", [False, True, None, False, True]),
        ("ok and a > 0", [True, False, False, False, False]),
        ("t in ('x', 'It''s')", [True, None, True, False, False]),
        ("t not in ('x')", [False, None, True, True, True]),
        ('t = "It\'s"', [False, None, True, False, False]),
        ("t != u", [False, None, True, True, None]),
        ("length(t)", [1.0, None, 4.0, 6.0, 7.0]),
        ("upper(t)", ["X", None, "IT'S", "STRA\N{LATIN CAPITAL LETTER SHARP S}E", "-- '\"`]"]),
        ("contains(t, u)", [True, None, True, True, None]),
        ("replace(t, 's', '')", ["x", None, "It'", "Straße", "-- '\"`]"]),
        ("substring(t, 2)", [None, None, "t's", "traße", "- '\"`]"]),
        ("substring(t, 1, 2)", ["x", None, "It", "St", "--"]),
        ("concat(t, '/', a)", ["x/3", "/", "It's/-2.5", "Straße/0", "-- '\"`]/1e+300"]),
        ("text(a)", ["3", None, "-2.5", "0", "1e+300"]),
        ("number(' 1.5 ') + number(ok)", [2.5, 1.5, None, 2.5, 1.5]),
        ("number(t)", [None] * 5),
        ("year(d) * 100 + month(d)", [202402.0, 202312.0, None, 196907.0, 202403.0]),
        ("weekday(d)", [4.0, 7.0, None, 7.0, 5.0]),
        ("days_between(d, date('2024-03-01'))", [1.0, 60.4375, None, 19948.0, 0.0]),
        ("date('2024-03-01') - d", [1.0, 60.4375, None, 19948.0, 0.0]),
        ("d < date('2024-01-01')", [False, True, None, True, False]),
        ("date('infinity')", [None] * 5),
        ("[my col]]`] + `my col]```", [2.0, 2.0, 4.0, 4.0, 4.0]),
        ("sum_by(b, [my col]]`])", [7.0, 7.0, -1e300, -1e300, -1e300]),
        ("count_by([my col]]`], ok)", [1.0, 1.0, 1.0, 1.0, 1.0]),
        ("A + B", [5.0, None, None, 0.0, 0.0]),
    ],
)
def test_what_a_formula_gives(context, flow, formula, wanted):
    found = values(context, flow, formula)
    for one, other in zip(found, wanted, strict=True):
        if isinstance(other, float):
            assert one == pytest.approx(other, rel=1e-12)
        else:
            assert one == other


@pytest.mark.parametrize(
    ("formula", "at", "words"),
    [
        ("", 1, "empty"),
        ("1 +", 4, "ends too early"),
        ("(1 + 2", 7, "')' is expected"),
        ("1 2", 3, "operator is expected"),
        ("a = 'x", 5, "must end with the mark"),
        ("[a", 1, "must end with"),
        ("a ; b", 3, "no meaning"),
        ("foo(1)", 1, "no function"),
        ("lenght(t)", 1, "no function"),
        ("gone + 1", 1, "no column"),
        ("a + t", 5, "needs numbers"),
        ("a = t", 5, "cannot be compared"),
        ("1 < a < 2", 7, "cannot be chained"),
        ("a = missing", 3, None),
        ("missing = missing", 9, "cannot be compared"),
        ("not a", 5, "true or false"),
        ("round(a, b)", 10, "whole number"),
        ("round(1, 2, 3)", 1, "is written"),
        ("upper(a)", 7, "needs a text"),
        ("if(a, 1, 2)", 4, "needs true or false"),
        ("if(ok, 1, 'x')", 11, "cannot be mixed"),
        ("mean_by(mean_by(a, t), t)", 1, "groups inside of groups"),
        ("a in ()", 3, "at least one value"),
        ("1e999", 1, "too large"),
        ("in + 1", 1, "cannot stand here"),
        ("__import__('os')", 1, "no function"),
        ("a.b", 2, "no meaning"),
        ("@" * 5, 1, "no meaning"),
    ],
)  # fmt: skip
def test_what_a_formula_refuses_and_where(context, flow, formula, at, words):
    if words is None:
        assert values(context, flow, f"is_missing({formula})") == [True] * 5
        return
    with pytest.raises(LatheError) as caught:
        value_cell("new", formula, flow, field="expression")
    assert words in caught.value.message
    assert f"at character {at}." in caught.value.message
    assert caught.value.field == "expression"


def test_conditions_groups_and_columns(flow):
    with pytest.raises(LatheError, match="true or false"):
        condition_sql("a + 1", flow)
    assert looks_at_groups("1 + mean_by(a, t)")
    assert not looks_at_groups("mean_by")
    assert columns_of("a + [b c] / length(a)") == ("a", "b c")
    assert all(function.help.endswith(".") for function in FUNCTIONS)


@pytest.mark.parametrize("formula", ["a" + " + 1" * 900, "(" * 300 + "a" + ")" * 300, "-" * 500 + "a", "x" * 5000])
def test_formulas_that_are_too_large_are_refused(flow, formula):
    with pytest.raises(LatheError):
        value_cell("new", formula, flow)


def test_the_sql_grows_with_the_formula_and_not_with_its_depth(context, flow):
    formula = "a"
    for _ in range(25):
        formula = f"log(1 / {formula})"
    assert len(value_cell("new", formula, flow).sql) < 200 * 25
    assert len(values(context, flow, formula)) == 5


# A second way to the same numbers: trees made by Hypothesis, written as formulas and worked out in Python.


@dataclass(frozen=True)
class Tree:
    formula: str
    value: Any


def _leaf(row: int):
    cells = st.sampled_from([Tree("a", A[row]), Tree("b", B[row]), Tree("[my col]]`]", C[row])])
    numbers = st.floats(-100, 100).map(lambda v: Tree(f"({v!r})", v))
    return cells | numbers


def _binary(sign: str, left: Tree, right: Tree) -> Tree:
    return Tree(f"({left.formula} {sign} {right.formula})", _work(sign, left.value, right.value))


def _work(sign: str, x: float | None, y: float | None) -> float | None:
    if x is None or y is None:
        return None
    try:
        match sign:
            case "+" | "-":
                found = x + (y if sign == "+" else -y)
            case "*":
                found = x * y
            case "/":
                found = x / y
            case _:
                found = math.pow(x, y)
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    return found if math.isfinite(found) else None


def _choice(test: Tree, other: Tree, one: Tree, two: Tree) -> Tree:
    known = test.value is not None and other.value is not None
    value = one.value if known and test.value > other.value else two.value
    return Tree(f"if({test.formula} > {other.formula}, {one.formula}, {two.formula})", value)


def _trees(row: int):
    return st.recursive(
        _leaf(row),
        lambda inner: (
            st.builds(_binary, st.sampled_from("+-*/^"), inner, inner)
            | st.builds(_choice, inner, inner, inner, inner)
            | inner.map(lambda t: Tree(f"(-{t.formula})", None if t.value is None else -t.value))
            | inner.map(lambda t: Tree(f"coalesce({t.formula}, 7)", 7.0 if t.value is None else t.value))
        ),
        max_leaves=12,
    )


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_numbers_are_those_of_python(context, flow, data):
    row = data.draw(st.integers(0, 4))
    tree = data.draw(_trees(row))
    found = values(context, flow, tree.formula)[row]
    assert found == (None if tree.value is None else pytest.approx(tree.value, rel=1e-9, abs=1e-300))


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(codec="utf-8"), max_size=30))
def test_no_text_escapes_its_quotes(context, flow, text):
    quoted = text.replace("'", "''")
    assert values(context, flow, f"concat('|', '{quoted}', '|')") == [f"|{text}|"] * 5


@settings(max_examples=200, deadline=None)
@given(name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_no_name_of_a_column_escapes(context, name):
    table = pa.table({"0": pa.array([1.5, 2.5])})
    flow = context.read_arrow(table, [ColumnSchema(name=name, storage=StorageType.FLOAT, kind=ColumnKind.NUMERIC)])
    assert values(context, flow, f"[{name.replace(']', ']]')}] * 2") == [3.0, 5.0]
    assert values(context, flow, f"`{name.replace('`', '``')}` * 2") == [3.0, 5.0]


@settings(max_examples=300, deadline=None)
@given(formula=st.text(st.sampled_from("ab1.'\"`[]()+-*/%^<>=, ;intrue\0\\_"), max_size=25) | st.text(max_size=20))
def test_any_text_is_a_formula_or_is_refused_in_words(context, flow, formula):
    # Whatever else is raised fails the test.
    with suppress(LatheError):
        assert len(values(context, flow, formula)) == 5
