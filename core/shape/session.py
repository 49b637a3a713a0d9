"""A compilation over a stored dataset: its base table, the other tables of its project, a connection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.data.catalog import DatasetCatalog
from core.data.query import connect
from core.data.schema import Dataset
from core.errors import LatheError, NotFound
from core.shape.context import Context, Source, Tables
from core.store.workspace import Workspace

STEP_MEMORY_MB = 2048


def base_of(workspace: Workspace, dataset: Dataset) -> Source:
    """Return the table as it was read."""
    if dataset.base_path:
        return Source(workspace.path(dataset.base_path), dataset.base_columns, dataset.name)
    return present(workspace, dataset)


def present(workspace: Workspace, dataset: Dataset) -> Source:
    """Return the table as it is now."""
    return Source(workspace.path(dataset.path), dataset.columns, dataset.name)


def other_tables(workspace: Workspace, dataset: Dataset) -> tuple[Dataset, ...]:
    """Return the tables of the project that can be brought in."""
    return tuple(d for d in DatasetCatalog(workspace).list(dataset.project_id) if d.id != dataset.id)


def tables_of(workspace: Workspace, dataset: Dataset) -> Tables:
    """Return what finds another table of the project by its id."""

    def find(identity: str) -> Source:
        if identity == dataset.id:
            raise LatheError(
                "A table cannot be joined to itself: its rows would change with each step.",
                hint="Duplicate the table first, and take the duplicate.",
                field="table",
            )
        gone = LatheError(
            "The other table is no longer in the project.", hint="Bring it again, or remove this step.", field="table"
        )
        try:
            found = DatasetCatalog(workspace).get(identity)
        except NotFound as error:
            raise gone from error
        if found.project_id != dataset.project_id or not workspace.path(found.path).exists():
            raise gone
        return present(workspace, found)

    return find


@contextmanager
def opened(workspace: Workspace, dataset: Dataset) -> Iterator[Context]:
    """Give a context in which steps of ``dataset`` can be compiled and run."""
    with connect(memory_mb=STEP_MEMORY_MB, spill=workspace.folder("spill")) as connection:
        yield Context(connection, tables_of(workspace, dataset))
