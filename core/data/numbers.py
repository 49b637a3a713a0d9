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


_SIGNS = r"US\$|CA\$|AU\$|A\$|C\$|NZ\$|HK\$|R\$|[$€£¥₹₽₩₺₴₫]|Rs\.?|kr\.?|zł|Kč|Ft"
_MONEY = rf"{_SIGNS}|CHF|USD|EUR|GBP|JPY|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN"
_AMOUNT = r"\d[\d.,'\u00a0\u202f]*(?: \d{3}(?!\d)[.,\d]*)*"
_WITH_UNIT = re.compile(
    rf"[+\-\u2212(]? ?(?P<before>{_MONEY})? ?[+\-\u2212]?(?P<number>{_AMOUNT})"
    rf"(?P<gap>[ \u00a0]?)(?P<behind>{_MONEY}|[%‰°℃℉]|°[CF]|[^\W\d_]{{1,12}}[²³]?(?:/[^\W\d_]{{1,4}}[²³]?)?)?\)?"
)
_UNITS = frozenset((
    "%", "‰", "°", "°C", "°F", "℃", "℉", "$", "€", "£", "¥", "₹", "zł", "Kč", "Ft", "kr", "CHF", "USD", "EUR",
    "GBP", "JPY", "kg", "g", "mg", "µg", "t", "lb", "lbs", "oz", "km", "m", "cm", "mm", "µm", "nm", "mi",
    "ft", "in", "yd", "m²", "m³", "km²", "l", "L", "ml", "mL", "cl", "h", "hr", "hrs", "min", "s", "sec",
    "ms", "µs", "kW", "kWh", "MW", "MWh", "W", "Wh", "V", "mV", "A", "mA", "Hz", "kHz", "MHz", "GHz", "B",
    "kB", "KB", "MB", "GB", "TB", "px", "pt", "pcs", "km/h", "m/s", "mph", "kPa", "hPa", "Pa", "bar", "cal",
    "kcal", "kJ", "J", "N", "mol", "k", "K", "M", "bn", "x",
))  # fmt: skip
"""What may stand right behind a number without a blank and still be a unit."""


@lru_cache(maxsize=32)
def number_pattern(decimal: str, thousands: str) -> str:
    """Return the regular expression of a number with these marks; groups of thousands must be whole."""
    point = re.escape(decimal)
    group = _BLANKS if thousands == " " else re.escape(thousands)
    whole = rf"(?:\d{{1,3}}(?:{group}\d{{3}})+|\d+)" if thousands else r"\d+"
    return rf"^[+\-\x{{2212}}]?(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?$"


def parse_numbers(values: pa.Array, parse: ParseSettings, unit: str = "") -> np.ndarray:
    """Return the values of trimmed text cells.

    Parameters
    ----------
    values : Array of str of shape (n,)
        Trimmed cells; null stays unknown. Parentheses around a number make it negative, as in accounts.
    parse : ParseSettings
        Decimal and thousands mark.
    unit : str, optional
        Sign or unit that may stand before or behind a number.

    Returns
    -------
    ndarray of float64 of shape (n,)
        NaN where a cell is no finite number.
    """
    values = strip_unit(values, unit)
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


def strip_unit(values: pa.Array, unit: str) -> pa.Array:
    """Return trimmed cells without a unit, and with a minus for parentheses around a number."""
    if unit:
        sign, minus = re.escape(unit).replace("\\ ", " "), r"[+\-\x{2212}]?"
        values = pc.replace_substring_regex(values, rf"^({minus}\(?) *{sign} *({minus})(.*\d.*)$", r"\1\2\3")
        values = pc.replace_substring_regex(values, rf"^(.*\d.*?) *{sign} *(\)?)$", r"\1\2")
    if pc.any(pc.starts_with(values, "(")).as_py():
        values = pc.replace_substring_regex(values, r"^\( *(\d[^()]*?) *\)$", r"-\1")
    return values


def find_unit(values: pa.Array) -> str:
    """Return the sign or unit that stands before or behind nearly all numbers of a column; "" where none does.

    Parameters
    ----------
    values : Array of str
        Trimmed distinct cells, missing ones left out.
    """
    texts = [str(text) for text in values.to_pylist()]
    found = [_WITH_UNIT.fullmatch(text) for text in texts]
    matches = [match for match in found if match is not None]
    units = {(match["before"] or "") or (match["behind"] or "") for match in matches} - {""}
    if len(units) != 1 or len(matches) < 0.95 * len(texts):
        return ""
    unit = units.pop()
    using = [match for match in matches if unit in (match["before"], match["behind"])]
    glued = any(match["behind"] == unit and not match["gap"] for match in using)
    if 2 * len(using) < len(matches) or any(re.match(r"0\d", match["number"]) for match in using):
        return ""
    return "" if glued and unit not in _UNITS else unit


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
        words += f"; with a point and no thousands mark only {counts[0]} would"
    return decimal, thousands, words + "."


def _numeric(column: pa.Array, decimal: Literal[".", ","], thousands: str) -> bool:
    if not len(column):
        return False
    matches = pc.match_substring_regex(column, number_pattern(decimal, thousands))
    return bool(pc.sum(matches).as_py() >= 0.95 * len(column))
