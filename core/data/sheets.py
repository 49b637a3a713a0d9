"""Read Excel workbooks into columns of text cells."""

from __future__ import annotations

import itertools
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.data.cells import TEXT
from core.data.names import numbered_names, unique_names
from core.data.schema import ParseSettings
from core.errors import LatheError


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of a workbook's sheets that hold cells."""
    with _workbook(path) as book:
        return tuple(sheet.title for sheet in book.worksheets)


def sheet_rows(path: Path, sheet: str = "", rows: int | None = None) -> list[list[str]]:
    """Return the rows of a sheet as text, without empty cells at the right end.

    Parameters
    ----------
    path : Path
        A workbook (.xlsx).
    sheet : str
        Name of the sheet; empty means the first.
    rows : int, optional
        Read only the first ones.

    Raises
    ------
    LatheError
        Where the file is no workbook, or has no such sheet.
    """
    with _workbook(path) as book:
        titles = [found.title for found in book.worksheets]
        if sheet and sheet not in titles:
            raise LatheError(
                f"The workbook must have the sheet {sheet!r}.",
                hint=f"Its sheets: {', '.join(titles)}.",
                field="parse.sheet",
            )
        source = book[sheet] if sheet else book.worksheets[0]
        source.reset_dimensions()
        try:
            return [_texts(row) for row in itertools.islice(source.iter_rows(values_only=True), rows)]
        except (SyntaxError, ValueError, KeyError, zipfile.BadZipFile) as error:  # openpyxl: damaged XML or zip
            raise LatheError(
                f"The sheet {source.title} is damaged: {error}.", hint="Save the workbook again."
            ) from error


def read_excel(
    path: Path, parse: ParseSettings, rows: int | None = None
) -> tuple[pa.Table, tuple[str, ...], tuple[int, ...]]:
    """Read a sheet as text cells; empty rows are left out and counted, and their places (from 0) are given."""
    wanted = None if rows is None else parse.skip_lines + rows + 50
    body = sheet_rows(path, parse.sheet, wanted)[parse.skip_lines :]
    while body and not body[-1]:
        body.pop()
    filled = [row for row in body if row]
    if len(filled) <= int(parse.header):
        raise LatheError(
            "A table must hold at least one row below its names; the sheet holds none.", field="parse.sheet"
        )
    begin = next(place for place, row in enumerate(body) if row) + int(parse.header)
    left_out = tuple(place for place, row in enumerate(body[begin:]) if not row)
    width = max(len(row) for row in filled)
    header, filled = (filled[0], filled[1:]) if parse.header else (list(numbered_names(width)), filled)
    names, notes = unique_names(header + [""] * (width - len(header)))
    filled = filled[:rows]
    blank = len(body) - len(filled) - int(parse.header)
    if rows is None and blank:
        notes += (f"{blank:,} empty {'row was' if blank == 1 else 'rows were'} left out.",)
    columns = zip(*(row + [""] * (width - len(row)) for row in filled), strict=True)
    return pa.table([pa.array(cells, TEXT) for cells in columns], names=list(names)), notes, left_out


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, OSError, KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        raise LatheError(
            f"The workbook cannot be opened: {error}.", hint="Save it again as .xlsx, or as CSV."
        ) from error
    try:
        if not book.worksheets:
            raise LatheError("The workbook must hold a sheet with cells; it holds none.", field="parse.sheet")
        yield book
    finally:
        book.close()


def _texts(row: tuple[Any, ...]) -> list[str]:
    cells = [_cell_text(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell_text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)
