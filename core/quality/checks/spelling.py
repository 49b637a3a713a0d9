"""Categories that are one thing written in several ways."""

from __future__ import annotations

from collections.abc import Iterator

from core.quality import fixes
from core.quality.check import Check, finding
from core.quality.facts import Facts
from core.quality.finding import Finding
from core.quality.similar import find_spellings
from core.quality.sql import is_one_of
from core.quality.words import counted, listed
from core.types import ColumnKind, Severity

MOST_LEVELS = 2_000


def spelling(facts: Facts) -> Iterator[Finding]:
    """Find near-duplicate categories, a column at a time."""
    for column in facts.texts:
        if column.kind in (ColumnKind.IDENTIFIER, ColumnKind.TEXT) or not 2 <= column.unique <= MOST_LEVELS:
            continue
        if column.meaning is not None or column.unique > 0.5 * facts.present(column.name):
            continue
        found = find_spellings(facts.levels(column.name))
        if not found:
            continue
        said = [f"'{s.written}' ({s.count:,}) and '{s.meant}' ({s.meant_count:,})" for s in found]
        rows = sum(s.count for s in found)
        kinds = "by capitals, blanks, accents or hyphens" if all(s.exact for s in found) else "by a letter or two"
        yield finding(
            "spelling",
            Severity.WATCH,
            f"{counted(len(found), 'value')} of {column.name} look like another spelling"
            if len(found) > 1
            else f"'{found[0].written}' in {column.name} looks like another spelling of '{found[0].meant}'",
            f"{listed(said, 3)} differ {kinds}. Models take them for different things, and rare spellings for noise.",
            columns=(column.name,),
            rows=rows,
            where=is_one_of(column.name, [s.written for s in found]),
            fixes=(
                fixes.replace_values(
                    column.name,
                    {s.written: s.meant for s in found},
                    f"Write {counted(len(found), 'value')} like the more frequent one",
                    "; ".join(f"'{s.written}' becomes '{s.meant}'" for s in found[:5])
                    + (" ..." if len(found) > 5 else "")
                    + ".",
                ),
            ),
        )


CHECKS = (
    Check(
        "spelling",
        "Near-duplicate categories",
        "Values that differ by capitals, blanks, accents, hyphens, or a letter or two.",
        "One thing under several names is learned several times, each time from fewer rows.",
        spelling,
    ),
)
