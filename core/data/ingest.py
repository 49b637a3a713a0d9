"""Take a file into the workspace: read it, find its types, store it once as Parquet."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.data.catalog import DatasetCatalog
from core.data.cells import distinct
from core.data.delimited import is_plain
from core.data.formats import file_format
from core.data.kinds import choose, describe, infer_columns, settle_day_first, to_typed
from core.data.originals import keep_original, original_path
from core.data.read import TextTable, read_text
from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.data.sniff import sniff
from core.data.sources import SOURCES, spell_out
from core.data.storage import fingerprint, to_arrow, write_table
from core.data.stream import Report, Streamed, stream, unread_note
from core.data.upload import INCOMING, PACKED, discard, original_name, receive
from core.data.versions import cells_path
from core.errors import InvalidInput, LatheError
from core.store.artifacts import remove_tree
from core.store.workspace import Workspace
from core.types import ColumnKind

INGEST_IN_PLACE_BYTES = 16 << 20
"""A file up to this size is read while the person waits, a larger one as a job."""

STREAM_BYTES = 24 << 20
"""A plain text file above this size is read in blocks, with bounded memory."""

SPELL_BYTES = 8 << 20
"""So is a file above this size that types its own cells, such as Parquet, which holds more in less space."""


def ingest(
    workspace: Workspace,
    path: Path,
    *,
    project_id: str,
    name: str,
    parse: ParseSettings | None = None,
    kinds: Mapping[str, ColumnKind] | None = None,
    progress: Report | None = None,
) -> Dataset:
    """Store a file as a dataset.

    Parameters
    ----------
    workspace : Workspace
        Where to store it.
    path : Path
        A file given by `core.data.upload.receive`, which is moved into the dataset; one in a folder that the operator
        allows, which is read where it is; or any other file, which is copied.
    project_id, name : str
        Project that owns the dataset; its name for people.
    parse : ParseSettings, optional
        How to read the file; found by `sniff` where it is not given.
    kinds : mapping of str to ColumnKind, optional
        Kinds chosen by the person.
    progress : callable, optional
        Told the share that is done (0 to 1) and what is being done; whatever it raises ends the work.

    Returns
    -------
    Dataset
        Saved in the catalog.

    Raises
    ------
    LatheError
        Where the file cannot be read. Nothing is left behind then; a received file stays for another try.
    """
    report = progress or _silent
    received = path.parent == workspace.folder(INCOMING)
    if not received and file_format(path) in PACKED:
        report(0.0, "Unpacking")
        unpacked = receive(path, path.name, workspace=workspace)
        try:
            return ingest(
                workspace, unpacked, project_id=project_id, name=name, parse=parse, kinds=kinds, progress=progress
            )
        finally:
            discard(unpacked, workspace=workspace)
    identity = uuid.uuid4().hex[:12]
    folder = workspace.folder("datasets", identity)
    try:
        report(0.0, "Looking at the file")
        draft = Dataset(
            id=identity,
            project_id=project_id,
            name=name,
            path="",
            rows=0,
            columns=(),
            fingerprint="",
            parse=parse or sniff(path, original_name(path)),
            source_name=original_name(path) if received else path.name,
            source_bytes=path.stat().st_size,
        )
        dataset = _build(workspace, path, draft, kinds or {}, report)
        report(0.98, "Keeping the original file")
        keep_original(workspace, path, folder, move=received)
        DatasetCatalog(workspace).save(dataset)
    except BaseException:
        remove_tree(folder)
        raise
    if received:
        discard(path, workspace=workspace)
    return dataset


def ingest_like(
    workspace: Workspace, path: Path, dataset: Dataset, *, name: str, progress: Report | None = None
) -> Dataset:
    """Store a later file of the same kind: read with the settings and the kinds of ``dataset``.

    Columns that are new or missing, and kinds that the new cells do not fit, are told in its notes.
    """
    report = progress or _silent
    parse = dataset.parse
    first = read_text(path, parse, rows=1_000)
    names = [str(column) for column in first.frame.columns]
    columns = dataset.base_columns or dataset.columns
    kinds = {column.name: column.kind for column in columns if column.name in names}
    notes = _differences(names, [column.name for column in columns])
    while True:
        try:
            fresh = ingest(
                workspace,
                path,
                project_id=dataset.project_id,
                name=name,
                parse=parse,
                kinds=kinds,
                progress=report,
            )
            break
        except InvalidInput as error:
            unfit = {problem.field.removeprefix("kinds."): problem for problem in error.problems}
            if not unfit.keys() & kinds.keys():
                raise
            kinds = {column: kind for column, kind in kinds.items() if column not in unfit}
            notes += tuple(f"{problem.message} Another kind was chosen." for problem in unfit.values())
    if not notes:
        return fresh
    return DatasetCatalog(workspace).save(fresh.model_copy(update={"notes": (*notes, *fresh.notes)}))


def change_kinds(workspace: Workspace, dataset: Dataset, kinds: Mapping[str, ColumnKind]) -> Dataset:
    """Give columns other kinds. Their cells are taken from the original file, so that labels are as written there.

    Raises
    ------
    InvalidInput
        With one problem a column whose cells do not fit; the dataset stays as it was.
    """
    known = set(dataset.column_names)
    problems = [
        LatheError(f"There is no column {name!r}.", field=f"kinds.{name}") for name in kinds if name not in known
    ]
    if problems:
        raise InvalidInput(problems)
    changed = {name: kind for name, kind in kinds.items() if dataset.column(name).kind is not kind}
    if not changed:
        return dataset
    table = read_text(source_path(workspace, dataset), dataset.parse)
    found = {name: _chosen_column(table, name, kind, dataset.parse, problems) for name, kind in changed.items()}
    if problems:
        raise InvalidInput(problems)
    columns = tuple(found.get(column.name) or column for column in dataset.columns)
    stored = pq.read_table(workspace.path(dataset.path))
    notes = [note for note in dataset.notes if not note.startswith(tuple(f"{name}: " for name in changed))]
    for place, column in enumerate(columns):
        if column.name in changed:
            array, note = _typed_column(table, column, dataset.parse)
            stored = stored.set_column(place, column.name, array)
            notes += [note] if note else []
    mark = fingerprint(stored, columns)
    path = cells_path(dataset.id, mark)
    write_table(workspace.path(path), stored, columns)
    fresh = dataset.model_copy(update={"path": path, "columns": columns, "fingerprint": mark, "notes": tuple(notes)})
    return DatasetCatalog(workspace).save(fresh)


def source_path(workspace: Workspace, dataset: Dataset) -> Path:
    """Return the original file of a dataset; `NotFound` where it is gone."""
    return original_path(workspace, dataset)


def _build(
    workspace: Workspace, path: Path, draft: Dataset, kinds: Mapping[str, ColumnKind], report: Report
) -> Dataset:
    """Read, type and store the cells; return ``draft`` with everything that was found out."""
    spelled = path.stat().st_size > SPELL_BYTES and draft.parse.format in SOURCES
    if spelled or (path.stat().st_size > STREAM_BYTES and is_plain(draft.parse)):
        part = workspace.path(f"datasets/{draft.id}/reading.part")
        found = (_stream_spelled if spelled else stream)(path, draft.parse, out=part, kinds=kinds, report=report)
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
    kept = parse.model_copy(update={"day_first": found.parse.day_first})
    return replace(found, parse=kept, notes=(*notes, *found.notes))


def _build_whole(
    workspace: Workspace, path: Path, draft: Dataset, kinds: Mapping[str, ColumnKind], report: Report
) -> Dataset:
    report(0.1, "Reading the file")
    table = read_text(path, draft.parse)
    report(0.5, f"{len(table.frame):,} rows read; finding types")
    parse = settle_day_first(table, draft.parse)
    columns = tuple(infer_columns(table, parse, kinds))
    typed = {column.name: _typed_column(table, column, parse) for column in columns}
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


def _typed_column(table: TextTable, column: ColumnSchema, parse: ParseSettings) -> tuple[pa.Array, str]:
    """Return a column as it is stored, and a note on cells that could not be read as its type."""
    cells = table.frame[column.name]
    typed, bad = to_typed(cells, column, parse)
    note = ""
    if bad.any():
        note = unread_note(column, int(bad.sum()), [str(word) for word in cells[bad].value_counts().index[:5]])
    return to_arrow(typed, column.storage), note


def _chosen_column(
    table: TextTable, name: str, kind: ColumnKind, parse: ParseSettings, problems: list[LatheError]
) -> ColumnSchema | None:
    """Describe a column under the chosen kind; where its cells do not fit, enter why in ``problems``."""
    cells = distinct(table.frame[name], parse.missing_words)
    try:
        return describe(name, cells, choose(name, cells, kind, parse), parse)
    except LatheError as error:
        problems.append(error)
        return None


def _differences(names: list[str], known: list[str]) -> tuple[str, ...]:
    """Say which columns a later file has and lacks."""
    fresh = [name for name in names if name not in known]
    gone = [name for name in known if name not in names]
    notes = []
    if fresh:
        notes.append(f"Columns that were not there before: {', '.join(fresh)}.")
    if gone:
        notes.append(f"Columns that are missing now: {', '.join(gone)}.")
    return tuple(notes)


def _silent(fraction: float, message: str) -> None:
    """Tell nobody."""
