"""How numbers, sizes, times, shares and lists of names are said, by the engine as on the screens."""

from __future__ import annotations

import math
from collections.abc import Sequence

MINUS = "\N{MINUS SIGN}"


def share(value: float) -> str:
    """Return a share as a percentage; "0 %" and "100 %" only where it is exactly that."""
    if 0 < value < 0.001:
        return "< 0.1 %"
    if 0.999 < value < 1:
        return "> 99.9 %"
    return f"{100 * value:.1f}".removesuffix(".0") + " %"


def listed(names: Sequence[str], *, most: int) -> str:
    """Name them, "a, b and c"; of more than ``most`` the first and how many more."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def number(value: float | None, digits: int = 3) -> str:
    """Return ``value`` with ``digits`` significant digits and separated thousands; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "\N{EN DASH}"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size >= digits - 1:
        rounded = round(value, digits - 1 - size)
        return with_minus(f"{rounded:,.0f}")
    if size < -4:
        return with_minus(f"{value:.{digits - 1}e}")
    return with_minus(f"{value:.{digits - 1 - size}f}")


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


def size(count: int) -> str:
    """Return bytes as "820 B", "12.4 kB" or "3.1 MB"."""
    if count < 1000:
        return f"{count} B"
    for unit, scale in (("kB", 1e3), ("MB", 1e6)):
        if count < 1000 * scale:
            return f"{number(count / scale)} {unit}"
    return f"{number(count / 1e9)} GB"


def with_minus(text: str) -> str:
    """Return a number's text with a proper minus, and without one before a zero."""
    if not text.startswith("-"):
        return text
    return MINUS + text[1:] if text.strip("-0.,") else text[1:]


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return "1 model" or "1,204 models"."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"
