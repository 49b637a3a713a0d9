"""What is known of a table when a plan is proposed for it, and the words for its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core import words
from core.data.profile_types import ColumnProfile, TableProfile
from core.data.schema import ColumnSchema
from core.params import ParamValue
from core.prepare.plan import StepChoice
from core.prepare.spec import Family
from core.types import ColumnKind, TaskKind


@dataclass(frozen=True)
class Facts:
    """What a proposal can rest on.

    Attributes
    ----------
    columns : tuple of ColumnSchema
        Features that are not left out.
    rows : int
        Rows of the table; 0 where not known.
    task : TaskKind or None
        Kind of the target.
    profile : TableProfile or None
        The table's figures.
    """

    columns: tuple[ColumnSchema, ...]
    rows: int = 0
    task: TaskKind | None = None
    profile: TableProfile | None = None

    def of_kind(self, *kinds: ColumnKind) -> list[ColumnSchema]:
        """Return the columns of these kinds."""
        return [column for column in self.columns if column.kind in kinds]

    def free_name(self, name: str) -> str:
        """Return ``name`` for new features, with a number behind it where a column is called so."""
        taken = {column.name for column in self.columns}
        count, free = 1, name
        while free in taken:
            count += 1
            free = f"{name} {count}"
        return free

    def figures(self, column: ColumnSchema) -> ColumnProfile | None:
        """Return a column's profile, None where there is none."""
        if self.profile is None:
            return None
        return next((found for found in self.profile.columns if found.name == column.name), None)


def listed(columns: Sequence[ColumnSchema], most: int = 4) -> str:
    """Name the columns, or the first few and how many more."""
    return words.listed([column.name or "(no name)" for column in columns], most=most)


def counted(columns: Sequence[ColumnSchema], noun: str) -> str:
    """Say how many: "1 column", "3 columns"."""
    return f"{len(columns)} {noun}{'' if len(columns) == 1 else 's'}"


def choice(
    step: str,
    columns: Sequence[ColumnSchema],
    reason: str,
    *,
    families: tuple[Family, ...] = (),
    **params: ParamValue,
) -> StepChoice:
    """Return a proposed step."""
    names = tuple(column.name for column in columns)
    return StepChoice(step=step, columns=names, params=params, families=families, reason=reason)
