"""How the values in sampled cells are written: marks in numbers, units, order in dates, words for missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.cells import TEXT, count_cells
from core.data.dates import day_order
from core.data.numbers import find_marks, find_unit, number_pattern, strip_unit
from core.data.schema import MISSING_WORDS

MISSING_LIKE = (
    "-", "--", "---", ".", "..", "...", "*", "x", "\\N", "n.a.", "N.A.", "na", "Na", "n/a.", "nil", "NIL",
    "none", "NONE", "Null", "(null)", "<null>", "[null]", "missing", "Missing", "MISSING", "unknown", "Unknown",
    "UNKNOWN", "not available", "Not available", "not applicable", "Not applicable", "no data", "No data",
    "undefined", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "inf", "-inf", "k.A.", "k. A.",
    "s.o.", "s/d", "nd", "ND", "n.d.", "N.D.", "tbd", "TBD",
)  # fmt: skip
"""Words that mean missing where the other cells of a column are numbers or dates."""

_LEAST_TYPED = 0.98


@dataclass(frozen=True)
class ValueSettings:
    """What was found, as `ParseSettings` names it."""

    decimal: Literal[".", ","] = "."
    thousands: str = ""
    day_first: bool = False
    column_day_first: dict[str, bool] = field(default_factory=dict)
    column_missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


def find_values(columns: Mapping[str, Sequence[str]], *, comma_likely: bool) -> ValueSettings:
    """Find how values are written.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        Sampled cells by column name.
    comma_likely : bool
        The file separates cells with something else than a comma, so a lone comma is rather a decimal mark.
    """
    missing = {name: _missing_like(cells) for name, cells in columns.items()}
    known = {name: _known(cells, missing[name]) for name, cells in columns.items()}
    known = {name: values for name, values in known.items() if len(values)}
    units = {name: unit for name, values in known.items() if (unit := find_unit(values))}
    bare = [strip_unit(values, units.get(name, "")) for name, values in known.items()]
    decimal, thousands, why = find_marks(bare, comma_likely=comma_likely)
    units = {name: unit for name, unit in units.items() if _are_numbers(known[name], unit, decimal, thousands)}
    day_first, own, why_days = _day_orders(known, european=decimal == ",")
    told = {
        name: (*MISSING_WORDS, *words)
        for name, words in missing.items()
        if words and name in known and _are_typed(known[name], units.get(name, ""), decimal, thousands)
    }
    reasons = {"decimal": why, "thousands": why, "day_first": why_days}
    if units:
        reasons["units"] = "Numbers with a sign or unit: " + ", ".join(f"{n} ({u})" for n, u in units.items()) + "."
    if told:
        shown = ", ".join(f"{name} ({', '.join(words[len(MISSING_WORDS) :])})" for name, words in told.items())
        reasons["column_missing"] = f"Words among numbers or dates that stand for missing: {shown}."
    if own:
        reasons["column_day_first"] = "The order of day and month differs from the other dates: " + ", ".join(own) + "."
    return ValueSettings(decimal, thousands, day_first, own, told, units, reasons)


def _missing_like(cells: Sequence[str]) -> tuple[str, ...]:
    present = {cell.strip() for cell in cells}
    return tuple(word for word in MISSING_LIKE if word in present)


def _known(cells: Sequence[str], words: Sequence[str]) -> pa.Array:
    different = pa.array(list(dict.fromkeys(cells)), TEXT)
    once = np.ones(len(different), dtype=np.int64)
    return count_cells(different, once, (*MISSING_WORDS, *words), rows=len(different)).values


def _are_numbers(values: pa.Array, unit: str, decimal: str, thousands: str) -> bool:
    matches = pc.match_substring_regex(strip_unit(values, unit), number_pattern(decimal, thousands))
    return bool(pc.sum(matches).as_py() >= 0.95 * len(values))


def _are_typed(values: pa.Array, unit: str, decimal: str, thousands: str) -> bool:
    from core.data.dates import parse_dates

    matches = pc.match_substring_regex(strip_unit(values, unit), number_pattern(decimal, thousands))
    if pc.sum(matches).as_py() >= _LEAST_TYPED * len(values):
        return True
    dates = [~np.isnat(parse_dates(values, day_first=order)) for order in (False, True)]
    return bool((dates[0] | dates[1]).sum() >= _LEAST_TYPED * len(values))


def _day_orders(columns: Mapping[str, pa.Array], *, european: bool) -> tuple[bool, dict[str, bool], str]:
    found = {name: day_order(values)[1:] for name, values in columns.items() if day_order(values)[0]}
    told = {name: day for name, (day, month) in found.items() if day != month}
    if not found:
        return False, {}, "No dates like 01/02/2026 were found."
    if told:
        day_first = sum(told.values()) * 2 >= len(told)
        place = "first" if day_first else "second"
        own = {name: day for name, day in told.items() if day != day_first}
        return day_first, own, f"A number above 12 stands where the day comes {place}."
    dotted = all("." in str(columns[name][0]) for name in found)
    if dotted or european:
        return True, {}, "Both orders fit; written like this, the day usually comes first."
    return False, {}, "Both orders fit; the month is taken to come first."
