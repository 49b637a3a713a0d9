"""What a plan is compiled to, per model family."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from core.data.schema import ColumnSchema
from core.errors import InvalidInput, LatheError
from core.prepare.compiler import compile_plan
from core.prepare.default import default_plan
from core.prepare.fitting import fit_rows
from core.prepare.journeys import journeys
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.prepare.spec import Family
from core.types import ColumnKind, Encoding, StorageType
from tests.core.prepare.tables import Table, describe, mixed

ONE_HOT = InputNeeds(encoding=Encoding.ONE_HOT, scaling=True)
TREES = InputNeeds(encoding=Encoding.CODES, scaling=False)
BOOSTED = InputNeeds(encoding=Encoding.CODES, scaling=False, native_missing=True)
NETWORK = InputNeeds(encoding=Encoding.EMBEDDING, scaling=True)


def names_of(plan: PreparePlan, table: Table, needs: InputNeeds) -> list[str]:
    transformer = compile_plan(plan, table.columns, needs).transformer.fit(table.frame)
    return list(transformer.get_feature_names_out())


def plan_of(*steps: StepChoice) -> PreparePlan:
    return PreparePlan(steps=steps)


@pytest.fixture
def small() -> Table:
    frame = pd.DataFrame(
        {
            "age": [20.0, np.nan, 40.0, 61.0, 35.0, np.nan, 8.0],
            "fare": [7.0, 71.0, 8.0, 53.0, 8.5, 21.0, 7.5],
            "town": pd.Series(["S", "C", None, "S", "Q", "C", "Q"], dtype=object),
        }
    )
    kinds = {"age": ColumnKind.NUMERIC, "fare": ColumnKind.NUMERIC, "town": ColumnKind.CATEGORICAL}
    return describe(frame, kinds)


def test_default_plan_for_linear_models_equals_the_pipeline_written_by_hand(small: Table) -> None:
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    categories = make_pipeline(
        SimpleImputer(missing_values=None, strategy="constant", fill_value="(missing)"),
        OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=30),
    )
    by_hand = ColumnTransformer(
        [("n", numbers, ["age", "fare"]), ("c", categories, ["town"]), ("m", MissingIndicator(), ["age"])],
        sparse_threshold=0,
    )
    ours = compile_plan(default_plan(small.columns), small.columns, ONE_HOT).transformer
    np.testing.assert_array_equal(ours.fit_transform(small.frame), by_hand.fit_transform(small.frame))


def test_default_plan_for_boosted_trees_equals_the_pipeline_written_by_hand(small: Table) -> None:
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1)
    by_hand = ColumnTransformer([("c", encoder, ["town"]), ("n", "passthrough", ["age", "fare"])])
    # The encoder takes None for a category of its own; NaN it knows as missing.
    with_nan = small.frame.assign(town=small.frame["town"].where(small.frame["town"].notna(), np.nan))
    compiled = compile_plan(default_plan(small.columns), small.columns, BOOSTED)
    ours = compiled.transformer.fit_transform(small.frame)
    np.testing.assert_array_equal(ours, by_hand.fit_transform(with_nan))
    assert compiled.n_codes == 1


def test_every_family_gets_the_form_that_suits_it() -> None:
    table = mixed()
    plan = default_plan(table.columns)
    assert [compile_plan(plan, table.columns, n).n_codes for n in (ONE_HOT, TREES, BOOSTED, NETWORK)] == [0, 3, 3, 1]
    assert names_of(plan, table, TREES)[:3] == ["town", "shop", "member"]
    network = names_of(plan, table, NETWORK)
    assert network[0] == "shop"
    assert "town = red" in network
    assert "shop = shop 3" in names_of(plan, table, ONE_HOT)


def test_rare_categories_share_one_column() -> None:
    levels = [f"v{i:02}" for i in range(60) for _ in range(60 - i)]
    table = describe(pd.DataFrame({"c": pd.Series(levels, dtype=object)}), {"c": ColumnKind.CATEGORICAL})
    names = names_of(default_plan(table.columns), table, ONE_HOT)
    assert len(names) == 30
    assert "c = (rare)" in names


def test_codes_stay_below_255_and_unseen_and_missing_are_minus_one() -> None:
    levels = [f"v{i}" for i in range(400)] * 2
    table = describe(pd.DataFrame({"c": pd.Series([*levels, None], dtype=object)}), {"c": ColumnKind.CATEGORICAL})
    prepare = compile_plan(default_plan(table.columns), table.columns, TREES).transformer.fit(table.frame)
    codes = prepare.transform(table.frame)[:, 0]
    assert set(codes) == {-1.0, *range(255)}
    assert codes[-1] == -1
    assert prepare.transform(pd.DataFrame({"c": ["new"]})).tolist() == [[-1.0]]


def test_a_level_seen_once_counts_as_never_seen() -> None:
    cells = pd.DataFrame({"c": pd.Series(["a", "a", "once", "b", "b", None], dtype=object)})
    table = describe(cells, {"c": ColumnKind.CATEGORICAL})
    prepare = compile_plan(default_plan(table.columns), table.columns, TREES).transformer.fit(table.frame)
    assert prepare.transform(table.frame)[:, 0].tolist() == [0, 0, -1, 1, 1, -1]


def test_numbers_that_no_step_names_pass_and_other_columns_are_left_out() -> None:
    table = mixed()
    compiled = compile_plan(PreparePlan(), table.columns, TREES)
    assert [column.name for column in compiled.columns] == ["amount", "age"]
    out = compiled.transformer.fit_transform(table.frame)
    np.testing.assert_array_equal(out[:, 0], table.frame["amount"])
    assert np.isfinite(out).all()


def test_only_the_columns_that_reach_the_model_are_needed_at_predict() -> None:
    table = mixed()
    compiled = compile_plan(default_plan(table.columns), table.columns, ONE_HOT)
    assert "id" not in {column.name for column in compiled.columns}
    compiled.transformer.fit(table.frame)
    assert len(compiled.transformer.transform(table.frame.drop(columns="id"))) == len(table.frame)


@pytest.mark.parametrize(("method", "expected"), [("median", 35.0), ("mean", 32.8), ("constant", -5.0)])
def test_missing_numbers_are_filled_as_asked(small: Table, method: str, expected: float) -> None:
    params = {"method": method} | ({"constant": -5.0} if method == "constant" else {})
    choice = StepChoice(step="impute_numbers", columns=("age",), params=params)
    out = compile_plan(plan_of(choice), small.columns[:1], TREES).transformer.fit_transform(small.frame)
    assert out[1, 0] == expected


def test_filling_can_be_asked_for_models_that_would_not_need_it(small: Table) -> None:
    steps = [
        StepChoice(step=step, columns=("age",), params={"when": "always"})
        for step in ("mark_missing", "impute_numbers")
    ]
    out = compile_plan(plan_of(*steps), small.columns[:1], BOOSTED).transformer.fit_transform(small.frame)
    assert out[1].tolist() == [35.0, 1.0]


def test_a_plan_of_the_first_version_is_read_as_it_was_meant(small: Table) -> None:
    choice = {"step": "impute_numbers", "columns": ["age"], "params": {"method": "mean", "indicator": True}}
    plan = PreparePlan.model_validate({"steps": [choice], "version": 1})
    assert [step.step for step in plan.steps] == ["mark_missing", "impute_numbers"]
    out = compile_plan(plan, small.columns[:1], TREES).transformer.fit_transform(small.frame)
    assert out[1].tolist() == [pytest.approx(32.8), 1.0]


@pytest.mark.parametrize("method", ["standard", "min_max", "robust", "none"])
def test_numbers_are_scaled_only_for_models_that_need_it(small: Table, method: str) -> None:
    plan = plan_of(StepChoice(step="scale_numbers", columns=("fare",), params={"method": method}))
    scaled = compile_plan(plan, small.columns[1:2], ONE_HOT).transformer.fit_transform(small.frame)[:, 0]
    plain = compile_plan(plan, small.columns[1:2], TREES).transformer.fit_transform(small.frame)[:, 0]
    np.testing.assert_array_equal(plain, small.frame["fare"])
    expected = {"standard": (scaled.mean(), 0), "min_max": (scaled.max(), 1), "robust": (np.median(scaled), 0)}
    found, wanted = expected.get(method, (scaled[0], 7.0))
    assert found == pytest.approx(wanted)


def test_categories_can_be_forced_into_another_form() -> None:
    table = mixed()

    def encoded(method: str, needs: InputNeeds) -> tuple[int, int]:
        plan = plan_of(StepChoice(step="encode_categories", columns=("town",), params={"method": method}))
        compiled = compile_plan(plan, [c for c in table.columns if c.name == "town"], needs)
        return compiled.n_codes, compiled.transformer.fit_transform(table.frame).shape[1]

    assert encoded("one_hot", TREES) == (0, 4)
    assert encoded("one_hot", NETWORK) == (0, 4)
    assert encoded("codes", NETWORK) == (1, 1)
    assert encoded("codes", ONE_HOT) == (0, 1)


def test_a_number_column_of_categorical_kind_is_encoded_by_value() -> None:
    column = ColumnSchema(name="class", storage=StorageType.INT, kind=ColumnKind.CATEGORICAL, unique=3, missing=1)
    frame = pd.DataFrame({"class": [3.0, 1.0, np.nan, 2.0]})
    prepare = compile_plan(default_plan([column]), [column], ONE_HOT).transformer.fit(frame)
    assert list(prepare.get_feature_names_out()) == ["class = (missing)", "class = 1", "class = 2", "class = 3"]


def test_every_problem_of_a_plan_is_named_at_once() -> None:
    table = mixed()
    plan = plan_of(
        StepChoice(step="polish", columns=("age",)),
        StepChoice(step="impute_numbers", columns=("town", "nowhere")),
        StepChoice(step="scale_numbers", columns=("age",), params={"method": "huge", "foo": 1}),
        StepChoice(step="encode_categories", columns=("town",)),
        StepChoice(step="encode_categories", columns=("town",)),
        StepChoice(step="not checked while off", columns=("?",), enabled=False),
    )
    with pytest.raises(InvalidInput) as caught:
        compile_plan(plan, table.columns, ONE_HOT)
    text = " | ".join(problem.message for problem in caught.value.problems)
    expected = ("'polish'", "'town', which is categorical", "'nowhere'", "'huge'", "'foo'", "'town' holds numbers")
    for words in expected:
        assert words in text
    assert len(caught.value.problems) == 6


def test_a_plan_that_leaves_nothing_is_refused() -> None:
    table = mixed()
    everything = StepChoice(step="drop_columns", columns=tuple(c.name for c in table.columns))
    with pytest.raises(LatheError, match="no column"):
        compile_plan(plan_of(everything), table.columns, TREES)


def test_a_single_row_is_enough() -> None:
    table = mixed()
    for needs in (ONE_HOT, TREES, BOOSTED, NETWORK):
        prepare = compile_plan(default_plan(table.columns), table.columns, needs).transformer
        assert len(prepare.fit(table.frame.iloc[[0]]).transform(table.frame)) == len(table.frame)


def test_a_plan_can_be_cut_to_the_columns_in_use() -> None:
    table = mixed()
    plan = default_plan(table.columns)
    used = [column for column in table.columns if column.name in ("age", "town")]
    cut = plan.only({column.name for column in used})
    assert {name for step in cut.steps for name in step.columns} == {"age", "town"}
    assert all(step.columns for step in cut.steps)
    assert compile_plan(cut, used, TREES).n_codes == 1


def test_journeys_tell_what_happens_and_how_wide_it_gets() -> None:
    table = mixed()
    plan = default_plan(table.columns)
    told = {journey.column: journey for journey in journeys(plan, table.columns)}
    assert list(told)[: len(table.columns)] == [column.name for column in table.columns]
    assert told["id"].features_out == 0
    assert "identifies rows" in told["id"].note
    assert told["amount"].steps == ("missing filled with the median", "scaled to mean 0 and spread 1")
    assert told["shop"].steps[-1] == "14 columns of 0 and 1"
    for family, words in (
        (Family.NETWORKS, "an embedding learned for each category"),
        (Family.TREES, "one number a category"),
    ):
        assert next(j for j in journeys(plan, table.columns, family) if j.column == "shop").steps[-1] == words
    without_words = [journey for journey in told.values() if journey.kind is not ColumnKind.TEXT]
    width = len([n for n in names_of(plan, table, ONE_HOT) if not n.startswith("note: ")])
    assert sum(journey.features_out for journey in without_words) == width


def test_journeys_say_what_no_step_asked_for() -> None:
    table = mixed()
    told = {journey.column: journey for journey in journeys(PreparePlan(), table.columns)}
    assert told["town"].note == "Left out: no step turns it into numbers."
    assert "get the median" in told["age"].note


def step(key: str, *columns: str, **params: object) -> StepChoice:
    return StepChoice(step=key, columns=columns, params=params)


def test_steps_are_done_in_the_order_of_the_plan(small: Table) -> None:
    fill, scale = (
        step("impute_numbers", "age", method="constant", constant=100.0),
        step("scale_numbers", "age", method="min_max"),
    )
    ages = [
        compile_plan(plan_of(*steps), small.columns[:1], ONE_HOT).transformer.fit_transform(small.frame)[1, 0]
        for steps in ((fill, scale), (scale, fill))
    ]
    assert ages == [1.0, 100.0]


def test_a_step_for_one_family_leaves_the_others_alone(small: Table) -> None:
    only = StepChoice(step="scale_numbers", columns=("fare",), families=(Family.NETWORKS,))
    linear = compile_plan(plan_of(only), small.columns[1:2], ONE_HOT).transformer.fit_transform(small.frame)[:, 0]
    network = compile_plan(plan_of(only), small.columns[1:2], NETWORK).transformer.fit_transform(small.frame)[:, 0]
    np.testing.assert_array_equal(linear, small.frame["fare"])
    assert abs(network.mean()) < 1e-12


def test_a_step_can_be_given_to_a_kind_of_column(small: Table) -> None:
    choice = StepChoice(step="scale_numbers", of_kind=(ColumnKind.NUMERIC,), params={"method": "min_max"})
    out = compile_plan(plan_of(choice), small.columns, ONE_HOT).transformer.fit_transform(small.frame)
    assert out.max(axis=0).tolist() == [1.0, 1.0]


def test_a_step_on_a_column_that_is_gone_says_so(small: Table) -> None:
    plan = plan_of(step("drop_columns", "age"), step("scale_numbers", "age"))
    with pytest.raises(InvalidInput, match="no longer there"):
        compile_plan(plan, small.columns, ONE_HOT)


def test_steps_that_leave_no_column_in_a_fold_say_so(small: Table) -> None:
    frame = small.frame.assign(age=np.nan)
    compiled = compile_plan(plan_of(step("drop_missing_columns", "age")), small.columns[:1], ONE_HOT)
    with pytest.raises(LatheError, match="no column to learn from in these rows"):
        fit_rows(compiled.transformer, frame, None)


def test_a_step_looks_a_column_up_as_it_was_read_whatever_became_of_it() -> None:
    """The time of a lag is the raw column, also where that column was clipped before and is one of those that lag."""
    frame = pd.DataFrame({"day": [10.0, 20.0, 40.0, 70.0], "sales": [1.0, 3.0, 2.0, 9.0]})
    table = describe(frame, dict.fromkeys(frame, ColumnKind.NUMERIC))
    plan = plan_of(
        StepChoice(step="clip_numbers", columns=("day",), params={"high": 30.0}),
        StepChoice(step="lags", columns=("day", "sales"), params={"time": "day", "since": True}, name="before"),
        StepChoice(step="drop_columns", columns=("day", "sales")),
    )
    transformer = compile_plan(plan, table.columns, BOOSTED).transformer.fit(frame)
    found = pd.DataFrame(transformer.transform(frame), columns=transformer.get_feature_names_out())
    assert list(found) == ["day lag 1", "day time since last", "sales lag 1", "sales time since last"]
    assert found["sales time since last"].tolist()[1:] == [10.0, 20.0, 30.0]
    assert found["sales lag 1"].tolist()[1:] == [1.0, 3.0, 2.0]


def test_a_group_is_looked_up_by_its_raw_levels_where_it_is_filled_itself() -> None:
    frame = pd.DataFrame({"town": ["a", "b", "a", "b"], "n": [1.0, 5.0, np.nan, np.nan], "day": [1.0, 1.0, 2.0, 2.0]})
    table = describe(frame, {"town": ColumnKind.CATEGORICAL, "n": ColumnKind.NUMERIC, "day": ColumnKind.NUMERIC})
    plan = plan_of(
        StepChoice(step="group_rare", columns=("town",), params={"rule": "count", "least_rows": 10}),
        StepChoice(step="fill_along", columns=("n", "town"), params={"order": "day", "group": "town"}),
        StepChoice(step="drop_columns", columns=("town", "day")),
    )
    transformer = compile_plan(plan, table.columns, BOOSTED).transformer.fit(frame)
    assert transformer.transform(frame)[:, 0].tolist() == [1.0, 5.0, 1.0, 5.0]


def test_a_number_without_a_value_reaches_boosting_as_nothing() -> None:
    """Histogram boosting does not take a column that holds no value; later rows may hold one."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    frame = pd.DataFrame({"n": np.arange(30.0), "gone": np.nan})
    table = describe(frame, dict.fromkeys(frame, ColumnKind.NUMERIC))
    transformer = compile_plan(PreparePlan(), table.columns, BOOSTED).transformer
    made = fit_rows(transformer, frame, frame["n"].to_numpy()).matrix
    HistGradientBoostingRegressor(max_iter=2).fit(made, frame["n"])
    later = transformer.transform(frame.assign(gone=5.0))
    assert (made[:, 1] == 0).all()
    assert (later[:, 1] == 0).all()
