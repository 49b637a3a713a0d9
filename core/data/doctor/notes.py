"""Sentences on what reading had to mend or leave out."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.doctor.reader import Account, Plan

_MOST_LINES = 10


def notes_of(account: Account, plan: Plan) -> tuple[str, ...]:
    """Return one sentence for each kind of thing that was done."""
    notes = []
    if plan.ragged:
        notes.append(
            "Rows differ in their number of cells; all are kept, and cells beyond a row's end count as missing."
        )
    for fault, lines in account.mends.items():
        noun = "row was" if len(lines) == 1 else "rows were"
        notes.append(f"{len(lines):,} {noun} mended: {fault} ({_lines(lines)}).")
    notes += _rejected(account, plan)
    if account.short:
        noun = "row has" if account.short == 1 else "rows have"
        notes.append(f"{account.short:,} {noun} fewer than {plan.width} cells; the cells at the end count as missing.")
    if account.repeated:
        noun = "time" if account.repeated == 1 else "times"
        notes.append(f"The names occur {account.repeated:,} {noun} more among the rows; those lines were left out.")
    if account.blank:
        notes.append(f"{account.blank:,} blank {'line was' if account.blank == 1 else 'lines were'} left out.")
    return tuple(notes)


def _rejected(account: Account, plan: Plan) -> list[str]:
    long = [row.line for row in account.rejected if row.reason.startswith(tuple("0123456789"))]
    other = [row.line for row in account.rejected if not row.reason.startswith(tuple("0123456789"))]
    notes = []
    if long:
        total = account.rejected_total - len(other)
        noun = "row has" if total == 1 else "rows have"
        verb = "was" if total == 1 else "were"
        notes.append(f"{total:,} {noun} more than {plan.width} cells and {verb} left out ({_lines(long, total)}).")
    if other:
        noun = "row was" if len(other) == 1 else "rows were"
        notes.append(f"{len(other):,} {noun} left out for a quote that is not closed ({_lines(other)}).")
    return notes


def _lines(lines: Sequence[int], total: int = 0) -> str:
    shown = ", ".join(f"{line:,}" for line in lines[:_MOST_LINES])
    more = max(total, len(lines)) - _MOST_LINES
    return f"line{'s' if max(total, len(lines)) > 1 else ''} {shown}{f' and {more:,} more' if more > 0 else ''}"
