"""How close a reader's answer is to the known one: ten marks a file, each from 0 to 1.

The marks are those of Vitagliano and others, "Pollock: a data loading benchmark" (2023): whether the file was read, and
precision, recall and their harmonic mean over names, rows and cells, each counted as often as it occurs. Here texts are
compared letter by letter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.faults import Case, Rows

Reader = Callable[[Path], Rows]

FREQUENCY = {
    "line_feeds": 30, "semicolons": 15, "commas": 15, "no_header": 9, "preamble": 4, "preamble_in_cells": 3,
    "preamble_close": 2, "no_last_line_end": 4, "comma_and_blank": 2, "tabs": 3, "footnote": 2, "footnote_in_cells": 1,
    "two_header_rows": 1, "units_below_names": 2, "windows_1252": 5, "byte_order_mark": 4, "delimiter_too_many": 3,
    "delimiter_too_few": 3, "stray_quote": 3, "quote_not_closed": 1, "row_too_short": 3, "plain": 10,
}  # fmt: skip
"""How often a fault is met among files that people publish, roughly, in proportion; one where it is not named."""


@dataclass(frozen=True)
class Marks:
    """The sum of the ten marks of one file."""

    case: str
    fault: str
    total: float


def marks(answer: Rows, found: Rows | None) -> float:
    """Return the sum of the ten marks."""
    if found is None:
        return 0.0
    return 1.0 + sum(
        sum(_agreement(part(answer), part(found))) for part in (lambda rows: rows[0] if rows else [], _records, _cells)
    )


def _records(rows: Rows) -> list[tuple[str, ...]]:
    return [tuple(row) for row in rows[1:]]


def _cells(rows: Rows) -> list[str]:
    return [cell for row in rows for cell in row]


def _agreement(answer: Sequence[object], found: Sequence[object]) -> tuple[float, float, float]:
    if not answer:
        return (1.0, 1.0, 1.0)
    common = sum((Counter(answer) & Counter(found)).values())
    if not common:
        return (0.0, 0.0, 0.0)
    precision, recall = common / len(found), common / len(answer)
    return precision, recall, 2 * precision * recall / (precision + recall)


def score(cases: Iterable[Case], reader: Reader, folder: Path) -> list[Marks]:
    """Let ``reader`` read every case; one it fails on has no marks."""
    path = folder / "case.csv"
    result = []
    for case in cases:
        path.write_bytes(case.content)
        result.append(Marks(case.name, case.fault, marks(case.answer, reader(path))))
    return result


def simple(scored: Sequence[Marks]) -> float:
    """Return the mean over files, 0 to 10."""
    return sum(mark.total for mark in scored) / len(scored)


def weighted(scored: Sequence[Marks]) -> float:
    """Return the mean over faults, each as often as it is met; files of one fault share its weight."""
    faults = Counter(mark.fault for mark in scored)
    weights = [FREQUENCY.get(mark.fault, 1) / faults[mark.fault] for mark in scored]
    return sum(weight * mark.total for weight, mark in zip(weights, scored, strict=True)) / sum(weights)


def by_fault(scored: Sequence[Marks]) -> dict[str, tuple[int, float]]:
    """Return the number of files and the mean for each fault."""
    faults: dict[str, list[float]] = {}
    for mark in scored:
        faults.setdefault(mark.fault, []).append(mark.total)
    return {fault: (len(values), sum(values) / len(values)) for fault, values in faults.items()}
