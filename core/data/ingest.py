"""Take a file into the workspace: read it, find its types, store it once as Parquet."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.data.catalog import DatasetCatalog
from core.data.cells import distinct
from core.data.formats import file_format
from core.data.kinds import choose, describe, infer_columns, settle_day_first, to_typed
from core.data.read import TextTable, read_text
from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.data.sniff import sniff
from core.data.storage import fingerprint, to_arrow, write_table
from core.data.upload import INCOMING, discard, original_name, receive
from core.data.versions import cells_path
from core.errors import InvalidInput, LatheError, NotFound
from core.store.artifacts import remove_tree
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType


def ingest(
    workspace: Workspace,
    path: Path,
    *,
    project_id: str,
    name: str,
    parse: ParseSettings | None = None,
    kinds: Mapping[str, ColumnKind] | None = None,
) -> Dataset:
    """Store a file as a dataset.

    Parameters
    ----------
    workspace : Workspace
        Where to store it.
    path : Path
        A file given by `core.data.upload.receive`, which is moved into the dataset, or any other file, which is copied.
    project_id, name : str
        Project that owns the dataset; its name for people.
    parse : ParseSettings, optional
        How to read the file; found by `sniff` where it is not given.
    kinds : mapping of str to ColumnKind, optional
        Kinds chosen by the person.

    Returns
    -------
    Dataset
        Saved in the catalog.

    Raises
    ------
    LatheError
        Where the file cannot be read. Nothing is left behind then; a received file stays for another try.
    """
    received = path.parent == workspace.folder(INCOMING)
    if not received and file_format(path) in ("gzip", "zip"):
        unpacked = receive(path, path.name, workspace=workspace)
        try:
            return ingest(workspace, unpacked, project_id=project_id, name=name, parse=parse, kinds=kinds)
        finally:
            discard(unpacked, workspace=workspace)
    identity = uuid.uuid4().hex[:12]
    folder = workspace.folder("datasets", identity)
    try:
        dataset = _build(
            workspace,
            path,
            Dataset(
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
            ),
            kinds or {},
        )
        shutil.copyfile(path, folder / f"source{path.suffix.lower()}")
        DatasetCatalog(workspace).save(dataset)
    except BaseException:
        remove_tree(folder)
        raise
    if received:
        discard(path, workspace=workspace)
    return dataset


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
    found = sorted(workspace.path(f"datasets/{dataset.id}").glob("source*"))
    if not found:
        raise NotFound(f"The original file of {dataset.name} is no longer there.", hint="Upload it again.")
    return found[0]


def _build(workspace: Workspace, path: Path, draft: Dataset, kinds: Mapping[str, ColumnKind]) -> Dataset:
    """Read, type and store the cells; return ``draft`` with everything that was found out."""
    table = read_text(path, draft.parse)
    parse = settle_day_first(table, draft.parse)
    columns = tuple(infer_columns(table, parse, kinds))
    typed = {column.name: _typed_column(table, column, parse) for column in columns}
    stored = pa.table({name: array for name, (array, _) in typed.items()})
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
        words = cells[bad].value_counts().index[:5]
        noun = "cell is" if bad.sum() == 1 else "cells are"
        what = {StorageType.DATETIME: "date", StorageType.BOOL: "yes or no"}.get(column.storage, "number")
        note = (
            f"{column.name}: {bad.sum():,} {noun} no {what} ({', '.join(repr(str(word)) for word in words)}) "
            f"and {'counts' if bad.sum() == 1 else 'count'} as missing."
        )
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
