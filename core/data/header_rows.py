"""Which rows at the top of a table name its columns."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from core.data.cells import TEXT
from core.data.dates import parse_dates
from core.data.doctor.profile import kind_of, loose_shape_of
from core.data.doctor.tables import repeats
from core.data.numbers import number_pattern
from core.data.schema import MISSING_WORDS

_EVEN = 0.9
_MOST_VOTERS = 400
_MOST_HEADER_ROWS = 5
_NUMBER = re.compile(
    "|".join(number_pattern(*marks).replace(r"\x{2212}", "\u2212") for marks in ((".", ","), (",", ".")))
)


def are_names(cells: Sequence[str]) -> bool:
    """Tell whether cells may be names: some are filled, none is a number or date, none is long."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and not any(_are_values(filled)) and max(map(len, filled)) <= 100


def header_rows(rows: Sequence[Sequence[str]]) -> int:
    """Return how many rows name the columns: those after the first that repeat it, or hold words above values."""
    count = 1
    while count < min(_MOST_HEADER_ROWS, len(rows) - 1):
        row, body = rows[count], rows[count + 1 :]
        if [cell.strip() for cell in row] != [cell.strip() for cell in rows[0]] and not _is_header_too(row, body):
            break
        count += 1
    return count


def _is_header_too(row: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    if len(row) != len(body[0]) or not any(cell.strip() for cell in row):
        return False
    columns = [[other[place].strip() for other in body[:200] if place < len(other)] for place in range(len(row))]
    words, values = votes([cell.strip() for cell in row], columns)
    typed = sum(1 for column in columns[:: _step(len(columns))] if _is_typed(column))
    return not values and words >= 2 and words >= 0.6 * typed


def _is_typed(column: Sequence[str]) -> bool:
    known = [cell for cell in column if cell not in MISSING_WORDS][:200]
    return bool(known) and sum(_are_values(known)) >= _EVEN * len(known)


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
    words, values = votes(first, columns)
    if words > values:
        return True, "The first row holds words above columns of values."
    if values and _are_counted_names(first):
        return True, "The first row holds years or numbers in sequence, used as names."
    if values:
        return False, "The first row holds values like the rows below."
    repeated = [cell for cell, column in zip(first, columns, strict=True) if cell and cell in column]
    if repeated and not any(repeats(row, first) for row in body):
        return False, f"The first row holds {repeated[0]!r}, which occurs again below it."
    if all(first) and len(set(first)) == len(first) and max(map(len, first)) <= 60:
        return True, "The words of the first row do not occur again below it."
    if len([cell for cell in first if cell]) >= 0.5 * len(first):
        return True, "The first row reads like names."
    return False, "The first row has empty cells."


def votes(first: Sequence[str], columns: Sequence[Sequence[str]]) -> tuple[int, int]:
    """Count columns of values (numbers or dates) whose first cell is a word, and whose first cell is a value."""
    words = values = 0
    step = _step(len(first))
    for cell, column in zip(first[::step], columns[::step], strict=True):
        known = [other for other in column if other not in MISSING_WORDS][:200]
        if not known or not cell:
            continue
        is_value, *below = _are_values([cell, *known])
        if sum(below) < _EVEN * len(known) and (shape := _common_shape(known)):
            is_value, below = loose_shape_of(cell) == shape, [True] * len(known)
        if sum(below) >= _EVEN * len(known):
            values += is_value
            words += not is_value and cell not in MISSING_WORDS
    return words, values


def _step(width: int) -> int:
    """Return how many columns to go on by: of thousands some hundreds tell as much."""
    return -(-width // _MOST_VOTERS) or 1


def _common_shape(cells: Sequence[str]) -> str:
    """Return the shape of nearly all cells where they are codes with digits, such as AB-123; else ""."""
    shape, count = Counter(map(loose_shape_of, cells)).most_common(1)[0]
    return shape if len(cells) >= 3 and "9" in shape and len(shape) >= 2 and count >= _EVEN * len(cells) else ""


def _are_counted_names(first: Sequence[str]) -> bool:
    """Tell whether the whole numbers in the first row go up by one: 2019, 2020 ... or at least four of 0, 1, 2 ..."""
    numbers = [int(cell) for cell in first if re.fullmatch(r"\d{1,4}", cell)]
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    years = bool(numbers) and all(1900 <= number <= 2100 for number in numbers)
    return steps == {1} and (years or (len(numbers) >= 4 and numbers[0] <= 1))


def _are_values(cells: Sequence[str]) -> list[bool]:
    """Tell for each cell whether it is a number (with a sign of money, too), a date, a time or an address."""
    known = np.array([_NUMBER.fullmatch(cell) is not None or _is_typed_cell(cell) for cell in cells], dtype=bool)
    rest = np.flatnonzero(~known)
    texts = pa.array([cells[int(place)] for place in rest], TEXT)
    dates = [~np.isnat(parse_dates(texts, day_first=order)) for order in (False, True)]
    known[rest] = dates[0] | dates[1]
    return [bool(value) for value in known]


def _is_typed_cell(cell: str) -> bool:
    return kind_of(cell) in ("whole", "number", "date", "time", "address")
