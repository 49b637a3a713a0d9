"""Find out how a file is to be read, each setting with its reason in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from core.data.cells import TEXT, distinct
from core.data.dates import day_order
from core.data.encoding import find_encoding, open_utf8
from core.data.formats import file_format
from core.data.layout import Layout, find_layout, find_quote, has_header, said_delimiter
from core.data.numbers import find_marks
from core.data.schema import MISSING_WORDS, ParseSettings
from core.data.sheets import sheet_names, sheet_rows
from core.errors import LatheError

_SAMPLE_BYTES = 512_000
_SAMPLE_ROWS = 2_000


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
        case "parquet":
            reasons = {"format": "The file starts as Parquet files do; it names and types its columns itself."}
            return ParseSettings(format="parquet", reasons=reasons)
        case "excel":
            return _sniff_excel(path)
        case "csv":
            return _sniff_text(path)
        case _:
            raise LatheError(f"The file {name or path.name} is compressed ({found}).", hint="Unpack it first.")


def _sniff_excel(path: Path) -> ParseSettings:
    sheet, reason = _first_filled_sheet(path)
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


def _first_filled_sheet(path: Path) -> tuple[str, str]:
    titles = sheet_names(path)
    for title in titles:
        if any(sheet_rows(path, title, 200)):
            others = ", ".join(other for other in titles if other != title)
            return title, f"The first sheet with cells; others: {others}." if others else "The only sheet."
    raise LatheError("A table must hold at least one row; all sheets of the workbook are empty.")


def _sniff_text(path: Path) -> ParseSettings:
    encoding, why_encoding = find_encoding(path)
    lines = sample_lines(path, encoding)
    said = said_delimiter(lines[0]) if lines else ""
    quote, why_quote = find_quote(lines)
    layout = find_layout(lines[1:] if said else lines, quote, said)
    skip = layout.skip_lines + bool(said)
    header, why_header = has_header(layout.rows)
    marks = _marks(layout, header)
    return ParseSettings(
        encoding=encoding,
        delimiter=layout.delimiter,
        quote=quote,
        header=header,
        skip_lines=skip,
        decimal=marks["decimal"],
        thousands=marks["thousands"],
        day_first=marks["day_first"],
        reasons={
            "format": "The file is text.",
            "encoding": why_encoding,
            "delimiter": layout.reason,
            "quote": why_quote,
            "skip_lines": layout.skip_reason,
            "header": why_header,
            **marks["reasons"],
        },
    )


def sample_lines(path: Path, encoding: str) -> list[str]:
    """Return the lines at the start of a text file; one that the sample cuts off is left out."""
    with open_utf8(path, encoding, 2 * _SAMPLE_BYTES) as file:
        block = file.read(_SAMPLE_BYTES)
        cut = bool(file.read(1))
    text = block.decode("utf-8", errors="ignore")
    lines = text.split("\n")
    if cut and len(lines) > 1:
        lines.pop()
    return [line.rstrip("\r") for line in lines]


def _marks(layout: Layout, header: bool) -> dict[str, Any]:
    width = max(len(row) for row in layout.rows)
    body = layout.rows[int(header) :]
    columns = [
        distinct(pd.Series([row[place] if place < len(row) else "" for row in body], dtype="str"), MISSING_WORDS).values
        for place in range(width)
    ]
    columns = [column.cast(TEXT) for column in columns if len(column)]
    decimal, thousands, why = find_marks(columns, comma_likely=layout.delimiter != ",")
    day_first, why_days = _day_order(columns, european=decimal == ",")
    reasons = {"decimal": why, "thousands": why, "day_first": why_days}
    return {"decimal": decimal, "thousands": thousands, "day_first": day_first, "reasons": reasons}


def _day_order(columns: list[Any], *, european: bool) -> tuple[bool, str]:
    found = [(column, *day_order(column)[1:]) for column in columns if day_order(column)[0]]
    orders = [(day, month) for column, day, month in found if day != month]
    if any(day for day, _ in orders):
        return True, "A number above 12 stands where the day comes first."
    if orders:
        return False, "A number above 12 stands where the day comes second."
    if not found:
        return False, "No dates like 01/02/2026 were found."
    dotted = all("." in str(column[0]) for column, _, _ in found)
    if dotted or european:
        return True, "Both orders fit; written like this, the day usually comes first."
    return False, "Both orders fit; the month is taken to come first."
