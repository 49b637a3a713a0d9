"""How a text is laid out as a table: delimiter, quote, lines before the table, header."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from core.data.cells import TEXT
from core.data.dates import parse_dates
from core.data.numbers import number_pattern
from core.data.schema import MISSING_WORDS
from core.errors import LatheError

DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Pipe"}

_EVEN = 0.9
_SAMPLE_ROWS = 2_000
_NUMBER = re.compile(
    "|".join(number_pattern(*marks).replace(r"\x{2212}", "\u2212") for marks in ((".", ","), (",", ".")))
)


@dataclass(frozen=True)
class Layout:
    """A delimiter, where the table starts, and the sampled rows from there on (header included, blank lines not)."""

    delimiter: str
    reason: str
    skip_lines: int
    skip_reason: str
    rows: list[list[str]]


def said_delimiter(line: str) -> str:
    """Return the delimiter that a first line like "sep=;" (as Excel writes it) declares, else ""."""
    found = re.fullmatch(r"\ufeff?\"?sep=([^\w\s\"']|\t| )\"?", line.strip("\r\n"))
    return found.group(1) if found else ""


def find_quote(lines: Sequence[str]) -> tuple[str, str]:
    """Return the quote character of the sampled lines and the reason."""
    double = sum(1 for line in lines if re.search(r"(?:^|[,;\t|])\s?\"", line))
    single = sum(1 for line in lines if re.search(r"(?:^|[,;\t|])'[^']*'(?:$|[,;\t|])", line))
    if single > 0.5 * len(lines) and not double:
        return "'", "Cells stand between single quotes."
    return '"', "Cells stand between double quotes." if double else "No quotes were found; the usual one is kept."


def find_layout(lines: Sequence[str], quote: str, delimiter: str = "") -> Layout:
    """Find the delimiter under which rows are most alike.

    Parameters
    ----------
    lines : sequence of str
        Lines of the sample.
    quote : str
        Quote character.
    delimiter : str, optional
        Taken as it is where the file declares it.
    """
    if not any(line.strip() for line in lines):
        raise no_rows()
    if delimiter:
        return _layout(lines, quote, delimiter, "The first line of the file declares it.")
    tries = [(mark, *_evenness(lines, quote, mark)) for mark in DELIMITERS]
    # Of two that divide evenly, the one whose cells are cleaner, then the one with more of them.
    best = max(tries, key=lambda t: (t[1] >= _EVEN, round(t[1], 2) + 0.2 * t[3] + 0.001 * min(t[2], 20)))
    mark, share, width, _ = best
    if share >= _EVEN:
        name = DELIMITERS[mark]
        return _layout(lines, quote, mark, f"{name}: {share:.0%} of the lines have {width} cells divided this way.")
    filled = [line for line in lines if line.strip()]
    used = {mark: sum(mark in line for line in filled) for mark in DELIMITERS}
    most = max(used, key=lambda mark: used[mark])
    if used[most] >= 0.5 * len(filled) and not _is_decimal_mark(filled, most):
        reason = f"{DELIMITERS[most]} occurs in {used[most] / len(filled):.0%} of the lines, but they differ in cells."
        return _layout(lines, quote, most, reason)
    unused = min(used, key=lambda mark: used[mark])
    return _layout(lines, quote, unused, "No delimiter divides the lines evenly: one column.")


def table_start(widths: Sequence[int]) -> tuple[int, str]:
    """Return how many lines come before the table, and why: lines unlike the ones that follow are left out.

    Parameters
    ----------
    widths : sequence of int
        Cells of each line; 0 for a blank one.
    """
    filled = [width for width in widths if width > 0]
    if not filled:
        raise no_rows()
    usual = Counter(filled[len(filled) // 4 :] or filled).most_common(1)[0][0]
    blank_only = next(place for place, width in enumerate(widths) if width)
    start = next(place for place, width in enumerate(widths) if width == usual)
    after = [width for width in widths[start:] if width]
    if usual < 2 or after.count(usual) < _EVEN * len(after):
        return (
            blank_only,
            f"{blank_only} blank lines come first." if blank_only else "The table starts in the first line.",
        )
    if start and 2 <= widths[start - 1] == usual - 1:
        start -= 1  # A header that names all columns but the one of row names.
    if not start:
        return 0, "The table starts in the first line."
    return start, f"The first {start} {'line is' if start == 1 else 'lines are'} not divided like the table below."


def no_rows() -> LatheError:
    """Return the error for a file without anything in it."""
    return LatheError("A table must hold at least one row; the file is empty.", hint="Choose another file.")


def has_header(rows: Sequence[Sequence[str]]) -> tuple[bool, str]:
    """Tell whether the first row names the columns, and why.

    Parameters
    ----------
    rows : sequence of sequences of str
        Rows of the sample, the doubtful one first.
    """
    first, body = [cell.strip() for cell in rows[0]], rows[1:]
    if not body:
        typed = sum(_are_values(first))
        return typed == 0, "There is only one row." if typed else "There is only a line of names."
    columns = [[row[place].strip() for row in body if place < len(row)] for place in range(len(first))]
    words, values = _votes(first, columns)
    if words > values:
        return True, "The first row holds words above columns of values."
    if values and _are_counted_names(first):
        return True, "The first row holds years or numbers in sequence, used as names."
    if values:
        return False, "The first row holds values like the rows below."
    repeated = [cell for cell, column in zip(first, columns, strict=True) if cell and cell in column]
    if repeated:
        return False, f"The first row holds {repeated[0]!r}, which occurs again below it."
    if all(first) and len(set(first)) == len(first) and max(map(len, first)) <= 60:
        return True, "The words of the first row do not occur again below it."
    if len([cell for cell in first if cell]) >= 0.5 * len(first):
        return True, "The first row reads like names."
    return False, "The first row has empty cells."


def _votes(first: Sequence[str], columns: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Count columns of values (numbers or dates) whose first cell is a word, and whose first cell is a value."""
    words = values = 0
    for cell, column in zip(first, columns, strict=True):
        known = [other for other in column if other not in MISSING_WORDS][:200]
        if not known or not cell:
            continue
        is_value, *below = _are_values([cell, *known])
        if sum(below) >= _EVEN * len(known):
            values += is_value
            words += not is_value and cell not in MISSING_WORDS
    return words, values


def _are_counted_names(first: Sequence[str]) -> bool:
    """Tell whether the whole numbers in the first row go up by one: 2019, 2020 ... or at least four of 0, 1, 2 ..."""
    numbers = [int(cell) for cell in first if re.fullmatch(r"\d{1,4}", cell)]
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    years = bool(numbers) and all(1900 <= number <= 2100 for number in numbers)
    return steps == {1} and (years or (len(numbers) >= 4 and numbers[0] <= 1))


def _are_values(cells: Sequence[str]) -> list[bool]:
    """Tell for each cell whether it is written as a number or a date."""
    numbers = np.array([_NUMBER.fullmatch(cell) is not None for cell in cells])
    rest = np.flatnonzero(~numbers)
    texts = pa.array([cells[int(place)] for place in rest], TEXT)
    dates = [~np.isnat(parse_dates(texts, day_first=order)) for order in (False, True)]
    numbers[rest] = dates[0] | dates[1]
    return [bool(value) for value in numbers]


def _layout(lines: Sequence[str], quote: str, delimiter: str, reason: str) -> Layout:
    widths = _line_widths(lines, quote, delimiter)
    skip, why = table_start(widths)
    rows = [row for row in _split(lines[skip:], quote, delimiter) if row][:_SAMPLE_ROWS]
    if not rows:
        raise no_rows()
    return Layout(delimiter, reason, skip, why, rows)


def _split(lines: Sequence[str], quote: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter, quotechar=quote)
    rows = []
    try:
        for row in reader:
            rows.append(row)
    except csv.Error:
        return rows or [[""]]
    return rows


def _line_widths(lines: Sequence[str], quote: str, delimiter: str) -> list[int]:
    """Return the cells of each physical line; a row over several lines counts at its first, its others as -1."""
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter, quotechar=quote)
    widths: list[int] = []
    try:
        for row in reader:
            blank = not row or (len(row) == 1 and not row[0].strip())
            widths.append(0 if blank else len(row))
            widths += [-1] * (reader.line_num - len(widths))
    except csv.Error:
        return widths or [1]
    return widths


def _is_decimal_mark(lines: Sequence[str], mark: str) -> bool:
    """Tell whether a comma stands only inside numbers below a name without one: one column with decimal commas."""
    numbers = [line.strip() for line in lines if mark in line]
    return mark == "," and mark not in lines[0] and all(map(_NUMBER.fullmatch, numbers))


def _evenness(lines: Sequence[str], quote: str, delimiter: str) -> tuple[float, int, float]:
    """Return the share of rows of the usual width (0 where that is one cell), the width, and the share
    of clean cells: numbers, and others without another delimiter in them.
    """
    rows = [row for row in _split(lines, quote, delimiter) if row and any(cell.strip() for cell in row)]
    if not rows:
        return 0.0, 1, 0.0
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    if width < 2 or _is_decimal_mark([line for line in lines if line.strip()], delimiter):
        return 0.0, width, 0.0
    cells = [cell.strip() for row in rows[:200] if len(row) == width for cell in row]
    others = [mark for mark in DELIMITERS if mark != delimiter]
    clean = sum(1 for cell in cells if _NUMBER.fullmatch(cell) or not any(mark in cell for mark in others))
    return count / len(rows), width, clean / max(len(cells), 1)
