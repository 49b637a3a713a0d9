"""Numbers, shares and moments as the sentences about a chart say them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from core.words import counted, share

__all__ = ["counted", "edge", "listed", "missing_note", "moment", "name", "number", "sentences", "share", "value_text"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUS = "\N{MINUS SIGN}"
DAY_S = 86400


def number(value: float | None, digits: int = 3) -> str:
    """Return a number with ``digits`` significant digits and separated thousands; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "\N{EN DASH}"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size < -4 or size > 15:
        text = f"{value:.{digits - 1}e}"
    elif size >= digits - 1:
        text = f"{round(value, digits - 1 - size):,.0f}"
    else:
        text = f"{value:.{digits - 1 - size}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", MINUS)


def edge(value: float, step: float) -> str:
    """Return the edge of a bin, as fine as the bins are wide."""
    if not math.isfinite(value) or abs(value) >= 1e15 or (value and abs(step) < 1e-6):
        return number(value)
    decimals = next((d for d in range(9) if abs(step * 10**d - round(step * 10**d)) < 1e-6 * 10**d * abs(step)), 4)
    text = f"{value:,.{decimals}f}"
    return text.replace("-", MINUS if text.strip("-0.,") else "")


def moment(seconds: float, step_s: float = 0.0) -> str:
    """Return a moment as text, as fine as steps of ``step_s`` ask for."""
    try:
        when = EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return number(seconds)
    if step_s >= DAY_S or (step_s == 0 and seconds % DAY_S == 0):
        return f"{when:%Y-%m-%d}"
    return f"{when:%Y-%m-%d %H:%M}" if step_s >= 60 or step_s == 0 else f"{when:%Y-%m-%d %H:%M:%S}"


def value_text(value: float, *, is_date: bool, step: float = 0.0) -> str:
    """Return a value of an axis as text."""
    return moment(value, step) if is_date else edge(value, step) if step else number(value)


def name(column: str, longest: int = 60) -> str:
    """Return the name of a column for a sentence."""
    return column if len(column) <= longest else column[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"


def sentences(*parts: str) -> str:
    """Join the parts that say something."""
    return " ".join(part for part in parts if part)


def listed(*columns: str, word: str = "and") -> str:
    """Return names of columns, each once, as a sentence lists them: "a, b and c"."""
    names = [name(column) for column in dict.fromkeys(columns) if column]
    return f" {word} ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def missing_note(missing: int, *columns: str) -> str:
    """Say how many rows are not drawn for want of a value; empty where none."""
    if not missing:
        return ""
    verb = "is" if missing == 1 else "are"
    return f"{counted(missing, 'row')} without a value of {listed(*columns, word='or')} {verb} left out."
