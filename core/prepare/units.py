"""Amounts written as text: a number with a currency, a unit, or a word such as "million"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Decimal = Literal[".", ","]

BARE = ""
"""The unit of a number that has none."""


@dataclass(frozen=True)
class Unit:
    """A unit: its dimension, and how many of the dimension's base unit it is; ``offset`` only for temperatures.

    ``base = value * factor + offset``
    """

    name: str
    dimension: str
    factor: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True)
class Amount:
    """A number and the unit it is written in; `BARE` where there is none."""

    value: float
    unit: str


_DIMENSIONS: Mapping[str, Mapping[str, tuple[float, str]]] = {
    "mass": {
        "mg": (1e-6, "milligram milligrams"), "g": (1e-3, "gram grams gr"),
        "kg": (1.0, "kilo kilos kilogram kilograms"), "t": (1000.0, "tonne tonnes"),
        "oz": (0.028349523125, "ounce ounces"), "lb": (0.45359237, "lbs pound-mass"), "st": (6.35029318, "stone"),
    },
    "length": {
        "mm": (1e-3, "millimetre millimetres millimeter millimeters"), "m": (1.0, "metre metres meter meters"),
        "cm": (1e-2, "centimetre centimetres centimeter centimeters"),
        "km": (1000.0, "kilometre kilometres kilometer kilometers"), "in": (0.0254, "inch inches \u2033 \""),
        "ft": (0.3048, "foot feet \u2032 '"), "yd": (0.9144, "yard yards"), "mi": (1609.344, "mile miles"),
    },
    "area": {
        "m\u00b2": (1.0, "m2 sqm qm"), "ha": (1e4, "hectare hectares"), "km\u00b2": (1e6, "km2 sqkm"),
        "ft\u00b2": (0.09290304, "ft2 sqft"), "sqmi": (2589988.110336, ""), "acre": (4046.8564224, "acres"),
    },
    "volume": {
        "ml": (1e-3, "millilitre milliliter"), "cl": (1e-2, ""), "l": (1.0, "litre litres liter liters ltr"),
        "m\u00b3": (1000.0, "m3 cbm"), "gal": (3.785411784, "gallon gallons"), "cc": (1e-3, "ccm cm3"),
        "cuft": (28.316846592, "ft3"), "floz": (0.0295735295625, ""),
    },
    "time": {
        "ms": (1e-3, ""), "s": (1.0, "sec secs second seconds"), "min": (60.0, "mins minute minutes"),
        "h": (3600.0, "hr hrs hour hours std"), "d": (86400.0, "day days"), "wk": (604800.0, "week weeks"),
    },
    "speed": {
        "km/h": (1.0, "kmh kph"), "m/s": (3.6, ""), "mph": (1.609344, ""), "kn": (1.852, "kt kts knots"),
    },
    "power": {
        "w": (1.0, "watt watts"), "kw": (1000.0, ""), "hp": (745.69987158227, "bhp"), "ps": (735.49875, "cv"),
    },
    "data": {
        "b": (1.0, "byte bytes"), "kb": (1e3, ""), "mb": (1e6, ""), "gb": (1e9, ""), "tb": (1e12, ""),
    },
    "share": {"%": (0.01, "percent pct per-cent"), "\u2030": (0.001, "permille"), "bp": (0.0001, "bps")},
}  # fmt: skip

_CURRENCIES: Mapping[str, str] = {
    "$": "usd us$ dollar dollars", "\u20ac": "eur euro euros", "\u00a3": "gbp quid", "\u00a5": "jpy yen",
    "cny": "rmb yuan", "chf": "sfr fr. franken", "\u20b9": "inr rs rs. rupee rupees", "\u20bd": "rub rubel",
    "\u20a9": "krw won", "kr": "", "sek": "", "nok": "", "dkk": "", "z\u0142": "pln", "r$": "brl", "c$": "cad ca$",
    "a$": "aud au$", "\u20ba": "try tl",
}  # fmt: skip

_SIZES: Mapping[str, float] = {
    "k": 1e3, "thousand": 1e3, "tsd": 1e3, "mn": 1e6, "mm": 1e6, "mio": 1e6, "mil": 1e6, "million": 1e6, "m": 1e6,
    "millions": 1e6, "bn": 1e9, "mrd": 1e9, "billion": 1e9, "billions": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12,
    "lakh": 1e5, "crore": 1e7,
}  # fmt: skip


def _all_units() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for dimension, members in _DIMENSIONS.items():
        for name, (factor, others) in members.items():
            unit = Unit(name, dimension, factor)
            units |= dict.fromkeys((name, *others.split()), unit)
    for sign, others in _CURRENCIES.items():
        units |= {word: Unit(sign, f"money in {sign}") for word in (sign, *others.split())}
    celsius, fahrenheit = Unit("\u00b0c", "temperature"), Unit("\u00b0f", "temperature", 5 / 9, -160 / 9)
    return units | {"\u00b0c": celsius, "celsius": celsius, "\u00b0f": fahrenheit, "fahrenheit": fahrenheit}


_UNITS = _all_units()
_BODY = {
    ".": re.compile(
        r"\d{1,2}(?:,\d\d)+,\d{3}(?:\.\d+)?|\d{1,3}(?:[, '\u2019\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+"
    ),
    ",": re.compile(r"\d{1,3}(?:[. '\u2019\u00a0\u202f]\d{3})+(?:,\d+)?|\d+(?:,\d*)?|,\d+"),
}
_TAIL = re.compile(r"[.,][-\u2013\u2014]+$")
_OWN_UNIT = re.compile(r"[^\W\d_]{1,12}(?:/[^\W\d_]{1,8})?")
_EXPONENT = re.compile(r"e[+-]?\d{1,3}(?![a-z0-9])")
_MARKS = re.compile(r"[, '\u2019\u00a0\u202f]")
_MARKS_WITH_POINT = re.compile(r"[. '\u2019\u00a0\u202f]")
_MOST_CHARACTERS = 80
_TWO_WORDS = (
    (re.compile(r"(?<![a-z])(?:sq|square)\.? (?:ft|feet|foot)(?![a-z])"), "sqft"),
    (re.compile(r"(?<![a-z])(?:sq|square)\.? (?:m|met(?:re|er)s?)(?![a-z])"), "sqm"),
    (re.compile(r"(?<![a-z])(?:sq|square)\.? (?:km|kilomet(?:re|er)s?)(?![a-z])"), "sqkm"),
    (re.compile(r"(?<![a-z])(?:sq|square)\.? (?:mi|miles?)(?![a-z])"), "sqmi"),
    (re.compile(r"(?<![a-z])(?:cu|cubic)\.? (?:m|met(?:re|er)s?)(?![a-z])"), "cbm"),
    (re.compile(r"(?<![a-z])(?:cu|cubic)\.? (?:ft|feet|foot)(?![a-z])"), "cuft"),
    (re.compile(r"(?<![a-z])fl\.? oz(?![a-z])"), "floz"),
)
"""Units of two words, and the one word they are read as."""


def find_unit(word: str) -> Unit | None:
    """Return the unit that a word or sign stands for; None for an unknown one."""
    return _UNITS.get(word.strip().lower().rstrip(".")) or _UNITS.get(word.strip().lower())


def unit_names() -> tuple[str, ...]:
    """Return the units' short names, by dimension."""
    return tuple(dict.fromkeys(unit.name for unit in _UNITS.values()))


def read_amount(text: str, decimal: Decimal = ".") -> Amount | None:
    """Read a cell as an amount.

    Parameters
    ----------
    text : str
        Such as "$1,200.50", "(300)", "3.5 kg", "1.2k", "12 %", "5 ft 3 in".
    decimal : {".", ","}
        The mark before decimals; the other one may divide thousands.

    Returns
    -------
    Amount or None
        None where the cell is no amount or mixes dimensions. A word that is no known unit is a unit of its own.
    """
    rest = text.strip().lower().replace("\u2212", "-")
    for pattern, word in _TWO_WORDS if " " in rest else ():
        rest = pattern.sub(word, rest)
    if not rest or len(rest) > _MOST_CHARACTERS:
        return None
    negative = rest.startswith("(") and rest.endswith(")")
    rest = rest[1:-1].strip() if negative else rest
    signed = _TAIL.sub("", rest.lstrip("+-")).strip()
    negative ^= rest.startswith("-")
    ahead, signed = _unit_ahead(signed)
    if ahead is not None and signed.startswith("-"):
        negative, signed = not negative, signed[1:].strip()
    parts = _parts(signed, decimal, ahead)
    amount = _sum(parts, ahead) if parts else None
    return Amount(-amount.value if negative else amount.value, amount.unit) if amount else None


def convert(amount: Amount, unit: str) -> float | None:
    """Return the amount in ``unit``; a bare number is taken to be in it. None where the dimensions differ."""
    if amount.unit in (BARE, unit):
        return amount.value
    given, wanted = _UNITS.get(amount.unit), _UNITS.get(unit)
    if given is None or wanted is None or given.dimension != wanted.dimension:
        return None
    return (amount.value * given.factor + given.offset - wanted.offset) / wanted.factor


def _unit_ahead(text: str) -> tuple[Unit | None, str]:
    """Return the currency that stands before the number, and what follows it."""
    found = re.match(r"[^\d\s.,+-]+\.?(?=\s*[\d.,+-])", text)
    unit = find_unit(found.group()) if found else None
    return (unit, text[found.end() :].strip()) if found and unit else (None, text)


def _parts(text: str, decimal: Decimal, ahead: Unit | None) -> list[Amount]:
    """Return the numbers of a text, each with its unit; none where something else stands between them."""
    parts: list[Amount] = []
    at = 0
    while at < len(text):
        number = _BODY[decimal].match(text, at)
        if number is None:
            return []
        exponent = _EXPONENT.match(text, number.end())
        stop = exponent.end() if exponent else number.end()
        word = re.compile(r"\s*([^\d\s]+(?:\s+[^\d\s]+)*)?\s*").match(text, stop)
        value = float(_plain(number.group(), decimal) + (exponent.group() if exponent else ""))
        part = _with_words(value, (word.group(1) or "") if word else "", ahead)
        if part is None:
            return []
        parts.append(part)
        at = word.end() if word else len(text)
    return parts


def _plain(number: str, decimal: Decimal) -> str:
    marks = _MARKS if decimal == "." else _MARKS_WITH_POINT
    return marks.sub("", number).replace(",", ".")


def _with_words(value: float, words: str, ahead: Unit | None) -> Amount | None:
    """Take the words behind a number as a size ("million"), a unit, or both."""
    unit = BARE
    for place, word in enumerate(words.split()):
        bare = word.rstrip(".")
        found = find_unit(word)
        if bare in _SIZES and not place and (found is None or ahead is not None or _money_follows(words)):
            value *= _SIZES[bare]
        elif found is not None and unit == BARE:
            unit = found.name
        elif (size := _joined(bare)) is not None and not place:
            value, unit = value * size[0], size[1]
        elif unit == BARE and _OWN_UNIT.fullmatch(bare) and len(words.split()) == 1:
            unit = bare
        else:
            return None
    return Amount(value, unit)


def _joined(word: str) -> tuple[float, str] | None:
    """Read a size with a currency behind it in one word: "k\u20ac", "mio\u20ac"."""
    for size, factor in _SIZES.items():
        found = find_unit(word[len(size) :]) if word.startswith(size) else None
        if found is not None and found.dimension.startswith("money"):
            return factor, found.name
    return None


def _money_follows(words: str) -> bool:
    units = [find_unit(word) for word in words.split()[1:]]
    return any(unit is not None and unit.dimension.startswith("money") for unit in units)


def _sum(parts: list[Amount], ahead: Unit | None) -> Amount | None:
    """Return one amount: "5 ft 3 in" is a sum in the first unit; a currency stands on one side only."""
    first = parts[0]
    if ahead is not None:
        alone = len(parts) == 1 and first.unit in (BARE, ahead.name)
        return Amount(first.value, ahead.name) if alone else None
    if len(parts) == 1:
        return first
    if any(part.unit not in _UNITS or _UNITS[part.unit].offset for part in parts):
        return None
    values = [convert(part, first.unit) for part in parts]
    known = [value for value in values if value is not None]
    return Amount(sum(known), first.unit) if len(known) == len(values) else None
