"""Dates written as text: which forms are known, in which order day and month stand, and their instants.

The forms exclude each other by how they are written, so a cell means the same alone as in a column.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_TIME = (
    r"(?:(?:T|,? +)(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?"
    r" ?(?P<p>[AaPp]\.?[Mm]\.?)?(?P<z> ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?$"
)
_YEAR_FIRST = r"^(?P<y>\d{4})(?:[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2}))" + _TIME
_MONTH_ONLY = r"^(?P<y>\d{4})[-/](?P<m>\d{1,2})$"
_COMPACT = r"^(?P<y>(?:1[6-9]|2[01])\d{2})(?P<m>\d{2})(?P<d>\d{2})$"
_NUMERIC = r"^(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>\d{4}|\d{2})" + _TIME
_DAY_NAME = r"^(?:[A-Za-z]{3,9},? )?"
_DAY_MONTH = _DAY_NAME + r"(?P<d>\d{1,2})\.?[- /]?(?P<n>[A-Za-z]{3,9})\.?[- ,/]{1,2}(?P<y>\d{4}|\d{2})" + _TIME
_MONTH_DAY = _DAY_NAME + r"(?P<n>[A-Za-z]{3,9})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})" + _TIME
_FORMS = (_YEAR_FIRST, _MONTH_ONLY, _COMPACT, _NUMERIC, _DAY_MONTH, _MONTH_DAY)

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def parse_dates(values: pa.Array, *, day_first: bool) -> np.ndarray:
    """Return the instants of trimmed text cells.

    Parameters
    ----------
    values : Array of str of shape (n,)
        Trimmed cells; null stays unknown.
    day_first : bool
        01/02/2026 is the first of February.

    Returns
    -------
    ndarray of datetime64[us] of shape (n,)
        NaT where a cell is no date. An instant with an offset is given in UTC.
    """
    result = np.full(len(values), np.datetime64("NaT"), dtype="datetime64[us]")
    open_cells = np.flatnonzero(_has_digit(values))
    for form in _FORMS:
        if not len(open_cells):
            break
        found = pc.extract_regex(values.take(pa.array(open_cells)), pattern=form)
        matched = found.is_valid().to_numpy(zero_copy_only=False)
        if matched.any():
            result[open_cells[matched]] = _instants(_fields(found.filter(found.is_valid())), day_first)
        open_cells = open_cells[~matched]
    return result


def day_order(values: pa.Array) -> tuple[bool, bool, bool]:
    """Tell whether cells like 01/02/2026 occur, and whether day first, or month first, can be right for all."""
    found = pc.extract_regex(values, pattern=_NUMERIC)
    found = found.filter(found.is_valid())
    if not len(found):
        return False, True, True
    first, second = _int(found.field("a")), _int(found.field("b"))
    return True, bool((first <= 31).all() and (second <= 12).all()), bool((first <= 12).all() and (second <= 31).all())


def _has_digit(values: pa.Array) -> np.ndarray:
    return np.asarray(
        pc.fill_null(pc.match_substring_regex(values, r"\d"), False).to_numpy(zero_copy_only=False), dtype=bool
    )


def _fields(found: pa.StructArray) -> dict[str, pa.Array]:
    return {field.name: found.field(field.name) for field in found.type}


def _int(texts: pa.Array, default: int = 0) -> np.ndarray:
    filled = pc.if_else(pc.equal(texts, ""), str(default), texts)
    return np.asarray(filled.cast(pa.int64()).to_numpy(zero_copy_only=False))


def _instants(fields: Mapping[str, pa.Array], day_first: bool) -> np.ndarray:
    year, month, day = _date_parts(fields, day_first)
    valid = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31) & (year >= 1)
    months = ((year - 1970) * 12 + np.where(valid, month, 1) - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (np.where(valid, day, 1) - 1).astype("timedelta64[D]")
    valid &= days.astype("datetime64[M]") == months
    micros, in_range = _time_of_day(fields)
    instants = days.astype("datetime64[us]") + micros.astype("timedelta64[us]")
    instants[~(valid & in_range)] = np.datetime64("NaT")
    return np.asarray(instants)


def _date_parts(fields: Mapping[str, pa.Array], day_first: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    year = _int(fields["y"])
    # POSIX: two digits from 69 on are 1969 to 1999.
    short = pc.equal(pc.utf8_length(fields["y"]), 2).to_numpy(zero_copy_only=False)
    year = np.where(short, np.where(year >= 69, 1900 + year, 2000 + year), year)
    if "a" in fields:
        first, second = _int(fields["a"]), _int(fields["b"])
        return (year, second, first) if day_first else (year, first, second)
    if "n" in fields:
        return year, _month_numbers(fields["n"]), _int(fields["d"])
    return year, _int(fields["m"]), _int(fields["d"]) if "d" in fields else np.ones(len(year), dtype=np.int64)


def _month_numbers(names: pa.Array) -> np.ndarray:
    coded = pc.utf8_lower(names).dictionary_encode()
    numbers = np.array([_month_number(word) for word in coded.dictionary.to_pylist()], dtype=np.int64)
    return np.asarray(numbers[coded.indices.to_numpy(zero_copy_only=False)])


def _month_number(word: str) -> int:
    """Return 1 to 12 for an English name or the start of one (three letters or more), else 0."""
    return next((number for number, month in enumerate(MONTHS, 1) if month.startswith(word)), 0)


def _time_of_day(fields: Mapping[str, pa.Array]) -> tuple[np.ndarray, np.ndarray]:
    """Return microseconds since midnight, in UTC where there is an offset, and whether they are a valid time."""
    if "H" not in fields:
        length = len(fields["y"])
        return np.zeros(length, dtype=np.int64), np.ones(length, dtype=bool)
    hour, minute, second = (_int(fields[part]) for part in "HMS")
    micros = _int(pc.utf8_slice_codeunits(pc.utf8_rpad(fields["f"], 6, "0"), 0, 6))
    half = pc.utf8_lower(pc.utf8_slice_codeunits(fields["p"], 0, 1))
    morning, evening = (pc.equal(half, letter).to_numpy(zero_copy_only=False) for letter in "ap")
    valid = (hour <= np.where(morning | evening, 12, 23)) & (minute <= 59) & (second <= 59)
    hour = np.where(morning & (hour == 12), 0, np.where(evening & (hour < 12), hour + 12, hour))
    total = ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros
    return total - _offset_minutes(fields["z"]) * 60_000_000, valid


def _offset_minutes(zones: pa.Array) -> np.ndarray:
    found = pc.extract_regex(zones, pattern=r"(?P<s>[+-])(?P<h>\d{2}):?(?P<m>\d{2})")
    parts = {name: pc.fill_null(found.field(name), "") for name in "shm"}
    minutes = _int(parts["h"]) * 60 + _int(parts["m"])
    negative = pc.equal(parts["s"], "-").to_numpy(zero_copy_only=False)
    return np.asarray(np.where(negative, -minutes, minutes))
