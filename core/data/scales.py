"""Words that people put in an order: sizes, grades, weekdays, bands. The order is found by what the words say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from operator import itemgetter

from core.data.scale_words import NUMBER_WORDS, ORDERED_STEMS, OUTSIDE, SCALES, UNIT_DAYS

FEWEST = 3
"""Different values from which an order says more than the values themselves."""

MOST = 60
"""Different values above which nothing is taken for a scale."""

_RANGE = re.compile(
    r"^(?P<low>\d[\d.]*)(?P<low_unit>[km]?)(?:\s*(?:-|\u2013|to|bis)\s*(?P<high>\d[\d.]*)(?P<high_unit>[km]?))?"
    r"(?P<open>\s*(?:\+|plus|and (?:over|above|older|more)|or (?:over|above|older|more)))?$"
)
_BELOW = re.compile(r"^(?:<=?|\u2264|under|below|less than|up to)\s*(?P<high>\d[\d.]*)(?P<unit>[km]?)$")
_ABOVE = re.compile(r"^(?:>=?|\u2265|over|above|more than|at least)\s*(?P<low>\d[\d.]*)(?P<unit>[km]?)$")
_AFTER_BAND = re.compile(r"\s*(?:years?|yrs?|old|days?|months?|hours?|employees|people)\b|[%$\u20ac\u00a3,]")
_STEM = re.compile(r"^(?P<stem>[a-z]*)\s*(?P<number>\d{1,3})(?P<nth>st|nd|rd|th)?(?:\s+(?P<after>[a-z]+))?$")

Rank = tuple[float, float]


def propose_levels(values: Sequence[str]) -> tuple[str, ...]:
    """Return the values from low to high where they are words with a known order; empty where they are not.

    Parameters
    ----------
    values : sequence of str
        All different values of a column. One that says that the answer is not known ("unknown", "other") may be among
        them; it has no place in the order and is left out.

    Returns
    -------
    tuple of str
        As they are written in the column.
    """
    if not FEWEST <= len(values) <= MOST:
        return ()
    placed = [value for value in values if _plain(value) not in OUTSIDE]
    if len(placed) < FEWEST or len(values) - len(placed) > 2:
        return ()
    for rank in (_by_scale(placed), _numbered, _length_of_time, _band):
        found = [place for value in placed if (place := rank(value)) is not None]
        if len(found) == len(placed) and (rank is not _band or _apart(found)):
            return tuple(value for _, value in sorted(zip(found, placed, strict=True), key=itemgetter(0)))
    return ()


def _plain(value: str) -> str:
    return " ".join(re.sub(r"[\s_-]+", " ", value.casefold()).strip(" .'\"").split())


def _by_scale(values: Sequence[str]) -> Callable[[str], Rank | None]:
    """Return what gives a word its place on the first scale that holds all of them."""
    words = {_plain(value) for value in values}
    for scale in SCALES:
        places = {word: float(place) for place, step in enumerate(scale) for word in step}
        if words <= places.keys() and len({places[word] for word in words}) >= FEWEST:
            return partial(_on_scale, places)
    return partial(_on_scale, {})


def _on_scale(places: Mapping[str, float], value: str) -> Rank | None:
    place = places.get(_plain(value))
    return None if place is None else (place, 0.0)


def _numbered(value: str) -> Rank | None:
    found = _STEM.match(_plain(value))
    if not found or (found["stem"] and found["after"]):
        return None
    named = {found["stem"], found["after"]} & ORDERED_STEMS
    if not named and (found["stem"] or not found["nth"]):
        return None
    return float(found["number"]), 0.0


def _length_of_time(value: str) -> Rank | None:
    words = _plain(value).split()
    if words[-1:] == ["contract"]:
        words = words[:-1]
    if words in (["monthly"], ["month", "to", "month"]):
        return UNIT_DAYS["month"], 0.0
    if len(words) != 2 or words[1].rstrip("s") not in UNIT_DAYS:
        return None
    count = NUMBER_WORDS.get(words[0]) or (float(words[0]) if words[0].isdecimal() else 0.0)
    return (count * UNIT_DAYS[words[1].rstrip("s")], 0.0) if count else None


def _band(value: str) -> Rank | None:
    """Return both ends of a band of numbers ("18-24", "<10", "65+")."""
    text = _AFTER_BAND.sub("", value.casefold()).strip(" ()[]")
    below, above, between = _BELOW.match(text), _ABOVE.match(text), _RANGE.match(text)
    if below:
        return float("-inf"), _amount(below["high"], below["unit"])
    if above:
        return _amount(above["low"], above["unit"]), float("inf")
    if not between:
        return None
    high_unit = between["high_unit"] or ""
    low = _amount(between["low"], between["low_unit"] or high_unit)
    if between["high"]:
        high = _amount(between["high"], high_unit or between["low_unit"])
    else:
        high = float("inf") if between["open"] else low
    return (low, high) if low <= high else None


def _amount(digits: str, unit: str) -> float:
    try:
        return float(digits) * {"k": 1e3, "m": 1e6}.get(unit, 1.0)
    except ValueError:  # More than one point.
        return float("nan")


def _apart(bands: Sequence[Rank]) -> bool:
    """Tell whether the bands follow one another: most have a width, and none reaches into the next."""
    ordered = sorted(bands)
    wide = sum(low < high for low, high in ordered)
    follows = all(low[1] <= high[0] and low[0] < high[0] for low, high in pairwise(ordered))
    return wide * 2 > len(ordered) and follows
