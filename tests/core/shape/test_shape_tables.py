"""Join, append, group, pivot and unpivot, against pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.actions import TableStep
from core.data.catalog import load_frame
from core.errors import InvalidInput
from core.shape.edit import append
from core.shape.preview import preview, propose_keys
from core.shape.steps import tables

LEFT = pd.DataFrame(
    {
        "k": ["b", "a", None, "c", "a", "z"],
        "n": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "v": [10.0, 20.0, 30.0, 40.0, 50.0, 60.0],
    }
)
RIGHT = pd.DataFrame({"k": ["a", "b", "b", None, "q"], "v": [1.0, 2.0, 3.0, 4.0, 5.0], "w": ["A", "B", "B2", "N", "Q"]})


@pytest.fixture
def left(make):
    return make(LEFT, name="left", whole=("n", "v"))


@pytest.fixture
def right(make):
    return make(RIGHT, name="right", whole=("v",))


def shaped(workspace, dataset, key, **params) -> pd.DataFrame:
    return load_frame(workspace, append(workspace, dataset, [TableStep(key=key, params=params)]))


@pytest.mark.parametrize("how", ["left", "inner", "full", "right", "anti"])
def test_joins_are_those_of_pandas_without_matching_what_is_missing(workspace, left, right, how):
    found = shaped(workspace, left, "join", table=right.id, keys={"k": "k"}, how=how)
    mine, theirs = LEFT.dropna(subset="k"), RIGHT.dropna(subset="k")
    pandas_how = {"full": "outer", "anti": "left"}.get(how, how)
    wanted = mine.merge(theirs, on="k", how=pandas_how, suffixes=("", "_other"), indicator=True)
    wanted = wanted[wanted["_merge"] == "left_only"] if how == "anti" else wanted
    wanted = wanted.drop(columns="_merge")
    if how in ("left", "full", "anti"):
        wanted = pd.concat([wanted, LEFT[LEFT["k"].isna()]])
    if how in ("right", "full"):
        wanted = pd.concat([wanted, RIGHT[RIGHT["k"].isna()].rename(columns={"v": "v_other"})])
    if how == "anti":
        wanted = wanted[["k", "n", "v"]]
    assert list(found.columns) == list(wanted.columns)
    by = [c for c in ("n", "v_other") if c in wanted.columns]
    pd.testing.assert_frame_equal(
        found.sort_values(by, ignore_index=True).fillna("-"), wanted.sort_values(by, ignore_index=True).fillna("-"),
        check_dtype=False,
    )  # fmt: skip
    numbers = found["n"].dropna()
    assert numbers.is_monotonic_increasing
    assert not found["n"].iloc[: len(numbers)].isna().any()


def test_a_left_join_can_take_the_first_match(workspace, left, right):
    found = shaped(workspace, left, "join", table=right.id, keys={"k": "k"}, matches="first", columns=["w"])
    assert found["w"].tolist() == ["B", "A", None, None, "A", None]


def test_keys_of_different_types_are_compared_as_text(workspace, make):
    numbers = make(pd.DataFrame({"code": [1.0, 2.0, 3.0]}), name="numbers", whole=("code",))
    words = make(pd.DataFrame({"code": ["1", "3", "x"], "w": ["one", "three", "x"]}), name="words")
    found = shaped(workspace, numbers, "join", table=words.id, keys={"code": "code"})
    assert found["w"].tolist() == ["one", None, "three"]
    with pytest.raises(InvalidInput, match="one type"):
        shaped(workspace, numbers, "join", table=words.id, keys={"code": "code"}, how="full")


def test_a_join_that_explodes_is_refused_with_its_number(workspace, make, monkeypatch):
    one = make(pd.DataFrame({"k": ["a"] * 300}), name="one")
    other = make(pd.DataFrame({"k": ["a"] * 400, "w": ["x"] * 400}), name="other")
    monkeypatch.setattr(tables, "MOST_ROWS", 100_000)
    with pytest.raises(InvalidInput, match="120,000 rows"):
        shaped(workspace, one, "join", table=other.id, keys={"k": "k"})


def test_the_preview_tells_how_keys_meet(workspace, left, right):
    step = TableStep(key="join", params={"table": right.id, "keys": {"k": "k"}})
    found = preview(workspace, left, [step])
    assert (found.rows_before, found.rows_after) == (6, 7)
    assert found.notes[0].startswith("3 of 6 rows here have a partner in right; 3 of 5 rows there have one here.")
    assert "1 key occurs more than once" in found.notes[1]
    assert "missing; c; z" in found.notes[2]


def test_keys_are_proposed_by_name_and_by_shared_values(workspace, make):
    here = make(pd.DataFrame({"Customer": [f"C{i}" for i in range(50)], "n": np.arange(50.0)}), name="here")
    there = make(pd.DataFrame({"who": [f"C{i}" for i in range(40)], "n": np.arange(40.0) + 1000}), name="there")
    proposal = propose_keys(workspace, here, (), there.id)[0]
    assert (proposal.left, proposal.right, proposal.unique) == ("Customer", "who", True)
    assert proposal.found == pytest.approx(0.8)


def test_a_key_of_the_same_name_is_proposed_though_few_values_meet(workspace, make):
    here = make(pd.DataFrame({"customer": np.arange(50.0), "n": np.arange(50.0)}), name="here")
    there = make(pd.DataFrame({"customer": np.arange(0.0, 50.0, 5), "m": np.arange(10.0)}), name="there")
    assert [(p.left, p.right) for p in propose_keys(workspace, here, (), there.id)] == [("customer", "customer")]


def test_a_table_is_not_joined_to_itself_nor_to_one_of_another_project(workspace, left, right):
    for other in (left, right.model_copy(update={"project_id": "elsewhere"})):
        table = left if other is left else right
        dataset = left if other is left else left.model_copy(update={"project_id": "elsewhere"})
        with pytest.raises(InvalidInput, match=r"itself|no longer"):
            append(workspace, dataset, [TableStep(key="join", params={"table": table.id, "keys": {"k": "k"}})])


@pytest.mark.parametrize(("columns", "names"), [("all", "knvw"), ("here", "knv"), ("both", "kv")])
def test_append_matches_columns_by_name(workspace, left, right, columns, names):
    found = shaped(workspace, left, "append", table=right.id, columns=columns)
    wanted = pd.concat([LEFT, RIGHT], ignore_index=True)[list(names)]
    pd.testing.assert_frame_equal(found.fillna("-"), wanted.fillna("-"), check_dtype=False)


def test_appended_columns_of_two_types_become_text(workspace, make, left):
    other = make(pd.DataFrame({"n": ["many"]}), name="words")
    step = TableStep(key="append", params={"table": other.id})
    assert "both become text" in preview(workspace, left, [step]).notes[-1]
    assert shaped(workspace, left, "append", table=other.id)["n"].tolist() == ["1", "2", "3", "4", "5", "6", "many"]


def test_groups_are_those_of_pandas_in_the_order_they_occur(workspace, dataset):
    raw = load_frame(workspace, dataset)
    functions = ["count", "sum", "mean", "median", "std", "min", "max", "first", "last", "distinct", "present"]
    asked = [{"function": f, "column": "Age", "name": f} for f in functions]
    found = shaped(workspace, dataset, "group", by=["ok"], aggregations=asked)
    assert found["ok"].tolist() == raw["ok"].drop_duplicates().tolist()
    groups = raw.groupby("ok", dropna=False, sort=False)
    ages = groups["Age"]
    for name in ("sum", "mean", "median", "std", "min", "max"):
        wanted = getattr(ages, name)()
        np.testing.assert_allclose(found[name], wanted.to_numpy(), rtol=1e-12)
    assert found["count"].tolist() == groups.size().tolist()
    assert found["distinct"].tolist() == ages.nunique().tolist()
    assert found["present"].tolist() == ages.count().tolist()
    assert found["first"].tolist() == ages.first().tolist()


def test_pivot_and_unpivot_undo_one_another(workspace, make):
    wide = pd.DataFrame({"id": [1.0, 2.0, 3.0], "jan": [1.0, 2.0, np.nan], "feb": [4.0, 5.0, 6.0]})
    stored = make(wide, name="wide", whole=("id",))
    long = append(
        workspace,
        stored,
        [TableStep(key="unpivot", params={"columns": ["jan", "feb"], "name_to": "m", "value_to": "x"})],
    )
    frame = load_frame(workspace, long)
    wanted = wide.melt("id", var_name="m", value_name="x").sort_values("id", kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(frame, wanted, check_dtype=False)
    back = append(
        workspace, long, [TableStep(key="pivot", params={"index": ["id"], "columns": "m", "values": "x"})]
    )  # fmt: skip
    pd.testing.assert_frame_equal(load_frame(workspace, back)[list(wide.columns)], wide)


@pytest.mark.parametrize("how", ["first", "last", "sum", "mean", "min", "max", "count"])
def test_pivot_with_repeated_keys_does_what_is_chosen(workspace, make, how):
    frame = pd.DataFrame({"id": ["a", "a", "a", "b"], "m": ["x", "x", "y", "x"], "v": [1.0, 3.0, 5.0, 7.0]})
    found = shaped(
        workspace, make(frame, name="long"), "pivot", index=["id"], columns="m", values="v", duplicates=how
    )  # fmt: skip
    wanted = frame.pivot_table(index="id", columns="m", values="v", aggfunc=how)
    pd.testing.assert_series_equal(found["x"], wanted["x"].reset_index(drop=True), check_names=False, check_dtype=False)
