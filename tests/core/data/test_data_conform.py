"""New rows in a model's types, and what is said about them."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from core.data.conform import conform
from core.data.profile import profile
from core.data.read import TextTable
from core.data.schema import ColumnSchema, ParseSettings
from core.errors import LatheError
from core.types import ColumnKind, StorageType

COLUMNS = (
    ColumnSchema(name="Age", storage=StorageType.INT, kind=ColumnKind.NUMERIC),
    ColumnSchema(name="Town", storage=StorageType.STRING, kind=ColumnKind.CATEGORICAL),
    ColumnSchema(name="Member", storage=StorageType.BOOL, kind=ColumnKind.BOOLEAN),
    ColumnSchema(name="Since", storage=StorageType.DATETIME, kind=ColumnKind.DATETIME),
)
EXPECTED = pd.DataFrame(
    {
        "Age": [31.0, np.nan],
        "Town": pd.Series(["Rome", None], dtype=object),
        "Member": pd.Series(["true", None], dtype=object),
        "Since": pd.Series(["2024-03-01", None], dtype="datetime64[us]"),
    }
)


def texts(**columns: list[str]) -> TextTable:
    return TextTable(pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in columns.items()}))


def test_text_in_any_order_with_extra_columns_is_typed() -> None:
    table = texts(
        Since=["01/03/2024", ""], extra=["1", "2"], Town=[" Rome", "NA"], Member=["Yes", "?"], Age=["31", " "]
    )
    found = conform(table, COLUMNS, ParseSettings(day_first=True))
    pd.testing.assert_frame_equal(found.frame, EXPECTED)
    assert found.report.rows == 2
    assert found.report.extra_columns == ("extra",)
    assert found.report.unreadable == ()


@pytest.mark.parametrize(
    "frame",
    [
        EXPECTED,
        pd.DataFrame(
            {"Age": [31, None], "Town": ["Rome", None], "Member": [True, None], "Since": ["2024-03-01", None]}
        ),
        pd.DataFrame(
            {
                "Age": pd.array([31, None], dtype="Int64"),
                "Town": pd.Categorical(["Rome", None]),
                "Member": pd.array([True, None], dtype="boolean"),
                "Since": pd.to_datetime(["2024-03-01 02:00+02:00", None]),
            }
        ),
        pd.DataFrame(
            {
                "Age": pd.Series(["31", None], dtype=object),
                "Town": pd.Series([" Rome ", "NA"], dtype=object),
                "Member": pd.Series([1, None], dtype=object),
                "Since": pd.Series([datetime.datetime(2024, 3, 1), pd.NaT], dtype=object),
            }
        ),
    ],
    ids=["canonical", "plain", "nullable", "objects"],
)
def test_frames_of_any_type_come_out_alike(frame: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(conform(frame, COLUMNS, ParseSettings()).frame, EXPECTED)


def test_python_numbers_are_not_read_with_the_marks_of_text() -> None:
    parse = ParseSettings(decimal=",", thousands=".")
    frame = pd.DataFrame({"Age": pd.Series([1.5, "2,5", 3], dtype=object)})
    assert list(conform(frame, COLUMNS[:1], parse).frame["Age"]) == [1.5, 2.5, 3.0]


def test_whole_number_labels_given_as_floats_keep_their_label() -> None:
    columns = (ColumnSchema(name="code", storage=StorageType.STRING, kind=ColumnKind.CATEGORICAL),)
    frame = pd.DataFrame({"code": [1.0, np.nan, 3.0]})
    assert list(conform(frame, columns, ParseSettings()).frame["code"]) == ["1", None, "3"]


def test_missing_columns_are_all_named_with_near_matches() -> None:
    with pytest.raises(LatheError) as error:
        conform(texts(age=["1"], Tovn=["x"], Since=["2024-01-01"]), COLUMNS, ParseSettings())
    assert "'Age', 'Town', 'Member'" in error.value.message
    assert "'age' may be 'Age'" in error.value.hint


def test_unreadable_cells_are_named_and_taken_as_missing() -> None:
    ages = ["1", "two", "", "3", "IV", "5", "six", "7", "8", "9", "x", "y", "z"]
    found = conform(texts(Age=ages), COLUMNS[:1], ParseSettings())
    cells = found.report.unreadable[0]
    assert (cells.column, cells.count) == ("Age", 6)
    assert cells.rows == (2, 5, 7, 11, 12)
    assert cells.examples == ("two", "IV", "six", "x", "y")
    assert np.isnan(found.frame["Age"]).sum() == 7
    assert "'two' in row 2" in found.report.notes[0]


def test_infinite_numbers_of_a_frame_count_as_unreadable() -> None:
    found = conform(pd.DataFrame({"Age": [1.0, np.inf]}), COLUMNS[:1], ParseSettings())
    assert found.report.unreadable[0].rows == (2,)
    assert np.isnan(found.frame["Age"][1])


def test_no_rows_give_no_rows() -> None:
    frame = EXPECTED.iloc[:0]
    pd.testing.assert_frame_equal(conform(frame, COLUMNS, ParseSettings()).frame, frame)


def test_a_profile_counts_and_bins_every_cell() -> None:
    frame = pd.DataFrame(
        {
            "n": [0.0, -1.5, 2.5, 2.5, np.nan, 10.0],
            "few": [1.0, 1, 2, 3, 3, 3],
            "c": pd.Series(["x", "y", "x", None, "x", "z"], dtype=object),
            "t": pd.Series(["ab", "abcd", "b", None, "c", "d"], dtype=object),
            "d": pd.Series(
                ["2024-01-01", "2024-01-03", None, "2024-01-02", "2024-01-11", None], dtype="datetime64[us]"
            ),
            "gone": pd.Series([None] * 6, dtype=object),
        }
    )
    storage = [StorageType.FLOAT, StorageType.INT, *[StorageType.STRING] * 2, StorageType.DATETIME, StorageType.STRING]
    kinds = [ColumnKind.NUMERIC, ColumnKind.NUMERIC, ColumnKind.CATEGORICAL, ColumnKind.TEXT, ColumnKind.DATETIME,
             ColumnKind.CATEGORICAL]  # fmt: skip
    columns = [ColumnSchema(name=n, storage=s, kind=k) for n, s, k in zip(frame, storage, kinds, strict=True)]
    found = profile(frame, columns)
    n, few, c, t, d, gone = found.columns
    assert (n.missing, n.unique, n.minimum, n.median, n.maximum) == (1, 4, -1.5, 2.5, 10.0)
    assert (n.mean, n.zeros, n.negatives) == (pytest.approx(2.7), 1, 1)
    assert n.std == pytest.approx(frame["n"].std())
    assert [b.count for b in few.histogram] == [2, 1, 3]
    assert [(v.value, v.count) for v in c.top] == [("x", 3), ("y", 1), ("z", 1)]
    assert (t.mean_length, t.max_length) == (pytest.approx(9 / 5), 4)
    assert (d.first, d.last) == ("2024-01-01", "2024-01-11")
    assert (gone.unique, gone.missing_share, gone.histogram) == (0, 1.0, ())
    for column in (n, few, t, d):
        assert sum(bar.count for bar in column.histogram) == 6 - column.missing
        assert len(column.histogram) <= 20
    assert found.model_validate_json(found.model_dump_json()) == found


def test_odd_cells_are_named_by_their_row_in_the_file_also_below_rows_left_out() -> None:
    table = TextTable(texts(Age=["1", "old", "3", "young"]).frame, left_out=(0, 2, 4))
    found = conform(table, COLUMNS[:1], ParseSettings())
    assert found.report.unreadable[0].rows == (4, 7)
