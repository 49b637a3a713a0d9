"""Numbers as a person reads them: three significant digits, thousands separated, units, intervals."""

from __future__ import annotations

import math

from core.run.result import Score
from core.words import counted, duration, number, size, with_minus

__all__ = [
    "bounds",
    "counted",
    "duration",
    "interval",
    "microseconds",
    "number",
    "number_at",
    "percent",
    "signed",
    "size",
]


def interval(score: Score | None) -> str:
    """Return a score as "0.853 (0.84 to 0.87)"; the bounds are as fine as the interval is wide."""
    if score is None:
        return "\N{EN DASH}"
    width = score.high - score.low
    if not (math.isfinite(width) and width > 0):
        return number(score.value)
    decimals = max(0 if abs(score.value) >= 100 else 1, -math.floor(math.log10(width)))
    value = with_minus(f"{score.value:,.{decimals + 1 if decimals else 0}f}")
    if decimals == 0:
        place = math.floor(math.log10(width)) - 1
        value, low, high = (number_at(v, place) for v in (score.value, score.low, score.high))
    else:
        low, high = (with_minus(f"{v:,.{decimals}f}") for v in (score.low, score.high))
    return f"{value} ({low} to {high})"


def bounds(score: Score) -> str:
    """Return the interval alone: "0.84 to 0.87"; empty where there is none."""
    return interval(score).partition("(")[2].rstrip(")")


def signed(value: float) -> str:
    """Return a contribution with its sign, two significant digits: "+0.12"."""
    text = number(value, 2)
    return f"+{text}" if value > 0 else text


def number_at(value: float, place: int) -> str:
    """Return ``value`` rounded to ten to the power ``place`` (0 or more), thousands separated."""
    return with_minus(f"{round(value, -max(place, 0)):,.0f}")


def microseconds(value: float) -> str:
    """Return microseconds as "12 µs" or "1.2 ms"."""
    return f"{number(value)} \N{MICRO SIGN}s" if value < 1000 else f"{number(value / 1000)} ms"


def percent(fraction: float) -> str:
    """Return a share as "42 %"."""
    return f"{100 * fraction:.0f} %"
