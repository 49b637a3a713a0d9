"""Find out how a file is to be read, each setting with its reason in words."""

from __future__ import annotations

import mmap
import re
from pathlib import Path

from core.data.doctor.dialect import Dialect
from core.data.doctor.find import find_dialect
from core.data.doctor.footers import count_footers
from core.data.doctor.head import read_head
from core.data.doctor.tables import MANY_REPEATS, later_headers
from core.data.doctor.values import ValueSettings, find_values
from core.data.encoding import NULLS_NOTE, find_encoding, holds_nulls, open_utf8
from core.data.fixed import find_fixed, split_fixed
from core.data.formats import file_format
from core.data.header_rows import has_header
from core.data.layout import find_header, find_layout, no_rows, said_delimiter
from core.data.schema import ParseSettings
from core.data.sheets import sheet_names, sheet_rows
from core.data.sources import source_settings
from core.errors import LatheError

_SAMPLE_BYTES = 512_000
_PLACE_BYTES = 64_000
_PLACES = 4
_TABLES_BYTES = 64_000_000
_TABLE_CELLS = 2
"""Cells of a row, and such rows, from which on a sheet is more than a few words on the file."""

_SAMPLE_ROWS = 2_000
_CLEARLY_DELIMITED = 0.5
_LONE_RETURN = re.compile(r"\r")


def sniff(path: Path, name: str = "") -> ParseSettings:
    """Find the settings a file is read with.

    Parameters
    ----------
    path : Path
        The file; gzip and zip are opened by `core.data.upload.receive` first.
    name : str, optional
        Name to use in messages.

    Returns
    -------
    ParseSettings
        With a reason for each setting that was found.

    Raises
    ------
    LatheError
        Where the file is empty, binary or compressed.
    """
    found = file_format(path, name)
    match found:
        case "excel":
            return _sniff_excel(path)
        case "csv":
            return _sniff_text(path)
        case _:
            return source_settings(path, found)


def _sniff_excel(path: Path) -> ParseSettings:
    sheet, reason = _first_table_sheet(path)
    rows = sheet_rows(path, sheet, _SAMPLE_ROWS)
    skip, why_skip = _sheet_start([sum(map(bool, row)) for row in rows])
    width = max(len(row) for row in rows[skip:])
    body = [row + [""] * (width - len(row)) for row in rows[skip:] if row]
    header, why_header = has_header(body)
    return ParseSettings(
        format="excel",
        sheet=sheet,
        header=header,
        skip_lines=skip,
        reasons={
            "format": "The file is an Excel workbook.",
            "sheet": reason,
            "skip_lines": why_skip,
            "header": why_header,
        },
    )


def _sheet_start(filled: list[int]) -> tuple[int, str]:
    """Return how many rows come before the table, given the filled cells of each, and why."""
    enough = max(filled) / 2
    start = next(place for place, count in enumerate(filled) if count >= enough)
    if not start:
        return 0, "The table starts in the first row."
    return start, f"The first {start} {'row holds' if start == 1 else 'rows hold'} few cells or none."


def _first_table_sheet(path: Path) -> tuple[str, str]:
    """Return the first sheet that holds a table, else the first with any cells, and why."""
    titles = sheet_names(path)
    filled = ""
    for title in titles:
        rows = sheet_rows(path, title, 200)
        if not any(rows):
            continue
        filled = filled or title
        if sum(sum(map(bool, row)) >= _TABLE_CELLS for row in rows) >= _TABLE_CELLS:
            others = [other for other in titles if other != title]
            what = "a table" if filled != title else "cells"
            return title, f"The first sheet with {what}; others: {', '.join(others)}." if others else "The only sheet."
    if not filled:
        raise LatheError("A table must hold at least one row; all sheets of the workbook are empty.")
    return filled, "The first sheet with cells." if len(titles) > 1 else "The only sheet."


def _sniff_text(path: Path) -> ParseSettings:
    encoding, why_encoding = find_encoding(path)
    nulls = holds_nulls(path, encoding)
    if nulls:
        why_encoding += f" {NULLS_NOTE}"
    with open_utf8(path, encoding, nulls=nulls) as file:
        text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        found = _sniff_lines(text, file.tell())
    reasons = {"format": "The file is text.", "encoding": why_encoding, **found.reasons}
    return found.model_copy(update={"encoding": encoding, "reasons": reasons})


def _sniff_lines(text: mmap.mmap, begin: int) -> ParseSettings:
    lines = _lines(text, begin, begin + _SAMPLE_BYTES, whole_last=False)
    if not any(line.strip() for line in lines):
        raise no_rows()
    said = said_delimiter(lines[0])
    below = lines[1:] if said else lines
    if not any(line.strip() for line in below):
        raise no_rows()
    found = find_dialect(below, said)
    if found.score < _CLEARLY_DELIMITED and not said and (widths := find_fixed(below)):
        return _fixed(below, widths)
    layout = find_layout(below, found)
    header, header_rows, why_header = find_header(layout, found.dialect)
    dialect = found.dialect
    parse = ParseSettings(
        delimiter=f"{dialect.lead}{dialect.mark}{dialect.padding}",
        quote=dialect.quote,
        escape=dialect.escape,
        header=header,
        header_rows=header_rows,
        skip_lines=layout.skip_lines + bool(said),
        reasons={
            "delimiter": found.reason,
            "quote": found.why_quote,
            "skip_lines": layout.skip_reason,
            "header": why_header,
            **({"escape": found.why_escape} if found.why_escape else {}),
        },
    )
    return _with_rows(text, begin, parse, dialect, layout.rows[header_rows if header else 0 :])


def _with_rows(
    text: mmap.mmap, begin: int, parse: ParseSettings, dialect: Dialect, rows: list[list[str]]
) -> ParseSettings:
    """Add what the rows tell: footnotes, further tables, how values are written."""
    start = begin
    for _ in range(parse.skip_lines):
        start = text.find(b"\n", start) + 1
    head = read_head(text, start, len(text), parse=parse, dialect=dialect, line=parse.skip_lines)
    reasons = dict(parse.reasons)
    footers = 0
    if head.plan.columns and not head.plan.ragged:
        tail = _lines(text, max(len(text) - _PLACE_BYTES, head.offset), len(text), whole_first=False)
        footers, reasons["footer_lines"] = count_footers(tail, dialect, head.plan.columns)
    reach = min(len(text), head.offset + _TABLES_BYTES)
    others = (
        later_headers(text, head.offset, reach, names=head.raw, dialect=dialect, width=head.plan.width)
        if head.rows and not head.plan.ragged
        else []
    )
    if others:
        pages = len(others) >= MANY_REPEATS and all(other.repeated for other in others)
        alike = " of the same names" if all(other.repeated for other in others) else ""
        reasons["table"] = (
            f"The names occur {len(others)} more times among the rows: pages of one table."
            if pages
            else f"The file holds {len(others) + 1} tables{alike}; the first is read."
        )
    sample = rows + _middle_rows(text, head.offset, dialect, head.plan.width)
    columns = {name: [row[place] for row in sample if place < len(row)] for place, name in enumerate(head.names)}
    values = find_values(columns, comma_likely=dialect.mark != ",")
    return parse.model_copy(
        update={"footer_lines": footers, **_settings(values), "reasons": {**reasons, **values.reasons}}
    )


def _settings(values: ValueSettings) -> dict[str, object]:
    names = ("decimal", "thousands", "day_first", "column_day_first", "column_missing", "units")
    return {name: getattr(values, name) for name in names}


def _middle_rows(text: mmap.mmap, begin: int, dialect: Dialect, width: int) -> list[list[str]]:
    """Return sound rows of a few places further down in a large file."""
    size = len(text) - begin
    if size < 2 * _SAMPLE_BYTES:
        return []
    rows: list[list[str]] = []
    for place in range(1, _PLACES + 1):
        start = begin + size * place // (_PLACES + 1)
        lines = _lines(text, start, start + _PLACE_BYTES, whole_first=False, whole_last=False)
        cells = [dialect.split(line) for line in lines]
        rows += [row for row in cells if row is not None and len(row) == width]
    return rows


def _lines(text: mmap.mmap, begin: int, end: int, *, whole_first: bool = True, whole_last: bool = True) -> list[str]:
    """Return the lines of a part of a text without their ends; the first and last left out where they are cut off."""
    cut = end < len(text) and not whole_last
    lines = text[begin : min(end, len(text))].decode("utf-8", errors="replace").split("\n")
    if (cut and len(lines) > 1) or not lines[-1]:
        lines.pop()
    if not whole_first and begin and text[begin - 1 : begin] != b"\n" and len(lines) > 1:
        lines.pop(0)
    return [part for line in lines for part in _LONE_RETURN.split(line.removesuffix("\r"))]


def _fixed(lines: list[str], widths: tuple[int, ...]) -> ParseSettings:
    rows = [split_fixed(line, widths) for line in lines if line.strip()]
    header, why = has_header(rows)
    values = find_values(
        {str(place): [row[place] for row in rows[int(header) :]] for place in range(len(widths))}, comma_likely=True
    )
    reasons = {
        "widths": f"Blanks stand at the same places of all lines: {len(widths)} columns.",
        "header": why,
        **{key: values.reasons[key] for key in ("decimal", "thousands", "day_first")},
    }
    settings = {"decimal": values.decimal, "thousands": values.thousands, "day_first": values.day_first}
    return ParseSettings(format="fixed", widths=widths, header=header, reasons=reasons).model_copy(update=settings)
