"""Numbers: each step gives what a person would write by hand with scikit-learn or NumPy."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    SplineTransformer,
    StandardScaler,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from core.errors import InvalidInput
from core.prepare.outline import outline_plan
from core.prepare.plan import InputNeeds, PreparePlan
from core.prepare.transformers.bins import interval_words
from core.prepare.transformers.curves import PowerCurve
from core.types import TaskKind
from tests.core.prepare.on_real import TREES, compiled, real, run, step, table_of

HOUSES = ["total_rooms", "population", "median_income"]


def houses(rows: int = 1500) -> pd.DataFrame:
    return real("california_housing", HOUSES, rows).frame


@pytest.mark.parametrize(
    ("params", "scaler"),
    [
        ({"method": "standard"}, StandardScaler()),
        ({"method": "min_max"}, MinMaxScaler()),
        ({"method": "min_max", "low": -1.0, "high": 3.0}, MinMaxScaler((-1, 3))),
        ({"method": "robust"}, RobustScaler()),
        ({"method": "max_abs"}, MaxAbsScaler()),
    ],
)
def test_scaling_is_the_librarys(params: dict, scaler: object) -> None:
    frame = houses()
    out = run(table_of(frame), step("scale_numbers", HOUSES, **params))
    np.testing.assert_allclose(out, scaler.fit_transform(frame), rtol=1e-9)


def test_bounds_the_wrong_way_round_are_refused() -> None:
    table = table_of(houses(20))
    with pytest.raises(InvalidInput, match="must be less than"):
        compiled(table, step("scale_numbers", HOUSES, method="min_max", low=2.0, high=1.0))
    with pytest.raises(InvalidInput, match="They are 5 and 1"):
        compiled(table, step("clip_numbers", HOUSES, low=5.0, high=1.0))


def test_logarithms_keep_the_sign_or_start_at_the_least_value() -> None:
    frame = houses() - 1000.0
    table = table_of(frame)
    np.testing.assert_array_equal(run(table, step("log_numbers", HOUSES)), np.sign(frame) * np.log1p(frame.abs()))
    shifted = compiled(table, step("log_numbers", HOUSES, method="shift")).transformer.fit(frame)
    np.testing.assert_array_equal(shifted.transform(frame), np.log1p(frame - frame.min()))
    assert (shifted.transform(frame - 1e6) == 0.0).all()


@pytest.mark.parametrize("method", ["yeo_johnson", "box_cox"])
@pytest.mark.parametrize("standardize", [True, False])
def test_powers_are_those_of_the_library(method: str, standardize: bool) -> None:
    frame = houses() / 100.0
    by_hand = PowerTransformer(method.replace("_", "-"), standardize=standardize).fit(frame)
    out = run(table_of(frame), step("power_numbers", HOUSES, method=method, standardize=standardize))
    np.testing.assert_allclose(out, by_hand.transform(frame), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(PowerCurve(method).fit(frame).powers_, by_hand.lambdas_, atol=1e-5)


def test_box_cox_takes_yeo_johnson_where_a_number_is_not_above_zero() -> None:
    frame = houses()[["median_income"]]
    other = frame.assign(median_income=frame["median_income"] - 3.0)
    both = pd.DataFrame({"positive": frame["median_income"], "mixed": other["median_income"]})
    curve = PowerCurve("box_cox").fit(both)
    assert curve.positive_.tolist() == [True, False]
    np.testing.assert_array_equal(
        curve.transform(both)[:, 1], PowerCurve("yeo_johnson").fit(other).transform(other)[:, 0]
    )
    least = both.nsmallest(1, "positive")
    np.testing.assert_array_equal(curve.transform(least.assign(positive=-4.0))[:, 0], curve.transform(least)[:, 0])


def test_a_steep_power_does_not_make_a_column_constant() -> None:
    frame = real("ames_housing", ["YearBuilt", "YearRemodAdd"]).frame
    for standardize in (True, False):
        out = PowerCurve(standardize=standardize).fit_transform(frame)
        order = np.argsort(frame.to_numpy(), axis=0)
        for place in range(2):
            assert (np.diff(out[order[:, place], place]) >= 0).all()
            assert len(np.unique(out[:, place])) == frame.iloc[:, place].nunique()


def test_powers_survive_constants_and_huge_numbers() -> None:
    frame = pd.DataFrame(
        {"constant": [3.0] * 8, "two": [0.0, 1.0] * 4, "huge": [1e-300, 1e30, -1e37, 8e37, 5.0, 0.0, 1.0, -2.0]}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        out = PowerCurve().fit_transform(frame)
    assert np.isfinite(out).all()
    assert (out[:, 0] == 0).all()
    assert set(np.round(out[:, 1], 12)) == {-1.0, 1.0}


@pytest.mark.parametrize("output", ["uniform", "normal"])
def test_ranks_are_the_librarys(output: str) -> None:
    frame = houses()
    by_hand = QuantileTransformer(n_quantiles=100, output_distribution=output, random_state=0).fit_transform(frame)
    out = run(table_of(frame), step("quantile_numbers", HOUSES, output=output, quantiles=100))
    np.testing.assert_allclose(out, by_hand, rtol=1e-12)


@pytest.mark.parametrize(
    ("method", "library"), [("width", {"strategy": "uniform"}), ("count", {"quantile_method": "linear"})]
)
def test_intervals_are_the_librarys(method: str, library: dict) -> None:
    frame = houses()
    table = table_of(frame)
    for output, encode in (("ordinal", "ordinal"), ("one_hot", "onehot-dense")):
        by_hand = KBinsDiscretizer(6, encode=encode, subsample=None, **library).fit_transform(frame)
        out = run(table, step("bin_numbers", HOUSES, method=method, bins=6, output=output))
        np.testing.assert_array_equal(out, by_hand)


def test_intervals_suit_the_model_and_missing_cells_stay_apart() -> None:
    frame = real("titanic", ["Age"]).frame
    one_hot = run(table_of(frame), step("bin_numbers", ["Age"]))
    np.testing.assert_array_equal(one_hot.sum(axis=1), frame["Age"].notna())
    table = table_of(frame)
    codes = compiled(table, step("bin_numbers", ["Age"]), needs=TREES.model_copy(update={"native_missing": True}))
    np.testing.assert_array_equal(np.isnan(codes.transformer.fit_transform(frame)[:, 0]), frame["Age"].isna())
    assert interval_words(np.asarray([18.0, 25.5])) == ["below 18", "18 to 25.5", "25.5 and above"]


def test_tree_intervals_are_where_a_decision_tree_on_the_target_splits() -> None:
    frame = real("titanic", ["Fare", "Survived"]).frame
    labels = frame["Survived"].map({0.0: "no", 1.0: "yes"}).to_numpy(dtype=object)
    fares = frame[["Fare"]]
    tree = DecisionTreeClassifier(max_leaf_nodes=4, min_samples_leaf=17, random_state=0).fit(fares, labels)
    edges = np.sort(tree.tree_.threshold[tree.tree_.feature >= 0])
    by_tree = step("bin_numbers", ["Fare"], method="tree", bins=4, output="ordinal")
    out = run(table_of(fares), by_tree, y=labels, task=TaskKind.BINARY)
    np.testing.assert_array_equal(out[:, 0], np.searchsorted(edges, fares["Fare"], side="right"))
    amounts = frame["Survived"].to_numpy() * 2.5
    tree = DecisionTreeRegressor(max_leaf_nodes=4, min_samples_leaf=17, random_state=0).fit(fares, amounts)
    edges = np.sort(tree.tree_.threshold[tree.tree_.feature >= 0])
    out = run(table_of(fares), by_tree, y=amounts, task=TaskKind.REGRESSION)
    np.testing.assert_array_equal(out[:, 0], np.searchsorted(edges, fares["Fare"], side="right"))


@pytest.mark.parametrize(("degree", "only"), [(2, False), (3, False), (2, True), (3, True)])
def test_powers_and_products_are_the_librarys_beside_the_columns(degree: int, only: bool) -> None:
    frame = houses() / 1000.0
    by_hand = PolynomialFeatures(degree, interaction_only=only, include_bias=False).fit_transform(frame)
    plan = PreparePlan(steps=(step("polynomial_features", HOUSES, degree=degree, interactions_only=only),))
    table = table_of(frame)
    np.testing.assert_allclose(run(table, *plan.steps), by_hand, rtol=1e-12)
    outlined = outline_plan(plan, table.columns, InputNeeds()).used
    assert sum(feature.width for feature in outlined) == by_hand.shape[1]


def test_too_many_products_are_refused_before_anything_runs() -> None:
    table = table_of(pd.DataFrame(np.ones((2, 60)), columns=[f"c{n}" for n in range(60)]))
    with pytest.raises(InvalidInput, match=r"It would make 635,\d{3}"):
        compiled(table, step("polynomial_features", table.frame.columns, degree=4))


@pytest.mark.parametrize("degree", [1, 2, 3])
@pytest.mark.parametrize("place", ["count", "width"])
def test_splines_are_the_librarys_with_constant_ends(degree: int, place: str) -> None:
    frame = houses()
    theirs = SplineTransformer(
        5,
        degree,
        knots="quantile" if place == "count" else "uniform",
        extrapolation="constant",
        include_bias=False,
    ).fit(frame)
    table = table_of(frame)
    choice = step("spline_numbers", HOUSES, knots=5, degree=degree, place=place)
    plan = compiled(table, choice).transformer.fit(frame)
    beyond = pd.concat([frame, frame * 10 - 3e4])
    np.testing.assert_allclose(plan.transform(beyond), theirs.transform(beyond), atol=1e-10)
    outlined = outline_plan(PreparePlan(steps=(choice,)), table.columns, InputNeeds()).used
    assert sum(feature.width for feature in outlined) == plan.transform(frame).shape[1]


def test_splines_let_a_linear_model_follow_a_hump() -> None:
    from sklearn.linear_model import LinearRegression

    x = np.linspace(-3, 3, 300)
    table = table_of(pd.DataFrame({"x": x}))
    y = np.exp(-(x**2))
    straight, bent = run(table), run(table, step("spline_numbers", ["x"], knots=8))
    assert LinearRegression().fit(straight, y).score(straight, y) < 0.01
    assert LinearRegression().fit(bent, y).score(bent, y) > 0.99


def test_ratios_and_differences_of_pairs_divide_safely() -> None:
    frame = real("california_housing", ["total_rooms", "households", "population"], 200).frame
    out = run(table_of(frame), step("ratios_differences", frame.columns))
    rooms, homes, people = (frame[name] for name in frame.columns)
    by_hand = [rooms / homes, rooms - homes, rooms / people, rooms - people, homes / people, homes - people]
    np.testing.assert_array_equal(out[:, 3:], np.column_stack(by_hand))
    first = run(table_of(frame), step("ratios_differences", frame.columns, make="ratio", pairs="first"))
    np.testing.assert_array_equal(first[:, 3:], np.column_stack([rooms / homes, rooms / people]))
    zero = table_of(pd.DataFrame({"a": [1.0, np.nan, 0.0], "b": [0.0, 0.0, 2.0]}))
    ratio = step("ratios_differences", ["a", "b"], make="ratio")
    np.testing.assert_array_equal(run(zero, ratio)[:, 2], [np.nan, np.nan, 0.0])
    as_zero = step("ratios_differences", ["a", "b"], make="ratio", by_zero="zero")
    np.testing.assert_array_equal(run(zero, as_zero)[:, 2], [0.0, np.nan, 0.0])


@pytest.mark.parametrize("decimals", [-2, 0, 3])
def test_rounding_to_decimals_is_numpys(decimals: int) -> None:
    frame = houses()
    out = run(table_of(frame), step("round_numbers", HOUSES, decimals=decimals))
    np.testing.assert_array_equal(out, frame.round(decimals))


@pytest.mark.parametrize("digits", [1, 3, 15])
def test_rounding_to_significant_digits_is_that_of_printing(digits: int) -> None:
    cells = [1234.5678, -0.00098765, 1e30 / 7, 7e-20, 0.0, 99999.9, np.nan, 1e-310, 123456789.123456789]
    out = run(table_of(pd.DataFrame({"x": cells})), step("round_numbers", ["x"], method="significant", digits=digits))
    by_hand = [float(f"{cell:.{digits - 1}e}") if abs(cell) > 1e-290 else 0.0 for cell in cells[:6]]
    np.testing.assert_allclose(out[:6, 0], by_hand, rtol=1e-15)
    assert np.isnan(out[6, 0])
    assert out[7, 0] == 0.0


def test_clipping_keeps_missing_cells_and_open_ends() -> None:
    table = table_of(pd.DataFrame({"x": [-5.0, 0.5, np.nan, 9.0]}))
    np.testing.assert_array_equal(run(table, step("clip_numbers", ["x"], low=0.0, high=1.0))[:, 0], [0, 0.5, np.nan, 1])
    np.testing.assert_array_equal(run(table, step("clip_numbers", ["x"], high=1.0))[:, 0], [-5, 0.5, np.nan, 1])
    np.testing.assert_array_equal(run(table, step("clip_numbers", ["x"]))[:, 0], [-5, 0.5, np.nan, 9])
