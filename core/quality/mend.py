"""Carry out a fix, and say beforehand what it will do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.data.schema import Dataset
from core.quality.finding import Fix
from core.shape.edit import append
from core.shape.outcome import Report, silent
from core.shape.preview import preview
from core.store.workspace import Workspace

_LEAVES_CELLS = ("flag", "drop_columns", "filter", "drop_missing", "drop_duplicates")
MOST_PREVIEWS = 12


@dataclass(frozen=True)
class Effect:
    """What a fix does to a table.

    Attributes
    ----------
    rows_before, rows_after : int
        Rows, counted on all of the data.
    added, removed : tuple of str
        Columns.
    changed : dict of str to int
        Columns and how many of their cells differ; of the first steps where there are very many.
    notes : tuple of str
        What the steps meet on their way.
    """

    rows_before: int
    rows_after: int
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def effect(workspace: Workspace, dataset: Dataset, fix: Fix) -> Effect:
    """Return what a fix would do; nothing is stored.

    Raises
    ------
    LatheError
        Where a step of the fix cannot be done.
    """
    if not fix.steps:
        return Effect(dataset.rows, dataset.rows)
    steps = (*dataset.steps, *fix.steps)
    whole = preview(workspace, dataset, steps, rows=1)
    changed: dict[str, int] = {}
    for number, step in enumerate(fix.steps[:MOST_PREVIEWS], start=len(dataset.steps) + 1):
        if step.key not in _LEAVES_CELLS:
            part = whole if number == len(steps) else preview(workspace, dataset, steps, upto=number, rows=1)
            for name, cells in part.changed.items():
                changed[name] = changed.get(name, 0) + cells
    before = dataset.column_names
    return Effect(
        rows_before=dataset.rows,
        rows_after=whole.rows_after,
        added=tuple(name for name in whole.columns_after if name not in before),
        removed=tuple(name for name in before if name not in whole.columns_after),
        changed={name: cells for name, cells in changed.items() if cells},
        notes=whole.notes,
    )


def apply_fix(workspace: Workspace, dataset: Dataset, fix: Fix, *, report: Report = silent) -> Dataset:
    """Carry out what a fix does to the table: its steps.

    Columns that it leaves out are the goal's matter, not the table's; see `Fix.ignore`.

    Returns
    -------
    Dataset
        Saved; undone as any step is.

    Raises
    ------
    LatheError
        Where it cannot be done; the dataset stays as it was.
    """
    return append(workspace, dataset, fix.steps, report=report) if fix.steps else dataset
