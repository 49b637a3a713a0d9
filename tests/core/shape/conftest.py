"""Tables with all kinds of columns, missing cells and names that no query may trip over."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pytest
from shape_tables import people

from core.data.catalog import DatasetCatalog
from core.data.fingerprint import fingerprint
from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.data.storage import to_arrow, write_table
from core.data.versions import cells_path
from core.types import ColumnKind, StorageType

KINDS = {
    StorageType.INT: ColumnKind.NUMERIC,
    StorageType.FLOAT: ColumnKind.NUMERIC,
    StorageType.BOOL: ColumnKind.BOOLEAN,
    StorageType.DATETIME: ColumnKind.DATETIME,
    StorageType.STRING: ColumnKind.CATEGORICAL,
}

Make = Callable[..., Dataset]


@pytest.fixture
def make(workspace, project_id) -> Make:
    """A function that stores a frame as a dataset: ``make(frame, whole=("n",), name="t")``."""

    def _make(frame: pd.DataFrame, *, name: str = "t", whole: tuple[str, ...] = ()) -> Dataset:
        columns, arrays = [], {}
        for column in frame.columns:
            storage = _storage(frame[column], column in whole)
            arrays[column] = to_arrow(frame[column], storage)
            columns.append(
                ColumnSchema(
                    name=column,
                    storage=storage,
                    kind=KINDS[storage],
                    missing=int(frame[column].isna().sum()),
                    unique=int(frame[column].nunique()),
                )
            )
        table = pa.table(arrays)
        mark = fingerprint(table, columns)
        identity = f"{name}{mark[:6]}"
        path = cells_path(identity, mark)
        write_table(workspace.path(path), table, columns)
        return DatasetCatalog(workspace).save(
            Dataset(
                id=identity,
                project_id=project_id,
                name=name,
                path=path,
                rows=len(frame),
                columns=tuple(columns),
                fingerprint=mark,
                parse=ParseSettings(),
                source_name=f"{name}.csv",
            )
        )

    return _make


def _storage(series: pd.Series, whole: bool) -> StorageType:
    if series.dtype.kind == "M":
        return StorageType.DATETIME
    if series.dtype.kind in "fi":
        return StorageType.INT if whole else StorageType.FLOAT
    return StorageType.BOOL if set(series.dropna()) <= {"true", "false"} else StorageType.STRING


@pytest.fixture
def dataset(make) -> Dataset:
    """`people`, stored."""
    return make(people(), whole=("id",))


@pytest.fixture
def lookup(make) -> Dataset:
    """Another table of the project with one row a key."""
    return make(pd.DataFrame({"key": ["low", "mid", "else"], "weight": [1.0, 2.5, 9.0]}), name="lookup")
