"""Text cells of a block as typed ones: Arrow's casts where they mean the same as `to_typed`, else `to_typed` itself.

Whatever a cast lets through and `to_typed` would not is caught by cheap looks at lengths, first letters and values, so
that both ways give the same cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.data.arrow_types import ARROW_TYPES
from core.data.cells import TEXT, trim
from core.data.convert import column_parse, to_typed
from core.data.numbers import LARGEST_WHOLE
from core.data.schema import ColumnSchema, ParseSettings
from core.data.storage import to_arrow
from core.types import StorageType

_LONG = 1e15
"""Numbers from here on have 16 digits or more; written as whole ones they may be codes."""

_HOUR_ONLY = 13
_BLANK = 0x20
_ZERO, _NINE = ord("0"), ord("9")
_NUMBERS = (StorageType.INT, StorageType.FLOAT)


@dataclass(frozen=True)
class Converted:
    """Cells of a block as they are stored, and what speaks against their type.

    Attributes
    ----------
    cells : Array
        Stored type; null is missing or unreadable.
    odd : Array of str, counts : ndarray of int
        Texts as written, and how often each occurs, that are unreadable, no whole number, padded with zeros or too
        long: they may turn the column into something else.
    unread : ndarray of bool
        Which of them cannot be read.
    """

    cells: pa.Array
    odd: pa.Array
    counts: np.ndarray
    unread: np.ndarray


def missing_of(parse: ParseSettings, name: str) -> tuple[str, ...]:
    """Return the words that mean missing in a column."""
    return column_parse(parse, name).missing_words


def convert(text: pa.Array, column: ColumnSchema, parse: ParseSettings) -> Converted:
    """Convert the cells of one block.

    Parameters
    ----------
    text : Array of str of shape (n_rows,)
        Cells as written; null is missing.
    column : ColumnSchema
        Its name and storage decide.
    parse : ParseSettings
        Marks in numbers, order in dates, missing words.
    """
    quick = None if column.name in parse.units else _quick(text, column, parse)
    if quick is not None:
        return quick
    return convert_encoded(text.dictionary_encode(), column, parse)


def convert_encoded(encoded: pa.DictionaryArray, column: ColumnSchema, parse: ParseSettings) -> Converted:
    """Convert cells by their different values, with `to_typed`."""
    values, indices = encoded.dictionary.cast(TEXT), encoded.indices
    cells, odd, unread = convert_values(values, column, parse)
    counts = np.bincount(_known(indices), minlength=len(values))
    picked = np.flatnonzero(odd)
    return Converted(cells.take(indices), values.take(pa.array(picked)), counts[picked], unread[picked])


def convert_values(
    values: pa.Array, column: ColumnSchema, parse: ParseSettings
) -> tuple[pa.Array, np.ndarray, np.ndarray]:
    """Convert text cells with `to_typed`; return them as stored, which are odd, and which are unreadable."""
    series = pd.Series(pd.StringDtype(na_value=np.nan).__from_arrow__(values), name=column.name)  # type: ignore[attr-defined]
    typed, unread = to_typed(series, column, parse)
    odd = unread.copy()
    if column.storage in _NUMBERS:
        odd |= _is_code(values)
    if column.storage is StorageType.INT:
        numbers = typed.to_numpy(dtype=np.float64)
        with np.errstate(invalid="ignore"):
            broken = ~np.isnan(numbers) & ((numbers != np.floor(numbers)) | (np.abs(numbers) > LARGEST_WHOLE))
        odd |= broken
        # They have no place among whole numbers; the column is read once more as what it turns out to be.
        typed[broken] = np.nan
    return to_arrow(typed, column.storage), odd, unread


def _quick(text: pa.Array, column: ColumnSchema, parse: ParseSettings) -> Converted | None:
    """Cast the cells; None where a cell is written in a way that only the careful reader knows."""
    try:
        match column.storage:
            case StorageType.STRING:
                return _plain(_trimmed(text, missing_of(parse, column.name)))
            case StorageType.DATETIME:
                lengths = _lengths(text)
                if (lengths == _HOUR_ONLY).any():
                    return None
                return _plain(text.cast(ARROW_TYPES[StorageType.DATETIME]))
            case StorageType.INT | StorageType.FLOAT:
                return _quick_numbers(text, column, parse)
            case StorageType.BOOL:
                return None
    except pa.ArrowInvalid:
        return None


def _quick_numbers(text: pa.Array, column: ColumnSchema, parse: ParseSettings) -> Converted | None:
    plain = text
    if column.storage is StorageType.FLOAT and parse.decimal == ",":
        if pc.any(pc.match_substring(text, ".")).as_py():
            return None
        plain = pc.replace_substring(text, ",", ".")
    cells = plain.cast(ARROW_TYPES[column.storage])
    numbers = cells.to_numpy(zero_copy_only=False) if not cells.null_count else pc.fill_null(cells, 0).to_numpy()
    odd = _padded(text)
    if column.storage is StorageType.FLOAT:
        if not np.isfinite(numbers).all():
            return None
        odd |= np.abs(numbers) >= _LONG
    else:
        if odd.any() and pc.any(pc.match_substring_regex(text, "^0[xX]")).as_py():
            return None
        odd |= (numbers >= _LONG) | (numbers <= -_LONG)
        if odd.any() and (np.abs(numbers.astype(np.float64)) > LARGEST_WHOLE).any():
            return None
    if not odd.any():
        return _plain(cells)
    counted = pc.value_counts(text.filter(pa.array(odd)).cast(TEXT))
    values = counted.field("values")
    is_code = _is_code(values)
    return Converted(
        cells,
        values.filter(pa.array(is_code)),
        counted.field("counts").to_numpy()[is_code],
        np.zeros(int(is_code.sum()), dtype=bool),
    )


def _trimmed(text: pa.Array, missing: tuple[str, ...]) -> pa.Array:
    """Return texts without blanks at their ends; only where there are any is the whole block gone through."""
    ends = _end_letters(text)
    # Blanks beyond ASCII start with a byte from 0x80 on, as accented letters do.
    if not any(((letters <= _BLANK) | (letters >= 0x80)).any() for letters in ends):
        return text.cast(TEXT)
    return trim(text.cast(TEXT), missing)


def _plain(cells: pa.Array) -> Converted:
    return Converted(cells, pa.array([], TEXT), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool))


def _is_code(values: pa.Array) -> np.ndarray:
    """Tell which texts are whole numbers that lose something as numbers: zeros in front, or digits beyond 15."""
    found = pc.fill_null(pc.match_substring_regex(values, r"^(?:0\d+|\d{16,})$"), False)
    return np.asarray(found.to_numpy(zero_copy_only=False))


def _padded(text: pa.Array) -> np.ndarray:
    """Tell which texts start with a zero that another digit or letter follows."""
    letters, places = _buffers(text)
    starts = places[:-1]
    long = np.diff(places) > 1
    mask = np.zeros(len(text), dtype=bool)
    candidates = np.flatnonzero(long)
    candidates = candidates[letters[starts[candidates]] == _ZERO]
    if len(candidates):
        second = letters[starts[candidates] + 1]
        mask[candidates] = ((second >= _ZERO) & (second <= _NINE)) | (second == ord("x")) | (second == ord("X"))
    if text.null_count:
        mask &= text.is_valid().to_numpy(zero_copy_only=False)
    return mask


def _end_letters(text: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and the last byte of every text that is not empty."""
    letters, places = _buffers(text)
    filled = np.diff(places) > 0
    return letters[places[:-1][filled]], letters[places[1:][filled] - 1]


def _lengths(text: pa.Array) -> np.ndarray:
    return np.diff(_buffers(text)[1])


def _buffers(text: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    _, offsets, data = text.buffers()
    if offsets is None or not len(text):
        return np.zeros(0, dtype=np.uint8), np.zeros(len(text) + 1, dtype=np.int64)
    size = np.int64 if pa.types.is_large_string(text.type) else np.int32
    places = np.frombuffer(offsets, dtype=size)[text.offset : text.offset + len(text) + 1]
    return np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, dtype=np.uint8), places


def _known(indices: pa.Array) -> np.ndarray:
    return np.asarray(indices.drop_null().to_numpy(zero_copy_only=False))
