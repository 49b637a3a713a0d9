"""Numbers written as text: which marks they use, and their values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.cells import TEXT
from core.data.schema import ParseSettings

LARGEST_WHOLE = 2**53
"""Whole numbers up to here are exact as float64."""

_BLANKS = "[ \u00a0\u202f']"


@lru_cache(maxsize=32)
def number_pattern(decimal: str, thousands: str) -> str:
    """Return the regular expression of a number with these marks; groups of thousands must be whole."""
    point = re.escape(decimal)
    group = _BLANKS if thousands == " " else re.escape(thousands)
    whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)" if thousands else r"\d+"
    return rf"^[+\-\x{{2212}}]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?$"


def parse_numbers(values: pa.Array, parse: ParseSettings) -> np.ndarray:
    """Return the values of trimmed text cells.

    Parameters
    ----------
    values : Array of str of shape (n,)
        Trimmed cells; null stays unknown.
    parse : ParseSettings
        Decimal and thousands mark.

    Returns
    -------
    ndarray of float64 of shape (n,)
        NaN where a cell is no finite number.
    """
    text = pc.if_else(is_number(values, parse), values, pa.scalar(None, TEXT))
    if parse.thousands:
        text = pc.replace_substring_regex(text, _BLANKS if parse.thousands == " " else re.escape(parse.thousands), "")
    if parse.decimal == ",":
        text = pc.replace_substring(text, ",", ".")
    text = pc.replace_substring(pc.utf8_ltrim(text, "+"), "\u2212", "-")
    numbers = np.array(text.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    numbers[~np.isfinite(numbers)] = np.nan
    return numbers


def is_number(values: pa.Array, parse: ParseSettings) -> pa.Array:
    """Tell for each trimmed cell whether it is written as a number; null stays null."""
    return pc.match_substring_regex(values, number_pattern(parse.decimal, parse.thousands))


def are_whole(numbers: np.ndarray) -> bool:
    """Tell whether all known numbers are whole and exact as float64."""
    known = numbers[~np.isnan(numbers)]
    return bool((np.abs(known) <= LARGEST_WHOLE).all() and (known == np.floor(known)).all())


def find_marks(columns: Sequence[pa.Array], *, comma_likely: bool) -> tuple[Literal[".", ","], str, str]:
    """Find the decimal and thousands mark under which most columns are numbers.

    Parameters
    ----------
    columns : sequence of Array of str
        Trimmed distinct cells of a sample, missing ones left out; one array a column.
    comma_likely : bool
        The file separates cells with something else than a comma, so a lone comma is rather a decimal mark.

    Returns
    -------
    (str, str, str)
        Decimal mark, thousands mark (may be empty), reason.
    """
    commas: list[tuple[Literal[".", ","], str]] = [(",", ""), (".", ",")]
    order: list[tuple[Literal[".", ","], str]] = [(".", ""), *(commas if comma_likely else commas[::-1])]
    order += [(",", "."), (".", " "), (",", " ")]
    counts = [sum(_numeric(column, *marks) for column in columns) for marks in order]
    best = int(np.argmax(counts))
    decimal, thousands = order[best]
    if counts[best] == 0:
        return ".", "", "No column holds numbers."
    words = f"{counts[best]} {'column holds' if counts[best] == 1 else 'columns hold'} numbers when read this way"
    if best and counts[0]:
        words += f"; with a point and no thousands mark {counts[0]} would be"
    return decimal, thousands, words + "."


def _numeric(column: pa.Array, decimal: Literal[".", ","], thousands: str) -> bool:
    if not len(column):
        return False
    matches = pc.match_substring_regex(column, number_pattern(decimal, thousands))
    return bool(pc.sum(matches).as_py() >= 0.95 * len(column))
