"""What a column can be to a chart: a number, a date, groups, text."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.data.convert import TRUTH_PAIRS
from core.data.schema import ColumnSchema
from core.explore.chart_spec import ChartSpec
from core.types import ColumnKind, StorageType

TRUE_WORDS = tuple(pair[0] for pair in TRUTH_PAIRS)
"""Words of a yes/no column that count as 1."""


class Reading(StrEnum):
    """How the cells of a column are read."""

    NUMBER = "number"
    DATE = "date"
    GROUP = "group"
    TEXT = "text"


RoleName = Literal["x", "y", "z", "color", "facet", "columns"]


class RoleSpec(BaseModel):
    """One place of a chart that takes a column.

    Attributes
    ----------
    name : RoleName
        Field of `ChartSpec`.
    label, help : str
        Words of the person.
    readings : tuple of Reading
        Ways in which a column may be read here; one is enough.
    optional : bool
        May be empty.
    least, most : int
        Numbers of columns of "columns".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: RoleName
    label: str
    help: str = ""
    readings: tuple[Reading, ...]
    optional: bool = False
    least: int = 0
    most: int = 0

    def takes(self, column: ColumnSchema) -> bool:
        """Tell whether a column fits here."""
        return any(reads_as(column, reading) for reading in self.readings)

    def chosen(self, spec: ChartSpec) -> tuple[str, ...]:
        """Return the columns that a spec puts here."""
        if self.name == "columns":
            return spec.columns
        name: str = getattr(spec, self.name)
        return (name,) if name else ()


def reads_as(column: ColumnSchema, reading: Reading) -> bool:
    """Tell whether the cells of a column can be read in a way; a yes/no column counts as 1 and 0."""
    match reading:
        case Reading.NUMBER:
            numeric = column.storage in (StorageType.INT, StorageType.FLOAT, StorageType.BOOL)
            return numeric or column.kind is ColumnKind.BOOLEAN
        case Reading.DATE:
            return column.storage is StorageType.DATETIME
        case Reading.TEXT:
            return column.storage is StorageType.STRING
        case Reading.GROUP:
            return True


def is_continuous(column: ColumnSchema, most: int) -> bool:
    """Tell whether a column is better cut into ranges than taken value by value."""
    if column.storage is StorageType.DATETIME:
        return True
    return (
        column.storage in (StorageType.INT, StorageType.FLOAT)
        and column.kind in (ColumnKind.NUMERIC, ColumnKind.IDENTIFIER)
        and column.unique > most
    )
