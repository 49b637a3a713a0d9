"""How a text is laid out as a table: lines before and below it, and the rows that name the columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.data.doctor.dialect import Dialect
from core.data.doctor.find import FoundDialect, sample_records
from core.data.doctor.header import name_row
from core.data.doctor.lines import Record
from core.data.doctor.reader import table_width
from core.data.header_rows import are_names, has_header, header_rows, votes
from core.errors import LatheError

_SAMPLE_ROWS = 2_000
_LEAST_SHARE = 0.1


@dataclass(frozen=True)
class Layout:
    """Where the table starts, and the sampled rows from there on (header included, blank lines not)."""

    skip_lines: int
    skip_reason: str
    rows: list[list[str]]
    records: list[Record]


def said_delimiter(line: str) -> str:
    """Return the delimiter that a first line like "sep=;" (as Excel writes it) declares, else ""."""
    found = re.fullmatch(r"\ufeff?\"?sep=([^\w\s\"']|\t| )\"?", line.strip("\r\n"))
    return found.group(1) if found else ""


def find_layout(lines: Sequence[str], found: FoundDialect) -> Layout:
    """Find where the table starts.

    Parameters
    ----------
    lines : sequence of str
        Lines of the sample without their ends.
    found : FoundDialect
        How they are divided.

    Raises
    ------
    LatheError
        Where every line is blank.
    """
    placed = sample_records(lines, found.dialect)
    start, why = _start(placed, found)
    skip = placed[start][0]
    kept = [record for _, record in placed[start:] if record.text.strip()][:_SAMPLE_ROWS]
    rows = [_cells(record, found) for record in kept]
    return Layout(skip, why, rows, kept)


def table_start(widths: Sequence[int]) -> tuple[int, str]:
    """Return how many lines come before the table, and why: lines unlike the ones that follow are left out.

    Parameters
    ----------
    widths : sequence of int
        Cells of each line; 0 for a blank one.
    """
    filled = [width for width in widths if width > 0]
    if not filled:
        raise no_rows()
    usual = table_width(filled)
    blank_only = next(place for place, width in enumerate(widths) if width)
    start = next(place for place, width in enumerate(widths) if width == usual)
    after = [width for width in widths[start:] if width]
    if usual < 2 or after.count(usual) < _LEAST_SHARE * len(after):
        return blank_only, _skip_reason(blank_only, "blank")
    if start and 2 <= widths[start - 1] == usual - 1:
        start -= 1  # A header that names all columns but the one of row names.
    return start, _skip_reason(start, "")


def _skip_reason(start: int, what: str) -> str:
    if not start:
        return "The table starts in the first line."
    if what:
        return f"{start} {what} {'line comes' if start == 1 else 'lines come'} first."
    which = "first line is" if start == 1 else f"first {start} lines are"
    return f"The {which} not divided like the table below."


def _start(placed: Sequence[tuple[int, Record]], found: FoundDialect) -> tuple[int, str]:
    """Return the record that the table starts with."""
    widths = [_width(record) for _, record in placed]
    start, why = table_start(widths)
    usual = table_width([width for width in widths if width > 0])
    if usual < 2:
        return start, why
    start = _back_to_header(placed, start, usual, found.dialect)
    filled = [_filled(record) for _, record in placed]
    typical = float(np.median([count for count in filled[start:] if count] or [0]))
    while start < len(placed) - 1 and min(usual, typical) >= 3 and _is_title(placed[start][1], filled[start], usual):
        start += 1
    return start, _skip_reason(placed[start][0], "")


def _back_to_header(placed: Sequence[tuple[int, Record]], start: int, usual: int, dialect: Dialect) -> int:
    """Return ``start``, or the record before it where that is a broken row of names above rows of values."""
    above = start - 1
    while above >= 0 and not placed[above][1].text.strip():
        above -= 1
    if above < 0 or above != start - 1:
        return start
    record = placed[above][1]
    cells, _ = name_row(record, dialect, usual)
    close = len(cells) == usual or abs(_width(record) - usual) <= 1
    if not close or usual < 3 or not are_names(cells):
        return start
    body = [other.cells for _, other in placed[start:] if other.cells is not None and len(other.cells) == usual]
    is_header, _ = has_header(body[:200]) if len(body) > 1 else (False, "")
    return start if is_header and are_names(body[0]) and not _votes_for(cells, body) else above


def _votes_for(cells: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Tell whether the first row below holds values, so that the row above it is the one with the names."""
    columns = [[row[place].strip() for row in body[1:200]] for place in range(len(body[0]))]
    words, values = votes([cell.strip() for cell in body[0]], columns)
    return values > words


def _is_title(record: Record, filled: int, usual: int) -> bool:
    """Tell whether a row of the table's width holds a title or nothing: only its first cell is filled, or none."""
    cells = record.cells or []
    return filled == 0 or (filled == 1 and len(cells) == usual and bool(cells[0].strip()))


def _width(record: Record) -> int:
    if not record.text.strip():
        return 0
    return 1 if record.cells is None else len(record.cells)


def _filled(record: Record) -> int:
    return sum(bool(cell.strip()) for cell in record.cells or [record.text])


def _cells(record: Record, found: FoundDialect) -> list[str]:
    if record.cells is not None:
        return record.cells
    fields = found.dialect.loose_fields(record.text)
    return [record.text] if fields is None else [field.text for field in fields]


def no_rows() -> LatheError:
    """Return the error for a file without anything in it."""
    return LatheError("A table must hold at least one row; the file is empty.", hint="Choose another file.")


def find_header(layout: Layout, dialect: Dialect) -> tuple[bool, int, str]:
    """Tell whether there are rows of names, how many, and why."""
    usual = table_width([len(row) for row in layout.rows[1:] or layout.rows])
    first, note = name_row(layout.records[0], dialect, usual)
    rows = [first, *layout.rows[1:]]
    header, why = has_header(rows)
    if not header and note and are_names(first):
        header, why = True, "The first row reads like names."
    if not header:
        return False, 1, why
    count = header_rows(rows)
    return True, count, why if count == 1 else f"The first {count} rows hold words above columns of values."
