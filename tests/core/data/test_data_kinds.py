"""What columns mean, and that their cells are converted alike alone and in a batch."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.kinds import infer_columns, settle_day_first, to_typed
from core.data.read import TextTable
from core.data.schema import ColumnSchema, ParseSettings
from core.errors import InvalidInput
from core.types import ColumnKind, StorageType

PARSE = ParseSettings()
NUMERIC, CATEGORICAL, BOOLEAN = ColumnKind.NUMERIC, ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN
DATETIME, TEXT, IDENTIFIER = ColumnKind.DATETIME, ColumnKind.TEXT, ColumnKind.IDENTIFIER


def table(**columns: list[str]) -> TextTable:
    return TextTable(pd.DataFrame({name: pd.Series(cells, dtype="str") for name, cells in columns.items()}))


def infer(name: str, cells: list[str], parse: ParseSettings = PARSE) -> ColumnSchema:
    return infer_columns(table(**{name: cells}), parse)[0]


SENTENCES = [f"The {word} one came late and left number {n}" for n, word in enumerate(["red", "blue", "old"] * 10)]


@pytest.mark.parametrize(
    ("name", "cells", "kind", "storage"),
    [
        ("x", ["1", "2", "3", "2"], NUMERIC, StorageType.INT),
        ("x", ["1.5", "2", ""], NUMERIC, StorageType.FLOAT),
        ("x", ["1.0", "2.0", "NA"], NUMERIC, StorageType.INT),
        ("x", ["0", "1"] * 20, NUMERIC, StorageType.INT),
        ("x", ["-1e3", "+2", ".5"], NUMERIC, StorageType.FLOAT),
        ("x", [" 1", "2 ", "  "], NUMERIC, StorageType.INT),
        ("x", ["yes", "no", ""], BOOLEAN, StorageType.STRING),
        ("x", ["Y", "N", "Y"], BOOLEAN, StorageType.STRING),
        ("x", ["True", "False", "True"], BOOLEAN, StorageType.STRING),
        ("x", ["true", "False", "TRUE"], BOOLEAN, StorageType.BOOL),
        ("x", ["Yes", "yes", "no"], BOOLEAN, StorageType.BOOL),
        ("x", ["yes", "no", "maybe"], CATEGORICAL, StorageType.STRING),
        ("x", ["t", "t", "t"], CATEGORICAL, StorageType.STRING),
        ("x", ["2024-01-31", "2024-02-01 10:30", ""], DATETIME, StorageType.DATETIME),
        ("x", ["1949-01", "1949-02"], DATETIME, StorageType.DATETIME),
        ("x", ["5 Jan 2020", "January 6, 2020"], DATETIME, StorageType.DATETIME),
        ("sale_date", ["20240131", "20240201"], DATETIME, StorageType.DATETIME),
        ("size", ["20240131", "20240201"], NUMERIC, StorageType.INT),
        ("x", ["2024-13-31", "2024-02-30"], CATEGORICAL, StorageType.STRING),
        ("x", ["10:30", "11:45"], CATEGORICAL, StorageType.STRING),
        ("PassengerId", [str(n) for n in range(5, 40)], IDENTIFIER, StorageType.INT),
        ("x", [str(n) for n in range(1, 40)], IDENTIFIER, StorageType.INT),
        ("year", [str(n) for n in range(1950, 1990)], NUMERIC, StorageType.INT),
        ("x", [str(n * n + 7) for n in range(40)], NUMERIC, StorageType.INT),
        ("x", [f"AB-{n}" for n in range(40)], IDENTIFIER, StorageType.STRING),
        ("store_id", [str(n % 5) for n in range(40)], CATEGORICAL, StorageType.STRING),
        ("paid", [str(n % 5) for n in range(40)], NUMERIC, StorageType.INT),
        ("x", ["00123", "04567", "12345"], CATEGORICAL, StorageType.STRING),
        ("x", ["1234567890123456789", "1234567890123456788"], CATEGORICAL, StorageType.STRING),
        ("note", SENTENCES, TEXT, StorageType.STRING),
        ("cut", ["Very Good", "Ideal", "Fair one"] * 9, CATEGORICAL, StorageType.STRING),
        ("x", ["0", "1", "2", "3+"] * 10, CATEGORICAL, StorageType.STRING),
        ("x", ["", "NA", "?"], CATEGORICAL, StorageType.STRING),
    ],
)
def test_kind_and_storage(name: str, cells: list[str], kind: ColumnKind, storage: StorageType) -> None:
    column = infer(name, cells)
    assert (column.kind, column.storage) == (kind, storage)
    assert column.reason.endswith(".")


def test_numbers_with_a_few_words_are_numbers_and_say_so() -> None:
    column = infer("x", [str(n) for n in range(100, 196)] + ["unknown", "unknown", "  "])
    assert (column.kind, column.missing, column.unique) == (NUMERIC, 3, 96)
    assert "2 cells hold 'unknown'; they count as missing." in column.reason
    assert infer("x", [str(n) for n in range(10)] + ["unknown"]).kind is CATEGORICAL


def test_counts_and_examples_are_of_typed_values() -> None:
    column = infer("x", ["1", "1.0", " 1 ", "2", "", "NA"])
    assert (column.missing, column.unique, column.examples) == (2, 2, ("1", "2"))


def test_marks_and_missing_words_of_the_settings_hold() -> None:
    parse = ParseSettings(decimal=",", thousands=".", missing_words=("-",))
    column = infer("x", ["1.234,5", "2,25", "-"], parse)
    typed, bad = to_typed(pd.Series(["1.234,5", "-", "1,5.0", "7"], dtype="str"), column, parse)
    assert column.storage is StorageType.FLOAT
    np.testing.assert_array_equal(typed, [1234.5, np.nan, np.nan, 7])
    np.testing.assert_array_equal(bad, [False, False, True, False])


def test_the_whole_table_settles_the_order_of_dates() -> None:
    cells = table(day=["01/02/2024"] * 300 + ["25/02/2024"])
    assert settle_day_first(cells, PARSE).day_first
    assert infer_columns(cells, settle_day_first(cells, PARSE))[0].kind is DATETIME
    both = table(a=["25/02/2024"], b=["02/25/2024"])
    assert settle_day_first(both, PARSE).column_day_first == {"a": True}


def test_instants_are_exact() -> None:
    cells = ["2024-02-29T23:59:59.123456", "2024-01-01 01:00+02:00", "03/04/2021 1:05 PM", "1/1/69", "12/31/68", "x"]
    column = ColumnSchema(name="t", storage=StorageType.DATETIME, kind=DATETIME)
    typed, bad = to_typed(pd.Series(cells, dtype="str"), column, PARSE)
    assert typed.dtype == "datetime64[us]"
    assert [str(value) for value in typed[:5]] == [
        "2024-02-29 23:59:59.123456",
        "2023-12-31 23:00:00",
        "2021-03-04 13:05:00",
        "1969-01-01 00:00:00",
        "2068-12-31 00:00:00",
    ]
    assert list(bad) == [False] * 5 + [True]


def test_chosen_kinds_hold_and_unfit_ones_are_refused_together() -> None:
    cells = table(a=["1", "2", "3"], b=["x", "y", "z"], c=["1", "1.0", "0"])
    chosen = infer_columns(cells, PARSE, {"a": CATEGORICAL, "b": TEXT})
    assert [(c.kind, c.storage, c.reason) for c in chosen[:2]] == [
        (CATEGORICAL, StorageType.STRING, "Chosen by you."),
        (TEXT, StorageType.STRING, "Chosen by you."),
    ]
    with pytest.raises(InvalidInput) as error:
        infer_columns(cells, PARSE, {"b": NUMERIC, "a": BOOLEAN, "d": TEXT})
    assert {p.field for p in error.value.problems} == {"kinds.b", "kinds.a", "kinds.d"}
    assert "'x', 'y', 'z'" in str(error.value)


CELLS = st.lists(
    st.one_of(
        st.sampled_from(["", " ", "NA", "1", "-2.5", "1,5", "1e3", "yes", "No", "TRUE", "0", "2024-01-05", "5/6/2024"]),
        st.text(max_size=12),
        st.floats().map(repr),
        st.dates().map(str),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(cells=CELLS, storage=st.sampled_from(list(StorageType)))
def test_one_cell_is_typed_as_in_a_batch(cells: list[str], storage: StorageType) -> None:
    column = ColumnSchema(name="x", storage=storage, kind=CATEGORICAL)
    series = pd.Series(cells, dtype="str")
    typed, bad = to_typed(series, column, PARSE)
    assert len(typed) == len(bad) == len(cells)
    assert typed[bad].isna().all()
    for place in range(len(cells)):
        alone, alone_bad = to_typed(series.iloc[[place]], column, PARSE)
        pd.testing.assert_series_equal(alone, typed.iloc[[place]])
        assert alone_bad[0] == bad[place]


@settings(max_examples=60, deadline=None)
@given(numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=30))
def test_numbers_come_back_to_the_last_bit(numbers: list[float]) -> None:
    column = ColumnSchema(name="x", storage=StorageType.FLOAT, kind=NUMERIC)
    typed, bad = to_typed(pd.Series([repr(n) for n in numbers], dtype="str"), column, PARSE)
    assert not bad.any()
    np.testing.assert_array_equal(typed.to_numpy(), numbers)
