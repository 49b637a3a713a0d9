"""Every figure of a profile against numpy, pandas and scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.profile import QUANTILES, ColumnProfile, profile
from core.data.profile_numbers import describe_dates, describe_numbers, entropy_bits
from core.data.schema import ColumnSchema
from core.types import ColumnKind, StorageType

WIDE = st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 3))
FEW = st.integers(-3, 3).map(float)


def numbers(values: list[float] | np.ndarray) -> ColumnProfile:
    facts = describe_numbers(np.array(values, dtype=np.float64))
    return ColumnProfile(name="n", kind=ColumnKind.NUMERIC, missing=0, missing_share=0, **facts)


def one(values: list[object], storage: StorageType, kind: ColumnKind) -> ColumnProfile:
    dtype = {StorageType.DATETIME: "datetime64[us]", StorageType.FLOAT: "float64"}.get(storage, object)
    frame = pd.DataFrame({"c": pd.Series(values, dtype=dtype)})
    [found] = profile(frame, [ColumnSchema(name="c", storage=storage, kind=kind)]).columns
    return found


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.lists(WIDE, min_size=4, max_size=80), st.lists(FEW, min_size=4, max_size=80)))
def test_figures_of_numbers_are_those_of_pandas_and_scipy(values: list[float]) -> None:
    found, series = numbers(values), pd.Series(values)
    scale = max(series.abs().max(), 1e-9)
    assert found.unique == series.nunique()
    assert found.mean == pytest.approx(series.mean(), abs=1e-9 * scale)
    assert found.median == pytest.approx(series.median(), abs=1e-9 * scale)
    assert found.std == pytest.approx(series.std(), abs=1e-7 * scale)
    assert found.variance == pytest.approx(series.var(), abs=1e-7 * scale**2)
    assert (found.minimum, found.maximum) == (series.min(), series.max())
    assert found.quantiles == pytest.approx(np.quantile(series, QUANTILES), abs=1e-9 * scale)
    assert found.zeros == (series == 0).sum()
    assert found.negatives == (series < 0).sum()
    assert found.entropy == pytest.approx(scipy.stats.entropy(series.value_counts(), base=2), abs=1e-9)
    assert sum(bar.count for bar in found.histogram) == len(values)
    if series.nunique() < len(series):
        assert float(found.mode) == pytest.approx(series.mode()[0], rel=1e-5)
        assert found.mode_count == series.value_counts().iloc[0]


@settings(max_examples=60, deadline=None)
@given(st.lists(WIDE, min_size=5, max_size=60, unique=True))
def test_shape_and_interval_of_the_mean_are_those_of_scipy(values: list[float]) -> None:
    found, series = numbers(values), pd.Series(values)
    assert found.skew == pytest.approx(scipy.stats.skew(values, bias=False), abs=1e-6)
    assert found.kurtosis == pytest.approx(scipy.stats.kurtosis(values, bias=False), rel=1e-6, abs=1e-6)
    low, high = scipy.stats.t.interval(0.95, len(values) - 1, series.mean(), scipy.stats.sem(values))
    assert (found.mean_low, found.mean_high) == pytest.approx((low, high), rel=1e-9, abs=1e-9 * series.std())


def test_the_bars_of_a_histogram_hold_their_lower_end() -> None:
    found = numbers(np.arange(1000.0) / 7)
    for bar in found.histogram[:-1]:
        values = np.arange(1000.0) / 7
        assert bar.count == ((values >= bar.low) & (values < bar.high)).sum()
    assert found.histogram[-1].high == pytest.approx(999 / 7)


def test_whole_numbers_get_bars_of_whole_width() -> None:
    widths = {bar.high - bar.low for bar in numbers(np.repeat(np.arange(53.0), 3)).histogram}
    assert len(widths) == 1
    assert widths.pop().is_integer()


def test_large_and_infinite_numbers_stay_figures() -> None:
    found = numbers([1e300, -1e300, 5e299, 1.0, np.inf])
    assert (found.infinite, found.minimum, found.maximum) == (1, -1e300, 1e300)
    assert found.std == pytest.approx(np.std(np.array([1, -1, 0.5, 1e-300]), ddof=1) * 1e300)
    assert found.variance is None
    tiny = numbers([1e-310, 2e-310, 3e-310])
    assert tiny.median == pytest.approx(2e-310)


def test_one_value_and_none_at_all_have_the_figures_they_can_have() -> None:
    single = numbers([4.0])
    assert (single.mean, single.median, single.std, single.mode, single.mean_low) == (4, 4, 0, "4", None)
    assert (single.skew, single.entropy) == (None, 0)
    same = numbers([0.1] * 7)
    assert (same.mean, same.std, same.skew, same.unique) == (0.1, 0, None, 1)
    empty = one([None, None], StorageType.FLOAT, ColumnKind.NUMERIC)
    assert (empty.missing, empty.missing_share, empty.unique, empty.mean) == (2, 1.0, 0, None)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "Ä", "a b", "<i>", "'", "x" * 200])), max_size=40))
def test_figures_of_words_are_those_of_pandas(values: list[str | None]) -> None:
    found, series = one(list(values), StorageType.STRING, ColumnKind.CATEGORICAL), pd.Series(values, dtype=object)
    counts = series.value_counts()
    assert (found.missing, found.unique) == (series.isna().sum(), series.nunique())
    if len(counts):
        assert found.entropy == pytest.approx(scipy.stats.entropy(counts, base=2), abs=1e-9)
        assert found.mean_length == pytest.approx(series.dropna().str.len().mean())
        assert (found.min_length, found.max_length) == (series.str.len().min(), series.str.len().max())
    if found.mode:
        assert found.mode_count == counts.iloc[0]
    if len(counts) < series.notna().sum():
        assert [v.count for v in found.top] == counts.iloc[:10].tolist()


def test_dates_are_counted_by_the_period_that_suits_them() -> None:
    days = pd.date_range("2020-01-15", "2022-03-01", freq="D").to_numpy(dtype="datetime64[us]")
    facts = describe_dates(days)
    assert facts["period"] == "month"
    counted = pd.Series(days).dt.to_period("M").value_counts().sort_index()
    assert [(v.value, v.count) for v in facts["periods"]] == [(str(p), int(n)) for p, n in counted.items()]
    assert describe_dates(days[:10])["period"] == "day"
    hours = np.datetime64("2024-05-01T00:30", "us") + np.arange(30) * np.timedelta64(1, "h")
    assert [v.value for v in describe_dates(hours)["periods"]][:2] == ["2024-05-01 00:00", "2024-05-01 01:00"]
    weeks = describe_dates(np.datetime64("2024-01-03", "us") + np.arange(200) * np.timedelta64(1, "D"))
    assert (weeks["period"], weeks["periods"][0].value) == ("week", "2024-01-01")
    assert [v.count for v in weeks["periods"]][:2] == [5, 7]
    far = describe_dates(np.array(["1066-10-14", "2024-01-01"], dtype="datetime64[us]"))
    assert sum(v.count for v in far["periods"]) == 2


def test_frequent_terms_count_the_cells_they_stand_in() -> None:
    texts = ["The cat saw the cat", "a cat and Über-dog", "dog", None, "über alles"]
    found = one(list(texts), StorageType.STRING, ColumnKind.TEXT)
    assert {term.value: term.count for term in found.terms} == {"cat": 2, "dog": 2, "über": 2, "saw": 1, "alles": 1}
    assert sum(bar.count for bar in found.histogram) == 4
    assert found.sampled == {}


def test_repeated_rows_are_counted() -> None:
    frame = pd.DataFrame(
        {"a": [1.0, 1.0, np.nan, np.nan, 2.0], "b": pd.Series(["x", "x", None, None, None], dtype=object)}
    )
    columns = [
        ColumnSchema(name="a", storage=StorageType.FLOAT, kind=ColumnKind.NUMERIC),
        ColumnSchema(name="b", storage=StorageType.STRING, kind=ColumnKind.CATEGORICAL),
    ]
    assert profile(frame, columns).duplicate_rows == 2


def test_entropy_of_equal_shares_is_the_logarithm_of_their_number() -> None:
    assert entropy_bits(np.array([5, 5, 5, 5])) == pytest.approx(2)
    assert entropy_bits(np.array([9])) == 0
