"""Files as people have them: each is read into the known clean table, or refused with a message."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.kinds import infer_columns
from core.data.read import raw_lines, read_text
from core.data.schema import ParseSettings
from core.data.sniff import sniff
from core.errors import LatheError

TABLE = [["id", "town", "price", "sold"], ["1", "Köln", "12.5", "2024-01-31"], ["2", "Évian", "8", "2024-02-15"],
         ["3", "Łódź", "", "2024-03-01"], ["4", "Rome, old", "7.25", "2024-03-02"]]  # fmt: skip
PLAIN = [[cell.replace("Łódź", "Lyon") for cell in row] for row in TABLE]


def as_text(rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> str:
    return end.join(delimiter.join(f'"{c}"' if delimiter in c else c for c in row) for row in rows) + end


def read(tmp_path: Path, content: bytes, name: str = "t.csv") -> tuple[ParseSettings, list[list[str]], tuple[str, ...]]:
    path = tmp_path / name
    path.write_bytes(content)
    parse = sniff(path)
    table = read_text(path, parse)
    return parse, [list(table.frame.columns), *table.frame.to_numpy().tolist()], table.notes


@pytest.mark.parametrize(
    ("encoding", "rows", "found"),
    [
        ("utf-8", TABLE, "utf-8"),
        ("utf-8-sig", TABLE, "utf-8-sig"),
        ("utf-16", TABLE, "utf-16"),
        ("utf-16-le", TABLE, "utf-16-le"),
        ("utf-16-be", TABLE, "utf-16-be"),
        ("cp1252", PLAIN, "cp1252"),
        ("latin-1", PLAIN, "cp1252"),
    ],
)
def test_encoding_is_found_and_cells_are_exact(
    tmp_path: Path, encoding: str, rows: list[list[str]], found: str
) -> None:
    parse, table, notes = read(tmp_path, as_text(rows).encode(encoding))
    assert parse.encoding == found
    assert parse.reasons["encoding"]
    assert table == rows
    assert notes == ()


def test_one_byte_beyond_ascii_at_the_end_of_a_large_file_decides_the_encoding(tmp_path: Path) -> None:
    body = "a,b\n" + "x,1\n" * 100_000
    parse, table, _ = read(tmp_path, body.encode() + "é,2\n".encode("cp1252"))
    assert parse.encoding == "cp1252"
    assert table[-1] == ["é", "2"]
    assert len(table) == 100_002


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("miasto;opis\n" + "Łódź;zażółć gęślą jaźń, piękną pogodę lubią wszyscy ludzie w mieście\n" * 9, "cp1250"),
        ("город;описание\n" + "Москва;это таблица русского текста и названиями городов\n" * 9, "cp1251"),
    ],
)
def test_other_alphabets_are_told_from_western_ones(tmp_path: Path, text: str, encoding: str) -> None:
    parse, table, _ = read(tmp_path, text.encode(encoding))
    assert parse.delimiter == ";"
    assert table[1] == text.splitlines()[1].split(";")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_end(tmp_path: Path, delimiter: str, end: str) -> None:
    parse, table, notes = read(tmp_path, as_text(TABLE, delimiter, end).encode())
    assert parse.delimiter == delimiter
    assert table == TABLE
    assert notes == ()


@pytest.mark.parametrize(
    ("rows", "delimiter", "decimal", "thousands"),
    [
        (["1,5;2,25", "3,5;4,75", "10,25;0,5"], ";", ",", ""),
        (["1.234,5;9", "2.000,0;8", "12,5;7"], ";", ",", "."),
        (["1,234.5;9", "2,000.0;8", "12.5;7"], ";", ".", ","),
        (['"1,234",9', '"2,000",8', '"12",7'], ",", ".", ","),
        (["1 234,5;9", "2 000,0;8", "12,5;7"], ";", ",", " "),
        (["1.5,2", "2.25,3", "4,5"], ",", ".", ""),
        (["1.234.567;1", "2.345.678;2", "3.456.789;3"], ";", ",", "."),
    ],
)
def test_marks_in_numbers(tmp_path: Path, rows: list[str], delimiter: str, decimal: str, thousands: str) -> None:
    head = f"x{delimiter}y"
    parse, _, _ = read(tmp_path, "\n".join([head, *rows]).encode())
    assert (parse.delimiter, parse.decimal, parse.thousands) == (delimiter, decimal, thousands)


@pytest.mark.parametrize(
    ("dates", "day_first"),
    [
        (["01/02/2024", "13/02/2024"], True),
        (["01/02/2024", "02/13/2024"], False),
        (["01.02.2024", "02.03.2024"], True),
        (["01/02/2024", "02/03/2024"], False),
    ],
)
def test_order_of_day_and_month(tmp_path: Path, dates: list[str], day_first: bool) -> None:
    parse, _, _ = read(tmp_path, "\n".join(["day,x", *(f"{d},1" for d in dates)]).encode())
    assert parse.day_first is day_first


def test_quoted_cells_keep_newlines_quotes_and_delimiters(tmp_path: Path) -> None:
    _, table, notes = read(tmp_path, b'a,b\n"one\ntwo","say ""hi"""\n"x,y",5" pipe\n"","\r\n"\n')
    assert table == [["a", "b"], ["one\ntwo", 'say "hi"'], ["x,y", '5" pipe'], ["", "\r\n"]]
    assert notes == ()


def test_single_quotes_are_found(tmp_path: Path) -> None:
    parse, table, _ = read(tmp_path, b"'a','b'\n'x,1','2'\n'y','3'\n")
    assert parse.quote == "'"
    assert table == [["a", "b"], ["x,1", "2"], ["y", "3"]]


def test_short_rows_are_padded_and_counted(tmp_path: Path) -> None:
    rows = "".join(f"{n},x,1\n" for n in range(50))
    _, table, notes = read(tmp_path, f"a,b,c\n{rows}7,y\n8\n".encode())
    assert table[-2:] == [["7", "y", ""], ["8", "", ""]]
    assert notes == ("2 rows have fewer than 3 cells; the cells at the end count as missing.",)


def test_few_long_rows_are_left_out_and_named_by_line(tmp_path: Path) -> None:
    rows = [f"{n},x,1" for n in range(100)]
    rows[40] = "a,b,c,d,e"
    _, table, notes = read(tmp_path, ("a,b,c\n" + "\n".join(rows)).encode())
    assert len(table) == 100
    assert notes == ("1 row has more than 3 cells and was left out (line 42).",)


def test_empty_cells_beyond_the_last_column_are_no_ragged_row(tmp_path: Path) -> None:
    _, table, notes = read(tmp_path, b"a,b\n1,2,\n3,4,\n5,6,\n")
    assert table == [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"]]
    assert notes == ()


def test_rows_that_differ_by_nature_are_all_kept(tmp_path: Path) -> None:
    _, table, notes = read(tmp_path, b"a,b\n1,2\n1,2,3,4\n1,2\n9,9,9\n")
    assert table == [
        ["a", "b", "column_3", "column_4"],
        ["1", "2", "", ""],
        ["1", "2", "3", "4"],
        ["1", "2", "", ""],
        ["9", "9", "9", ""],
    ]
    assert "all are kept" in notes[0]


def test_blank_lines_are_left_out_and_counted(tmp_path: Path) -> None:
    _, table, notes = read(tmp_path, b"a,b\n1,2\n\n3,4\n  \n5,6\n\n\n")
    assert table[1:] == [["1", "2"], ["3", "4"], ["5", "6"]]
    assert notes == ("2 blank lines were left out.",)


def test_duplicate_and_empty_names_become_different_ones(tmp_path: Path) -> None:
    _, table, notes = read(tmp_path, b"name,,name,name_2,name\na,1,b,2,c\n")
    assert table[0] == ["name", "column_2", "name_3", "name_2", "name_4"]
    assert len(notes) == 3
    assert "column_2" in notes[0]


@pytest.mark.parametrize(
    "body",
    [
        "1,2.5,x\n2,3.5,y\n3,1.5,x\n",
        "2024-01-01,red,5\n2024-01-02,blue,6\n2024-01-03,red,7\n",
        "red,small\nblue,large\nred,large\nblue,small\n",
    ],
)
def test_a_file_without_header_gets_numbered_names_and_keeps_its_first_row(tmp_path: Path, body: str) -> None:
    parse, table, _ = read(tmp_path, body.encode())
    assert not parse.header
    assert table[0][:2] == ["column_1", "column_2"]
    assert table[1] == body.split("\n")[0].split(",")


@pytest.mark.parametrize("head", ["country,2019,2020,2021", "a,b,c,d", "0,1,2,3", '"",x1,x2,x3'])
def test_a_header_of_words_or_counted_numbers_is_found(tmp_path: Path, head: str) -> None:
    parse, table, _ = read(tmp_path, f"{head}\nFR,1.5,7.25,3.5\nDE,2.5,6,4.5\nIT,9,4,2.5\n".encode())
    assert parse.header
    assert len(table) == 4


def test_lines_before_the_table_are_skipped(tmp_path: Path) -> None:
    text = "Report of sales\nmade 2024-05-01, by hand\n\nday;shop;sum\n" + "2024-01-01;A;1,5\n" * 20
    parse, table, _ = read(tmp_path, text.encode())
    assert parse.skip_lines == 3
    assert table[0] == ["day", "shop", "sum"]
    assert len(table) == 21


def test_a_declared_delimiter_is_taken(tmp_path: Path) -> None:
    parse, table, _ = read(tmp_path, b"sep=;\r\na;b\r\n1;2\r\n3;4\r\n")
    assert (parse.delimiter, parse.skip_lines) == (";", 1)
    assert table == [["a", "b"], ["1", "2"], ["3", "4"]]


def test_row_names_without_a_name_of_their_own_come_first(tmp_path: Path) -> None:
    _, table, notes = read(tmp_path, b"x,y\nr1,1,2\nr2,3,4\nr3,5,6\n")
    assert table[0] == ["column_1", "x", "y"]
    assert table[1] == ["r1", "1", "2"]
    assert "one name fewer" in notes[0]


def test_one_column_is_accepted_with_a_warning(tmp_path: Path) -> None:
    _, table, notes = read(tmp_path, b"height\n1.5\n2.5\n3.25\n")
    assert table == [["height"], ["1.5"], ["2.5"], ["3.25"]]
    assert "one column only" in notes[0]


def test_one_column_of_decimal_commas_is_not_divided(tmp_path: Path) -> None:
    parse, table, _ = read(tmp_path, b"height\n" + b"1,5\n22,75\n" * 20)
    assert parse.decimal == ","
    assert table[:3] == [["height"], ["1,5"], ["22,75"]]


@pytest.mark.parametrize("content", [b"", b"\n\n  \n", b"\xef\xbb\xbf", b"\xff\xfe\n\x00"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(LatheError, match="empty"):
        read(tmp_path, content)


def test_a_file_of_names_only_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LatheError, match="only a line of names"):
        read(tmp_path, b"a,b,c\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (bytes(range(256)) * 20, "binary"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "PNG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "locked Excel"),
        (b"SQLite format 3\x00" + b"\x00" * 100, "SQLite"),
    ],
)
def test_a_binary_file_is_refused_by_what_it_is(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(LatheError, match=words):
        read(tmp_path, content)


def test_a_wrong_encoding_is_refused_with_its_field(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("a,b\né,1\n".encode("cp1252"))
    with pytest.raises(LatheError) as error:
        read_text(path, ParseSettings(encoding="utf-8"))
    assert error.value.field == "parse.encoding"
    with pytest.raises(LatheError):
        read_text(path, ParseSettings(encoding="no-such"))
    assert raw_lines(path, ParseSettings(encoding="utf-8"), 5)[0] == "a,b"


@pytest.mark.parametrize("delimiter", ["", "ab", '"', "\n"])
def test_an_impossible_delimiter_is_refused_with_its_field(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(LatheError) as error:
        read_text(path, ParseSettings(delimiter=delimiter))
    assert error.value.field == "parse.delimiter"


def test_the_first_rows_are_those_of_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(as_text(TABLE).encode())
    parse = sniff(path)
    few, whole = read_text(path, parse, rows=2).frame, read_text(path, parse).frame
    assert few.equals(whole.head(2))
    assert raw_lines(path, parse, 2) == ["id,town,price,sold", "1,Köln,12.5,2024-01-31"]


LINES = ["a,b", "1,2", '"', "", "x", "1;2;3", "2024-01-01", "sep=;", '"a""', " "]
JUNK = st.one_of(
    st.binary(max_size=80),
    st.text(st.sampled_from("a1,;\t|\"' \n\r.é-/:\ufeff"), max_size=60).map(lambda text: text.encode()),
    st.lists(
        st.sampled_from(["a,b", "1,2", '"', "", "x", "1;2;3", "2024-01-01", "sep=;", '"a""', " "]), max_size=9
    ).map(lambda lines: "\n".join(lines).encode()),
)


@settings(max_examples=150, deadline=None)
@given(content=JUNK)
def test_whatever_comes_is_read_or_refused_in_words(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(content)
        try:
            parse = sniff(path)
            table = read_text(path, parse)
        except LatheError:
            return
        assert len(table.frame) > 0
        assert table.frame.columns.is_unique
        assert all(table.frame.columns)
        columns = infer_columns(table, parse)
        assert [column.name for column in columns] == list(table.frame.columns)


def test_a_sum_that_stands_apart_below_the_rows_is_no_row(tmp_path: Path) -> None:
    rows = "".join(f"2023-01-{n:02d};Bonn;{n}\n" for n in range(1, 20))
    parse, table, _ = read(tmp_path, f"Datum;Ort;Menge\n{rows}\nSumme;;190\n\nStand 2024\n".encode())
    assert len(table) == 20
    assert "Summe" in parse.reasons["footer_lines"]
    parse, table, _ = read(tmp_path, f"Datum;Ort;Menge\n{rows}Summe;;190\n".encode())
    assert len(table) == 21


def test_names_that_stand_in_two_lines_are_said_once(tmp_path: Path) -> None:
    rows = "".join(f"2023-01-{n:02d},{n},{n}.5\n" for n in range(1, 20))
    _, table, _ = read(tmp_path, f"DATE,TEMP,RAIN\nDATE,TEMP,RAIN\n{rows}".encode())
    assert table[0] == ["DATE", "TEMP", "RAIN"]


def test_a_second_row_of_names_is_found_in_a_wide_table_too(tmp_path: Path) -> None:
    width = 1_000
    lines = [
        ["x"] * width,
        [f"gene {n}" for n in range(width)],
        *([str(n + row) for n in range(width)] for row in range(9)),
    ]
    parse, _, _ = read(tmp_path, as_text(lines).encode())
    assert parse.header_rows == 2


def test_a_long_line_keeps_its_number_in_the_preview(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"a,{'b' * 25_000}\n1,2\n")
    lines = raw_lines(path, ParseSettings())
    assert len(lines) == 2
    assert lines[1] == "1,2"


def test_a_workbook_opens_at_the_first_sheet_that_holds_a_table(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Read me"])
    sheet = book.create_sheet("Orders")
    for row in (["when", "amount"], ["2023-01-01", 3], ["2023-01-02", 4]):
        sheet.append(row)
    path = tmp_path / "t.xlsx"
    book.save(path)
    parse = sniff(path)
    assert (parse.sheet, parse.reasons["sheet"]) == ("Orders", "The first sheet with a table; others: Sheet.")
