"""Rows of a second table as the hold-out of a first one: in its columns and types, or refused in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core.data.catalog import DatasetCatalog, load_frame
from core.data.conform import conform
from core.data.schema import ColumnSchema, Dataset
from core.data.target import has_target, target_values
from core.data.task import Task
from core.errors import LatheError, NotFound
from core.store.workspace import Workspace


@dataclass(frozen=True)
class SecondRows:
    """Rows of the second table in the columns and types of the first.

    Attributes
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        The columns asked for.
    name : str
        The second table's name.
    notes : tuple of str
        Cells that could not be read in the first table's types, and columns that are ignored.
    """

    frame: pd.DataFrame
    name: str
    notes: tuple[str, ...]


def second_table(workspace: Workspace, dataset: Dataset, task: Task) -> Dataset:
    """Return the second table in the version that the split names, after a look at its columns.

    Raises
    ------
    LatheError
        Where it is the table itself, is gone, or lacks the target or a column that is predicted from.
    """
    split = task.split
    if split.second == dataset.id:
        raise LatheError(
            "The table with the locked rows must be another one than the table that is learned from.",
            hint="Choose another table, or lock away a share of the rows.",
            field="task.split.second",
        )
    try:
        second = DatasetCatalog(workspace).version(split.second, split.second_fingerprint)
    except NotFound as error:
        raise LatheError(
            "The table with the locked rows is no longer in the workspace as it was chosen.",
            hint="Choose it again under Split, or lock away a share of the rows.",
            field="task.split.second",
        ) from error
    lacking = [c.name for c in dataset.columns if _is_needed(c, task) and c.name not in second.column_names]
    if lacking:
        shown = ", ".join(lacking[:8]) + (", ..." if len(lacking) > 8 else "")
        raise LatheError(
            f"The second table must have the target and every column that is predicted from; {second.name} lacks "
            f"{len(lacking)}: {shown}.",
            hint="Rename or add them on the Shape page, set them aside, or choose another table.",
            field="task.split.second",
        )
    return second


def second_rows(workspace: Workspace, dataset: Dataset, task: Task, columns: Sequence[str] | None = None) -> SecondRows:
    """Read the rows that are the hold-out; columns that only the first table has are empty.

    Raises
    ------
    LatheError
        As `second_table`, and where no row has a known target or one has a class the first table does not know.
    """
    second = second_table(workspace, dataset, task)
    wanted = [dataset.column(name) for name in (dataset.column_names if columns is None else columns)]
    given = load_frame(workspace, second, [c.name for c in wanted if c.name in second.column_names])
    for column in wanted:
        if column.name not in given.columns:
            given[column.name] = None
    found = conform(given, wanted, dataset.parse)
    if task.target in found.frame.columns and not has_target(target_values(found.frame[task.target], task.kind)).any():
        raise LatheError(
            f"The locked rows need a known target; no row of {second.name} has a value in {task.target}.",
            hint="Choose a table with known answers.",
            field="task.split.second",
        )
    return SecondRows(found.frame.reset_index(drop=True), second.name, found.report.notes)


def refuse_unknown_classes(own: set[str], second: set[str], *, name: str, target: str) -> None:
    """Refuse classes that only the second table has: no model could answer them."""
    unknown = sorted(second - own)
    if unknown:
        shown = ", ".join(map(repr, unknown[:5])) + (", ..." if len(unknown) > 5 else "")
        raise LatheError(
            f"The locked rows must have classes that can be learned; {name} has others in {target}: {shown}.",
            hint="Write them as in the first table, or leave those rows out, on the Shape page.",
            field="task.split.second",
        )


def _is_needed(column: ColumnSchema, task: Task) -> bool:
    return column.name == task.target or task.is_used(column.name)
