"""Read delimited text into columns of text cells: Arrow where rows are even, row by row with mending where not."""

from __future__ import annotations

import itertools
import mmap
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from core.data.cells import TEXT
from core.data.doctor.dialect import Dialect, dialect_of
from core.data.doctor.head import MOST_LONG_ROWS, Head, decoded_lines, read_head
from core.data.doctor.lines import Lines
from core.data.doctor.notes import notes_of
from core.data.doctor.reader import Account, RejectedRow, even_rows
from core.data.doctor.scan import after_lines, before_lines, count_lines, find, has_blank_lines
from core.data.doctor.soundness import are_quotes_sound, has_lone_returns
from core.data.doctor.tables import MANY_REPEATS, Start, later_headers, table_end
from core.data.encoding import NULLS_NOTE, holds_nulls, open_utf8
from core.data.names import numbered_names, unique_names
from core.data.schema import ParseSettings
from core.errors import LatheError

_CHUNK_ROWS = 50_000
_BLOCK_BYTES = 1 << 23
_PREVIEW_LETTERS = 8_000_000
_MOST_WIDTH = 5_000


@dataclass(frozen=True)
class Delimited:
    """A text table as it was read.

    Attributes
    ----------
    table : Table of str
        Cells exactly as written.
    notes : tuple of str
        What was mended or left out.
    left_out : tuple of int
        Places, among all rows of the file and counted from 0, of those left out.
    rejected : tuple of RejectedRow
        The first of the rows that could not be read.
    rejected_total : int
        All of them.
    raw_names : tuple of str
        Names as they stand in the file, where there is a header.
    """

    table: pa.Table
    notes: tuple[str, ...] = ()
    left_out: tuple[int, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()
    rejected_total: int = 0
    raw_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Part:
    """The bytes of one table, header included, and what to say of the others."""

    begin: int
    end: int
    head: Head
    pages: bool = False
    notes: tuple[str, ...] = ()


def is_plain(parse: ParseSettings) -> bool:
    """Tell whether only encoding, delimiter, quote, header and lines to skip matter: any fast CSV reader will do.

    It says nothing of the rows of a file: where they are uneven or their quotes unsound (`is_sound`), only
    `read_delimited` reads them as they were meant.
    """
    return (
        parse.format == "csv"
        and len(f"{parse.delimiter}{parse.quote}") <= 2
        and len(parse.delimiter) == 1
        and parse.delimiter.isascii()
        and parse.quote.isascii()
        and not (parse.escape or parse.footer_lines or parse.table or "table" in parse.reasons)
        and (not parse.header or parse.header_rows == 1)
    )


def is_sound(path: Path, parse: ParseSettings) -> bool:
    """Tell whether a fast CSV reader gives the rows as they were meant: quotes, line ends and null bytes are in order.

    About a second for a gigabyte.
    """
    if not is_plain(parse) or holds_nulls(path, parse.encoding):
        return False
    with open_utf8(path, parse.encoding, nulls=False) as file:
        text = _mapped(file)
        return _is_sound(text, file.tell(), len(text), dialect_of(parse))


def read_delimited(path: Path, parse: ParseSettings, rows: int | None = None, *, empty: bool = False) -> Delimited:
    """Read a text table.

    Parameters
    ----------
    path : Path
        The file.
    parse : ParseSettings
        Encoding, delimiter, quote, escape, header, lines before and after the table, which of several tables.
    rows : int, optional
        Read only the first ones.
    empty : bool
        Whether a table without rows is fine.

    Returns
    -------
    Delimited
        Rows of which a delimiter, a quote or a line end is wrong are mended where the cells of the other rows show
        clearly how; those that cannot be read are in ``rejected``. Rows that differ in their number of cells by nature
        are all kept.

    Raises
    ------
    LatheError
        Where there is no row, or the bytes do not fit the encoding.
    """
    dialect = dialect_of(parse)
    nulls = holds_nulls(path, parse.encoding)
    with open_utf8(path, parse.encoding, None if rows is None else _PREVIEW_LETTERS, nulls=nulls) as file:
        text = _mapped(file)
        part = _find_part(text, file.tell(), parse, dialect, whole=rows is None)
        if not part.head.rows and not empty:
            raise _no_rows()
        read = _read_part(text, part, dialect, rows)
    if not read.table.num_rows and not empty:
        raise _no_rows()
    notes = read.notes + ((NULLS_NOTE,) if nulls else ())
    return replace(read, notes=notes, raw_names=part.head.raw)


def _mapped(file: BinaryIO) -> mmap.mmap:
    """Map a file into memory; it is unmapped when Arrow, too, is done with it."""
    file.flush()
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _find_part(text: mmap.mmap, start: int, parse: ParseSettings, dialect: Dialect, *, whole: bool) -> _Part:
    begin, line = after_lines(text, start, parse.skip_lines)
    end = before_lines(text, begin, parse.footer_lines)
    head = read_head(text, begin, end, parse=parse, dialect=dialect, line=line)
    reach = end if whole or parse.table else min(end, begin + _PREVIEW_LETTERS)
    others = (
        later_headers(text, head.offset, reach, names=head.raw, dialect=dialect, width=head.plan.width)
        if head.rows and not head.plan.ragged
        else []
    )
    notes = (_footer_note(parse.footer_lines),) if parse.footer_lines else ()
    repeated = bool(others) and all(other.repeated for other in others)
    if not others or (repeated and (len(others) >= MANY_REPEATS or parse.table < 0)):
        if parse.table > 0:
            raise _no_such_table(parse.table, 1)
        return _Part(begin, end, head, pages=bool(others), notes=notes)
    if parse.table >= len(others) + 1:
        raise _no_such_table(parse.table, len(others) + 1)
    return _one_of(text, [Start(begin, repeated=False), *others], end, parse, dialect, notes)


def _one_of(
    text: mmap.mmap, starts: list[Start], end: int, parse: ParseSettings, dialect: Dialect, notes: tuple[str, ...]
) -> _Part:
    place = max(parse.table, 0)
    begin = starts[place].offset
    stop = table_end(text, begin, starts[place + 1].offset, dialect) if place + 1 < len(starts) else end
    line = count_lines(text, begin)
    chosen = parse if place == 0 else parse.model_copy(update={"header": True, "header_rows": 1})
    head = read_head(text, begin, stop, parse=chosen, dialect=dialect, line=line)
    lines = ", ".join(f"{count_lines(text, other.offset) + 1:,}" for i, other in enumerate(starts) if i != place)
    verb = "another starts" if len(starts) == 2 else "others start"
    note = f"The file holds {len(starts)} tables; number {place + 1} is read, {verb} in line {lines}."
    return _Part(begin, stop, head, notes=(*notes, note))


def _read_part(text: mmap.mmap, part: _Part, dialect: Dialect, rows: int | None) -> Delimited:
    head = part.head
    if not head.rows:
        return Delimited(_no_cells(head.names), part.notes + head.notes)
    if rows is None and not part.pages and not head.plan.ragged and not has_blank_lines(text, head.offset, part.end):
        table = _read_fast(text, part, dialect)
        if table is not None:
            return Delimited(table, part.notes + head.notes)
    read = _read_slow(text, part, rows)
    return replace(read, notes=part.notes + head.notes + read.notes)


def _is_sound(text: mmap.mmap, begin: int, end: int, dialect: Dialect) -> bool:
    return not has_lone_returns(text, begin, end) and are_quotes_sound(
        text, begin, end, mark=dialect.mark, quote=dialect.quote
    )


def _read_fast(text: mmap.mmap, part: _Part, dialect: Dialect) -> pa.Table | None:
    """Read with Arrow; None where rows are uneven, quotes unsound or Arrow cannot make sense of them."""
    from pyarrow import csv as arrow_csv

    head = part.head
    padded = bool(dialect.padding) and not dialect.lead and not dialect.escape
    if not (dialect.plain or padded) or not f"{dialect.mark}{dialect.quote}".isascii() or head.plan.trailing:
        return None
    if padded and dialect.quote and find(text, dialect.quote.encode(), head.offset, part.end) >= 0:
        return None
    if not _is_sound(text, head.offset, part.end, dialect):
        return None
    names = [str(place) for place in range(len(head.names))]
    try:
        with pa.BufferReader(pa.py_buffer(memoryview(text)[head.offset : part.end])) as source:
            table = arrow_csv.read_csv(
                source,
                read_options=arrow_csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=dialect.mark, quote_char=dialect.quote or False, newlines_in_values=True
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, TEXT), strings_can_be_null=False
                ),
            )
    except pa.ArrowInvalid:
        return None
    if padded:
        first, *others = table.columns
        bare = [pc.replace_substring_regex(column, "^ ", "") for column in others]
        return pa.table([first, *bare], names=list(head.names))
    return table.rename_columns(list(head.names))


def _read_slow(text: mmap.mmap, part: _Part, most: int | None) -> Delimited:
    head = part.head
    plan = replace(head.plan, header=tuple(name.strip() for name in head.raw)) if part.pages else head.plan
    account = Account()
    lines = Lines(decoded_lines(text, head.offset, part.end), head.line, whole=_is_whole(plan.dialect, plan.width))
    rows = itertools.islice(even_rows(lines, plan, account), most)
    if plan.ragged:
        table = _ragged_table(list(rows), head.names)
    else:
        table = _even_table(rows, head.names)
        if account.rejected_total > MOST_LONG_ROWS * (account.rows + account.rejected_total):
            return _read_slow(text, replace(part, head=replace(head, plan=replace(plan, ragged=True))), most)
    return Delimited(
        table, notes_of(account, plan), tuple(account.left_out), tuple(account.rejected), account.rejected_total
    )


def _is_whole(dialect: Dialect, width: int) -> Callable[[str], bool]:
    return lambda line: len(dialect.split(line) or ()) == width


def _even_table(rows: itertools.islice[list[str]], names: tuple[str, ...]) -> pa.Table:
    schema = pa.schema([pa.field(str(place), TEXT) for place in range(len(names))])
    batches = []
    while chunk := list(itertools.islice(rows, _CHUNK_ROWS)):
        columns = [pa.array(cells, TEXT) for cells in zip(*chunk, strict=True)]
        batches.append(pa.record_batch(columns, schema=schema))
    return pa.Table.from_batches(batches, schema).rename_columns(list(names))


def _ragged_table(rows: list[list[str]], names: tuple[str, ...]) -> pa.Table:
    """Pad all rows to the widest."""
    width = min(max([len(names), *map(len, rows)]), _MOST_WIDTH)
    wider, _ = unique_names([*names, *numbered_names(width)[len(names) :]])
    columns = [pa.array([row[place] if place < len(row) else "" for row in rows], TEXT) for place in range(width)]
    return pa.table(columns, names=list(wider))


def _no_cells(names: tuple[str, ...]) -> pa.Table:
    return pa.table([pa.array([], TEXT) for _ in names], names=list(names))


def _footer_note(count: int) -> str:
    noun = "line is" if count == 1 else f"{count:,} lines are"
    return f"The last {noun} no part of the table and left out."


def _no_such_table(table: int, count: int) -> LatheError:
    noun = "one table" if count == 1 else f"{count} tables"
    return LatheError(f"The file holds {noun}; there is no table number {table + 1}.", field="parse.table")


def _no_rows() -> LatheError:
    return LatheError(
        "A table must hold at least one row; the file holds only a line of names.",
        hint="If that line is data, read the file without a header.",
        field="parse.header",
    )
