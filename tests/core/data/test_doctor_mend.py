"""Broken rows: mended where the other rows show how, told with their lines, and never swallowing other rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.delimited import is_plain, is_sound, read_delimited
from core.data.doctor.dialect import Dialect
from core.data.doctor.soundness import are_quotes_sound
from core.data.read import TextTable, read_text
from core.data.schema import ParseSettings
from core.data.sniff import sniff

HEAD = "day,code,price,name,remark\n"
ROWS = [f'2024-01-{n:02d},AB-{n * 37},{n * 1.5:.2f},thing number {n},"all fine, really"' for n in range(1, 29)]


def read(tmp_path: Path, lines: list[str], head: str = HEAD) -> TextTable:
    path = tmp_path / "t.csv"
    path.write_text(head + "\n".join(lines) + "\n", encoding="utf-8", newline="")
    return read_text(path, sniff(path))


DAY, CODE, PRICE, NAME, FINE = "2024-01-10", "AB-370", "15.00", "thing ten", "all fine"


@pytest.mark.parametrize(
    ("broken", "cells", "what"),
    [
        ('2024-01-10,,AB-370,15.00,thing ten,"all fine"', [DAY, CODE, PRICE, NAME, FINE], "too many"),
        ('2024-01-10AB-370,15.00,thing ten,"all fine"', [DAY, CODE, PRICE, NAME, FINE], "too few"),
        ('2024-01-10,"AB-370,15.00,thing ten,"all fine"', [DAY, f'"{CODE}', PRICE, NAME, FINE], "stray"),
        ('2024-01-10,AB-370,15.00,thing ten,""all, fine"', [DAY, CODE, PRICE, NAME, '"all, fine'], "stray"),
        ('2024-01-10|AB-370|15.00|thing ten|"all fine"', [DAY, CODE, PRICE, NAME, FINE], "another"),
        ('2024-01-10,AB-370,15.00,thing, small,"all fine"', [DAY, CODE, PRICE, "thing, small", FINE], "within"),
    ],
)
def test_a_broken_row_is_mended_and_named(tmp_path: Path, broken: str, cells: list[str], what: str) -> None:
    table = read(tmp_path, [*ROWS[:9], broken, *ROWS[9:]])
    assert len(table.frame) == 29
    assert table.frame.iloc[9].tolist() == cells
    assert table.frame.iloc[10].tolist()[0] == "2024-01-10"
    assert len(table.notes) == 1
    assert what in table.notes[0]
    assert "line 11" in table.notes[0]


def test_an_open_quote_at_a_line_end_takes_in_only_its_own_cell(tmp_path: Path) -> None:
    lines = [row.rsplit(",", 2)[0] + ',""' for row in ROWS]
    lines[5] = lines[5].removesuffix('""') + '"'
    table = read(tmp_path, lines)
    assert len(table.frame) == 28
    assert table.frame["remark"].tolist().count("") == 27


def test_a_row_that_cannot_be_read_is_kept_with_line_and_text(tmp_path: Path) -> None:
    odd = "one,two,three,four,five,six,seven,eight,nine"
    table = read(tmp_path, [*ROWS * 2, odd])
    assert table.rejected_total == 1
    assert (table.rejected[0].line, table.rejected[0].text) == (58, odd)
    assert "9 cells" in table.rejected[0].reason
    assert table.left_out == (56,)


def test_cells_over_several_lines_stay_whole(tmp_path: Path) -> None:
    rows = [f'{n},"line one\nline two, ""quoted""\n",{n * 2}' for n in range(20)]
    rows[3] = "3,,x,6"
    table = read(tmp_path, rows, head="a,b,c\n")
    assert table.frame["b"].tolist().count('line one\nline two, "quoted"\n') == 19


def test_pages_of_one_table_are_joined(tmp_path: Path) -> None:
    table = read(tmp_path, [*ROWS[:9], HEAD.strip(), *ROWS[9:18], HEAD.strip(), *ROWS[18:]])
    assert len(table.frame) == 28
    assert "2 times more" in table.notes[0]


def test_only_sound_files_may_be_read_by_a_fast_reader(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(HEAD + "\n".join(ROWS), encoding="utf-8")
    assert is_plain(sniff(path))
    assert is_sound(path, sniff(path))
    path.write_text(HEAD + "\n".join(ROWS) + '\n2024-01-10,"AB-370,15.00,x,y\n', encoding="utf-8")
    assert not is_sound(path, ParseSettings())
    assert not is_plain(ParseSettings(escape="\\"))
    assert not is_plain(ParseSettings(delimiter=", "))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.text('ab",\n', max_size=4), min_size=2, max_size=3), min_size=1, max_size=4))
def test_well_written_quotes_are_sound(rows: list[list[str]]) -> None:
    text = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows).encode()
    assert are_quotes_sound(text, 0, len(text), mark=",", quote='"')
    assert not are_quotes_sound(text + b'\na"b,c', 0, len(text) + 6, mark=",", quote='"')


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text('ab",\\ ', max_size=5), min_size=1, max_size=4), st.sampled_from([",", ";", "|"]))
def test_written_fields_are_split_as_they_were(cells: list[str], mark: str) -> None:
    line = mark.join('"' + cell.replace('"', '""') + '"' for cell in cells)
    assert Dialect(mark).split(line) == cells
    escaped = mark.join('"' + cell.replace("\\", "\\\\").replace('"', '\\"') + '"' for cell in cells)
    assert Dialect(mark, escape="\\").split(escaped) == cells


def test_a_table_of_names_only_can_be_wanted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n", encoding="utf-8")
    found = read_delimited(path, sniff(path), empty=True)
    assert (found.raw_names, found.table.num_rows) == (("a", "b"), 0)
