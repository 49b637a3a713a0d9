"""The datasets of a workspace."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import select

from core.data.schema import Dataset
from core.data.storage import read_frame
from core.errors import LatheError, NotFound
from core.store.artifacts import remove_tree
from core.store.tables import DatasetRow
from core.store.workspace import Workspace


class DatasetCatalog:
    """Datasets by id, in the workspace's database; their cells lie in files.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def save(self, dataset: Dataset) -> Dataset:
        """Add a dataset, or replace the one of the same id."""
        body = dataset.model_dump(mode="json")
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
            else:
                row.name, row.fingerprint, row.body = dataset.name, dataset.fingerprint, body
        return dataset

    def get(self, dataset_id: str) -> Dataset:
        """Return a dataset.

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
