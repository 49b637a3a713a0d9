"""The datasets of a workspace, each with the versions of its cells that are still needed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import select

from core.data.schema import Dataset
from core.data.storage import read_frame
from core.data.versions import find_version, keep_version, remove_unneeded
from core.errors import LatheError, NotFound
from core.store.artifacts import remove_tree
from core.store.tables import DatasetRow, RunRow
from core.store.workspace import Workspace


class DatasetCatalog:
    """Datasets by id, in the workspace's database; their cells lie in files.

    Cells are never overwritten: another content has another fingerprint and lies in a file of its own, so that a run
    finds the table it was made on after kinds or steps were changed.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def save(self, dataset: Dataset) -> Dataset:
        """Add a dataset, or make this the present version of the one with the same id.

        The cells must lie at ``dataset.path`` already, so that a crash never leaves a row without its file. Versions
        that nobody needs any more are removed: those that are neither present, nor the base of its steps, nor named by
        a run, nor one step back or forward.
        """
        body = dataset.model_dump(mode="json")
        keep_version(self._workspace, dataset)
        with self._workspace.database.session() as session:
            row = session.get(DatasetRow, dataset.id)
            if row is None:
                session.add(
                    DatasetRow(
                        id=dataset.id,
                        project_id=dataset.project_id,
                        name=dataset.name,
                        fingerprint=dataset.fingerprint,
                        created=dataset.created,
                        body=body,
                    )
                )
                return dataset
            if row.fingerprint != dataset.fingerprint:
                # A workspace made before there were versions has no file that describes its only one.
                keep_version(self._workspace, Dataset.model_validate(row.body), replace=False)
            row.name, row.fingerprint, row.body = dataset.name, dataset.fingerprint, body
        remove_unneeded(self._workspace, dataset, self._named_by_runs(dataset.id))
        return dataset

    def get(self, dataset_id: str) -> Dataset:
        """Return a dataset as it is now.

        Raises
        ------
        NotFound
            Where there is none of this id.
        """
        with self._workspace.database.session() as session:
            row = session.get(DatasetRow, dataset_id)
            if row is None:
                raise _absent(dataset_id)
            return Dataset.model_validate(row.body)

    def version(self, dataset_id: str, fingerprint: str) -> Dataset:
        """Return a dataset as it was when its content had this fingerprint; an empty one means as it is now.

        Raises
        ------
        NotFound
            Where the dataset or that version of it is gone.
        """
        present = self.get(dataset_id)
        if fingerprint in ("", present.fingerprint):
            return present
        found = find_version(self._workspace, dataset_id, fingerprint)
        if found is None:
            raise NotFound(
                f"The table {present.name} has changed, and what it held before is no longer kept.",
                hint="Use the table as it is now.",
                field="dataset",
            )
        return found

    def list(self, project_id: str) -> tuple[Dataset, ...]:
        """Return a project's datasets, newest first."""
        query = select(DatasetRow).where(DatasetRow.project_id == project_id).order_by(DatasetRow.created.desc())
        with self._workspace.database.session() as session:
            return tuple(Dataset.model_validate(row.body) for row in session.scalars(query))

    def delete(self, dataset_id: str) -> None:
        """Remove a dataset and its files; `NotFound` where there is none."""
        with self._workspace.database.session() as session:
            row = session.get(DatasetRow, dataset_id)
            if row is None:
                raise _absent(dataset_id)
            session.delete(row)
        remove_tree(self._workspace.path(f"datasets/{dataset_id}"))

    def _named_by_runs(self, dataset_id: str) -> frozenset[str]:
        with self._workspace.database.session() as session:
            runs = session.execute(select(RunRow.dataset_id, RunRow.recipe)).all()
        named = {str(recipe.get("dataset", "")) for owner, recipe in runs if owner == dataset_id}
        # Another table's run may have locked away the rows of this one.
        splits = [recipe.get("task", {}).get("split", {}) for _, recipe in runs]
        return frozenset(
            named | {str(s.get("second_fingerprint", "")) for s in splits if s.get("second") == dataset_id}
        )


def load_frame(workspace: Workspace, dataset: Dataset, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a dataset's cells in the dtypes of "A frame's types" (docs/architecture.md).

    Parameters
    ----------
    workspace : Workspace
        Where the dataset lies.
    dataset : Dataset
        What to read.
    columns : sequence of str, optional
        Columns to read, in this order; all by default.

    Returns
    -------
    DataFrame of shape (n_rows, n_columns)
        Rows in file order.

    Raises
    ------
    NotFound
        Where the file is gone.
    LatheError
        Where there is no such column.
    """
    wanted = dataset.column_names if columns is None else tuple(columns)
    unknown = [name for name in wanted if name not in dataset.column_names]
    if unknown:
        raise LatheError(f"The table {dataset.name} has no column {', '.join(map(repr, unknown))}.", field="columns")
    path = workspace.path(dataset.path)
    if not path.exists():
        raise NotFound(f"The cells of {dataset.name} are no longer in the workspace.", hint="Upload the file again.")
    return read_frame(path, [dataset.column(name) for name in wanted])


def _absent(dataset_id: str) -> NotFound:
    return NotFound(f"There is no dataset {dataset_id!r} in this workspace.", hint="Choose another one.")
