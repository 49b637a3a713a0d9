"""Our own transformers: they keep scikit-learn's rules and take any table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from core.errors import LatheError
from core.prepare.transformers.categories import MISSING_LEVEL, Categories, level_name
from core.prepare.transformers.dates import DateParts
from core.prepare.transformers.matrix import finite, unique_names
from core.prepare.transformers.numbers import MissingMarks
from core.prepare.transformers.raw import RawColumns
from core.prepare.transformers.text import TextWords
from tests.core.prepare.library_checks import check_library_rules


# They read tables of dates, text or mixed cells, which scikit-learn's checks cannot make: they declare
# `two_d_array=False`, and what remains of the checks (construction, cloning, tags) is run here.
@pytest.mark.parametrize("estimator", [RawColumns(), Categories(), DateParts(), TextWords(), MissingMarks()], ids=str)
def test_table_transformers_keep_the_rules_that_apply(estimator) -> None:
    check_library_rules(estimator)


def test_raw_columns_gives_declared_dtypes_whatever_comes() -> None:
    canonical = pd.DataFrame(
        {
            "n": [1.0, np.nan, 3.0],
            "s": pd.Series(["7", None, "x"], dtype=object),
            "b": pd.Series(["true", None, "false"], dtype=object),
            "d": pd.to_datetime(["2024-01-01", None, "2024-03-01 12:00"], format="ISO8601").astype("datetime64[us]"),
        }
    )
    raw = RawColumns(names=["n", "s", "b", "d"], storages=["int", "string", "bool", "datetime"]).fit(canonical)
    variants = [
        canonical,
        canonical[["d", "b", "s", "n"]].assign(extra=1),
        canonical.assign(n=pd.array([1, None, 3], dtype="Int64")),
        canonical.assign(n=pd.Series(["1", None, "3.0"], dtype="str")),
        canonical.assign(s=pd.Series([7, None, "x"], dtype=object)),
        canonical.assign(s=pd.Series([7.0, np.nan, "x"], dtype=object)),
        canonical.assign(s=canonical["s"].astype("str")),
        canonical.assign(s=canonical["s"].astype("category")),
        canonical.assign(b=pd.array([True, None, False], dtype="boolean")),
        canonical.assign(b=pd.Series([1.0, np.nan, 0.0])),
        canonical.assign(b=pd.Series(["True", None, " FALSE "], dtype=object)),
        canonical.assign(d=pd.Series(["2024-01-01", None, "2024-03-01T12:00"], dtype=object)),
        canonical.assign(d=canonical["d"].dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo")),
        canonical.assign(d=canonical["d"].astype("datetime64[ns]")),
    ]
    for variant in variants:
        pd.testing.assert_frame_equal(raw.transform(variant), canonical, check_column_type=False)
        for place in range(3):
            one = raw.transform(variant.iloc[[place]])
            pd.testing.assert_frame_equal(one, canonical.iloc[[place]], check_column_type=False)


def test_raw_columns_reads_numbers_that_no_model_can_hold() -> None:
    raw = RawColumns(names=["n"], storages=["float"])
    out = raw.fit_transform(pd.DataFrame({"n": [np.inf, -np.inf, 1e300, -1e300]}))["n"].to_numpy()
    assert np.isnan(out[:2]).all()
    assert np.isfinite(out[2:].astype(np.float32)).all()


def test_raw_columns_names_every_missing_column() -> None:
    raw = RawColumns(names=["a", "b", "c"], storages=["float"] * 3).fit(
        pd.DataFrame({"a": [1.0], "b": [1.0], "c": [1.0]})
    )
    with pytest.raises(LatheError, match="'a', 'c'"):
        raw.transform(pd.DataFrame({"b": [1.0]}))
    with pytest.raises(LatheError, match="ndarray"):
        raw.transform(np.ones((1, 3)))


@pytest.mark.parametrize(("fill", "expected"), [("keep", "nan"), ("level", MISSING_LEVEL), ("most_frequent", "3")])
def test_categories_are_tidied_and_filled(fill: str, expected: str) -> None:
    cells = pd.DataFrame({"c": pd.Series([3.0, " 3", "x ", None, "", np.nan, True], dtype=object)})
    out = [str(cell) for cell in Categories(fill=fill).fit_transform(cells)[:, 0]]
    assert out == ["3", "3", "x", expected, expected, expected, "true"]


def test_most_frequent_of_an_empty_column_is_the_missing_level() -> None:
    empty = pd.DataFrame({"c": pd.Series([None, None], dtype=object)})
    assert Categories(fill="most_frequent").fit_transform(empty)[:, 0].tolist() == [MISSING_LEVEL] * 2


def test_date_parts_are_the_calendar_s() -> None:
    dates = pd.DataFrame({"d": pd.to_datetime(["2024-02-29 06:00", "2024-03-01 18:00", None], format="ISO8601")})
    parts = DateParts(parts=["year", "month", "day", "weekday", "hour", "day of year", "days"]).fit(dates)
    out = parts.transform(dates)
    assert out[:2].tolist() == [[2024, 2, 29, 3, 6, 60, 0], [2024, 3, 1, 4, 18, 61, 1.5]]
    assert np.isnan(out[2]).all()
    assert parts.get_feature_names_out().tolist()[:2] == ["d year", "d month"]


def test_hour_is_left_out_where_it_never_varies() -> None:
    days = pd.DataFrame({"d": pd.to_datetime(["2024-01-01", "2024-01-02"])})
    assert DateParts(parts=["hour", "day"]).fit(days).get_feature_names_out().tolist() == ["d day"]
    assert DateParts(parts=["hour"]).fit_transform(days).tolist() == [[0.0], [1.0]]


def test_text_without_a_word_gives_zeros() -> None:
    silent = pd.DataFrame({"t": pd.Series([None, "!", ""], dtype=object)})
    words = TextWords(max_words=10).fit(silent)
    assert words.transform(silent).toarray().tolist() == [[0.0]] * 3
    assert len(words.get_feature_names_out()) == 1


def test_text_keeps_at_most_the_asked_words() -> None:
    texts = pd.DataFrame({"t": pd.Series(["red green blue", "red green", "red", None], dtype=object)})
    words = TextWords(max_words=2).fit(texts)
    assert words.get_feature_names_out().tolist() == ["t: green", "t: red"]
    assert words.transform(texts).shape == (4, 2)


def test_repeated_names_are_made_unique() -> None:
    assert unique_names(["a", "a", "a (2)", "b"]).tolist() == ["a", "a (2)", "a (2) (2)", "b"]
    assert level_name("Sex", "infrequent_sklearn") == "Sex = (rare)"


@pytest.mark.parametrize("estimator", [RawColumns(names=("a",), storages=("int",)), DateParts(parts=("day",))])
def test_clones_have_the_same_parameters(estimator) -> None:
    assert clone(estimator).get_params() == estimator.get_params()


def test_the_matrix_holds_nothing_that_single_precision_cannot() -> None:
    values = np.array([[1.0, np.inf, -1e300, np.nan]])
    kept = finite(values, keep_missing=True)
    assert np.isnan(kept[0, 3])
    assert np.isfinite(kept[0, :3].astype(np.float32)).all()
    assert finite(values, keep_missing=False)[0, 3] == 0.0
