"""Pieces of `core.data.stream`: row groups, columns given out again, words for the person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.cells import TEXT
from core.data.schema import ColumnSchema
from core.data.storage import ROW_GROUP
from core.types import StorageType

_SMALL_GROUP_BYTES = 96 << 20


class RowGroup:
    """Blocks gathered until they make a row group worth its name."""

    def __init__(self, writer: pq.ParquetWriter, schema: pa.Schema) -> None:
        self._writer, self._schema = writer, schema
        self._held: list[pa.RecordBatch] = []

    def add(self, cells: list[pa.Array]) -> None:
        """Add the columns of a block; what is enough is written."""
        self._held.append(pa.record_batch(cells, schema=self._schema))
        big = sum(batch.nbytes for batch in self._held) > _SMALL_GROUP_BYTES
        if big or sum(batch.num_rows for batch in self._held) >= ROW_GROUP:
            self.close()

    def close(self) -> None:
        """Write what is held."""
        if self._held:
            self._writer.write_table(pa.Table.from_batches(self._held), row_group_size=2 * ROW_GROUP)
            self._held = []


class Pieces:
    """Columns that come in blocks, given out in as many rows as are asked for."""

    def __init__(self, blocks: Iterator[list[pa.Array]]) -> None:
        self._blocks = blocks
        self._rest: list[list[pa.Array]] = []

    def take(self, rows: int) -> list[pa.ChunkedArray]:
        """Return the next ``rows`` rows."""
        while not self._rest or sum(map(len, self._rest[0])) < rows:
            block = next(self._blocks)
            if not self._rest:
                self._rest = [[] for _ in block]
            for held, cells in zip(self._rest, block, strict=True):
                held.append(cells)
        whole = [pa.chunked_array(held) for held in self._rest]
        self._rest = [cells.slice(rows).chunks for cells in whole]
        return [cells.slice(0, rows) for cells in whole]


def unread_note(column: ColumnSchema, count: int, words: Sequence[str]) -> str:
    """Say how many cells of a column could not be read as its type, with the most frequent of them."""
    noun = "cell is" if count == 1 else "cells are"
    what = {StorageType.DATETIME: "date", StorageType.BOOL: "yes or no"}.get(column.storage, "number")
    return (
        f"{column.name}: {count:,} {noun} no {what} ({', '.join(repr(word) for word in words)}) "
        f"and {'counts' if count == 1 else 'count'} as missing."
    )


def text_frame(names: Sequence[str], columns: Sequence[pa.Array]) -> pd.DataFrame:
    """Return columns of text as a frame."""
    kind = pd.StringDtype(na_value=np.nan)
    table = pa.table([column.cast(TEXT) for column in columns], names=list(names))
    frame: pd.DataFrame = table.to_pandas(types_mapper={TEXT: kind}.get)
    return frame
