"""Read a large plain text table in blocks of whole rows, each parsed alone, so that memory stays bounded."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.doctor.dialect import dialect_of
from core.data.doctor.head import Head, read_head
from core.data.schema import ParseSettings

BLOCK_BYTES = 16 << 20
_COLUMN_BYTES = 16 << 10
_MOST_BLOCKS = 4
_FEED, _RETURN = 10, 13
_CACHED = 1 << 18
"""Letters looked at together: what fits into a core's cache is gone through several times quicker."""


class UnevenText(Exception):
    """The text is not as plain as it looked: the careful reader must take it."""


def block_bytes(columns: int) -> int:
    """Return the size of a block: tables of thousands of columns get larger ones, for each costs work a column."""
    return max(BLOCK_BYTES, columns * _COLUMN_BYTES)


class PlainText:
    """A text table of which the names are known, mapped into memory.

    Parameters
    ----------
    file : binary file
        UTF-8, standing where the text begins (behind a byte-order mark).
    parse : ParseSettings
        How it is read.

    Raises
    ------
    UnevenText
        Where there is no row, or the first rows are not of one width.
    """

    def __init__(self, file: BinaryIO, parse: ParseSettings) -> None:
        begin = place = file.tell()
        for _ in range(parse.skip_lines):
            place += len(file.readline())
        file.flush()
        self._text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._parse, dialect = parse, dialect_of(parse)
        line = self._text[begin:place].count(b"\n")
        end = len(self._text)
        self.head: Head = read_head(self._text, place, end, parse=parse, dialect=dialect, line=line)
        if not self.head.rows or self.head.plan.ragged or self.head.plan.trailing or not dialect.plain:
            raise UnevenText
        # Blank lines behind the last row are no rows.
        while end > self.head.offset and self._text[end - 1] in (_FEED, _RETURN):
            end -= 1
        self._end = end
        self.size = max(end - self.head.offset, 1)

    def blocks(self) -> Iterator[pa.Buffer]:
        """Give the rows in pieces that end where a row ends; nothing is copied.

        Raises
        ------
        UnevenText
            Where no row ends for several blocks, as after a quote that is never closed.
        """
        size, start = block_bytes(len(self.head.names)), self.head.offset
        view = memoryview(self._text)
        while start < self._end:
            stop, much = self._end, size
            if start + size < self._end:
                stop = self._row_end(start, start + size)
            while stop <= start:
                much *= 2
                if much > _MOST_BLOCKS * size:
                    raise UnevenText
                stop = self._end if start + much >= self._end else self._row_end(start, start + much)
            yield pa.py_buffer(view[start:stop])
            start = stop

    def release(self, block: pa.Buffer) -> None:
        """Tell the system that the pages of a block are not needed any more, so that they do not count as used."""
        start = block.address - pa.py_buffer(memoryview(self._text)).address
        first = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
        length = (start + block.size) // mmap.PAGESIZE * mmap.PAGESIZE - first
        if length > 0 and hasattr(mmap, "MADV_DONTNEED"):
            self._text.madvise(mmap.MADV_DONTNEED, first, length)

    def _row_end(self, start: int, stop: int) -> int:
        """Return the place behind the last row; a line end between quotes ends no row."""
        end = self._text.rfind(b"\n", start, stop) + 1
        inside = self._quotes(start, end) % 2 == 1
        while inside and end > start:
            before = max(self._text.rfind(b"\n", start, end - 1) + 1, start)
            inside ^= self._quotes(before, end) % 2 == 1
            end = before
        return end

    def _quotes(self, start: int, end: int) -> int:
        if not self._parse.quote or end <= start:
            return 0
        letters = np.frombuffer(self._text, dtype=np.uint8, count=end - start, offset=start)
        quote = ord(self._parse.quote)
        parts = (letters[place : place + _CACHED] for place in range(0, len(letters), _CACHED))
        return sum(int(np.count_nonzero(part == quote)) for part in parts)


def parse_block(
    block: pa.Buffer, head: Head, parse: ParseSettings, *, missing: Sequence[str], places: Sequence[int] | None = None
) -> list[pa.Array]:
    """Return the columns of a block as text; cells written exactly like a missing word are null.

    Parameters
    ----------
    block : Buffer
        Whole rows.
    head : Head
        Names of the table.
    parse : ParseSettings
        Delimiter and quote.
    missing : sequence of str
        Words that become null.
    places : sequence of int, optional
        Only these columns, counted from 0.

    Raises
    ------
    UnevenText
        Where a row has another number of cells or is blank, quotes are unsound, or the header comes again.
    """
    from pyarrow import csv as arrow_csv

    names = [str(place) for place in range(len(head.names))]
    plain = _look_through(block, parse)
    if plain is None:
        raise UnevenText
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(block),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=block.size + 1, use_threads=False),
            parse_options=arrow_csv.ParseOptions(
                delimiter=parse.delimiter,
                quote_char=parse.quote or False,
                # Only finding the end of a piece would need it; this piece is whole.
                newlines_in_values=False,
            ),
            convert_options=arrow_csv.ConvertOptions(
                check_utf8=not plain.ascii_only,
                column_types=dict.fromkeys(names, pa.string()),
                null_values=list(missing),
                strings_can_be_null=True,
                include_columns=None if places is None else [names[place] for place in places],
            ),
        )
    except pa.ArrowInvalid as error:
        raise UnevenText from error
    columns = [_whole(column) for column in table.columns]
    if places is None and head.raw and pc.any(pc.equal(columns[0], head.raw[0])).as_py():
        raise UnevenText  # It may be the header again: another table, or another page.
    return columns


def _whole(column: pa.ChunkedArray) -> pa.Array:
    if column.num_chunks == 1:
        return column.chunk(0)
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


@dataclass(frozen=True)
class _Plain:
    """A block that a fast reader divides as it is meant."""

    ascii_only: bool


def _look_through(block: pa.Buffer, parse: ParseSettings) -> _Plain | None:
    """Look at the letters of a block by the rules of `core.data.doctor`; None where only the careful reader will do."""
    letters = np.frombuffer(block, dtype=np.uint8)
    if letters[0] in (_FEED, _RETURN):
        return None
    quote = ord(parse.quote) if parse.quote else 0
    quotes, blanks = [], []
    returns, highest = False, 0
    for start in range(0, len(letters), _CACHED):
        # One letter more, to see what follows the last one.
        part = letters[start : start + _CACHED + 1]
        if part.min() == 0:
            return None
        highest = max(highest, int(part.max()))
        feeds = part == _FEED
        blanks.append(np.flatnonzero(feeds[:-1] & feeds[1:]) + start)
        returns = returns or bool((part == _RETURN).any())
        if quote:
            quotes.append(np.flatnonzero(part[:_CACHED] == quote) + start)
    found = np.concatenate(quotes) if quotes else np.zeros(0, dtype=np.int64)
    blank = np.concatenate(blanks)
    if returns:
        after = np.flatnonzero(letters == _RETURN) + 1
        if after[-1] == len(letters) or not (letters[after] == _FEED).all():
            return None
        blank = np.concatenate([blank, after[letters[after - 2] == _FEED]])
    outside = np.searchsorted(found, blank) % 2 == 0
    if outside.any() or not _are_quotes_sound(letters, found, parse):
        return None
    return _Plain(ascii_only=highest < 0x80)


def _are_quotes_sound(letters: np.ndarray, quotes: np.ndarray, parse: ParseSettings) -> bool:
    """Tell whether every quoted cell starts and ends at a delimiter or a line end; a doubled quote does both."""
    if not len(quotes):
        return True
    beside = np.zeros(256, dtype=bool)
    beside[[ord(parse.delimiter), _FEED, _RETURN, ord(parse.quote)]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    if len(opening) != len(closing):
        return False
    before = letters[opening[int(opening[0] == 0) :] - 1]
    after = letters[closing[: len(closing) - int(closing[-1] + 1 == len(letters))] + 1]
    return bool(beside[before].all() and beside[after].all())
