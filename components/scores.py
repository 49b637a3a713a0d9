"""Scores and contributions in words; plain numbers are written by `components.words`."""

from __future__ import annotations

import math

from components.words import number
from core.run.result import Score


def interval(score: Score | None) -> str:
    """Return a score as "0.853 (0.84 to 0.87)"; the bounds are as fine as the interval is wide."""
    if score is None:
        return number(None)
    width = score.high - score.low
    if not (math.isfinite(width) and width > 0):
        return number(score.value)
    size = math.floor(math.log10(width))
    decimals = max(0 if abs(score.value) >= 100 else 1, -size)
    if decimals:
        bounds = [f"{bound:,.{decimals}f}" for bound in (score.low, score.high)]
        return f"{score.value:,.{decimals + 1}f} ({bounds[0]} to {bounds[1]})"
    value, low, high = (f"{round(v, min(1 - size, 0)):,.0f}" for v in (score.value, score.low, score.high))
    return f"{value} ({low} to {high})"


def signed(value: float) -> str:
    """Return a contribution with its sign, two significant digits: "+0.12"."""
    text = number(value, 2)
    return f"+{text}" if value > 0 else text


def microseconds(value: float) -> str:
    """Return a time per row as "12 µs" or "1.2 ms"."""
    return f"{number(value)} µs" if value < 1000 else f"{number(value / 1000)} ms"
