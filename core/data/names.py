"""Column names that are present and different from each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

PLACE = "file_row_number"
"""What queries call the place of a row; no column of a table may be called so."""


def sql_name(name: str) -> str:
    """Return what SQL takes a name for: names that differ only by capital letters are the same."""
    return name.lower()


def first_clash(names: Iterable[str]) -> str:
    """Return the first name that SQL cannot tell from an earlier one or from `PLACE`; empty where there is none."""
    seen = {PLACE}
    for name in names:
        if sql_name(name) in seen:
            return name
        seen.add(sql_name(name))
    return ""


def unique_names(raw: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return usable column names, and a sentence for each thing that was changed.

    Parameters
    ----------
    raw : sequence of str
        Names as they stand in the file; empty ones become "column_3", repeated ones get "_2", "_3". Names that differ
        only by capital letters are repeated ones, because SQL takes them for the same.

    Returns
    -------
    (tuple of str, tuple of str)
        Names in the same order; notes.
    """
    cleaned = [" ".join(name.split()) for name in raw]
    taken = {sql_name(name) for name in cleaned if name}
    seen: set[str] = set()
    written: set[str] = set()
    names: list[str] = []
    notes: list[str] = []
    for place, name in enumerate(cleaned, 1):
        fresh = name
        if not name:
            fresh = _free(f"column_{place}", taken)
            notes.append(f"Column {place} has no name; it is called {fresh}.")
        elif sql_name(name) == PLACE:
            fresh = _free(name, taken, first=2)
            notes.append(f"The name {name} is what rows are counted by; column {place} is called {fresh}.")
        elif sql_name(name) in seen:
            fresh = _free(name, taken, first=2)
            why = "occurs more than once" if name in written else "differs from another one only by capital letters"
            notes.append(f"The name {name} {why}; column {place} is called {fresh}.")
        seen.add(sql_name(fresh))
        written.add(name)
        taken.add(sql_name(fresh))
        names.append(fresh)
    return tuple(names), tuple(notes)


def numbered_names(width: int) -> tuple[str, ...]:
    """Return column_1 to column_``width``: names for a table that has none."""
    return tuple(f"column_{place}" for place in range(1, width + 1))


def _free(name: str, taken: set[str], first: int = 1) -> str:
    candidate = name if first == 1 else f"{name}_{first}"
    number = max(first, 1)
    while sql_name(candidate) in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate
