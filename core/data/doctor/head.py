"""Where the rows of a text start, how wide they are, and what their columns are called."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.data.doctor.dialect import Dialect
from core.data.doctor.header import joined_names, name_row, said_once
from core.data.doctor.lines import Lines, Record, records
from core.data.doctor.reader import Plan, is_mendable, learn, usual_width
from core.data.doctor.tables import before_other_table, repeats
from core.data.names import numbered_names, unique_names
from core.data.schema import ParseSettings
from core.errors import LatheError

MOST_LONG_ROWS = 0.03
"""Share of rows with too many cells that cannot be mended, above which rows are taken to differ by nature."""

_PEEK_ROWS = 1_000
_MOST_WIDTH = 5_000


@dataclass(frozen=True)
class Head:
    """What is known before the rows are read.

    Attributes
    ----------
    names : tuple of str
        Present and different.
    raw : tuple of str
        As they stand in the file; empty where there is no header.
    offset, line : int
        Bytes and lines of the file before the first row.
    plan : Plan
        How the rows are read.
    notes : tuple of str
        What had to be done to the names.
    rows : bool
        Whether there is a row.
    """

    names: tuple[str, ...]
    raw: tuple[str, ...]
    offset: int
    line: int
    plan: Plan
    notes: tuple[str, ...]
    rows: bool = True


def decoded_lines(text: mmap.mmap, begin: int, end: int) -> Iterator[str]:
    """Give the lines of a part of a text with their ends."""
    place = begin
    while place < end:
        stop = text.find(b"\n", place, end)
        stop = end if stop < 0 else stop + 1
        yield text[place:stop].decode("utf-8")
        place = stop


def read_head(text: mmap.mmap, begin: int, end: int, *, parse: ParseSettings, dialect: Dialect, line: int) -> Head:
    """Read the names and look at the first rows.

    Raises
    ------
    LatheError
        Where there is no text.
    """
    first = _first_records(text, begin, end, dialect, line)
    if not first:
        message = "A table must hold at least one row; there is no text after the lines to skip."
        raise LatheError(message, hint="Skip fewer lines or choose another file.", field="parse.skip_lines")
    count = min(max(parse.header_rows, 1), len(first)) if parse.header else 0
    body: Sequence[Record] = before_other_table(first[count:])
    width = usual_width(body, first[count - 1] if count else None) if body else 0
    if not count:
        plan = _ragged_or_not(_plan(dialect, body, width, trailing=False), body)
        return Head(numbered_names(_widest(body) if plan.ragged else width), (), begin, line, plan, ())
    names, notes = _names(first[:count], body, dialect, width)
    body = _first_table(body, names)
    offset, used = _after(text, begin, end, first[count - 1].line - line, dialect)
    raw = tuple(names)
    if not body:
        unique, more = unique_names(_for_people(names, count))
        return Head(unique, raw, offset, line + used, Plan(dialect, len(names), []), (*notes, *more), rows=False)
    trailing = width == len(names) + 1 and all(_ends_blank(record, width) for record in body)
    if not trailing:
        names, extra = _fit_names(names, body, width)
        notes = (*notes, *extra)
    plan = _ragged_or_not(_plan(dialect, body, len(names), trailing=trailing), body)
    if plan.ragged:
        names = [*names, *numbered_names(_widest(body))[len(names) :]]
    unique, more = unique_names(_for_people(names, count))
    return Head(unique, tuple(names), offset, line + used, plan, (*notes, *more))


def _first_records(text: mmap.mmap, begin: int, end: int, dialect: Dialect, line: int) -> list[Record]:
    found: list[Record] = []
    for record in records(Lines(decoded_lines(text, begin, end), line), dialect):
        if not record.is_blank:
            found.append(record)
        if len(found) > _PEEK_ROWS:
            break
    return found


def _names(
    rows: Sequence[Record], body: Sequence[Record], dialect: Dialect, width: int
) -> tuple[list[str], tuple[str, ...]]:
    read = [name_row(record, dialect, width if body else 0) for record in rows]
    names = [cells for cells, _ in read]
    joined = names[0] if len(names) == 1 else joined_names(names)
    return joined, tuple(note for _, note in read if note)


def _for_people(names: Sequence[str], rows: int) -> list[str]:
    """Return names that stand in several rows alike as they are said: once."""
    return [said_once(name) for name in names] if rows > 1 else list(names)


def _first_table(body: Sequence[Record], names: Sequence[str]) -> Sequence[Record]:
    """Return the records before the one, if any, that repeats the names."""
    for place, record in enumerate(body):
        if place and record.cells is not None and record.cells[0] == names[0] and repeats(record.cells, names):
            return body[:place]
    return body


def _after(text: mmap.mmap, begin: int, end: int, count: int, dialect: Dialect) -> tuple[int, int]:
    """Return the bytes up to the end of the first ``count`` lines, and ``count``."""
    lines, offset = Lines(decoded_lines(text, begin, end)), begin
    while lines.read < count and (line := lines.next()) is not None:
        offset += len(line.encode())
    return offset, count


def _plan(dialect: Dialect, body: Sequence[Record], width: int, *, trailing: bool) -> Plan:
    return Plan(dialect, width, learn(body, dialect, width, width + trailing), trailing=trailing)


def _ragged_or_not(plan: Plan, body: Sequence[Record]) -> Plan:
    allowed = plan.width + plan.trailing
    long = sum(1 for r in body if r.cells is not None and len(r.cells) > allowed and not _ends_blank(r, plan.width + 1))
    if long <= MOST_LONG_ROWS * len(body) or is_mendable(body, plan):
        return plan
    return replace(plan, ragged=True)


def _widest(body: Sequence[Record]) -> int:
    return min(max(len(record.cells) for record in body if record.cells is not None), _MOST_WIDTH)


def _ends_blank(record: Record, width: int) -> bool:
    return record.cells is None or not any(cell.strip() for cell in record.cells[width - 1 :])


def _fit_names(names: list[str], body: Sequence[Record], width: int) -> tuple[list[str], tuple[str, ...]]:
    """Add names where nearly all rows are wider than the header."""
    even = [record.cells for record in body if record.cells is not None and len(record.cells) == width]
    missing = width - len(names)
    if missing <= 0 or len(even) < 0.9 * len(body):
        return names, ()
    if all(not any(cell.strip() for cell in cells[len(names) :]) for cells in even):
        return names, ()
    if missing == 1:
        note = "The header has one name fewer than the rows have cells; the first column holds row names."
        return ["", *names], (note,)
    return names + [""] * missing, (f"The header has {missing} names fewer than the rows have cells.",)
