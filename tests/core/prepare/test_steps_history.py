"""Earlier values and windows: learned from training rows, looked up for any row, against pandas by hand."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from core.errors import InvalidInput
from core.prepare.plan import StepChoice
from core.prepare.steps.history import STEPS, lags_of
from core.prepare.transformers.history import GroupHistory, Spans, group_texts, time_numbers
from core.prepare.transformers.windows import STATISTICS, EarlierValues, EarlierWindows, range_statistics
from core.types import ColumnKind
from tests.core.prepare.on_real import DATA, table_of
from tests.core.prepare.prepared import make
from tests.core.prepare.tables import Table, describe

ALL = dict.fromkeys(STATISTICS, True)


def sales(rows: int = 300, seed: int = 0) -> Table:
    """Return shops' sales, one row a day and shop at most, in no order."""
    rng = np.random.default_rng(seed)
    days = pd.date_range("2024-01-01", periods=rows, freq="9h").to_numpy().astype("datetime64[us]")
    frame = pd.DataFrame(
        {
            "sold": rng.normal(100, 20, rows),
            "day": rng.permutation(days),
            "shop": pd.Series(rng.choice(["a", "b", "c"], rows), dtype=object),
            "place": rng.permutation(rows).astype(float),
        }
    )
    kinds = {
        "sold": ColumnKind.NUMERIC,
        "day": ColumnKind.DATETIME,
        "shop": ColumnKind.CATEGORICAL,
        "place": ColumnKind.NUMERIC,
    }
    return describe(frame, kinds)


def on_sold(step: str, **params: object) -> StepChoice:
    return StepChoice(step=step, columns=("sold",), params={"time": "day", **params})


@pytest.mark.parametrize("time", ["day", "place"])
@pytest.mark.parametrize("group", ["shop", ""])
def test_lags_equal_pandas_shift(time: str, group: str) -> None:
    table = sales()
    made = make(table, on_sold("lags", time=time, group=group, lags="1, 3", change=True, since=True))
    frame = table.frame.assign(all="")
    ordered = frame.sort_values(time).groupby(group or "all")
    for lag in (1, 3):
        by_hand = ordered["sold"].shift(lag).reindex(frame.index)
        np.testing.assert_array_equal(made.column(f"sold lag {lag}"), by_hand)
    np.testing.assert_array_equal(made.column("sold change"), ordered["sold"].diff().reindex(frame.index))
    since = ordered[time].diff().reindex(frame.index)
    days = since.dt.total_seconds() / 86_400 if time == "day" else since
    np.testing.assert_allclose(made.column("sold time since last"), days)


@pytest.mark.parametrize(
    ("params", "window"),
    [
        ({"window": "rows", "rows": 4}, 4),
        ({"window": "time", "reach": 3.0}, "3D"),
        ({"window": "all"}, 10_000),
    ],
)
@pytest.mark.parametrize("group", ["shop", ""])
def test_windows_equal_pandas_rolling(params: dict, window: int | str, group: str) -> None:
    table = sales()
    made = make(table, on_sold("rolling_windows", group=group, **params, **ALL))
    ordered = table.frame.assign(all="", row=range(300)).sort_values("day").set_index("day")
    rolled = ordered.groupby(group or "all")[["sold"]].rolling(window, min_periods=1, closed="left")
    rows = ordered.groupby(group or "all")["row"].rolling(1).max().astype(int).to_numpy()
    for place, name in enumerate(STATISTICS):
        by_hand = np.empty(300)
        by_hand[rows] = rolled.agg(name)["sold"].to_numpy()
        by_hand = np.nan_to_num(by_hand) if name == "count" else by_hand
        np.testing.assert_allclose(made.matrix[:, place - len(STATISTICS)], by_hand, rtol=1e-9, err_msg=name)


def test_rows_to_predict_see_the_training_rows_only() -> None:
    train = sales()
    frame = train.frame.sort_values("day").reset_index(drop=True)
    table = Table(frame.iloc[:200], train.columns)
    made = make(table, on_sold("lags", group="shop"))
    later = frame.iloc[200:]
    last = frame.iloc[:200].groupby("shop")["sold"].last()
    found = made.column("sold lag 1", later)
    np.testing.assert_array_equal(found, later["shop"].map(last))
    np.testing.assert_array_equal(made.column("sold lag 1", later.assign(sold=1e9)), found)
    assert np.isnan(made.column("sold lag 1", later.assign(shop="never seen"))).all()


def test_a_rows_own_value_and_those_of_the_same_moment_and_later_never_count() -> None:
    table = sales()
    steps = (on_sold("lags", lags="1 2"), on_sold("rolling_windows", window="all", **ALL))
    before = make(table, *steps)
    made_new = slice(before.names.index("sold lag 1"), None)
    row = int(table.frame["day"].argsort().iloc[150])
    day = table.frame["day"].iloc[row]
    changed = table.frame.assign(sold=table.frame["sold"].where(table.frame["day"] < day, -1e6))
    after = make(Table(changed, table.columns), *steps)
    np.testing.assert_array_equal(after.matrix[row, made_new], before.matrix[row, made_new])
    twin = table.frame.assign(day=table.frame["day"].where(table.frame["day"] != day, table.frame["day"].min()))
    assert np.isnan(make(Table(twin, table.columns), *steps).column("sold lag 1")[row])


def test_learning_rows_get_what_they_would_get_later() -> None:
    table = sales()
    made = make(table, on_sold("lags", group="shop", change=True), on_sold("rolling_windows", **ALL))
    np.testing.assert_array_equal(made.of(table.frame), made.matrix)


def test_missing_values_times_and_groups() -> None:
    frame = pd.DataFrame(
        {
            "v": [1.0, np.nan, 3.0, 4.0, 5.0],
            "t": [1.0, 2.0, 3.0, np.nan, 5.0],
            "g": pd.Series([None, None, None, None, "x"], dtype=object),
        }
    )
    table = table_of(frame)
    lag = StepChoice(step="lags", columns=("v",), params={"time": "t", "group": "g"})
    count = StepChoice(step="rolling_windows", columns=("v",), params={"time": "t", "group": "g", "count": True})
    made = make(table, lag, count)
    # A missing value is no value, a row without a time is nowhere, and no group is a group.
    np.testing.assert_array_equal(made.column("v lag 1"), [np.nan, 1.0, 1.0, np.nan, np.nan])
    np.testing.assert_array_equal(made.column("v last 3 count"), [0, 1, 1, np.nan, 0])


def test_the_time_may_be_one_of_the_columns_themselves() -> None:
    table = table_of(pd.DataFrame({"v": [1.0, 2.0, 3.0], "t": [3.0, 1.0, 2.0], "g": [1.0, 1.0, 1.0]}))
    step = StepChoice(step="lags", of_kind=(ColumnKind.NUMERIC,), params={"time": "t", "group": "g"})
    made = make(table, step)
    assert made.compiled.outline.used[-1].width == 3
    np.testing.assert_array_equal(made.column("v lag 1"), [3.0, np.nan, 2.0])
    np.testing.assert_array_equal(made.column("t lag 1"), [2.0, np.nan, 1.0])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([0.0, 1.0, -3.5, 1e37, -1e37, 1e-9]), max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=20),
)
def test_range_statistics_equal_numpy_on_every_slice(values: list[float], ranges: list[tuple[int, int]]) -> None:
    cells = np.asarray(values, dtype=np.float64)
    edges = np.minimum(np.sort(np.asarray(ranges), axis=1), len(cells))
    spans = Spans(edges[:, 0], edges[:, 1], np.ones(len(edges), dtype=bool))
    found = range_statistics(cells, spans, STATISTICS)
    for place, (start, stop) in enumerate(edges):
        part = cells[start:stop]
        assert found["count"][place] == len(part)
        if len(part):
            size = np.abs(part).max()
            assert found["min"][place] == part.min()
            assert found["max"][place] == part.max()
            np.testing.assert_allclose(found["sum"][place], part.sum(), rtol=1e-12, atol=1e-12 * size)
            np.testing.assert_allclose(found["mean"][place], part.mean(), rtol=1e-12, atol=1e-12 * size)
        else:
            assert np.isnan([found[name][place] for name in STATISTICS if name != "count"]).all()
        if len(part) > 1:
            np.testing.assert_allclose(found["std"][place], part.std(ddof=1), rtol=1e-9, atol=1e-9 * size)


def test_a_small_window_after_a_huge_value_loses_nothing() -> None:
    cells = np.array([1e37, 1.0, 2.0, 3.0, 4.0])
    spans = Spans(np.array([1]), np.array([5]), np.array([True]))
    found = range_statistics(cells, spans, ("sum", "std"))
    assert found["sum"][0] == 10.0
    assert found["std"][0] == pytest.approx(np.std([1, 2, 3, 4], ddof=1))


def test_history_answers_forward_backward_and_now() -> None:
    groups = np.array(["a", "a", "b", "a"], dtype=object)
    history = GroupHistory().fit(groups, np.array([1.0, 3.0, 1.0, 2.0]), np.array([10.0, 30.0, 99.0, np.nan]))
    asked, times = np.array(["a", "a", "b", "z"], dtype=object), np.array([2.0, 3.0, 9.0, 9.0])
    np.testing.assert_array_equal(history.from_end(history.before(asked, times)), [10, 10, 99, np.nan])
    np.testing.assert_array_equal(history.from_start(history.after(asked, times)), [30, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(history.from_end(history.now(asked, times)), [np.nan, 30, np.nan, np.nan])
    np.testing.assert_array_equal(history.times_from_end(history.before(asked, times)), [1, 1, 1, np.nan])
    empty = GroupHistory().fit(None, np.array([np.nan]), np.array([1.0]))
    assert np.isnan(empty.from_end(empty.before(None, np.array([1.0])))).all()
    assert np.isnan(empty.from_start(empty.after(None, np.array([1.0])))).all()


def test_groups_and_times_of_any_column() -> None:
    assert group_texts(pd.Series([1.0, np.nan, 2.5])).tolist() == ["1", "", "2.5"]
    assert group_texts(pd.Series([" x ", None, ""], dtype=object)).tolist() == ["x", "", ""]
    stamps = pd.to_datetime(pd.Series(["1970-01-01 00:00:01", None])).astype("datetime64[us]")
    np.testing.assert_array_equal(time_numbers(stamps), [1e6, np.nan])


@pytest.mark.parametrize("text", ["", "0", "1, x", "1.5", "-1", "99999", ",", " ".join(map(str, range(1, 60)))])
def test_lags_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        make(sales(20), on_sold("lags", lags=text))


def test_lags_are_read_each_once() -> None:
    assert lags_of({"lags": "3, 1 3,7"}) == [3, 1, 7]


def test_a_time_must_be_chosen() -> None:
    for spec in STEPS:
        with pytest.raises(InvalidInput, match="time must be chosen"):
            make(sales(20), StepChoice(step=spec.key, columns=("sold",)))


def test_a_column_that_is_gone_gives_missing_values_rather_than_an_error() -> None:
    frame = pd.DataFrame({"v": [1.0, 2.0]})
    assert np.isnan(EarlierValues(time="gone", group="gone").fit_transform(frame)).all()
    assert np.isnan(EarlierWindows(time="gone").fit_transform(frame)).all()


def test_a_real_series_is_told_best_by_its_last_value() -> None:
    if not (DATA / "other" / "co2.csv").exists():
        pytest.skip("co2 is not there")
    frame = pd.read_csv(DATA / "other" / "co2.csv", parse_dates=["Date"])
    table = table_of(frame)
    lags = StepChoice(step="lags", columns=("CO2",), params={"time": "Date", "lags": "1, 12"})
    mean = StepChoice(step="rolling_windows", columns=("CO2",), params={"time": "Date", "rows": 12})
    made = make(table, lags, mean)
    known = frame["CO2"].dropna()
    by_hand = known.shift(1).reindex(frame.index)
    seen = frame["CO2"].notna()
    np.testing.assert_array_equal(made.column("CO2 lag 1")[seen], by_hand[seen])
    rolled = known.rolling(12, min_periods=1, closed="left").mean()
    np.testing.assert_allclose(made.column("CO2 last 12 mean")[seen], rolled)
