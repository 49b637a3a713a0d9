"""Text in columns of fixed width: find where they lie, and read them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from core.data.cells import TEXT
from core.data.encoding import open_utf8
from core.data.names import numbered_names, unique_names
from core.data.schema import ParseSettings
from core.errors import LatheError

_LEAST_LINES = 3
_BLANK_SHARE = 0.99
_MOST_LINES = 500


@dataclass(frozen=True)
class FixedTable:
    """A table of fixed width as it was read."""

    table: pa.Table
    notes: tuple[str, ...] = ()


def find_fixed(lines: Sequence[str]) -> tuple[int, ...]:
    """Return the widths of the columns of lines that are aligned with blanks; none where they are not.

    Lines are aligned where at the same places all of them hold blanks, mostly more than one in a row.
    """
    filled = [line.rstrip() for line in lines if line.strip()][:_MOST_LINES]
    if len(filled) < _LEAST_LINES or any("\t" in line for line in filled):
        return ()
    runs = sum("  " in line.strip() for line in filled)
    if runs < 0.6 * len(filled):
        return ()
    width = max(map(len, filled))
    padded = [line.ljust(width) for line in filled]
    blank = [sum(line[place] == " " for line in padded) >= _BLANK_SHARE * len(padded) for place in range(width)]
    groups = [(is_blank, len(list(group))) for is_blank, group in itertools.groupby(blank)]
    return _widths(groups)


def _widths(groups: Sequence[tuple[bool, int]]) -> tuple[int, ...]:
    """Return column widths from runs of blank and filled places; blanks belong to the column before them."""
    widths: list[int] = []
    lead = 0
    for is_blank, length in groups:
        if not is_blank:
            widths.append(length + lead)
            lead = 0
        elif widths:
            widths[-1] += length
        else:
            lead = length
    return tuple(widths) if len(widths) >= 2 else ()


def split_fixed(line: str, widths: Sequence[int]) -> list[str]:
    """Return the cells of one line; what goes beyond the last column belongs to it."""
    places = [0, *itertools.accumulate(widths)]
    cells = [line[start:end] for start, end in itertools.pairwise(places)]
    cells[-1] += line[places[-1] :]
    return [cell.strip() for cell in cells]


def read_fixed(path: Path, parse: ParseSettings, rows: int | None = None) -> FixedTable:
    """Read a text whose columns have fixed widths.

    Parameters
    ----------
    path : Path
        The file.
    parse : ParseSettings
        Encoding, widths, header, lines before and after the table.
    rows : int, optional
        Read only the first ones.

    Raises
    ------
    LatheError
        Where there are no widths or no rows.
    """
    if not parse.widths or min(parse.widths) < 1:
        message = f"The columns need widths of at least one character each; they are {list(parse.widths)}."
        raise LatheError(message, hint="Give one number a column, such as 10, 8, 12.", field="parse.widths")
    with open_utf8(path, parse.encoding) as file:
        texts = [line.decode("utf-8").rstrip("\r\n") for line in file]
    stop = len(texts) - parse.footer_lines
    kept = [line for line in texts[parse.skip_lines : stop] if line.strip()]
    count = min(parse.header_rows, len(kept)) if parse.header else 0
    names, notes = _names([split_fixed(line, parse.widths) for line in kept[:count]], len(parse.widths))
    body = list(itertools.islice(_rows(kept[count:], parse.widths), rows))
    if not body:
        message = "A table must hold at least one row; there is none below the names."
        raise LatheError(message, hint="If the line of names is data, read the file without a header.")
    columns = [pa.array(cells, TEXT) for cells in zip(*body, strict=True)]
    return FixedTable(pa.table(columns, names=list(names)), notes)


def _rows(lines: Sequence[str], widths: Sequence[int]) -> Iterator[list[str]]:
    return (split_fixed(line, widths) for line in lines)


def _names(rows: Sequence[Sequence[str]], width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not rows:
        return numbered_names(width), ()
    return unique_names([" ".join(part for part in parts if part) for parts in zip(*rows, strict=True)])
