"""A later file of a table (next month's): read like it, then its steps and rules, and what does not fit is told."""

from __future__ import annotations

from pathlib import Path

from core.data.catalog import DatasetCatalog
from core.data.column_types import say_again
from core.data.ingest import ingest_like
from core.data.schema import Dataset
from core.errors import LatheError
from core.shape.edit import replay
from core.shape.outcome import Report, silent
from core.store.workspace import Workspace


def take_later_file(workspace: Workspace, path: Path, like: Dataset, *, name: str, report: Report = silent) -> Dataset:
    """Store a later file as a table of its own.

    Parameters
    ----------
    workspace : Workspace
        Where both lie.
    path : Path
        The file, as for `core.data.ingest.ingest`.
    like : Dataset
        Its settings, kinds, orders, meanings, steps and rules are used again.
    name : str
        Name of the new table.
    report : callable
        Told how far it is; what it raises stops the work, and nothing is left of it.

    Returns
    -------
    Dataset
        Saved. Differences stand in its notes; so does why, where the steps do not fit it and are left out.
    """
    fresh = ingest_like(workspace, path, like, name=name, progress=lambda share, words: report(0.8 * share, words))
    catalog = DatasetCatalog(workspace)
    try:
        fresh = say_again(workspace, fresh, like)
        return replay(workspace, like, fresh, report=lambda share, words: report(0.8 + 0.2 * share, words))
    except LatheError as error:
        note = f"The steps of {like.name} do not fit this file and were left out: {error.message}"
        stored = catalog.get(fresh.id)
        return catalog.save(stored.model_copy(update={"notes": (note, *stored.notes), "rules": like.rules}))
    except BaseException:
        catalog.delete(fresh.id)
        raise
