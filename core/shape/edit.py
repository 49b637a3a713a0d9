"""Changes to the list of steps of a dataset. Each computes the table anew from the one that was read, and is whole or
not done at all."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from core.data.actions import TableStep
from core.data.catalog import DatasetCatalog
from core.data.fingerprint import fingerprint_file
from core.data.schema import ColumnSchema, Dataset
from core.data.versions import cells_path
from core.errors import LatheError
from core.shape.compiler import Stage, compile_steps, numbered
from core.shape.context import Context
from core.shape.flow import Flow
from core.shape.outcome import Report, compute, silent, store
from core.shape.sentence import sentence
from core.shape.session import base_of, opened
from core.store.artifacts import remove_tree
from core.store.workspace import Workspace

__all__ = ["append", "duplicate", "redo", "replace", "replay", "sentence", "undo"]

MOST_HISTORY = 50
Steps = tuple[TableStep, ...]


def append(workspace: Workspace, dataset: Dataset, steps: Sequence[TableStep], *, report: Report = silent) -> Dataset:
    """Add steps at the end; see `replace`."""
    return replace(workspace, dataset, (*dataset.steps, *steps), report=report)


def replace(workspace: Workspace, dataset: Dataset, steps: Sequence[TableStep], *, report: Report = silent) -> Dataset:
    """Give a dataset another list of steps: changed, switched off, put in another order, removed.

    Parameters
    ----------
    workspace : Workspace
        Where the dataset lies.
    dataset : Dataset
        As stored.
    steps : sequence of TableStep
        The whole new list.
    report : callable
        Told how far it is, from 0 to 1, and in words; what it raises stops the work.

    Returns
    -------
    Dataset
        Saved, with the former list in its history. The same id; another fingerprint where the content differs.

    Raises
    ------
    InvalidInput
        With the number of the step that cannot be done, and the field; the dataset stays as it was.
    """
    if tuple(steps) == dataset.steps:
        return dataset
    changed = recomputed(workspace, dataset, steps, report=report)
    history = (*dataset.history, dataset.steps)[-MOST_HISTORY:]
    return DatasetCatalog(workspace).save(changed.model_copy(update={"history": history, "undone": ()}))


def undo(workspace: Workspace, dataset: Dataset, *, report: Report = silent) -> Dataset:
    """Go back to the list of steps before the last change; `LatheError` where there is none."""
    if not dataset.history:
        raise LatheError("There is nothing to undo.")
    *history, wanted = dataset.history
    changed = recomputed(workspace, dataset, wanted, report=report)
    lists = {"history": tuple(history), "undone": (*dataset.undone, dataset.steps)}
    return DatasetCatalog(workspace).save(changed.model_copy(update=lists))


def redo(workspace: Workspace, dataset: Dataset, *, report: Report = silent) -> Dataset:
    """Go forward again to what was undone; `LatheError` where there is nothing."""
    if not dataset.undone:
        raise LatheError("There is nothing to do again.")
    *undone, wanted = dataset.undone
    changed = recomputed(workspace, dataset, wanted, report=report)
    lists = {"history": (*dataset.history, dataset.steps), "undone": tuple(undone)}
    return DatasetCatalog(workspace).save(changed.model_copy(update=lists))


def replay(workspace: Workspace, dataset: Dataset, other: Dataset, *, report: Report = silent) -> Dataset:
    """Do the steps of ``dataset`` to ``other``, a table read like it (next month's file); its rules go along.

    Raises
    ------
    InvalidInput
        Where a step does not fit the other table; that one stays as it was.
    """
    with_rules = other.model_copy(update={"rules": dataset.rules})
    if dataset.steps == other.steps:
        return DatasetCatalog(workspace).save(with_rules)
    return replace(workspace, with_rules, dataset.steps, report=report)


def duplicate(workspace: Workspace, dataset: Dataset, name: str) -> Dataset:
    """Return a second table with the same cells, file and steps, under another name; saved.

    Raises
    ------
    LatheError
        Where the name is empty.
    """
    if not name.strip():
        raise LatheError("A table needs a name; this one is empty.", field="name")
    identity = uuid.uuid4().hex[:12]
    folder = workspace.folder("datasets", identity)
    path, base = (_twin(stored, identity) for stored in (dataset.path, dataset.base_path))
    try:
        for old, new in {dataset.path: path, dataset.base_path: base}.items():
            if old:
                _copy(workspace.path(old), workspace.path(new))
        for source in sorted(workspace.path(f"datasets/{dataset.id}").glob("source*")):
            _copy(source, folder / source.name)
        fresh = {"id": identity, "name": name.strip(), "path": path, "base_path": base, "created": datetime.now(UTC)}
        return DatasetCatalog(workspace).save(dataset.model_copy(update=fresh))
    except BaseException:
        remove_tree(folder)
        raise


def recomputed(
    workspace: Workspace, dataset: Dataset, steps: Sequence[TableStep], *, report: Report = silent
) -> Dataset:
    """Return the dataset with other steps, its cells computed and stored; it is not saved yet."""
    base = base_of(workspace, dataset)
    if not any(step.enabled for step in steps):
        return _as_read(workspace, dataset, tuple(steps))
    report(0.0, "Going through the steps")
    with opened(workspace, dataset) as context:
        stages = compile_steps(context, context.read(base), steps)
        flow, rows = compute(context, stages[-1].flow)
        if not rows:
            raise _empty(context, stages)
        report(0.4, "Looking at the columns")
        outcome = store(
            context,
            flow,
            rows,
            lambda mark: workspace.path(cells_path(dataset.id, mark)),
            chosen=_chosen(dataset),
            report=lambda fraction, message: report(0.4 + 0.6 * fraction, message),
        )
    return dataset.model_copy(
        update={
            "path": cells_path(dataset.id, outcome.fingerprint),
            "columns": outcome.columns,
            "rows": outcome.rows,
            "fingerprint": outcome.fingerprint,
            "steps": tuple(stage.step for stage in stages),
            "base_path": workspace.relative(base.path),
            "base_columns": base.columns,
        }
    )


def _as_read(workspace: Workspace, dataset: Dataset, steps: Steps) -> Dataset:
    """Return the dataset as it was read; steps that are switched off stay in the list."""
    import pyarrow.parquet as pq

    base = base_of(workspace, dataset)
    kept = {"base_path": workspace.relative(base.path), "base_columns": base.columns} if steps else {}
    return dataset.model_copy(
        update={
            "path": workspace.relative(base.path),
            "columns": base.columns,
            "rows": pq.read_metadata(base.path).num_rows,
            "fingerprint": fingerprint_file(base.path, base.columns),
            "steps": steps,
            "base_path": "",
            "base_columns": (),
            **kept,
        }
    )


def _chosen(dataset: Dataset) -> dict[str, ColumnSchema]:
    """Return the columns on which the person may have had a say; what a step made of a column is not theirs."""
    made: set[str] = set()
    for step in dataset.steps:
        named = [step.params.get("column"), step.params.get("name"), *step.params.get("columns", ())]
        made |= {name for name in named if isinstance(name, str)}
    return {column.name: column for column in dataset.columns if column.name not in made}


def _empty(context: Context, stages: Sequence[Stage]) -> LatheError:
    """Name the first step that leaves no rows."""
    before: Flow | None = None
    for stage in stages:
        if stage.flow is not before and context.count(stage.flow) == 0:
            problem = LatheError(
                "No row would be left; a table must have at least one.", hint="Look at the condition again."
            )
            return numbered(problem, stage.number, stage.step)
        before = stage.flow
    return LatheError("The table has no rows.")


def _twin(path: str, identity: str) -> str:
    return f"datasets/{identity}/{Path(path).name}" if path else ""


def _copy(old: Path, new: Path) -> None:
    # Cells are never written over, so that two names for one file are as good as a copy.
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)
