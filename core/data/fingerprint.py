"""The content hash of a table: equal names, types, kinds and cells give the same, however they were written.

Each column has a hash of its own over three streams (which cells are present, lengths of text, values), so that a table
can be hashed piece by piece while it is read, whatever its size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.data.arrow_types import ARROW_TYPES
from core.data.schema import ColumnSchema
from core.types import StorageType

_SIZE = 16


class ColumnDigest:
    """The hash of one column in the making.

    Parameters
    ----------
    storage : StorageType
        How the column is stored.
    """

    def __init__(self, storage: StorageType) -> None:
        self._storage = storage
        self._present, self._values = _Bits(), _Bits()
        self._lengths, self._plain = hashlib.blake2b(digest_size=_SIZE), hashlib.blake2b(digest_size=_SIZE)

    def add(self, cells: pa.Array) -> None:
        """Add the next cells, which are of the column's stored type or can be cast to it."""
        cells = cells.cast(ARROW_TYPES[self._storage])
        self._present.add(cells.is_valid() if cells.null_count else None, len(cells))
        match self._storage:
            case StorageType.STRING:
                cells = pc.fill_null(cells, "") if cells.null_count else cells
                places = np.frombuffer(cells.buffers()[1], dtype=np.int64)[cells.offset : cells.offset + len(cells) + 1]
                self._lengths.update(np.diff(places).astype(np.int32).data if len(cells) else b"")
                self._plain.update(_letters(cells, places))
            case StorageType.BOOL:
                self._values.add(pc.fill_null(cells, False), len(cells))
            case StorageType.DATETIME:
                self._plain.update(_bytes(pc.fill_null(cells.cast(pa.int64()), 0)))
            case StorageType.INT:
                self._plain.update(_bytes(pc.fill_null(cells, 0)))
            case StorageType.FLOAT:
                # Adding zero makes -0.0 and 0.0, which compare equal, the same bytes.
                self._plain.update(_bytes(pc.add(pc.fill_null(cells, 0.0), 0.0)))

    def digest(self) -> bytes:
        """Return the hash of the cells that were added."""
        parts = (self._present.digest(), self._lengths.digest(), self._plain.digest(), self._values.digest())
        return hashlib.blake2b(b"".join(parts), digest_size=_SIZE).digest()


def combine(columns: Sequence[ColumnSchema], digests: Sequence[bytes], rows: int) -> str:
    """Return the fingerprint of a table from the hashes of its columns: 32 hexadecimal digits of BLAKE2b."""
    whole = hashlib.blake2b(digest_size=_SIZE)
    for column, digest in zip(columns, digests, strict=True):
        whole.update(f"{column.name}\x1f{column.storage.value}\x1f{column.kind.value}\x1f{rows}\x1e".encode())
        whole.update(digest)
    return whole.hexdigest()


def fingerprint(table: pa.Table, columns: Sequence[ColumnSchema]) -> str:
    """Return the content hash of a table whose cells are as they are stored.

    Parameters
    ----------
    table : Table
        Holds at least ``columns``.
    columns : sequence of ColumnSchema
        Its columns, in order.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    digests = [_digest(column.storage, table.column(column.name).chunks) for column in columns]
    return combine(columns, digests, table.num_rows)


def fingerprint_file(path: Path, columns: Sequence[ColumnSchema]) -> str:
    """Return the `fingerprint` of a Parquet file; one column of one row group is in memory at a time."""
    with pq.ParquetFile(path) as source:
        digests = [_digest(column.storage, stored_chunks(source, column.name)) for column in columns]
        return combine(columns, digests, source.metadata.num_rows)


def stored_chunks(source: pq.ParquetFile, name: str) -> Iterator[pa.Array]:
    """Give a stored column piece by piece."""
    for group in range(source.num_row_groups):
        yield from source.read_row_group(group, columns=[name]).column(0).chunks


def _digest(storage: StorageType, chunks: Iterator[pa.Array] | list[pa.Array]) -> bytes:
    digest = ColumnDigest(storage)
    for chunk in chunks:
        digest.add(chunk)
    return digest.digest()


class _Bits:
    """The hash of a row of truths, eight a byte over the borders of pieces."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=_SIZE)
        self._rest = np.zeros(0, dtype=bool)

    def add(self, truths: pa.Array | None, length: int) -> None:
        """Add truths; None stands for ``length`` times true."""
        more = np.ones(length, dtype=bool) if truths is None else truths.to_numpy(zero_copy_only=False)
        bits = np.concatenate([self._rest, more])
        whole = len(bits) // 8 * 8
        self._hash.update(np.packbits(bits[:whole]).data)
        self._rest = bits[whole:]

    def digest(self) -> bytes:
        """Return the hash."""
        last = self._hash.copy()
        last.update(np.packbits(self._rest).data)
        return last.digest()


def _bytes(numbers: pa.Array) -> memoryview:
    return memoryview(numbers.to_numpy(zero_copy_only=False)).cast("B")


def _letters(cells: pa.Array, places: np.ndarray) -> memoryview | bytes:
    text = cells.buffers()[2]
    return b"" if text is None or not len(cells) else memoryview(text)[places[0] : places[-1]]
