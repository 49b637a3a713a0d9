"""Column names that are present and different from each other."""

from __future__ import annotations

from collections.abc import Sequence


def unique_names(raw: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return usable column names, and a sentence for each thing that was changed.

    Parameters
    ----------
    raw : sequence of str
        Names as they stand in the file; empty ones become "column_3", repeated ones get "_2", "_3".

    Returns
    -------
    (tuple of str, tuple of str)
        Names in the same order; notes.
    """
    cleaned = [" ".join(name.split()) for name in raw]
    taken = {name for name in cleaned if name}
    seen: set[str] = set()
    names: list[str] = []
    notes: list[str] = []
    for place, name in enumerate(cleaned, 1):
        fresh = name
        if not name:
            fresh = _free(f"column_{place}", taken)
            notes.append(f"Column {place} has no name; it is called {fresh}.")
        elif name in seen:
            fresh = _free(name, taken, first=2)
            notes.append(f"The name {name} occurs more than once; column {place} is called {fresh}.")
        seen.add(fresh)
        taken.add(fresh)
        names.append(fresh)
    return tuple(names), tuple(notes)


def numbered_names(width: int) -> tuple[str, ...]:
    """Return column_1 to column_``width``: names for a table that has none."""
    return tuple(f"column_{place}" for place in range(1, width + 1))


def _free(name: str, taken: set[str], first: int = 1) -> str:
    candidate = name if first == 1 else f"{name}_{first}"
    number = max(first, 1)
    while candidate in taken:
        number += 1
        candidate = f"{name}_{number}"
    return candidate
