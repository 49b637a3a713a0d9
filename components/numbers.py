"""Numbers as a person reads them: three significant digits, thousands separated, units, intervals."""

from __future__ import annotations

import math

from core.run.result import Score

MINUS = "\N{MINUS SIGN}"


def number(value: float | None, digits: int = 3) -> str:
    """Return ``value`` with ``digits`` significant digits and separated thousands; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "\N{EN DASH}"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size >= digits - 1:
        rounded = round(value, digits - 1 - size)
        return _signed(f"{rounded:,.0f}")
    if size < -4:
        return _signed(f"{value:.{digits - 1}e}")
    return _signed(f"{value:.{digits - 1 - size}f}")


def interval(score: Score | None) -> str:
    """Return a score as "0.853 (0.84 to 0.87)"; the bounds are as fine as the interval is wide."""
    if score is None:
        return "\N{EN DASH}"
    width = score.high - score.low
    if not (math.isfinite(width) and width > 0):
        return number(score.value)
    decimals = max(0 if abs(score.value) >= 100 else 1, -math.floor(math.log10(width)))
    value = _signed(f"{score.value:,.{decimals + 1 if decimals else 0}f}")
    if decimals == 0:
        place = math.floor(math.log10(width)) - 1
        value, low, high = (number_at(v, place) for v in (score.value, score.low, score.high))
    else:
        low, high = (_signed(f"{v:,.{decimals}f}") for v in (score.low, score.high))
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
    return _signed(f"{round(value, -max(place, 0)):,.0f}")


def duration(seconds: float | None) -> str:
    """Return a time span as "0.42 s", "12 s", "3 min 20 s" or "1 h 5 min"."""
    if seconds is None or not math.isfinite(seconds):
        return "\N{EN DASH}"
    if seconds < 10:
        return f"{seconds:.2g} s" if seconds >= 0.01 else "under 0.01 s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def microseconds(value: float) -> str:
    """Return microseconds as "12 µs" or "1.2 ms"."""
    return f"{number(value)} \N{MICRO SIGN}s" if value < 1000 else f"{number(value / 1000)} ms"


def size(count: int) -> str:
    """Return bytes as "820 B", "12.4 kB" or "3.1 MB"."""
    if count < 1000:
        return f"{count} B"
    for unit, scale in (("kB", 1e3), ("MB", 1e6)):
        if count < 1000 * scale:
            return f"{number(count / scale)} {unit}"
    return f"{number(count / 1e9)} GB"


def percent(fraction: float) -> str:
    """Return a share as "42 %"."""
    return f"{100 * fraction:.0f} %"


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return "1 model" or "1,204 models"."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def _signed(text: str) -> str:
    if not text.startswith("-"):
        return text
    return MINUS + text[1:] if text.strip("-0.,") else text[1:]
