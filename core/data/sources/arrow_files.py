"""Parquet and Feather (Arrow) files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.data.schema import ParseSettings
from core.data.sources.source import BATCH_ROWS, Batch, Source, text_batch
from core.errors import LatheError

NOTE = b"lathe.note"
"""Key of a sentence in a file's metadata that is shown with the table."""


def _parquet(path: Path, parse: ParseSettings, rows: int | None) -> Iterator[Batch]:
    try:
        with pq.ParquetFile(path) as source:
            note = (source.metadata.metadata or {}).get(NOTE, b"").decode()
            for batch in source.iter_batches(batch_size=min(rows or BATCH_ROWS, BATCH_ROWS)):
                made = text_batch(pa.Table.from_batches([batch], source.schema_arrow))
                yield Batch(made.table, made.notes + ((note,) if note else ()))
    except (pa.ArrowException, OSError) as error:
        raise LatheError(f"The Parquet file is damaged: {error}.", hint="Write it again.") from error


def _feather(path: Path, parse: ParseSettings, rows: int | None) -> Iterator[Batch]:
    try:
        with path.open("rb") as file:
            if file.read(4) == b"FEA1":
                from pyarrow import feather

                yield text_batch(feather.read_table(path))
                return
        with pa.memory_map(str(path)) as mapped, pa.ipc.open_file(mapped) as source:
            for place in range(source.num_record_batches):
                yield text_batch(pa.Table.from_batches([source.get_batch(place)]))
    except (pa.ArrowException, OSError) as error:
        raise LatheError(f"The Feather file is damaged: {error}.", hint="Write it again.") from error


def _none(path: Path) -> tuple[str, ...]:
    return ()


PARQUET = Source(
    "parquet", "The file starts as Parquet files do; it names and types its columns itself.", _none, _parquet
)
FEATHER = Source(
    "feather", "The file starts as Feather files do; it names and types its columns itself.", _none, _feather
)
