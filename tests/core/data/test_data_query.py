"""Rows and aggregates of a stored table, asked where it lies."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from core.data.arrow_types import ARROW_TYPES
from core.data.catalog import load_frame
from core.data.ingest import ingest
from core.data.query import head, literal, open_file, open_table, quote, sample, take
from core.data.schema import ColumnSchema
from core.data.storage import write_table
from core.types import ColumnKind, StorageType


@pytest.fixture
def dataset(workspace, project_id, tmp_path):
    path = tmp_path / "t.csv"
    frame = pd.DataFrame(
        {
            'a "b"': np.arange(500) * 1.5,
            "row": [f"w{i % 7}" for i in range(500)],
            "flag": ["true", "false"] * 250,
            "day": pd.date_range("2026-01-01", periods=500).strftime("%Y-%m-%d"),
        }
    )
    frame.iloc[3, 0] = np.nan
    frame.to_csv(path, index=False)
    return ingest(workspace, path, project_id=project_id, name="t")


def test_head_has_the_types_of_the_whole_frame(workspace, dataset):
    whole = load_frame(workspace, dataset)
    pd.testing.assert_frame_equal(head(workspace, dataset, 20, offset=10), whole.iloc[10:30].reset_index(drop=True))
    pd.testing.assert_frame_equal(head(workspace, dataset, 1000), whole)
    assert list(head(workspace, dataset, 1, columns=["flag", "row"])) == ["flag", "row"]


def test_sample_is_the_same_for_the_same_seed_and_keeps_places(workspace, dataset):
    whole = load_frame(workspace, dataset)
    drawn = sample(workspace, dataset, 50, seed=3)
    pd.testing.assert_frame_equal(drawn, sample(workspace, dataset, 50, seed=3))
    pd.testing.assert_frame_equal(drawn, whole.loc[drawn.index])
    assert len(drawn) == 50
    assert not drawn.equals(sample(workspace, dataset, 50, seed=4))


def test_take_gives_rows_in_file_order(workspace, dataset):
    pd.testing.assert_frame_equal(
        take(workspace, dataset, [40, 2, 2]), load_frame(workspace, dataset).iloc[[2, 40]], check_index_type=False
    )


def test_names_and_values_cannot_leave_their_quotes(workspace, dataset):
    with open_table(workspace, dataset) as query:
        assert query.one(f"SELECT max({quote(dataset.columns[0].name)}) FROM t") == (499 * 1.5,)
        assert query.one(f"SELECT {literal(chr(39) + '; DROP VIEW t; --')}") == ("'; DROP VIEW t; --",)
        assert query.one(f"SELECT {literal(True)}, {literal(None)}, {literal(2.5)}") == (True, None, 2.5)


@pytest.mark.parametrize("storage", list(StorageType))
@pytest.mark.parametrize("value_rows", [1, 3])
@pytest.mark.parametrize("unique", [1, 10**6])
def test_missing_cells_beside_a_single_value_are_told_from_it(
    tmp_path: Path, storage: StorageType, value_rows: int, unique: int
) -> None:
    value = {"bool": True, "int": 7, "float": 1.5, "string": "a", "datetime": datetime(2024, 1, 1)}[storage.value]
    cells = pa.array([None, *[value] * value_rows, None], ARROW_TYPES[storage])
    column = ColumnSchema(name="c", storage=storage, kind=ColumnKind.CATEGORICAL, unique=unique)
    path = tmp_path / "cells.parquet"
    write_table(path, pa.table({"c": cells}), [column])
    with open_file(path, [column]) as query:
        assert query.one("SELECT count(*) FROM t WHERE c IS NULL") == (2,)
        assert query.one("SELECT count(*) FROM t WHERE c IS NOT NULL") == (value_rows,)
