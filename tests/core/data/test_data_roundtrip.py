"""Text written by Python's csv comes back cell by cell; Excel and Parquet cells come as plain text."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from core.data.read import read_text
from core.data.schema import ParseSettings
from core.data.sniff import sniff
from core.errors import LatheError

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"

# A file full of control characters is refused as binary.
LETTER = st.characters(exclude_categories=["Cc"], exclude_characters="\ufeff", codec="utf-8")
CELL = st.text(LETTER, max_size=8) | st.sampled_from(['"', ",", "\n", "\r\n", "\r", "a,b", '"x"', " x ", "1", ""])


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(2, 4))
    return draw(st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=8))


@settings(max_examples=80, deadline=None)
@given(rows=tables(), delimiter=st.sampled_from([",", ";", "\t", "|"]), end=st.sampled_from(["\n", "\r\n"]))
def test_written_cells_come_back_exactly(rows: list[list[str]], delimiter: str, end: str) -> None:
    names = [f"c{place}" for place in range(len(rows[0]))]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        # Before Python 3.13 the writer does not quote a carriage return by itself.
        quoting = csv.QUOTE_ALL if any("\r" in cell for row in rows for cell in row) else csv.QUOTE_MINIMAL
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting)
            writer.writerows([names, *rows])
        parse = ParseSettings(delimiter=delimiter)
        table = read_text(path, parse)
        few = read_text(path, parse, rows=len(rows))
    assert list(table.frame.columns) == names
    assert table.frame.to_numpy().tolist() == rows
    assert table.notes == ()
    assert few.frame.equals(table.frame)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data sets are not here")
@pytest.mark.parametrize(
    "name",
    ["titanic", "telco_churn", "ames_housing", "wine_quality", "penguins", "adult", "other/sms_spam", "other/co2"],
)
def test_real_files_lose_no_cell(name: str) -> None:
    path = SHARED / f"{name}.csv"
    parse = sniff(path)
    table = read_text(path, parse)
    # A blank behind each delimiter belongs to the delimiter.
    blank = parse.delimiter == ", "
    expected = pd.read_csv(path, dtype=str, keep_default_na=False, encoding=parse.encoding, skipinitialspace=blank)
    assert table.notes == ()
    pd.testing.assert_frame_equal(table.frame, expected, check_dtype=False)


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data sets are not here")
def test_shopping_baskets_are_read_as_rows_that_differ_in_length() -> None:
    path = SHARED / "other" / "groceries.csv"
    table = read_text(path, sniff(path))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert table.frame.shape == (len(lines), max(line.count(",") for line in lines) + 1)
    assert [",".join(cell for cell in row if cell) for row in table.frame.to_numpy()] == lines
    assert "all are kept" in table.notes[0]


def workbook(path: Path) -> Path:
    book = Workbook()
    book.active.title = "Cover"
    sheet = book.create_sheet("Data")
    for row in (
        ["Sales report"],
        [],
        ["id", "sum", "day", "paid", "note"],
        [1, 2.5, date(2024, 1, 31), True, "a,b"],
        [2, 3.0, datetime(2024, 2, 1, 10, 30), False, None],
        [],
        [3, None, None, True, "x"],
    ):
        sheet.append(row)
    book.save(path)
    return path


def test_a_workbook_is_read_from_its_first_filled_sheet(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx")
    parse = sniff(path)
    assert (parse.format, parse.sheet, parse.skip_lines, parse.header) == ("excel", "Data", 2, True)
    table = read_text(path, parse)
    assert list(table.frame.columns) == ["id", "sum", "day", "paid", "note"]
    assert table.frame.to_numpy().tolist() == [
        ["1", "2.5", "2024-01-31", "true", "a,b"],
        ["2", "3", "2024-02-01 10:30:00", "false", ""],
        ["3", "", "", "true", "x"],
    ]
    assert table.notes == ("1 empty row was left out.",)
    assert read_text(path, parse, rows=1).frame.equals(table.frame.head(1))
    with pytest.raises(LatheError, match="must have the sheet 'None'"):
        read_text(path, parse.model_copy(update={"sheet": "None"}))


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "t.xlsx")
    with pytest.raises(LatheError, match="empty"):
        sniff(tmp_path / "t.xlsx")


def test_parquet_cells_come_as_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table = pa.table(
        {
            "n": pa.array([1, None, 3]),
            "f": pa.array([0.1, float("nan"), -2.0]),
            "s": pa.array(["x", None, "007"]).dictionary_encode(),
            "b": [True, False, None],
            "t": pa.array([datetime(2024, 1, 1, 12), None, datetime(2024, 1, 2)], pa.timestamp("ns", "Europe/Paris")),
            "list": [[1], None, [2, 3]],
        }
    )
    pq.write_table(table, path)
    found = read_text(path, sniff(path))
    assert found.frame.to_numpy().tolist() == [
        ["1", "0.1", "x", "true", "2024-01-01 12:00:00.000000", "[1]"],
        ["", "", "", "false", "", ""],
        ["3", "-2", "007", "", "2024-01-02 00:00:00.000000", "[2, 3]"],
    ]
    assert len(found.notes) == 2
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(LatheError, match="damaged"):
        read_text(path, sniff(path))
