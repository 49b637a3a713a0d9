"""How figures, chances and sizes are said; never more than the numbers carry."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core import words
from core.words import MINUS

HUGE = 5_000
"""Rows from which almost any difference is beyond chance."""


def figure(value: float) -> str:
    """Write a number: whole numbers and those from 100 on in full, others with three digits; thousands separated."""
    if not math.isfinite(value):
        return "not known"
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e15 or size < 1e-4:
        text = f"{value:.2e}"
    elif size >= 100 or value == int(value):
        text = f"{value:,.0f}"
    else:
        text = f"{value:.{max(0, 2 - math.floor(math.log10(size)))}f}"
    return MINUS + text[1:] if text.startswith("-") else text


def percent(share: float) -> str:
    """Write a share as a percentage."""
    text = f"{100 * share:.1f}".removesuffix(".0")
    return (MINUS + text[1:] if text.startswith("-") else text) + " %"


def points(share: float) -> str:
    """Write a difference of shares."""
    return f"{percent(share).removesuffix(' %')} percentage points"


def between(low: float | None, high: float | None, *, as_percent: bool = False, as_points: bool = False) -> str:
    """Write an interval: " (95 % interval 1.2 to 3.4)"; empty where there is none."""
    if low is None or high is None:
        return ""
    if as_points:
        return f" (95 % interval {percent(low).removesuffix(' %')} to {percent(high).removesuffix(' %')})"
    write = percent if as_percent else figure
    return f" (95 % interval {write(low)} to {write(high)})"


def p_text(p: float) -> str:
    """Write a p-value."""
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}" if p < 0.01 else f"{p:.3f}"


def frequency(p: float) -> str:
    """Say how often chance alone does as much: "fewer than 1 in 1,000", "about 3 in 100"."""
    if p < 0.001:
        return "fewer than 1 in 1,000"
    if p < 0.01:
        return f"about {max(1, round(1000 * p))} in 1,000"
    if p > 0.995:
        return "nearly all"
    return f"about {max(1, round(100 * p))} in 100"


SETTLES_NOTHING = "so this table does not settle it; the interval says how large it may still be"


def chance(p: float, what: str, absent: str = "if there were none", *, open_end: str = SETTLES_NOTHING) -> str:
    """Say what the p-value means, without saying more.

    Parameters
    ----------
    p : float
        Probability of a finding at least as large under the null hypothesis.
    what : str
        "A difference this large".
    absent : str
        The null hypothesis: "if there were none".
    open_end : str
        What is added where chance does as much in 5 of 100 tables or more.
    """
    if p < 0.05:
        return f"{what} would come about by chance in {frequency(p)} such tables {absent}."
    return f"{what} would come about by chance in {frequency(p)} such tables {absent}, {open_end}."


def size_word(value: float, steps: Sequence[float]) -> str:
    """Name a size by a rule of thumb with the bounds of small, middling and large."""
    size = abs(value)
    small, middling, large = steps
    if size < small:
        return "very small"
    if size < middling:
        return "small"
    return "middling" if size < large else "large"


def cohen_d(value: float) -> str:
    """Name a standardised difference (Cohen 1988: 0.2, 0.5, 0.8)."""
    return size_word(value, (0.2, 0.5, 0.8))


def cohen_r(value: float) -> str:
    """Name a correlation or a rank-biserial one (Cohen 1988: 0.1, 0.3, 0.5)."""
    return size_word(value, (0.1, 0.3, 0.5))


def cohen_eta(value: float) -> str:
    """Name an explained share (Cohen 1988: 0.01, 0.06, 0.14)."""
    return size_word(value, (0.01, 0.06, 0.14))


def named(label: str, column: str) -> str:
    """Name a group so that a bare value is understood: "smoker = yes"."""
    return f"{column} = {label}" if column else label


def listed(names: Sequence[str], most: int = 4) -> str:
    """List some names, or the first few and how many more."""
    return words.listed(names, most=most)


def huge_note(rows: int, p: float) -> tuple[str, ...]:
    """Say that significance is cheap where rows are many."""
    if rows < HUGE or p >= 0.05:
        return ()
    return (
        f"With {rows:,} rows almost any difference is beyond chance, however small. "
        "Judge by the size of the effect and not by the p-value.",
    )
