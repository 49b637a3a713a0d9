"""What the values of a column stand for in the world (an e-mail address, a latitude, a list), and their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.data.meaning_shapes import SHAPES, coordinate, coordinate_word
from core.data.scales import propose_levels
from core.data.schema import ColumnSchema
from core.types import ColumnKind, Meaning, StorageType

__all__ = ["SAMPLE_VALUES", "add_meanings", "find_meaning", "propose_levels"]

SAMPLE_VALUES = 2_000
"""Different values of a column that are enough to tell what they stand for."""


def find_meaning(
    name: str, values: Sequence[str], column: ColumnSchema, *, rows: int = 0
) -> tuple[Meaning | None, str]:
    """Find what the values of a column stand for.

    Parameters
    ----------
    name : str
        Name of the column; it weighs where the shape of the values alone does not settle it.
    values : sequence of str
        Different values without missing ones, as written; `SAMPLE_VALUES` of them are enough.
    column : ColumnSchema
        What is known about the column.
    rows : int
        Rows of the table; a column of a table with one row is not called constant.

    Returns
    -------
    (Meaning or None, str)
        The meaning, and why in a sentence; (None, "") where nothing stands out. A latitude or longitude under a short
        name ("lat") is only believed beside its partner, see `add_meanings`.
    """
    if column.storage is StorageType.STRING and values:
        for meaning, look in SHAPES:
            reason = look(name, values)
            if reason:
                return meaning, reason
    if column.kind is ColumnKind.NUMERIC:
        found = coordinate(name, values)
        if found is not None:
            return found
    if column.unique <= 1 and rows > 1 and not (column.unique and column.missing):
        return Meaning.CONSTANT, "The same in every row." if column.unique else "Nothing in any row."
    return None, ""


def add_meanings(
    columns: Sequence[ColumnSchema], samples: Mapping[str, Sequence[str]], *, rows: int
) -> list[ColumnSchema]:
    """Return the columns of a table with meaning and levels found, and their reasons added.

    Parameters
    ----------
    columns : sequence of ColumnSchema
        All columns of the table.
    samples : mapping of str to sequence of str
        For each column its different values, at most `SAMPLE_VALUES`.
    rows : int
        Rows of the table.
    """
    found = {c.name: find_meaning(c.name, samples.get(c.name, ()), c, rows=rows) for c in columns}
    meanings = {meaning for meaning, _ in found.values()}
    if not {Meaning.LATITUDE, Meaning.LONGITUDE} <= meanings:
        found |= {name: (None, "") for name, (meaning, _) in found.items() if _needs_partner(name, meaning)}
    return [_completed(column, samples.get(column.name, ()), *found[column.name]) for column in columns]


def _needs_partner(name: str, meaning: Meaning | None) -> bool:
    """Tell whether a coordinate stands under a short name, which may be short for something else."""
    is_coordinate = meaning in (Meaning.LATITUDE, Meaning.LONGITUDE)
    return is_coordinate and coordinate_word(name) not in ("latitude", "longitude")


def _completed(column: ColumnSchema, values: Sequence[str], meaning: Meaning | None, why: str) -> ColumnSchema:
    levels: tuple[str, ...] = ()
    if column.kind is ColumnKind.CATEGORICAL and meaning is None and len(values) == column.unique:
        levels = propose_levels(values)
    if levels:
        shown = levels if len(levels) <= 4 else (*levels[:2], "...", levels[-1])
        why = f"Its values have an order: {' < '.join(shown)}."
    reason = f"{column.reason} {why}".strip()
    return column.model_copy(update={"meaning": meaning, "levels": levels, "reason": reason})
