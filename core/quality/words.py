"""How findings speak: lists of names, shares, numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core import words
from core.words import counted

__all__ = ["counted", "listed", "number", "share"]

LONGEST = 120


def listed(names: Sequence[object], most: int = 4) -> str:
    """Return names as "a, b and c", the first few of them."""
    texts = [
        text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}" for text in map(str, names)
    ]
    return words.listed(texts, most=most)


def share(value: float) -> str:
    """Return a share as a percentage; "0 %" and "100 %" only where it is exactly that."""
    if 0 < value < 0.001:
        return "under 0.1 %"
    if 0.999 < value < 1:
        return "over 99.9 %"
    digits = 1 if value < 0.1 or value > 0.9 else 0
    return f"{100 * value:.{digits}f}".removesuffix(".0") + " %"


def number(value: float) -> str:
    """Return a number as a person writes it: whole ones whole, thousands separated from 10,000 on."""
    if not math.isfinite(value):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.0f}"
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def of_rows(count: int, rows: int) -> str:
    """Return "12 rows (1.3 %)"."""
    return f"{counted(count, 'row')} ({share(count / max(rows, 1))})"


def verb(count: int, one: str, many: str) -> str:
    """Return the form of a verb that goes with a number of things."""
    return one if count == 1 else many


def tokens(name: str) -> tuple[str, ...]:
    """Return the words of a column's name in lower case: "LotArea_m2" holds lot, area, m, 2."""
    words: list[str] = []
    word, last = "", ""
    for letter in name:
        kind = "a" if letter.isalpha() else "0" if letter.isdigit() else " "
        if word and (kind != last or (letter.isupper() and not word[-1].isupper())):
            words.append(word)
            word = ""
        if kind != " ":
            word += letter
        last = kind
    return tuple(w.casefold() for w in (*words, word) if w)


def word_set(text: str) -> frozenset[str]:
    """Return words that are written one after the other, with blanks between them."""
    return frozenset(text.split())
