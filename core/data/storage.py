"""Typed columns on disk: the Parquet file of a dataset, its fingerprint, and the frame it gives back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.data.cells import TEXT
from core.data.schema import ColumnSchema
from core.store.artifacts import write_atomic
from core.types import StorageType

ARROW_TYPES = {
    StorageType.INT: pa.int64(),
    StorageType.FLOAT: pa.float64(),
    StorageType.BOOL: pa.bool_(),
    StorageType.STRING: TEXT,
    StorageType.DATETIME: pa.timestamp("us"),
}


def to_arrow(series: pd.Series, storage: StorageType) -> pa.Array:
    """Return a typed Series ("A frame's types") as the Arrow array that is stored."""
    match storage:
        case StorageType.BOOL:
            return pc.equal(pa.array(series, TEXT, from_pandas=True), "true")
        case StorageType.INT:
            return pa.array(series, pa.float64(), from_pandas=True).cast(pa.int64())
        case _:
            return pa.array(series, ARROW_TYPES[storage], from_pandas=True)


def to_series(column: pa.ChunkedArray, storage: StorageType) -> pd.Series:
    """Return a stored column in the dtype of "A frame's types"."""
    match storage:
        case StorageType.INT | StorageType.FLOAT:
            return pd.Series(column.cast(pa.float64()).to_numpy().copy(), dtype="float64")
        case StorageType.DATETIME:
            return pd.Series(column.to_numpy().copy(), dtype="datetime64[us]")
        case StorageType.BOOL:
            return pd.Series(pc.if_else(column, "true", "false").to_numpy(), dtype=object)
        case StorageType.STRING:
            return pd.Series(column.to_numpy(), dtype=object)


def write_table(path: Path, table: pa.Table) -> None:
    """Write a Parquet file atomically."""
    write_atomic(path, lambda temporary: pq.write_table(table, temporary, compression="zstd"))


def read_frame(path: Path, columns: Sequence[ColumnSchema]) -> pd.DataFrame:
    """Read columns of a Parquet file as a frame, in the order of ``columns``."""
    table = pq.read_table(path, columns=[column.name for column in columns])
    series = {column.name: to_series(table.column(column.name), column.storage) for column in columns}
    return pd.DataFrame(series, index=pd.RangeIndex(table.num_rows))


def fingerprint(table: pa.Table, columns: Sequence[ColumnSchema]) -> str:
    """Return a hash of names, types, kinds and every cell; how the file was written does not matter.

    Parameters
    ----------
    table : Table
        As stored.
    columns : sequence of ColumnSchema
        Its columns, in order.

    Returns
    -------
    str
        32 hexadecimal digits of BLAKE2b.
    """
    digest = hashlib.blake2b(digest_size=16)
    for column in columns:
        head = f"{column.name}\x1f{column.storage.value}\x1f{column.kind.value}\x1f{table.num_rows}\x1e"
        digest.update(head.encode())
        cells = table.column(column.name).cast(ARROW_TYPES[column.storage]).combine_chunks()
        for part in _plain_bytes(cells, column.storage):
            digest.update(part)
    return digest.hexdigest()


def _plain_bytes(cells: pa.Array, storage: StorageType) -> Iterator[bytes | memoryview]:
    """Give the cells as bytes that depend on nothing else: which are present, lengths of text, values."""
    if isinstance(cells, pa.ChunkedArray):
        cells = pa.concat_arrays(cells.chunks) if cells.num_chunks else pa.array([], cells.type)
    yield np.packbits(cells.is_valid().to_numpy(zero_copy_only=False)).tobytes()
    if storage is StorageType.STRING:
        filled = pc.fill_null(cells, "")
        yield pc.binary_length(filled).cast(pa.int64()).to_numpy().tobytes()
        offsets = np.frombuffer(filled.buffers()[1], dtype=np.int64)[filled.offset : filled.offset + len(filled) + 1]
        text = filled.buffers()[2]
        if text is not None and len(filled):
            yield memoryview(text)[offsets[0] : offsets[-1]]
        return
    if storage is StorageType.BOOL:
        yield np.packbits(pc.fill_null(cells, False).to_numpy(zero_copy_only=False)).tobytes()
        return
    plain = cells.cast(pa.int64()) if storage is StorageType.DATETIME else cells
    # Adding zero makes -0.0 and 0.0, which compare equal, the same bytes.
    yield (pc.fill_null(plain, 0).to_numpy(zero_copy_only=False) + 0).tobytes()
