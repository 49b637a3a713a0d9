"""Missing values: each step gives what a person would write by hand with scikit-learn or pandas."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer
from sklearn.linear_model import Ridge

from core.errors import InvalidInput
from core.prepare.transformers.chained import ChainedFill
from core.prepare.transformers.gaps import FillAlong
from core.prepare.transformers.neighbours import NearestFill
from tests.core.prepare.on_real import BOOSTING, TREES, compiled, real, run, run_rows, step, table_of, with_gaps

HOUSES = ["total_rooms", "total_bedrooms", "population", "median_income"]


def houses(rows: int = 400, share: float = 0.1) -> pd.DataFrame:
    return with_gaps(real("california_housing", HOUSES, rows).frame, share)


@pytest.mark.parametrize("weights", ["uniform", "distance"])
def test_nearest_rows_fill_as_the_library_does_on_scaled_columns(weights: str) -> None:
    frame = houses()
    # Equal counts give equal distances, and which of those rows comes first is chance.
    frame += np.random.default_rng(5).random(frame.shape)
    mean, spread = frame.mean(), frame.std(ddof=0)
    by_hand = KNNImputer(n_neighbors=4, weights=weights).fit_transform((frame - mean) / spread)
    out = run(table_of(frame), step("nearest_fill", HOUSES, neighbours=4, weights=weights, when="always"))
    np.testing.assert_allclose(out, by_hand * spread.to_numpy() + mean.to_numpy(), rtol=1e-6)


def test_nearest_rows_remember_no_more_rows_than_asked_and_the_same_ones_again() -> None:
    frame = houses()
    fill = NearestFill(most_rows=50, seed=3).fit(frame)
    assert fill.rows_.shape == (50, 4)
    again = NearestFill(most_rows=50, seed=3).fit(frame)
    np.testing.assert_array_equal(fill.transform(frame), again.transform(frame))
    assert not np.isnan(fill.transform(frame)).any()


def test_a_row_without_any_number_gets_the_medians_from_the_nearest_rows() -> None:
    frame = houses()
    fill = NearestFill().fit(frame)
    nothing = pd.DataFrame(np.full((1, 4), np.nan), columns=HOUSES)
    np.testing.assert_array_equal(fill.transform(nothing)[0], frame.median().to_numpy())


def test_chained_fill_is_the_librarys_iterative_imputer_on_scaled_columns() -> None:
    frame = houses()
    mean, spread = frame.mean().to_numpy(), frame.std(ddof=0).to_numpy()
    standard = (frame.to_numpy() - mean) / spread
    imputer = IterativeImputer(
        Ridge(alpha=1.0),
        max_iter=4,
        min_value=np.nanmin(standard, axis=0),
        max_value=np.nanmax(standard, axis=0),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        by_hand = imputer.fit_transform(standard)
    out = run(table_of(frame), step("chained_fill", HOUSES, rounds=4, when="always"))
    np.testing.assert_allclose(out, by_hand * spread + mean, rtol=1e-8)
    later = houses(450).iloc[400:]
    fill = ChainedFill(rounds=4).fit(frame)
    theirs = imputer.transform((later.to_numpy() - mean) / spread) * spread + mean
    np.testing.assert_allclose(fill.transform(later), theirs, rtol=1e-8)


def test_chained_fill_beats_the_median_where_columns_go_together() -> None:
    whole = real("california_housing", ["total_rooms", "population", "households"], 2000).frame
    gaps = with_gaps(whole, 0.15)
    lost = gaps.isna().to_numpy() & whole.notna().to_numpy()
    errors = {}
    for key in ("chained_fill", "nearest_fill", "impute_numbers"):
        out = run(table_of(gaps), step(key, gaps.columns, when="always"))
        errors[key] = np.abs((out - whole.to_numpy())[lost]).mean()
    assert errors["chained_fill"] < 0.6 * errors["impute_numbers"]
    assert errors["nearest_fill"] < 0.8 * errors["impute_numbers"]


def test_chained_fill_stays_within_what_was_seen_and_keeps_a_constant() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0, np.nan], "b": [10.0, 20.0, 30.0, 40.0], "c": [7.0, np.nan, 7.0, 7.0]})
    fill = ChainedFill(alpha=0.001).fit(frame)
    out = fill.transform(frame.assign(b=[10.0, 20.0, 30.0, 1e6]))
    assert out[3, 0] == 3.0
    assert out[1, 2] == 7.0


def readings(rows: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "level": np.round(rng.normal(20, 4, rows), 2),
            "state": pd.Series(rng.choice(["on", "off", "idle"], rows), dtype=object),
            "seen": pd.Series(pd.date_range("2023-05-01", periods=rows, freq="7h")).astype("datetime64[us]"),
            "at": pd.Series(rng.permutation(pd.date_range("2024-01-01", periods=rows, freq="h"))),
            "machine": pd.Series(rng.choice(["a", "b", "c"], rows), dtype=object),
        }
    )
    for name in ("level", "state", "seen"):
        frame[name] = frame[name].mask(rng.random(rows) < 0.3)
    return table_of(frame).frame


@pytest.mark.parametrize(("direction", "by_hand"), [("forward", "ffill"), ("backward", "bfill")])
def test_fill_along_is_the_fill_of_pandas_inside_groups_in_order(direction: str, by_hand: str) -> None:
    frame = readings()
    fill = FillAlong("at", "machine", extra=2, direction=direction, otherwise="leave")
    out = fill.fit_transform(frame)
    ordered = frame.sort_values("at")
    hand = getattr(ordered.groupby("machine")[["level", "state", "seen"]], by_hand)().loc[frame.index]
    assert frame["level"].isna().sum() > hand["level"].isna().sum()
    pd.testing.assert_series_equal(out["level"], hand["level"])
    pd.testing.assert_series_equal(out["seen"], hand["seen"])
    assert out["state"].where(out["state"].notna(), "").tolist() == hand["state"].fillna("").tolist()


def test_fill_along_looks_the_other_way_then_takes_the_typical_value() -> None:
    frame = pd.DataFrame(
        {"x": [np.nan, 5.0, np.nan, 9.0, 1.0], "t": [1.0, 2.0, 1.0, 4.0, 5.0], "g": ["a", "a", "new", "b", "b"]}
    )
    fitted = FillAlong("t", "g", extra=2, otherwise="other").fit(frame)
    assert fitted.transform(frame)["x"].tolist() == [5.0, 5.0, 5.0, 9.0, 1.0]
    typical = FillAlong("t", "g", extra=2, otherwise="typical").fit(frame)
    later = pd.DataFrame({"x": [np.nan] * 3, "t": [4.5, np.nan, 0.0], "g": ["b", "b", "b"]})
    assert typical.transform(later)["x"].tolist() == [9.0, 5.0, 5.0]


def test_fill_along_reads_the_order_from_a_column_that_it_fills_too() -> None:
    frame = readings()[["level", "at", "machine"]]
    table = table_of(frame)
    along = step("fill_along", ["level", "at"], order="at", group="machine", otherwise="leave")
    out = run(table, along, step("drop_columns", ["machine"]))
    hand = frame.sort_values("at").groupby("machine")["level"].ffill().loc[frame.index]
    np.testing.assert_array_equal(out[:, 0], hand.to_numpy())


def test_fill_along_works_on_passengers_in_order_of_their_number() -> None:
    table = real("titanic", ["PassengerId", "Age", "Embarked"])
    along = step("fill_along", ["Age"], order="PassengerId", group="Embarked", otherwise="leave")
    out = run(table, along, step("drop_columns", ["Embarked"]))
    hand = table.frame.groupby("Embarked")["Age"].ffill()
    has_port = table.frame["Embarked"].notna().to_numpy()
    np.testing.assert_array_equal(out[has_port, 1], hand.to_numpy()[has_port])


def test_rows_with_missing_cells_are_left_out_of_fitting_only() -> None:
    table = real("titanic", ["Age", "Fare", "Cabin"])
    dropped = step("drop_missing_rows", ["Age", "Cabin"])
    rest = step("drop_columns", ["Cabin"])
    prepared = run_rows(table, dropped, rest)
    by_hand = table.frame.dropna(subset=["Age", "Cabin"])
    np.testing.assert_array_equal(prepared.rows, by_hand.index)
    np.testing.assert_array_equal(prepared.matrix, by_hand[["Age", "Fare"]])
    assert len(run(table, dropped, rest)) == len(table.frame)
    either = run_rows(table, step("drop_missing_rows", ["Age", "Cabin"], how="all"), rest)
    assert len(either.rows) == len(table.frame.dropna(subset=["Age", "Cabin"], how="all"))


def test_the_last_rows_of_a_class_are_never_left_out() -> None:
    frame = pd.DataFrame({"x": [np.nan, np.nan, *range(18)]}, dtype=np.float64)
    y = np.asarray(["rare"] * 2 + ["often"] * 18, dtype=object)
    prepared = run_rows(table_of(frame), step("drop_missing_rows", ["x"]), y=y)
    assert len(prepared.rows) == 20
    y[5] = "rare"
    assert len(run_rows(table_of(frame), step("drop_missing_rows", ["x"]), y=y).rows) == 18


def test_columns_with_many_gaps_are_left_out() -> None:
    table = real("titanic", ["Age", "Fare", "Cabin", "Embarked"])
    plan = compiled(
        table,
        step("drop_missing_columns", table.frame.columns, most=0.3),
        step("encode_categories", ["Cabin", "Embarked"], method="codes"),
    ).transformer
    plan.fit(table.frame)
    assert sorted(plan.get_feature_names_out()) == ["Age", "Embarked", "Fare"]
    strict = compiled(table, step("drop_missing_columns", ["Age", "Fare"], most=0.0)).transformer.fit(table.frame)
    assert list(strict.get_feature_names_out()) == ["Fare"]


def test_a_missing_category_can_become_a_text_of_ones_own() -> None:
    table = real("titanic", ["Embarked"])
    plan = compiled(
        table,
        step("impute_categories", ["Embarked"], method="constant", text="adrift"),
        step("encode_categories", ["Embarked"], method="one_hot"),
    ).transformer
    out = plan.fit_transform(table.frame)
    place = list(plan.get_feature_names_out()).index("Embarked = adrift")
    assert out[:, place].sum() == table.frame["Embarked"].isna().sum() == 2


def test_a_step_on_marks_is_nothing_for_models_that_need_no_marks() -> None:
    table = real("titanic", ["Age", "Fare"])
    marks, clipped = step("mark_missing", ["Age"]), step("clip_numbers", ["mark missing cells", "Fare"], high=0.5)
    more = step("outlier_score", ["mark missing cells"])
    assert run(table, marks, clipped, more, needs=TREES).shape[1] == 4
    alone = run(table, marks, clipped, more, needs=BOOSTING)
    np.testing.assert_array_equal(alone[:, 1], table.frame["Fare"].clip(upper=0.5))
    assert alone.shape[1] == 2


def test_an_order_that_is_no_column_is_refused() -> None:
    table = table_of(readings())
    with pytest.raises(InvalidInput, match="In the order of"):
        compiled(table, step("fill_along", ["level"], order="nowhere"))
    with pytest.raises(InvalidInput, match="cannot be 'machine'"):
        compiled(table, step("fill_along", ["level"], order="machine"))
