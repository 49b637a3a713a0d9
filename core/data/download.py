"""A stored table as a file for other programs: CSV, Excel or Parquet, written to disk piece by piece."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from core.data.arrow_types import ARROW_TYPES
from core.data.cells import TEXT
from core.data.schema import ColumnSchema, Dataset
from core.errors import LatheError, NotFound
from core.store.artifacts import remove_older, write_atomic
from core.store.workspace import Workspace
from core.types import StorageType

DownloadFormat = Literal["csv", "excel", "parquet"]

FOLDER = "downloads"
SUFFIXES: dict[DownloadFormat, str] = {"csv": ".csv", "excel": ".xlsx", "parquet": ".parquet"}
EXCEL_ROWS, EXCEL_COLUMNS, EXCEL_CELL = 1_048_576, 16_384, 32_767
FORMULA = r"^[=+\-@\t\r]"
"""How a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection)."""

_NUMBER = r"^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
EXCEL_CELLS = 2_000_000
"""Writing more would take longer than a person waits: about 115,000 cells a second on one core."""

_BATCH_ROWS = 65_536
_KEPT_S = 24 * 3600


def download(workspace: Workspace, dataset: Dataset, file_format: DownloadFormat) -> Path:
    """Write a table for other programs; a file that is there already for the same content is used again.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    file_format : {"csv", "excel", "parquet"}
        CSV is UTF-8 with commas; a text that a spreadsheet would take for a formula gets a leading apostrophe there.
        In Excel such a text stays text, and in Parquet everything is as it is stored.

    Returns
    -------
    Path
        In the workspace; it goes after a day.

    Raises
    ------
    LatheError
        Where Excel cannot hold the table.
    NotFound
        Where the cells are gone.
    """
    cells = workspace.path(dataset.path)
    if not cells.exists():
        raise NotFound(f"The cells of {dataset.name} are no longer in the workspace.", hint="Upload the file again.")
    if file_format == "parquet":
        return cells
    check(dataset, file_format)
    folder = workspace.folder(FOLDER)
    remove_older(folder, _KEPT_S)
    path = folder / f"{dataset.id}-{dataset.fingerprint}{SUFFIXES[file_format]}"
    if not path.exists():
        write = _write_csv if file_format == "csv" else _write_excel
        write_atomic(path, lambda temporary: write(cells, dataset.columns, temporary))
    os.utime(path)
    return path


def escape(values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return texts in which none starts a formula: an apostrophe is put before those that would; numbers stay."""
    risky = pc.and_(pc.match_substring_regex(values, FORMULA), pc.invert(pc.match_substring_regex(values, _NUMBER)))
    return pc.if_else(risky, pc.binary_join_element_wise(pa.scalar("'", TEXT), values, pa.scalar("", TEXT)), values)


def _write_csv(cells: Path, columns: Sequence[ColumnSchema], path: Path) -> None:
    names = escape(pa.array([column.name for column in columns], TEXT)).to_pylist()
    schema = pa.schema([pa.field(name, _csv_type(column)) for name, column in zip(names, columns, strict=True)])
    with pa_csv.CSVWriter(path, schema) as writer:
        for batch in _batches(cells, columns):
            arrays = [_csv_cells(array, column) for array, column in zip(batch, columns, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def _csv_type(column: ColumnSchema) -> pa.DataType:
    return TEXT if column.storage is StorageType.DATETIME else ARROW_TYPES[column.storage]


def _csv_cells(array: pa.Array, column: ColumnSchema) -> pa.Array:
    if column.storage is StorageType.STRING:
        return escape(array.cast(TEXT))
    if column.storage is StorageType.DATETIME:
        text = pc.strftime(array, "%Y-%m-%d %H:%M:%S").cast(TEXT)
        return pc.replace_substring_regex(pc.replace_substring_regex(text, r"\.0+$", ""), " 00:00:00$", "")
    return array.cast(ARROW_TYPES[column.storage])


def _write_excel(cells: Path, columns: Sequence[ColumnSchema], path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")

    def text_cell(value: str) -> Any:
        # The type of a cell decides: text that begins like a formula must not become one.
        cell = WriteOnlyCell(sheet, value)
        cell.data_type = "s"
        return cell

    sheet.append([text_cell(_clean(column.name)) for column in columns])
    texts = [column.storage is StorageType.STRING for column in columns]
    for batch in _batches(cells, columns):
        lists = [_excel_cells(array, column) for array, column in zip(batch, columns, strict=True)]
        for row in zip(*lists, strict=True):
            sheet.append([text_cell(c) if text and c is not None else c for c, text in zip(row, texts, strict=True)])
    book.save(path)


def _excel_cells(array: pa.Array, column: ColumnSchema) -> list[Any]:
    if column.storage is StorageType.STRING:
        cleaned = pc.replace_substring_regex(array.cast(TEXT), _CONTROL, "")
        return list(pc.utf8_slice_codeunits(cleaned, 0, EXCEL_CELL).to_pylist())
    values = array.to_pylist()
    if column.storage is StorageType.DATETIME:
        # Excel knows no moment before 1900.
        return [v if v is None or v >= datetime(1900, 3, 1) else v.isoformat(" ") for v in values]
    if column.storage is StorageType.FLOAT:
        return [v if v is not None and math.isfinite(v) else None for v in values]
    return list(values)


def _clean(name: str) -> str:
    return str(pc.replace_substring_regex(pa.scalar(name[:EXCEL_CELL]), _CONTROL, "").as_py())


def _batches(cells: Path, columns: Sequence[ColumnSchema]) -> Iterator[list[pa.Array]]:
    """Give the cells in pieces of some rows, one array a column."""
    with pq.ParquetFile(cells) as source:
        places = [source.schema_arrow.get_field_index(column.name) for column in columns]
        for batch in source.iter_batches(_BATCH_ROWS):
            yield [batch.column(place) for place in places]


def check(dataset: Dataset, file_format: DownloadFormat) -> None:
    """Refuse what the format cannot hold, with a `LatheError`."""
    rows, columns = dataset.rows, len(dataset.columns)
    too_much = rows >= EXCEL_ROWS or columns > EXCEL_COLUMNS or rows * columns > EXCEL_CELLS
    if file_format == "excel" and too_much:
        raise LatheError(
            f"An Excel file may have at most {EXCEL_ROWS - 1:,} rows, {EXCEL_COLUMNS:,} columns "
            f"and {EXCEL_CELLS:,} cells; "
            f"{dataset.name} has {rows:,} rows and {columns:,} columns.",
            hint="Take CSV or Parquet.",
            field="download",
        )
