"""What one column most likely means, by its cells and its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.cells import Cells
from core.data.convert import TRUE_FALSE, TRUTH_PAIRS, column_parse
from core.data.dates import day_order, parse_dates
from core.data.numbers import are_whole, parse_numbers
from core.data.schema import ParseSettings
from core.types import ColumnKind, StorageType

TYPED_SHARE = 0.95
"""Share of the present cells that must fit a type; the others count as missing."""

_MOST_WORDS = 5
_NEAR_UNIQUE = 0.99
_MIN_ROWS = 20
_ID_NAME = re.compile(
    r"(?:^|[\s_.-])(?:id|ids|uuid|guid|key|rowid|row_id|index)$|[a-z](?:Id|ID|Uuid|UUID|Guid|GUID)$", re.A
)
_ID_WORD = re.compile(r"^(?:id|uuid|guid|index|rowid|row)$", re.I)
_CODE_NAME = re.compile(r"(?:^|[\s_.-])(?:zip|zipcode|postcode|postal|plz|phone|iban|isbn|code)(?:$|[\s_.-])", re.I)
_DATE_NAME = re.compile(r"(?:date|day|datum|time)", re.I)


@dataclass(frozen=True)
class Finding:
    """Kind and storage of a column, and why."""

    kind: ColumnKind
    storage: StorageType
    reason: str


def infer(name: str, cells: Cells, parse: ParseSettings) -> Finding:
    """Find what one column means."""
    parse = column_parse(parse, name)
    if not cells.present:
        return Finding(ColumnKind.CATEGORICAL, StorageType.STRING, "Every cell is missing.")
    return (
        _as_truth(cells)
        or _as_compact_date(name, cells, parse)
        or _as_number(name, cells, parse)
        or _as_date(cells, parse)
        or _as_words(name, cells)
    )


def _as_truth(cells: Cells) -> Finding | None:
    storage = truth_storage(cells)
    if storage is None:
        return None
    words = " and ".join(cells.words(np.ones(len(cells.values), bool), 6))
    return Finding(ColumnKind.BOOLEAN, storage, f"Only {words} occur.")


def truth_storage(cells: Cells) -> StorageType | None:
    """Return STRING for a pair of words, which are kept; BOOL where case varies; None for anything else."""
    if not 1 <= len(cells.values) <= 6:
        return None
    words = {str(word) for word in cells.values.to_pylist()}
    lower = {word.lower() for word in words}
    pair = lower <= TRUE_FALSE or any(lower == set(pair) for pair in TRUTH_PAIRS) or lower in ({"yes"}, {"no"})
    if not pair:
        return None
    return StorageType.STRING if len(words) == len(lower) else StorageType.BOOL


def _as_compact_date(name: str, cells: Cells, parse: ParseSettings) -> Finding | None:
    if not _DATE_NAME.search(name) or not pc.all(pc.match_substring_regex(cells.values, r"^[12]\d{7}$")).as_py():
        return None
    if np.isnat(parse_dates(cells.values, day_first=parse.day_first)).any():
        return None
    return Finding(ColumnKind.DATETIME, StorageType.DATETIME, "Dates written as YYYYMMDD.")


def _as_number(name: str, cells: Cells, parse: ParseSettings) -> Finding | None:
    unit = parse.units.get(name, "")
    numbers = parse_numbers(cells.values, parse, unit)
    other = np.isnan(numbers)
    if not _few_words(cells, other):
        return None
    if zero_padded(cells) or _too_long(cells):
        return None
    storage = number_storage(numbers)
    if storage is StorageType.INT:
        special = _as_numbered(name, cells, numbers)
        if special:
            return special
    reason = _number_reason(cells, numbers, storage) + (f" The unit is {unit}." if unit else "")
    if other.any():
        words = ", ".join(map(repr, cells.words(other)))
        reason += f" {cells.counts[other].sum():,} cells hold {words}; they count as missing."
    return Finding(ColumnKind.NUMERIC, storage, reason)


def number_storage(numbers: np.ndarray) -> StorageType:
    """Return INT where all known numbers are whole, else FLOAT."""
    known = not np.isnan(numbers).all()
    return StorageType.INT if known and are_whole(numbers) else StorageType.FLOAT


def _number_reason(cells: Cells, numbers: np.ndarray, storage: StorageType) -> str:
    found = np.unique(numbers[~np.isnan(numbers)])
    if storage is StorageType.FLOAT:
        return "Every value is a number."
    if len(found) <= 20 and len(found) < 0.5 * cells.present:
        if len(found) == 1:
            return f"The number {found[0]:.0f} in every row."
        return f"Whole numbers, {len(found)} different ones from {found[0]:.0f} to {found[-1]:.0f}."
    return "Every value is a whole number."


def _as_numbered(name: str, cells: Cells, numbers: np.ndarray) -> Finding | None:
    """Find whole numbers that name things instead of measuring them."""
    share = len(cells.values) / cells.present
    enough = cells.present >= _MIN_ROWS
    if _is_id_name(name):
        if share >= _NEAR_UNIQUE:
            reason = f"Whole numbers, {_nearly(share)} different, under a name that identifies rows."
            return Finding(ColumnKind.IDENTIFIER, StorageType.INT, reason)
        if enough:
            reason = "Numbers that name something, by the column's name, and occur repeatedly."
            return Finding(ColumnKind.CATEGORICAL, StorageType.STRING, reason)
    if _CODE_NAME.search(name):
        return Finding(ColumnKind.CATEGORICAL, StorageType.STRING, "Numbers used as codes, by the column's name.")
    counts_rows = enough and not cells.missing and len(numbers) == cells.rows and numbers[0] in (0, 1)
    if counts_rows and bool((np.diff(numbers) == 1).all()):
        return Finding(ColumnKind.IDENTIFIER, StorageType.INT, "It counts the rows.")
    return None


def _as_date(cells: Cells, parse: ParseSettings) -> Finding | None:
    instants = parse_dates(cells.values, day_first=parse.day_first)
    other = np.isnat(instants)
    if not _few_words(cells, other):
        return None
    reason = "Every value is a date."
    if day_order(cells.values)[0]:
        reason = f"Every value is a date, {'day' if parse.day_first else 'month'} first."
    if other.any():
        words = ", ".join(map(repr, cells.words(other)))
        reason += f" {cells.counts[other].sum():,} cells hold {words}; they count as missing."
    return Finding(ColumnKind.DATETIME, StorageType.DATETIME, reason)


def _as_words(name: str, cells: Cells) -> Finding:
    share = len(cells.values) / cells.present
    lengths = pc.utf8_length(cells.values).to_numpy(zero_copy_only=False)
    words = pc.add(pc.count_substring_regex(cells.values, r"\s+"), 1).to_numpy(zero_copy_only=False)
    mean_words, mean_length = np.average(words, weights=cells.counts), np.average(lengths, weights=cells.counts)
    if share >= 0.5 and cells.present >= 2 and (mean_words >= 3 or mean_length >= 50):
        reason = f"Free text: {mean_words:.0f} words on average, {_nearly(share)} different."
        return Finding(ColumnKind.TEXT, StorageType.STRING, reason)
    if _is_id_name(name) and share >= _NEAR_UNIQUE:
        reason = f"{_nearly(share).capitalize()} different, under a name that identifies rows."
        return Finding(ColumnKind.IDENTIFIER, StorageType.STRING, reason)
    if share >= _NEAR_UNIQUE and cells.present >= _MIN_ROWS and mean_words < 2:
        return Finding(ColumnKind.IDENTIFIER, StorageType.STRING, f"Codes or names, {_nearly(share)} different.")
    noun = "value" if len(cells.values) == 1 else "values"
    return Finding(ColumnKind.CATEGORICAL, StorageType.STRING, f"{len(cells.values):,} different {noun}.")


def _few_words(cells: Cells, other: np.ndarray) -> bool:
    """Tell whether nearly all cells are typed, and the others are but a few words without digits."""
    if not other.any():
        return True
    if cells.share(~other) < TYPED_SHARE or other.sum() > _MOST_WORDS:
        return False
    rest = cells.values.take(pa.array(np.flatnonzero(other)))
    return not pc.any(pc.match_substring_regex(rest, r"\d")).as_py()


def zero_padded(cells: Cells) -> bool:
    """Tell whether numbers like 00123 occur: their zeros mean something."""
    padded = pc.match_substring_regex(cells.values, r"^0\d+$").to_numpy(zero_copy_only=False)
    return cells.share(padded) >= 0.01


def _too_long(cells: Cells) -> bool:
    """Tell whether there are whole numbers of more than 15 digits, which would lose digits as float64."""
    return bool(pc.any(pc.match_substring_regex(cells.values, r"^\d{16,}$")).as_py())


def _is_id_name(name: str) -> bool:
    return bool(_ID_NAME.search(name) or _ID_WORD.match(name.strip()) or _ID_NAME.search(name.lower()))


def _nearly(share: float) -> str:
    return "all" if share == 1 else f"{min(share, 0.999):.1%}" if share > 0.99 else f"{share:.0%}"
