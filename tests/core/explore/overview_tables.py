"""Typed tables stored without reading a file, for the tests of the overview."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.data.storage import to_arrow, write_table
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType

HOSTILE = (
    "<script>alert(1)</script>",
    '"; DROP TABLE t; --',
    "=1+1",
    "a\"b'c",
    "\N{GRINNING FACE} & <b>",
    "n" * 3000,
    " ",
)


def store(workspace: Workspace, frame: pd.DataFrame, kinds: Mapping[str, ColumnKind] | None = None) -> Dataset:
    """Store a frame as a dataset; kinds follow from the dtypes unless given."""
    frame = frame.copy()
    columns = []
    for name in frame.columns:
        series = frame[name]
        storage, kind = _typed(series)
        if storage is StorageType.STRING:
            frame[name] = series.astype(object).where(series.notna(), None)
        columns.append(
            ColumnSchema(
                name=name,
                storage=storage,
                kind=(kinds or {}).get(name, kind),
                missing=int(series.isna().sum()),
                unique=int(series.nunique()),
            )
        )
    key = uuid.uuid4().hex[:12]
    path = workspace.folder("datasets", key) / "cells.parquet"
    arrays = [to_arrow(frame[c.name], c.storage) for c in columns]
    write_table(path, pa.Table.from_arrays(arrays, names=[c.name for c in columns]))
    return Dataset(
        id=key,
        name="table",
        path=workspace.relative(path),
        rows=len(frame),
        columns=tuple(columns),
        fingerprint=key,
        parse=ParseSettings(),
    )


def _typed(series: pd.Series) -> tuple[StorageType, ColumnKind]:
    if pd.api.types.is_datetime64_any_dtype(series):
        return StorageType.DATETIME, ColumnKind.DATETIME
    if pd.api.types.is_numeric_dtype(series):
        known = series.dropna().to_numpy(dtype=np.float64)
        whole = bool(np.isfinite(known).all() and (known == np.floor(known)).all() and (np.abs(known) < 2**53).all())
        return (StorageType.INT if whole else StorageType.FLOAT), ColumnKind.NUMERIC
    return StorageType.STRING, ColumnKind.CATEGORICAL


def mixed(rows: int = 600, seed: int = 1) -> pd.DataFrame:
    """A table with a copy, a curve, groups, a trend, a spike, a far-out value and cells missing together."""
    rng = np.random.default_rng(seed)
    x = rng.normal(0, 1, rows)
    group = rng.choice(["red", "green", "blue"], rows)
    frame = pd.DataFrame(
        {
            "x": x,
            "copy": 2 * x + 1,
            "curve": (x**2) + rng.normal(0, 0.1, rows),
            "group": group,
            "level": np.where(group == "red", 5.0, 0.0) + rng.normal(0, 1, rows),
            "day": pd.date_range("2021-01-01", periods=rows, freq="D").astype("datetime64[us]"),
            "trend": np.arange(rows) + rng.normal(0, 20, rows),
            "spike": np.where(rng.random(rows) < 0.4, 7.0, rng.normal(50, 10, rows)),
            "far": np.concatenate((rng.normal(0, 1, rows - 1), [900.0])),
            "one": 3.0,
            "noise": rng.normal(0, 1, rows),
            "left": rng.choice(["yes", "no"], rows),
        }
    )
    frame["gone_a"] = rng.normal(0, 1, rows)
    frame["gone_b"] = rng.choice(["u", "v"], rows)
    missing = rng.random(rows) < 0.2
    frame.loc[missing, "gone_a"] = np.nan
    frame.loc[missing, "gone_b"] = None
    return frame
