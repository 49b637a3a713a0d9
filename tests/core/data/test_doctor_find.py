"""Settings that are found: what divides lines, how numbers and dates are written, columns of fixed width."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.kinds import infer_columns, to_typed
from core.data.read import read_text
from core.data.schema import ParseSettings
from core.data.sniff import sniff
from core.errors import LatheError
from core.types import ColumnKind


def found(tmp_path: Path, text: str) -> tuple[Path, ParseSettings]:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path, sniff(path)


@pytest.mark.parametrize("delimiter", [" ", "§", ":", "^", "~", ", ", " | "])
def test_unusual_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    rows = [["id", "town", "size"], *[[str(n), f"town{n}", f"{n}.5"] for n in range(9)]]
    path, parse = found(tmp_path, "\n".join(delimiter.join(row) for row in rows) + "\n")
    assert parse.delimiter == delimiter
    table = read_text(path, parse)
    assert [list(table.frame.columns), *table.frame.to_numpy().tolist()] == rows


@pytest.mark.parametrize(
    ("cells", "unit", "numbers"),
    [
        (["$12", "$1,250.50", "-$3", "($7)"], "$", [12, 1250.5, -3, -7]),
        (["45 %", "7 %", "100 %"], "%", [45, 7, 100]),
        (["3 kg", "12kg", "1.5 kg"], "kg", [3, 12, 1.5]),
        (["(1,234.5)", "15", "(3)"], "", [-1234.5, 15, -3]),
        (["1 234,5", "12,25", "3"], "", [1234.5, 12.25, 3]),
        (["12 €", "1.250,50 €", "3 €"], "€", [12, 1250.5, 3]),
    ],
)
def test_signs_and_units_are_taken_off_numbers(
    tmp_path: Path, cells: list[str], unit: str, numbers: list[float]
) -> None:
    path, parse = found(tmp_path, "x;y\n" + "".join(f"{cell};word{place}\n" for place, cell in enumerate(cells)))
    assert parse.units == ({"x": unit} if unit else {})
    table = read_text(path, parse)
    assert table.frame["x"].tolist() == cells
    column = infer_columns(table, parse)[0]
    assert column.kind is ColumnKind.NUMERIC
    assert to_typed(table.frame["x"], column, parse)[0].tolist() == numbers


def test_codes_and_mixed_units_stay_text(tmp_path: Path) -> None:
    _, parse = found(tmp_path, "a,b,c\n3 kg,12a,Q1\n500 g,13b,Q2\n1 t,14c,Q3\n")
    assert parse.units == {}


def test_words_for_missing_are_found_by_column(tmp_path: Path) -> None:
    rows = "".join(f"{n if n % 3 else '-'},{'-' if n % 2 else 'x'}\n" for n in range(30))
    path, parse = found(tmp_path, "number,sign\n" + rows)
    assert list(parse.column_missing) == ["number"]
    columns = infer_columns(read_text(path, parse), parse)
    assert [(column.kind, column.missing) for column in columns] == [
        (ColumnKind.NUMERIC, 10),
        (ColumnKind.CATEGORICAL, 0),
    ]


def test_two_columns_of_dates_may_differ_in_order(tmp_path: Path) -> None:
    rows = "".join(f"{n}/02/2024,02/{n}/2024,01/{n}/2024\n" for n in range(10, 28))
    path, parse = found(tmp_path, "a,b,c\n" + rows)
    assert (parse.day_first, parse.column_day_first) == (False, {"a": True})
    assert {column.kind for column in infer_columns(read_text(path, parse), parse)} == {ColumnKind.DATETIME}


def test_columns_of_fixed_width_are_found_and_read(tmp_path: Path) -> None:
    rows = [
        "name       town         size",
        "Ann Lee    Gent          1.5",
        "Bo         New York     22.75",
        "Cy Young   Lyon          3",
    ]
    path, parse = found(tmp_path, "\n".join(rows))
    assert parse.format == "fixed"
    table = read_text(path, parse)
    assert list(table.frame.columns) == ["name", "town", "size"]
    assert table.frame.iloc[1].tolist() == ["Bo", "New York", "22.75"]
    with pytest.raises(LatheError) as error:
        read_text(path, ParseSettings(format="fixed"))
    assert error.value.field == "parse.widths"


def test_a_null_byte_is_left_out_and_told(tmp_path: Path) -> None:
    path, parse = found(tmp_path, "a,b\n1,x\x00y\n2,z\n")
    table = read_text(path, parse)
    assert table.frame["b"].tolist() == ["xy", "z"]
    assert "null bytes" in table.notes[-1]


def test_the_same_settings_read_a_later_file_alike(tmp_path: Path) -> None:
    text = "Report\n\nday;sum\n" + "".join(f"2024-01-{n:02d};{n},50 €\n" for n in range(1, 25)) + "\n* checked\n"
    path, parse = found(tmp_path, text)
    assert (parse.skip_lines, parse.footer_lines, parse.units) == (2, 2, {"sum": "€"})
    later = tmp_path / "later.csv"
    later.write_text(text.replace("2024", "2025"), encoding="utf-8")
    assert len(read_text(later, parse).frame) == len(read_text(path, parse).frame) == 24
