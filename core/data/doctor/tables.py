"""Several tables in one text: where each begins and ends."""

from __future__ import annotations

import mmap
import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.data.doctor.dialect import Dialect
from core.data.doctor.lines import Record, without_end
from core.data.doctor.scan import find_all

MOST_PLACES = 200
MANY_REPEATS = 2
"""From so many repetitions of the header on, it heads the pages of one table."""

_LINE_BYTES = 100_000
_BLANK = re.compile(rb"\n[ \t,;|]*\r?\n(?=[^\r\n])")
_LOOK_ROWS = 4


@dataclass(frozen=True)
class Start:
    """A row of names further down: where it begins in bytes, and whether it is the first header again."""

    offset: int
    repeated: bool


def later_headers(
    text: mmap.mmap, begin: int, end: int, *, names: Sequence[str], dialect: Dialect, width: int
) -> list[Start]:
    """Find rows below the header that head another table.

    Such a row repeats the names of the header (all, the first ones, or all and more), or it follows a blank line, holds
    words only, and has rows of its own number of cells below it.

    Parameters
    ----------
    text : mmap
        UTF-8.
    begin, end : int
        Bytes below the header.
    names : sequence of str
        Cells of the header; empty where there is none.
    """
    found = {}
    if names and names[0].strip() and width > 1:
        for offset in _lines_starting_with(text, begin, end, names[0], dialect):
            cells = _cells_at(text, offset, end, dialect)
            same = [cell.strip() for cell in cells] == [name.strip() for name in names]
            if same or (repeats(cells, names) and _has_rows(text, offset, end, dialect, len(cells))):
                found[offset] = Start(offset, same)
    for offset in _lines_after_blanks(text, begin, end, dialect.mark):
        if offset not in found and _heads_other_table(text, offset, end, dialect, width):
            found[offset] = Start(offset, repeated=False)
    return [found[offset] for offset in sorted(found)]


def before_other_table(rows: Sequence[Record]) -> Sequence[Record]:
    """Return the sampled rows before those of another table: a row of names of its own width below a blank line.

    Without this the widths of both would be taken for those of one table whose rows differ.
    """
    for place in range(2, len(rows) - 2):
        names = rows[place].cells
        # A title may stand between the blank line and the names.
        first = place - 1 if len(rows[place - 1].cells or ()) == 1 else place
        if names is None or rows[first].line - rows[first - 1].line < 2:
            continue
        if len(names) < 2 or len(names) == len(rows[0].cells or ()) or not all(map(_is_name, names)):
            continue
        below = [record.cells or [] for record in rows[place + 1 : place + 1 + _LOOK_ROWS]]
        alike = sum(len(cells) == len(names) for cells in below)
        if alike == len(below) and any(cell.strip()[:1].isdigit() for cells in below for cell in cells):
            return rows[:first]
    return rows


def table_end(text: mmap.mmap, begin: int, offset: int, dialect: Dialect) -> int:
    """Return where the rows before another table's header end: blank lines and a title above it belong to neither."""
    end = offset
    for _ in range(5):
        start = text.rfind(b"\n", begin, max(end - 1, begin)) + 1
        if start <= begin or start >= end:
            break
        cells = dialect.split(without_end(text[start:end].decode("utf-8", errors="replace"))) or []
        if sum(bool(cell.strip()) for cell in cells) > 1:
            break
        if any(cell.strip() for cell in cells) and not _is_blank_before(text, begin, start):
            break
        end = start
    return end


def _is_blank_before(text: mmap.mmap, begin: int, offset: int) -> bool:
    start = text.rfind(b"\n", begin, max(offset - 1, begin)) + 1
    return not text[start:offset].strip(b" \t\r\n,;|")


def _lines_starting_with(text: mmap.mmap, begin: int, end: int, name: str, dialect: Dialect) -> list[int]:
    raw, quote, mark = name.encode(), dialect.quote.encode(), dialect.mark.encode()
    patterns = {b"\n" + raw + mark, b"\n" + quote + raw + quote + mark}
    places = [place for each in patterns for place in find_all(text, each, max(begin - 1, 0), end, most=MOST_PLACES)]
    return sorted(place + 1 for place in places)


def _lines_after_blanks(text: mmap.mmap, begin: int, end: int, mark: str) -> list[int]:
    """Return where lines below blank ones (or ones of nothing but delimiters) start, and the lines below those."""
    patterns = (b"\n\n", b"\n\r\n", b"\n" + mark.encode() * 2)
    places = [place for each in patterns for place in find_all(text, each, max(begin - 1, 0), end, most=MOST_PLACES)]
    offsets = []
    for place in sorted(places):
        found = _BLANK.match(text, place, end)
        if found is not None:
            offsets.append(found.end())
    # A title may stand between the blank line and the names.
    return offsets + [after for offset in offsets if (after := text.find(b"\n", offset, end) + 1) > 0]


def _cells_at(text: mmap.mmap, offset: int, end: int, dialect: Dialect) -> list[str]:
    stop = text.find(b"\n", offset, min(end, offset + _LINE_BYTES))
    line = text[offset : stop if stop >= 0 else min(end, offset + _LINE_BYTES)]
    return dialect.split(without_end(line.decode("utf-8", errors="replace"))) or []


def repeats(cells: Sequence[str], names: Sequence[str]) -> bool:
    """Tell whether cells are the names of the header again: all, the first ones, or all and more."""
    same = sum(cell.strip() == name.strip() for cell, name in zip(cells, names, strict=False))
    if sum(bool(name.strip()) for name in names) < 2:
        return False
    shorter = min(len(cells), len(names))
    return shorter >= 2 and same >= max(2, 0.8 * shorter) and shorter >= 0.5 * max(len(cells), len(names))


def _heads_other_table(text: mmap.mmap, offset: int, end: int, dialect: Dialect, width: int) -> bool:
    cells = _cells_at(text, offset, end, dialect)
    if len(cells) < 2 or len(cells) == width or not all(_is_name(cell) for cell in cells):
        return False
    return _has_rows(text, offset, end, dialect, len(cells))


def _has_rows(text: mmap.mmap, offset: int, end: int, dialect: Dialect, width: int) -> bool:
    """Tell whether the lines below the one at ``offset`` have ``width`` cells."""
    place, widths = offset, []
    for _ in range(_LOOK_ROWS):
        place = text.find(b"\n", place, end) + 1
        if place <= 0 or place >= end:
            break
        widths.append(len(_cells_at(text, place, end, dialect)))
    return bool(widths) and widths.count(width) >= 0.5 * len(widths)


def _is_name(cell: str) -> bool:
    return bool(cell.strip()) and not any(letter.isdigit() for letter in cell[:1]) and len(cell) <= 60
