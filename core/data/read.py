"""Read a file into a table of text cells: every cell exactly as written, nothing dropped in silence."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pandas as pd
import pyarrow as pa

from core.data.delimited import read_delimited
from core.data.doctor.reader import RejectedRow
from core.data.fixed import read_fixed
from core.data.formats import file_format
from core.data.schema import ParseSettings
from core.data.sheets import read_excel, sheet_rows
from core.data.sources import read_source
from core.errors import LatheError

_LONG_LINE = 10_000


@dataclass(frozen=True)
class TextTable:
    """A table as it stands in its file.

    Attributes
    ----------
    frame : DataFrame of str of shape (n_rows, n_columns)
        Cells as text (pandas ``str``); an absent cell is the empty text. Names are present and different.
    notes : tuple of str
        What was mended or left out, in sentences.
    left_out : tuple of int
        Places of the rows that are in the file and not in the frame, counted from 0 among all rows of the file.
    rejected : tuple of RejectedRow
        Rows that could not be read, as they stand in the file: the first thousand of them.
    rejected_total : int
        All of them.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()
    left_out: tuple[int, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    rejected_total: int = 0


def read_text(path: Path, parse: ParseSettings, *, rows: int | None = None) -> TextTable:
    """Read a file as text cells.

    Parameters
    ----------
    path : Path
        A file of any format; not compressed.
    parse : ParseSettings
        How to read it. Numbers and dates of Excel and Parquet cells come with a point and in ISO form.
    rows : int, optional
        Read only the first ones, for a preview.

    Returns
    -------
    TextTable
        All rows; broken ones are mended where it is clear how, and those that cannot be read are in ``rejected``.

    Raises
    ------
    LatheError
        Where there is no row, or the text does not fit the encoding.
    """
    left_out: tuple[int, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    rejected_total = 0
    match parse.format:
        case "excel":
            table, notes, left_out = read_excel(path, parse, rows)
        case "csv":
            _refuse_other_formats(path)
            read = read_delimited(path, parse, rows)
            table, notes, left_out = read.table, read.notes, read.left_out
            rejected, rejected_total = read.rejected, read.rejected_total
        case "fixed":
            fixed = read_fixed(path, parse, rows)
            table, notes = fixed.table, fixed.notes
        case _:
            made = read_source(path, parse, rows)
            table, notes = made.table, made.notes
    if parse.format == "csv":
        notes += lone_column_note(table.column_names)
    return TextTable(_to_frame(table), notes, left_out, rejected, rejected_total)


def lone_column_note(names: Sequence[str]) -> tuple[str, ...]:
    """Return a note on a text file of one column, which may be one whose delimiter was not found."""
    if len(names) != 1:
        return ()
    return (f"The file has one column only ({names[0]}). If it should have more, check the delimiter.",)


def raw_lines(path: Path, parse: ParseSettings, n: int = 20) -> list[str]:
    """Return the first ``n`` lines of the file as they stand, for a preview; cells of Excel joined by " | "."""
    if parse.format in ("parquet", "feather", "sqlite", "duckdb", "sql"):
        return []
    if parse.format == "excel":
        return [" | ".join(row) for row in sheet_rows(path, parse.sheet, n)]
    with path.open("r", encoding=_known_encoding(parse.encoding), errors="replace") as file:
        return [line.rstrip("\n") for _ in range(n) if (line := _cut_line(file))]


def _cut_line(file: TextIO) -> str:
    """Read a line up to a bound; the rest of a longer one is passed over, so that lines keep their numbers."""
    line = rest = file.readline(_LONG_LINE)
    while rest and not rest.endswith("\n"):
        rest = file.readline(_LONG_LINE)
    return line


def _known_encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8"


def _refuse_other_formats(path: Path) -> None:
    found = file_format(path)
    # Text that looks like JSON may still be read as cells, if that is what is asked for.
    if found not in ("csv", "json"):
        raise LatheError(f"The file must be text to be read as CSV; it is {found}.", field="parse.format")


def _to_frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.large_string(): pd.StringDtype(na_value=float("nan"))}.get)
    return frame
