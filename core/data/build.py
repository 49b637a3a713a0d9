"""From a file to stored, typed cells: large plain files in blocks, all others whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from core.data.convert import to_typed
from core.data.delimited import is_plain
from core.data.kinds import infer_columns, settle_day_first
from core.data.read import TextTable, read_text
from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.data.sources import SOURCES, spell_out
from core.data.storage import fingerprint, to_arrow, write_table
from core.data.stream import Report, Streamed, stream
from core.data.stream_parts import unread_note
from core.data.versions import cells_path
from core.store.workspace import Workspace
from core.types import ColumnKind

STREAM_BYTES = 24 << 20
"""A plain text file above this size is read in blocks, with bounded memory."""

SPELL_BYTES = 8 << 20
"""So is a file above this size that types its own cells, such as Parquet, which holds more in less space."""


def build(workspace: Workspace, path: Path, draft: Dataset, kinds: Mapping[str, ColumnKind], report: Report) -> Dataset:
    """Read, type and store the cells; return ``draft`` with everything that was found out."""
    part = workspace.path(f"datasets/{draft.id}/reading.part")
    found = stream_large(path, draft.parse, out=part, kinds=kinds, report=report)
    if found is not None:
        stored_path = cells_path(draft.id, found.fingerprint)
        part.replace(workspace.path(stored_path))
        return draft.model_copy(
            update={
                "path": stored_path,
                "rows": found.rows,
                "columns": found.columns,
                "fingerprint": found.fingerprint,
                "parse": found.parse,
                "notes": found.notes,
            }
        )
    part.unlink(missing_ok=True)
    return _build_whole(workspace, path, draft, kinds, report)


def stream_large(
    path: Path, parse: ParseSettings, *, out: Path, kinds: Mapping[str, ColumnKind], report: Report
) -> Streamed | None:
    """Read a large file in blocks; None where it is not large or not plain enough."""
    size = path.stat().st_size
    if size > SPELL_BYTES and parse.format in SOURCES:
        return _stream_spelled(path, parse, out=out, kinds=kinds, report=report)
    if size > STREAM_BYTES and is_plain(parse):
        return stream(path, parse, out=out, kinds=kinds, report=report)
    return None


def _stream_spelled(
    path: Path, parse: ParseSettings, *, out: Path, kinds: Mapping[str, ColumnKind], report: Report
) -> Streamed | None:
    """Read a large file that types its own cells like a large text: they are written as text first."""
    text = out.with_suffix(".csv")
    plain = parse.model_copy(update={"format": "csv", "delimiter": ",", "quote": '"', "decimal": ".", "thousands": ""})
    try:
        notes = spell_out(path, parse, text, lambda rows: report(0.0, f"{rows:,} rows opened"))
        found = stream(text, plain, out=out, kinds=kinds, report=report)
    finally:
        text.unlink(missing_ok=True)
    if found is None:
        return None
    kept = parse.model_copy(
        update={name: getattr(found.parse, name) for name in ("day_first", "column_day_first", "reasons")}
    )
    return replace(found, parse=kept, notes=(*notes, *found.notes))


def _build_whole(
    workspace: Workspace, path: Path, draft: Dataset, kinds: Mapping[str, ColumnKind], report: Report
) -> Dataset:
    report(0.1, "Reading the file")
    table = read_text(path, draft.parse)
    report(0.5, f"{len(table.frame):,} rows read; finding types")
    parse = settle_day_first(table, draft.parse)
    columns = tuple(infer_columns(table, parse, kinds))
    typed = {column.name: typed_column(table, column, parse) for column in columns}
    stored = pa.table({name: array for name, (array, _) in typed.items()})
    report(0.9, "Storing")
    mark = fingerprint(stored, columns)
    stored_path = cells_path(draft.id, mark)
    write_table(workspace.path(stored_path), stored, columns)
    return draft.model_copy(
        update={
            "path": stored_path,
            "rows": stored.num_rows,
            "columns": columns,
            "fingerprint": mark,
            "parse": parse,
            "notes": table.notes + tuple(note for _, note in typed.values() if note),
        }
    )


def typed_column(table: TextTable, column: ColumnSchema, parse: ParseSettings) -> tuple[pa.Array, str]:
    """Return a column as it is stored, and a note on cells that could not be read as its type."""
    cells = table.frame[column.name]
    typed, bad = to_typed(cells, column, parse)
    note = ""
    if bad.any():
        note = unread_note(column, int(bad.sum()), [str(word) for word in cells[bad].value_counts().index[:5]])
    return to_arrow(typed, column.storage), note


def silent(fraction: float, message: str) -> None:
    """Tell nobody."""
