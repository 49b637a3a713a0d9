"""Read delimited text into columns of text cells: Arrow where rows are even, Python's csv where they are not."""

from __future__ import annotations

import csv
import itertools
import mmap
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

from core.data.cells import TEXT
from core.data.encoding import open_utf8
from core.data.names import numbered_names, unique_names
from core.data.schema import ParseSettings
from core.errors import LatheError

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

MOST_LONG_ROWS = 0.03
"""Share of rows with too many cells above which the file is refused."""

_PEEK_ROWS = 1000
_CHUNK_ROWS = 50_000
_BLOCK_BYTES = 1 << 23
_PREVIEW_LETTERS = 8_000_000


@dataclass
class _Account:
    """What the slow reader met."""

    rows: int = 0
    short: int = 0
    blank: int = 0
    long: list[tuple[int, int]] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Head:
    """Where the rows start (byte offset, line) and the names of their columns."""

    names: tuple[str, ...]
    offset: int
    line: int
    notes: tuple[str, ...]


def read_delimited(
    path: Path, parse: ParseSettings, rows: int | None = None
) -> tuple[pa.Table, tuple[str, ...], tuple[int, ...]]:
    """Read a text table.

    Parameters
    ----------
    path : Path
        The file.
    parse : ParseSettings
        Encoding, delimiter, quote, header and lines to skip.
    rows : int, optional
        Read only the first ones.

    Returns
    -------
    (Table of str, tuple of str, tuple of int)
        Cells exactly as written; notes on what was mended or left out; the places, among all rows of the file and
        counted from 0, of those left out.

    Raises
    ------
    LatheError
        Where there are no rows, or rows are ragged beyond mending.
    """
    with open_utf8(path, parse.encoding, None if rows is None else _PREVIEW_LETTERS) as file:
        head = _read_head(file, parse)
        if rows is None and not _has_blank_lines(file):
            table = _read_fast(file, head, parse)
            if table is not None:
                return table, head.notes, ()
        # The slow reader keeps account of short, long and blank rows.
        table, account = _read_slow(file, head, parse, rows)
        return table, head.notes + _notes(account, len(head.names)), tuple(account.left_out)


@contextmanager
def csv_rows(file: BinaryIO, parse: ParseSettings) -> Iterator[CsvReader]:
    """Give a csv reader over UTF-8 bytes from where ``file`` stands; cells may be of any size."""
    limit = csv.field_size_limit(sys.maxsize)
    # Lines are split at line feeds alone, so that the reader's count of them is one of lines in the file.
    lines = (line.decode("utf-8") for line in iter(file.readline, b""))
    try:
        yield csv.reader(lines, **_dialect(parse))  # type: ignore[arg-type]
    except csv.Error as error:
        raise LatheError(
            f"The text cannot be divided into cells: {error}.", hint="Check delimiter and quote.", field="parse.quote"
        ) from error
    finally:
        csv.field_size_limit(limit)


def _dialect(parse: ParseSettings) -> dict[str, object]:
    if len(parse.delimiter) != 1 or parse.delimiter in f"\r\n{parse.quote}":
        message = f"The delimiter must be one character, neither the quote nor a line end; it is {parse.delimiter!r}."
        raise LatheError(message, field="parse.delimiter")
    if not parse.quote:
        return {"delimiter": parse.delimiter, "quoting": csv.QUOTE_NONE}
    return {"delimiter": parse.delimiter, "quotechar": parse.quote, "doublequote": True}


def _read_head(file: BinaryIO, parse: ParseSettings) -> _Head:
    line = 0
    while line < parse.skip_lines and file.readline():
        line += 1
    begin = file.tell()
    first = _first_rows(file, parse)
    if not first:
        message = "A table must hold at least one row; there is no text after the lines to skip."
        raise LatheError(message, hint="Skip fewer lines or choose another file.", field="parse.skip_lines")
    if not parse.header:
        file.seek(begin)
        return _Head(numbered_names(_usual_width([len(row) for _, row in first])), begin, line, ())
    used, raw = first[0]
    if len(first) == 1:
        raise _no_rows()
    raw, extra = _fit_header(raw, [row for _, row in first[1:]])
    names, notes = unique_names(raw)
    file.seek(begin)
    for _ in range(used):
        file.readline()
    return _Head(names, file.tell(), line + used, (*extra, *notes))


def _first_rows(file: BinaryIO, parse: ParseSettings) -> list[tuple[int, list[str]]]:
    """Return the first rows that are not blank, each with the number of lines read up to its end."""
    rows = []
    with csv_rows(file, parse) as reader:
        for row in reader:
            if row:
                rows.append((reader.line_num, row))
            if len(rows) > _PEEK_ROWS:
                break
    return rows


def _usual_width(widths: list[int]) -> int:
    return Counter(widths).most_common(1)[0][0]


def _fit_header(names: list[str], rows: list[list[str]]) -> tuple[list[str], list[str]]:
    """Mend a header that is shorter than nearly all rows."""
    widths = [len(row) for row in rows]
    usual = _usual_width(widths)
    missing = usual - len(names)
    if missing <= 0 or widths.count(usual) < 0.9 * len(widths):
        return names, []
    even = [row for row in rows if len(row) == usual]
    if all(not any(cell.strip() for cell in row[len(names) :]) for row in even):
        return names, []
    if missing == 1:
        return ["", *names], [
            "The header has one name fewer than the rows have cells; the first column holds row names."
        ]
    return names + [""] * missing, [f"The header has {missing} names fewer than the rows have cells."]


def _has_blank_lines(file: BinaryIO) -> bool:
    """Tell whether a line before the last row may be empty: such lines are counted by the slow reader."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        places = [place for place in (text.find(b"\n\n"), text.find(b"\n\r\n")) if place >= 0]
        return bool(places) and re.compile(rb"[^\r\n]").search(text, min(places)) is not None


def _read_fast(file: BinaryIO, head: _Head, parse: ParseSettings) -> pa.Table | None:
    """Read with Arrow; None where rows are uneven or Arrow cannot make sense of them."""
    from pyarrow import csv as arrow_csv

    if not f"{parse.delimiter}{parse.quote}".isascii():
        return None
    file.seek(head.offset)
    names = [str(place) for place in range(len(head.names))]
    try:
        table = arrow_csv.read_csv(
            pa.PythonFile(file, mode="r"),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
            parse_options=arrow_csv.ParseOptions(
                delimiter=parse.delimiter,
                quote_char=parse.quote or False,
                newlines_in_values=True,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, TEXT), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    if not table.num_rows:
        raise _no_rows()
    return table.rename_columns(list(head.names))


def _read_slow(file: BinaryIO, head: _Head, parse: ParseSettings, most: int | None) -> tuple[pa.Table, _Account]:
    account = _Account()
    schema = pa.schema([pa.field(str(place), TEXT) for place in range(len(head.names))])
    batches = []
    file.seek(head.offset)
    with csv_rows(file, parse) as reader:
        even = _even_rows(reader, len(head.names), head.line, account)
        limited = itertools.islice(even, most)
        while chunk := list(itertools.islice(limited, _CHUNK_ROWS)):
            columns = [pa.array(cells, TEXT) for cells in zip(*chunk, strict=True)]
            batches.append(pa.record_batch(columns, schema=schema))
    if len(account.long) > MOST_LONG_ROWS * (account.rows + len(account.long)):
        raise _ragged(account, len(head.names))
    if not batches:
        raise _no_rows()
    return pa.Table.from_batches(batches, schema).rename_columns(list(head.names)), account


def _even_rows(reader: CsvReader, width: int, base: int, account: _Account) -> Iterator[list[str]]:
    blank = 0
    for row in reader:
        if not row or (width > 1 and len(row) == 1 and not row[0].strip()):
            blank += 1
            continue
        # Blank lines after the last row are not worth a word.
        place = account.rows + len(account.left_out)
        account.left_out += range(place, place + blank)
        account.blank, blank = account.blank + blank, 0
        if len(row) > width and any(cell.strip() for cell in row[width:]):
            account.long.append((base + reader.line_num, len(row)))
            account.left_out.append(account.rows + len(account.left_out))
            continue
        if len(row) < width:
            account.short += 1
            row = row + [""] * (width - len(row))
        account.rows += 1
        yield row[:width]


def _notes(account: _Account, width: int) -> tuple[str, ...]:
    notes = []
    if account.long:
        lines = ", ".join(f"{line:,}" for line, _ in account.long[:10])
        more = f" and {len(account.long) - 10:,} more" if len(account.long) > 10 else ""
        if len(account.long) == 1:
            notes.append(f"1 row has more than {width} cells and was left out (line {lines}).")
        else:
            count = f"{len(account.long):,} rows have more than {width} cells"
            notes.append(f"{count} and were left out (lines {lines}{more}).")
    if account.short:
        noun = "row has" if account.short == 1 else "rows have"
        notes.append(f"{account.short:,} {noun} fewer than {width} cells; the cells at the end count as missing.")
    if account.blank:
        notes.append(f"{account.blank:,} blank {'line was' if account.blank == 1 else 'lines were'} left out.")
    return tuple(notes)


def _ragged(account: _Account, width: int) -> LatheError:
    line, cells = account.long[0]
    total = account.rows + len(account.long)
    return LatheError(
        f"Every row must have the same number of cells; {len(account.long):,} of {total:,} rows have more than "
        f"{width}, the first in line {line:,} with {cells}.",
        hint="Check what separates the columns and the lines before the table. A list in every line, such as "
        "shopping baskets, is no table.",
        field="parse.delimiter",
    )


def _no_rows() -> LatheError:
    return LatheError(
        "A table must hold at least one row; the file holds only a line of names.",
        hint="If that line is data, read the file without a header.",
        field="parse.header",
    )
