"""Where tables come from that are no text: one module a format, each giving text cells batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from core.data.formats import Format
from core.data.schema import ParseSettings
from core.data.sheets import sheet_names
from core.data.sources import arrow_files, duckdb_files, json_files, sqlite_files
from core.data.sources.source import Batch, Source, joined
from core.errors import LatheError

__all__ = ["SOURCES", "Batch", "Source", "batches", "containers", "read_source", "source_settings", "spell_out"]

SOURCES: Mapping[str, Source] = {
    "parquet": arrow_files.PARQUET,
    "sql": arrow_files.PARQUET,
    "feather": arrow_files.FEATHER,
    "json": json_files.JSON,
    "sqlite": sqlite_files.SQLITE,
    "duckdb": duckdb_files.DUCKDB,
}
"""The answer of a database is kept as a Parquet file, which is what is read again later."""


def containers(path: Path, found: Format) -> tuple[str, ...]:
    """Return the names of what can be chosen in a file: sheets, tables, or keys that hold an array; else nothing."""
    if found == "excel":
        return sheet_names(path)
    return SOURCES[found].containers(path) if found in SOURCES else ()


def source_settings(path: Path, found: Format) -> ParseSettings:
    """Return how a file of a format that types its own cells is read.

    Raises
    ------
    LatheError
        Where it is compressed, or holds no table.
    """
    if found not in SOURCES:
        raise LatheError(f"The file {path.name} is compressed ({found}).", hint="Unpack it first.")
    source = SOURCES[found]
    names = source.containers(path)
    reasons = {"format": source.reason}
    if names:
        others = ", ".join(names[1:])
        reasons["sheet"] = f"The first of several; others: {others}." if others else "The only one."
    return ParseSettings(format=source.format, sheet=names[0] if names else "", reasons=reasons)


def batches(path: Path, parse: ParseSettings, *, rows: int | None = None) -> Iterator[Batch]:
    """Give the cells of a file as text, some rows at a time.

    Raises
    ------
    LatheError
        Where the file is damaged, or the table or query is not one of it.
    """
    return SOURCES[parse.format].batches(path, parse, rows)


def read_source(path: Path, parse: ParseSettings, rows: int | None = None) -> Batch:
    """Read a file as text cells.

    Raises
    ------
    LatheError
        Where it is damaged or has no rows.
    """
    return joined(batches(path, parse, rows=rows), rows)


def spell_out(path: Path, parse: ParseSettings, out: Path, tell: Callable[[int], None]) -> tuple[str, ...]:
    """Write a file's cells as plain CSV, batch by batch, and return the notes.

    Parameters
    ----------
    path, parse
        What to read.
    out : Path
        Text file to write: UTF-8, comma, double quotes, one row of names.
    tell : callable
        Told how many rows are written.
    """
    from pyarrow import csv

    notes: dict[str, None] = {}
    rows, begun = 0, False
    with out.open("wb") as file:
        for part in batches(path, parse):
            csv.write_csv(part.table, file, csv.WriteOptions(include_header=not begun))
            begun = True
            notes |= dict.fromkeys(part.notes)
            rows += part.table.num_rows
            tell(rows)
    return tuple(notes)
