"""Lines below the table that are no part of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from core.data.doctor.dialect import DELIMITERS, Dialect
from core.data.doctor.profile import ColumnProfile

_MOST_FOOTERS = 30
_SURPRISE = 9.0
_FOOTNOTE = re.compile(r"^(?:\*|†|‡|#|--|==|note|source|quelle|total rows|end of|generated|©|\(c\))", re.I)


_TOTAL = re.compile(r"(?:grand |sub)?totals?|sum|summe|gesamt(?:summe)?|insgesamt|somme|suma|totale", re.I)


def count_footers(lines: Sequence[str], dialect: Dialect, columns: Sequence[ColumnProfile]) -> tuple[int, str]:
    """Return how many of the last lines of a file are no part of the table, and why.

    Parameters
    ----------
    lines : sequence of str
        The last lines of the file without their ends.
    dialect : Dialect
        How lines are divided.
    columns : sequence of ColumnProfile
        What sound cells look like.
    """
    width = len(columns)
    if width < 2:
        return 0, "One column: footnotes cannot be told from values."
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    first = end
    for place in range(end - 1, max(end - 1 - _MOST_FOOTERS, 0), -1):
        line = lines[place]
        if not line.strip(f" {dialect.mark}"):
            continue
        if not _is_footnote(line, lines[place - 1], dialect, columns):
            break
        first = place
    while 0 < first < end and not lines[first - 1].strip(f" {dialect.mark}"):
        first -= 1
    if first == end:
        return 0, "The table goes on to the last line."
    count = end - first
    shown = next(line for line in lines[first:] if line.strip(f" {dialect.mark}")).strip()[:40]
    which = "last line is" if count == 1 else f"last {count} lines are"
    return len(lines) - first, f"The {which} not part of the rows: {shown!r}."


def _is_footnote(line: str, above: str, dialect: Dialect, columns: Sequence[ColumnProfile]) -> bool:
    cells = dialect.split(line) or [line]
    filled = [cell for cell in cells if cell.strip()]
    width = len(columns)
    others = [mark for mark in DELIMITERS if mark != dialect.mark]
    if width >= 3 and any(len(replace(dialect, mark=mark).split(line) or ()) == width for mark in others):
        return False
    after_blank = not above.strip(f" {dialect.mark}")
    # A sum that stands apart from the rows; one that follows them directly is left to the person.
    if after_blank and len(cells) == width and _TOTAL.fullmatch(cells[0].strip(' ":')):
        return True
    if line.count(dialect.mark) >= width - 1 and sum(bool(part.strip()) for part in line.split(dialect.mark)) > 1:
        return False
    if len(cells) == width and len(filled) > 1:
        return False
    if _FOOTNOTE.match(line.strip(' "')):
        return len(filled) < max(2, 0.5 * width)
    surprise = columns[0].cost(cells[0], quoted=False)
    few = len(filled) == 1 or len(cells) < 0.5 * width
    return (
        few
        and cells[0].strip() != ""
        and (after_blank or (width >= 3 and surprise > _SURPRISE and " " in cells[0].strip()))
    )
