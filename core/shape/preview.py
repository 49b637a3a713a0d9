"""What a step would do, before it is done: first rows, rows and columns before and after, changed cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from core.data.actions import TableStep
from core.data.query import to_frame
from core.data.schema import ColumnSchema, Dataset
from core.shape.compiler import compile_steps, report
from core.shape.context import Context, run_arrow
from core.shape.flow import SQL_TYPES, Field, Flow
from core.shape.keys import KeyProposal
from core.shape.keys import propose_keys as find_keys
from core.shape.registry import get_step
from core.shape.session import base_of, opened, present, tables_of
from core.shape.text import as_text
from core.store.workspace import Workspace
from core.types import ColumnKind


@dataclass(frozen=True)
class Preview:
    """A table before and after a step.

    Attributes
    ----------
    before, after : DataFrame
        First rows, in the dtypes of "A frame's types".
    rows_before, rows_after : int
        Rows, counted on all of the data.
    columns_before, columns_after : tuple of str
        Names, in order.
    kinds_after : dict of str to ColumnKind
        What the columns are, as far as it is known before the step is done.
    changed : dict of str to int
        Changed columns and how many of their cells differ, counted on all of the data; only where rows stay the same.
    marks : DataFrame of bool
        Which cells of ``after`` are new or changed.
    notes : tuple of str
        What the step meets: cells that cannot be read, keys without a partner.
    """

    before: pd.DataFrame
    after: pd.DataFrame
    rows_before: int
    rows_after: int
    columns_before: tuple[str, ...]
    columns_after: tuple[str, ...]
    kinds_after: Mapping[str, ColumnKind]
    changed: Mapping[str, int]
    marks: pd.DataFrame
    notes: tuple[str, ...] = ()
    step: TableStep | None = field(default=None)

    @property
    def added(self) -> tuple[str, ...]:
        """Columns that are new."""
        return tuple(name for name in self.columns_after if name not in self.columns_before)

    @property
    def removed(self) -> tuple[str, ...]:
        """Columns that are gone."""
        return tuple(name for name in self.columns_before if name not in self.columns_after)


def preview(
    workspace: Workspace, dataset: Dataset, steps: Sequence[TableStep], *, upto: int | None = None, rows: int = 100
) -> Preview:
    """Show the table before and after the last of some steps; nothing is stored.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    steps : sequence of TableStep
        A whole list of steps, as `core.shape.edit.replace` takes it.
    upto : int, optional
        Number of the step to look at, from 1; the last one where not given, 0 shows the table as it was read.
    rows : int
        Rows shown.

    Raises
    ------
    InvalidInput
        Where a step up to there cannot be done.
    """
    asked = tuple(steps)[: len(steps) if upto is None else upto]
    with opened(workspace, dataset) as context:
        flow, rest, done = _start(context, workspace, dataset, asked)
        stages = compile_steps(context, flow, rest, first=done + 1)
        after = stages[-1].flow if stages else flow
        before = stages[-2].flow if len(stages) > 1 else flow
        last = stages[-1].step if stages else None
        changed = _changed(context, before, after, last)
        shown, marks = _head(context, after, before, rows, changed)
        return Preview(
            before=_frame(context, before, rows),
            after=shown,
            rows_before=context.count(before),
            rows_after=context.count(after),
            columns_before=before.names,
            columns_after=after.names,
            kinds_after={f.name: f.kind for f in after.fields},
            changed=changed,
            marks=marks,
            notes=report(context, before, last) if last else (),
            step=last,
        )


def columns_before(
    workspace: Workspace, dataset: Dataset, steps: Sequence[TableStep], place: int
) -> tuple[ColumnSchema, ...]:
    """Return the columns of the table as it stands before the step at ``place`` (from 0); for the step's form."""
    with opened(workspace, dataset) as context:
        flow, rest, done = _start(context, workspace, dataset, tuple(steps)[:place])
        stages = compile_steps(context, flow, rest, first=done + 1)
        after = stages[-1].flow if stages else flow
    return tuple(
        (f.like or ColumnSchema(name=f.name, storage=f.storage, kind=f.kind)).model_copy(
            update={"name": f.name, "storage": f.storage, "kind": f.kind}
        )
        for f in after.fields
    )


def propose_keys(
    workspace: Workspace, dataset: Dataset, steps: Sequence[TableStep], table: str
) -> tuple[KeyProposal, ...]:
    """Propose by which columns the table after some steps may be joined to another one."""
    with opened(workspace, dataset) as context:
        flow, rest, done = _start(context, workspace, dataset, tuple(steps))
        stages = compile_steps(context, flow, rest, first=done + 1)
        other = context.read(tables_of(workspace, dataset)(table))
        return find_keys(context, stages[-1].flow if stages else flow, other)


def _start(
    context: Context, workspace: Workspace, dataset: Dataset, asked: tuple[TableStep, ...]
) -> tuple[Flow, tuple[TableStep, ...], int]:
    """Return where to begin: at the stored outcome where the steps only go on from there, else at the base."""
    stored = dataset.steps
    if stored and asked[: len(stored)] == stored and len(asked) > len(stored):
        return context.read(present(workspace, dataset)), asked[len(stored) :], len(stored)
    return context.read(base_of(workspace, dataset)), asked, 0


def _changed(context: Context, before: Flow, after: Flow, step: TableStep | None) -> dict[str, int]:
    """Count the cells that a step changes, column by column."""
    if step is None or before is after or get_step(step.key).group not in ("Columns", "Values"):
        return {}
    old = {f.name: f for f in before.fields}
    pairs = [(old[f.name], f) for f in after.fields if f.name in old and old[f.name].id != f.id]
    if not pairs:
        return {}
    counts = ", ".join(f"count(*) FILTER (WHERE {_differs(a, b)})" for a, b in pairs)
    found = context.rows(after, counts)[0]
    return {b.name: int(count) for (_, b), count in zip(pairs, found, strict=True)}


def _differs(old: Field, new: Field) -> str:
    """Return the SQL that tells whether a cell is another one: 3 and 3.0 are the same."""
    if old.storage is new.storage or (old.is_number and new.is_number):
        return f"{old.id} IS DISTINCT FROM {new.id}"
    return f"{as_text(old)} IS DISTINCT FROM {as_text(new)}"


def _head(
    context: Context, after: Flow, before: Flow, rows: int, changed: Mapping[str, int]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the first rows, and which of their cells are new or changed."""
    shown = _frame(context, after, rows)
    old = {f.name: f for f in before.fields}
    marks = pd.DataFrame(False, index=shown.index, columns=shown.columns)
    for f in after.fields:
        if f.name not in old:
            marks[f.name] = True
    pairs = [(old[name], after.field(name)) for name in changed]
    if pairs:
        tests = ", ".join(_differs(a, b) for a, b in pairs)
        found = context.rows(after, tests, tail=f"LIMIT {int(rows)}", ordered=True)
        for place, (_, b) in enumerate(pairs):
            marks[b.name] = [bool(row[place]) for row in found]
    return shown, marks


def _frame(context: Context, flow: Flow, rows: int) -> pd.DataFrame:
    parts = ", ".join(f"CAST({f.id} AS {SQL_TYPES[f.storage]}) AS {f.id}" for f in flow.fields)
    table = run_arrow(context.connection, flow.sql(parts, tail=f"LIMIT {int(rows)}"))
    columns = [ColumnSchema(name=f.name, storage=f.storage, kind=f.kind) for f in flow.fields]
    return to_frame(table, columns)


def frequent_values(
    workspace: Workspace, dataset: Dataset, steps: Sequence[TableStep], place: int, name: str, *, most: int = 200
) -> tuple[tuple[str, int], ...]:
    """Return the values of a column before the step at ``place`` (from 0) as text with their counts.

    The most frequent ones first; `LatheError` where there is no such column.
    """
    with opened(workspace, dataset) as context:
        flow, rest, done = _start(context, workspace, dataset, tuple(steps)[:place])
        stages = compile_steps(context, flow, rest, first=done + 1)
        flow = stages[-1].flow if stages else flow
        column = flow.field(name)
        found = context.rows(
            flow,
            f"{as_text(column)} AS value, count(*) AS n",
            tail=f"WHERE {column.id} IS NOT NULL GROUP BY 1 ORDER BY n DESC, value LIMIT {int(most)}",
        )
    return tuple((str(value), int(count)) for value, count in found)
