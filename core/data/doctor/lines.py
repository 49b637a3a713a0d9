"""Physical lines of a text, counted, with a look ahead; and records that go over several of them."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from core.data.doctor.dialect import Dialect

MOST_JOINED = 5_000
MOST_JOINED_LETTERS = 1_000_000

_END = re.compile(r"\r?\n\Z|\r\Z")
_LONE_RETURN = re.compile(r"(?<=\r)(?!\n)")


@dataclass(frozen=True)
class Record:
    """One row of the text.

    Attributes
    ----------
    line : int
        Line in the file where it ends, from 1.
    text : str
        Without the end of its last line.
    cells : list of str, optional
        None where its quotes are not sound.
    """

    line: int
    text: str
    cells: list[str] | None

    @property
    def is_blank(self) -> bool:
        """True where nothing is written; tabs that part empty cells are a row of them."""
        parted = self.cells is not None and len(self.cells) > 1 and "\t" in self.text
        return not parted and not self.text.strip()


class Lines:
    """Lines with a look ahead.

    Parameters
    ----------
    source : iterable of str
        Lines with their ends, split at line feeds.
    first : int
        Lines of the file before them.
    whole : callable, optional
        Tells whether a line with carriage returns in it is one row as it stands; otherwise they end lines.
    """

    def __init__(self, source: Iterable[str], first: int = 0, whole: Callable[[str], bool] | None = None) -> None:
        self._source = self._split(source, whole)
        self._ahead: deque[str] = deque()
        self.read = first

    def next(self) -> str | None:
        """Return the next line with its end, None where there is no more."""
        line = self._ahead.popleft() if self._ahead else next(self._source, None)
        if line is not None:
            self.read += 1
        return line

    def ahead(self, place: int) -> str | None:
        """Return the line that comes after ``place`` others, without taking it."""
        while len(self._ahead) <= place:
            line = next(self._source, None)
            if line is None:
                return None
            self._ahead.append(line)
        return self._ahead[place]

    def skip(self, count: int) -> None:
        """Take lines that were looked at."""
        for _ in range(count):
            self.next()

    @staticmethod
    def _split(source: Iterable[str], whole: Callable[[str], bool] | None) -> Iterator[str]:
        for line in source:
            if "\r" not in line[:-2] or (whole is not None and whole(without_end(line))):
                yield line
            else:
                yield from (part for part in _LONE_RETURN.split(line) if part)


def without_end(line: str) -> str:
    """Return a line without its line end."""
    return _END.sub("", line)


def records(lines: Lines, dialect: Dialect, width: int = 0) -> Iterator[Record]:
    """Divide lines into records.

    A quote that is open at the end of a line takes in the lines up to the one that closes it, but only where that
    makes a sound row: a stray quote must not swallow the rows below it.

    Parameters
    ----------
    lines : Lines
        They are taken as the records are.
    dialect : Dialect
        How a line is divided.
    width : int, optional
        Cells of a sound row, where that is known.
    """
    while (line := lines.next()) is not None:
        text = without_end(line)
        cells = dialect.split(text)
        if cells is None and dialect.is_open(text):
            joined = _join(line, lines, dialect, width)
            if joined is not None:
                yield joined
                continue
        yield Record(lines.read, text, cells)


def join_loosely(text_line: str, lines: Lines, dialect: Dialect, width: int, most: int = 20) -> Record | None:
    """Join a line with those after it into one row of ``width`` cells; quotes within cells need not be doubled."""
    text = text_line
    for place in range(most):
        line = lines.ahead(place)
        if line is None or _is_row(without_end(line), dialect, width):
            return None
        text += line
        fields = dialect.loose_fields(without_end(text))
        if fields is not None and len(fields) == width:
            lines.skip(place + 1)
            return Record(lines.read, without_end(text), [field.text for field in fields])
    return None


def _join(line: str, lines: Lines, dialect: Dialect, width: int) -> Record | None:
    parts, size, alone = [line], len(line), True
    for place in range(MOST_JOINED):
        more = lines.ahead(place)
        if more is None or size > MOST_JOINED_LETTERS:
            return None
        parts.append(more)
        size += len(more)
        alone = alone and width > 1 and _is_row(without_end(more), dialect, width)
        if dialect.quote not in more:
            continue
        text = without_end("".join(parts))
        cells = dialect.split(text)
        if cells is not None:
            if alone or (width and len(cells) != width):
                return None
            lines.skip(place + 1)
            return Record(lines.read, text, cells)
        if not dialect.is_open(text):
            return None
    return None


def _is_row(text: str, dialect: Dialect, width: int) -> bool:
    """Tell whether a line alone is a row: as many cells as others, and quotes in pairs."""
    return text.count(dialect.quote) % 2 == 0 and len(dialect.split(text) or ()) == width
