"""Find what divides the lines of a text: delimiter, blanks around it, quote, escape.

A delimiter is right where rows have the same number of cells and cells are of known kinds: the idea of van den Burg,
Nazabal and Sutton, "Wrangling messy CSV files by detecting row and type patterns" (2019).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.data.doctor.dialect import DELIMITERS, Dialect, Field
from core.data.doctor.lines import Lines, Record, records
from core.data.doctor.profile import kind_of

_SCORED_LINES = 400
_SCORED_ROWS = 150
_WEIGHTS = {" ": 0.75, ":": 0.7, "~": 0.9, "^": 0.9}
_WORTH = {"empty": 0.6, "whole": 1.0, "number": 1.0, "date": 1.0, "time": 1.0, "address": 1.0, "code": 0.9, "word": 0.8}
_TEXT, _QUOTED_TEXT, _BROKEN, _MIXED = 0.5, 0.75, 0.05, 0.25
_STRONG = ",;\t|"
_ALONE = 0.5
_TYPED = ("whole", "number", "date", "time", "address")


@dataclass(frozen=True)
class FoundDialect:
    """A dialect, how even its rows are, and why it was chosen.

    Attributes
    ----------
    width : int
        Cells of most rows.
    even : float
        Share of the rows that have so many.
    score : float
        How good the cells look, 0 to 1.
    """

    dialect: Dialect
    width: int
    even: float
    score: float
    reason: str = ""
    why_quote: str = ""
    why_escape: str = ""


def find_dialect(lines: Sequence[str], said: str = "") -> FoundDialect:
    """Find what divides sampled lines.

    Parameters
    ----------
    lines : sequence of str
        Without their ends.
    said : str, optional
        Delimiter that the file declares.
    """
    filled = [line for line in lines if line.strip()][:_SCORED_LINES]
    marks = (
        [said] if said else [mark for mark in DELIMITERS if sum(mark in line for line in filled) >= 0.3 * len(filled)]
    )
    tries = [_scored(filled, dialect) for mark in marks for dialect in _dialects(filled, mark)]
    best = max(tries, key=lambda found: found.score, default=None)
    alone = _scored_alone(filled)
    if not said and (best is None or best.score <= alone) and (ragged := _ragged(filled)) is not None:
        return _with_quote(ragged, filled, _delimiter_reason(ragged, said))
    if best is None or (not said and best.score <= alone):
        unused = next((mark for mark in DELIMITERS if not any(mark in line for line in filled)), "\t")
        best = FoundDialect(Dialect(unused if said == "" else said), 1, 1.0, alone)
        return _with_quote(best, filled, "No delimiter divides the lines evenly: one column.")
    best = _with_escape(best, filled)
    return _with_quote(best, filled, _delimiter_reason(best, said))


def sample_records(lines: Sequence[str], dialect: Dialect) -> list[tuple[int, Record]]:
    """Divide sampled lines into records, each with the place of its first line."""
    found, start = [], 0
    for record in records(Lines(line + "\n" for line in lines), dialect):
        found.append((start, record))
        start = record.line
    return found


def _dialects(lines: Sequence[str], mark: str) -> list[Dialect]:
    """Return the ways in which a mark may divide: with either quote, with or without blanks around it."""
    sign = re.escape(mark)
    single = sum(bool(re.search(rf"(?:^|{sign}) ?'[^']", line)) for line in lines) >= 0.2 * len(lines)
    found = [Dialect(mark, quote) for quote in (('"', "'") if single else ('"',))]
    if mark == " ":
        return found
    return [_with_blanks(lines, dialect) for dialect in found]


def _with_blanks(lines: Sequence[str], dialect: Dialect) -> Dialect:
    """Add the blanks behind (and before) the marks where nearly all marks have them."""
    padded = replace(dialect, padding=" ")
    behind = before = marks = 0
    for line in lines[:100]:
        for place, end in padded.marks(line):
            marks += 1
            behind += end > place + 1 or end == len(line)
            before += line[place - 1 : place] in (" ", "")
    if not marks or behind < 0.9 * marks or not any(f"{dialect.mark} " in line for line in lines):
        return dialect
    return replace(padded, lead=" " if before >= 0.9 * marks else "")


def _scored(lines: Sequence[str], dialect: Dialect) -> FoundDialect:
    rows, unsound = [], 0
    for _, record in sample_records(lines, dialect):
        fields = dialect.fields(record.text)
        if fields is None:
            unsound += 1
            fields = dialect.loose_fields(record.text) or [Field(cell) for cell in record.text.split(dialect.mark)]
        rows.append(fields)
    widths = Counter(map(len, rows))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width < 2 or _is_part_of_values(lines, dialect.mark):
        return FoundDialect(dialect, width, count / len(rows), 0.0)
    even = [row for row in rows if len(row) == width][:_SCORED_ROWS]
    cells = [_worth(field, dialect) for row in even for field in row]
    sound = 1 - 0.5 * unsound / len(rows)
    weight = _WEIGHTS.get(dialect.mark, 1.0) * (1 - 0.1 / width)
    share = count / len(rows)
    return FoundDialect(dialect, width, share, share**0.8 * sound * weight * sum(cells) / len(cells))


def _worth(field: Field, dialect: Dialect) -> float:
    text = field.text.strip()
    kind = kind_of(text)
    if kind != "text":
        return _WORTH[kind]
    if field.quoted:
        return _QUOTED_TEXT
    if dialect.quote and text.count('"') % 2:
        return _BROKEN
    if any(mark in text for mark in _STRONG if mark not in (dialect.mark, ",")) or "," in text.replace(", ", ""):
        return _MIXED
    return _TEXT


def _scored_alone(lines: Sequence[str]) -> float:
    """Return how good the lines look as one column."""
    kinds = Counter(kind_of(line.strip()) for line in lines)
    typed = sum(kinds[kind] for kind in ("date", "time", "address"))
    if typed >= 0.9 * max(len(lines) - 1, 1):
        return 1.2
    return _ALONE * sum(_WORTH.get(kind, 0.3) * count for kind, count in kinds.items()) / max(len(lines), 1)


def _ragged(lines: Sequence[str]) -> FoundDialect | None:
    """Return the mark that divides most lines into short cells, though not into equally many."""
    for mark in _STRONG:
        cells = [cell for line in lines for cell in line.split(mark)]
        if sum(mark in line for line in lines) < 0.5 * len(lines) or _is_part_of_values(lines, mark):
            continue
        prose = sum(cell.startswith(" ") for cell in cells[1:])
        if prose < 0.2 * len(cells) and sum(map(len, cells)) < 30 * len(cells):
            widths = Counter(line.count(mark) + 1 for line in lines)
            width, count = widths.most_common(1)[0]
            return FoundDialect(Dialect(mark), width, count / len(lines), 0.0)
    return None


def _is_part_of_values(lines: Sequence[str], mark: str) -> bool:
    """Tell whether a mark stands only within numbers, dates or times below a name without one: one column of them."""
    values = [line.strip() for line in lines[1:] if mark in line]
    return mark not in lines[0] and bool(values) and all(kind_of(value) in _TYPED for value in values)


def _with_escape(found: FoundDialect, lines: Sequence[str]) -> FoundDialect:
    """Add a backslash as escape where more rows are even with it."""
    dialect, sign = found.dialect, re.escape(found.dialect.mark)
    used = sum(len(re.findall(rf"\\{dialect.quote}(?!{sign}|$)", line)) for line in lines) if dialect.quote else 0
    if not used and not any(f"\\{dialect.mark}" in line for line in lines):
        return found
    escaped = replace(dialect, escape="\\")
    before, after = (_even_count(lines, each, found.width) for each in (dialect, escaped))
    if after <= before:
        return found
    reason = (
        f"A backslash stands before quotes or delimiters within cells; {after} rows are even this way, {before} not so."
    )
    return replace(found, dialect=escaped, why_escape=reason)


def _even_count(lines: Sequence[str], dialect: Dialect, width: int) -> int:
    return sum(record.cells is not None and len(record.cells) == width for _, record in sample_records(lines, dialect))


def _with_quote(found: FoundDialect, lines: Sequence[str], reason: str) -> FoundDialect:
    """Settle the quote: none where cells start with quotes that never end."""
    dialect = found.dialect
    quoted = unsound = 0
    for _, record in sample_records(lines, dialect):
        fields = dialect.fields(record.text)
        unsound += fields is None
        quoted += sum(field.quoted for field in fields or ())
    if not quoted and unsound:
        plain = replace(dialect, quote="")
        return replace(found, dialect=plain, reason=reason, why_quote="Quotes stand within cells only: they are text.")
    if not quoted:
        return replace(found, reason=reason, why_quote="No quotes were found; the usual one is kept.")
    kind = "single" if dialect.quote == "'" else "double"
    return replace(found, reason=reason, why_quote=f"Cells stand between {kind} quotes.")


def _delimiter_reason(found: FoundDialect, said: str) -> str:
    if said:
        return "The first line of the file declares it."
    name = DELIMITERS[found.dialect.mark]
    if found.dialect.padding:
        name += " and blank"
    if found.even >= 0.9:
        return f"{name}: {found.even:.0%} of the lines have {found.width} cells divided this way."
    return f"{name}: the cells look best divided this way; {found.even:.0%} of the lines have {found.width}."
