"""Outliers: each step gives what a person would write by hand with pandas or scikit-learn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import IsolationForest

from core.prepare.transformers.forest import Forest, ForestScore
from core.prepare.transformers.outliers import CapOutliers
from tests.core.prepare.on_real import compiled, real, run, run_rows, step, table_of

COLUMNS = ["Fare", "SibSp", "Age"]


def passengers() -> pd.DataFrame:
    return real("titanic", COLUMNS).frame


def fences(frame: pd.DataFrame, method: str) -> tuple[pd.Series, pd.Series]:
    """Write the fences by hand, in pandas."""
    if method == "iqr":
        low, high = frame.quantile(0.25), frame.quantile(0.75)
        return low - 1.5 * (high - low), high + 1.5 * (high - low)
    if method == "zscore":
        return frame.mean() - 3 * frame.std(ddof=0), frame.mean() + 3 * frame.std(ddof=0)
    if method == "mad":
        width = 3 * 1.4826022185056018 * (frame - frame.median()).abs().median()
        width = width.where(width > 0, np.inf)
        return frame.median() - width, frame.median() + width
    return frame.quantile(0.01), frame.quantile(0.99)


@pytest.mark.parametrize("method", ["iqr", "zscore", "mad", "quantile"])
def test_outliers_are_capped_blanked_flagged_and_left_out_at_the_same_fences(method: str) -> None:
    frame = passengers()
    table, (low, high) = table_of(frame), fences(frame, method)
    outside = (frame < low) | (frame > high)
    assert outside.to_numpy().any()
    np.testing.assert_allclose(
        run(table, step("cap_outliers", COLUMNS, method=method)), frame.clip(low, high, axis=1), rtol=1e-12
    )
    np.testing.assert_array_equal(run(table, step("blank_outliers", COLUMNS, method=method)), frame.mask(outside))
    flagged = run(table, step("flag_outliers", COLUMNS, method=method))
    np.testing.assert_array_equal(flagged[:, 3:], outside.astype(float))
    counted = run(table, step("flag_outliers", COLUMNS, method=method, together=True))
    np.testing.assert_array_equal(counted[:, 3], outside.sum(axis=1))
    prepared = run_rows(table, step("remove_outliers", COLUMNS, method=method))
    np.testing.assert_array_equal(prepared.rows, np.flatnonzero(~outside.any(axis=1)))
    two = run_rows(table, step("remove_outliers", COLUMNS, method=method, columns_outside=2))
    np.testing.assert_array_equal(two.rows, np.flatnonzero(outside.sum(axis=1) < 2))


def test_five_percent_of_0_to_100_are_capped_at_5_and_95() -> None:
    table = table_of(pd.DataFrame({"x": np.arange(101.0)}))
    out = run(table, step("cap_outliers", ["x"], method="quantile", tail_percent=5.0))
    assert (out.min(), out.max()) == (5.0, 95.0)


@pytest.mark.parametrize(("sides", "low", "high"), [("low", 5.0, 100.0), ("high", 0.0, 95.0)])
def test_one_side_can_be_left_alone(sides: str, low: float, high: float) -> None:
    out = CapOutliers("quantile", tail=0.05, sides=sides).fit_transform(pd.DataFrame({"x": np.arange(101.0)}))
    assert (out.min(), out.max()) == (low, high)


def test_fences_come_from_the_training_rows_only() -> None:
    frame = passengers()
    plan = compiled(table_of(frame), step("cap_outliers", ["Fare"])).transformer
    alone = plan.fit(frame.iloc[:500]).transform(frame.iloc[500:501])
    wild = frame.iloc[500:].assign(Fare=1e6)
    np.testing.assert_array_equal(plan.transform(pd.concat([frame.iloc[500:501], wild]))[0], alone[0])
    assert plan.transform(wild)[0, 0] < 500


def test_a_column_without_spread_has_no_outliers() -> None:
    frame = pd.DataFrame({"mostly zero": [0.0] * 90 + [1.0] * 10, "constant": [4.0] * 100})
    for method in ("iqr", "mad"):
        np.testing.assert_array_equal(run(table_of(frame), step("cap_outliers", frame.columns, method=method)), frame)


def test_blanked_outliers_are_filled_by_the_next_step() -> None:
    frame = passengers()
    out = run(
        table_of(frame),
        step("blank_outliers", ["Fare"]),
        step("impute_numbers", ["Fare"], method="median", when="always"),
    )
    low, high = fences(frame[["Fare"]], "iqr")
    kept = frame[["Fare"]].where((frame[["Fare"]] >= low) & (frame[["Fare"]] <= high))
    np.testing.assert_array_equal(out[:, 0], kept["Fare"].fillna(kept["Fare"].median()))


def test_the_score_is_that_of_the_librarys_isolation_forest() -> None:
    frame = real("california_housing", ["total_rooms", "population", "median_income", "households"], 3000).frame
    by_hand = IsolationForest(n_estimators=50, max_samples=256, random_state=7).fit(frame.to_numpy())
    forest = Forest(50, seed=7).fit(frame.to_numpy())
    np.testing.assert_allclose(forest.scores(frame.to_numpy()), -by_hand.score_samples(frame.to_numpy()), rtol=1e-12)
    with_gap = ForestScore(50, seed=7).fit(frame)
    gap = frame.iloc[:1].assign(population=np.nan)
    filled = frame.iloc[:1].assign(population=frame["population"].median())
    np.testing.assert_array_equal(with_gap.transform(gap), with_gap.transform(filled))


def test_the_forest_leaves_out_the_asked_share_of_rows_and_scores_stay_for_all() -> None:
    table = real("california_housing", ["total_rooms", "population", "median_income"], 1000)
    prepared = run_rows(table, step("remove_outliers", table.frame.columns, method="forest", share_percent=5.0))
    assert len(prepared.rows) == 950
    scores = Forest(100, seed=0).fit(table.frame.to_numpy()).scores(table.frame.to_numpy())
    left_out = np.setdiff1d(np.arange(1000), prepared.rows)
    assert scores[left_out].min() > scores[prepared.rows].max()
    assert len(run(table, step("remove_outliers", table.frame.columns, method="forest"))) == 1000


def test_rows_of_a_rare_class_are_kept_though_they_are_outliers() -> None:
    frame = pd.DataFrame({"x": [*np.arange(40.0), 1000.0]})
    y = np.asarray(["usual"] * 40 + ["fraud"], dtype=object)
    assert len(run_rows(table_of(frame), step("remove_outliers", ["x"]), y=y).rows) == 41
    assert len(run_rows(table_of(frame), step("remove_outliers", ["x"])).rows) == 40
