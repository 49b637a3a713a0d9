"""Take a file into the workspace: read it, find its types, store it once as Parquet."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path

import pyarrow.parquet as pq

from core.data.build import build, silent, stream_large, typed_column
from core.data.catalog import DatasetCatalog
from core.data.cells import distinct
from core.data.convert import column_parse
from core.data.formats import file_format
from core.data.kinds import choose, describe
from core.data.like import layout_differences, ways_to_read, with_most_columns
from core.data.originals import keep_original, original_path
from core.data.read import TextTable, read_text
from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.data.sniff import sniff
from core.data.storage import fingerprint, write_table
from core.data.stream import Report
from core.data.upload import INCOMING, PACKED, discard, original_name, receive
from core.data.versions import cells_path
from core.errors import InvalidInput, LatheError
from core.store.artifacts import remove_tree
from core.store.workspace import Workspace
from core.types import ColumnKind

INGEST_IN_PLACE_BYTES = 16 << 20
"""A file up to this size is read while the person waits, a larger one as a job."""


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
    report = progress or silent
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
        dataset = build(workspace, path, draft, kinds or {}, report)
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
    report = progress or silent
    columns = dataset.base_columns or dataset.columns
    known = [column.name for column in columns]
    parse = with_most_columns(path, ways_to_read(path, original_name(path), dataset.parse), known)[0]
    names = [str(column) for column in read_text(path, parse, rows=1_000).frame.columns]
    kinds = {column.name: column.kind for column in columns if column.name in names}
    notes = (*_differences(names, known), *layout_differences(parse, dataset.parse))
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
    if dataset.steps:
        raise InvalidInput(
            [
                LatheError(
                    f"The cells of {name} come from the table's steps, so its type is changed by a step too.",
                    hint="Add the step that changes a type.",
                    field=f"kinds.{name}",
                )
                for name in changed
            ]
        )
    source = source_path(workspace, dataset)
    return _retyped_in_blocks(workspace, source, dataset, changed) or _retyped(workspace, source, dataset, changed)


def _retyped_in_blocks(
    workspace: Workspace, source: Path, dataset: Dataset, changed: Mapping[str, ColumnKind]
) -> Dataset | None:
    """Read a large file anew with the kinds it is to have; None where it is not large or other columns would change."""
    kinds = {column.name: changed.get(column.name, column.kind) for column in dataset.columns}
    part = workspace.path(f"datasets/{dataset.id}/{uuid.uuid4().hex}.part")
    try:
        found = stream_large(source, dataset.parse, out=part, kinds=kinds, report=silent)
        if found is None:
            return None
        read = {column.name: column for column in found.columns}
        columns = tuple(read[column.name] if column.name in changed else column for column in dataset.columns)
        if any(column.storage is not read[column.name].storage for column in columns):
            return None
        path = cells_path(dataset.id, found.fingerprint)
        part.replace(workspace.path(path))
    except InvalidInput as error:
        if any(problem.field.removeprefix("kinds.") not in changed for problem in error.problems):
            return None
        raise
    finally:
        part.unlink(missing_ok=True)
    update = {"path": path, "columns": columns, "fingerprint": found.fingerprint, "notes": found.notes}
    return DatasetCatalog(workspace).save(dataset.model_copy(update=update))


def _retyped(workspace: Workspace, source: Path, dataset: Dataset, changed: Mapping[str, ColumnKind]) -> Dataset:
    problems: list[LatheError] = []
    table = read_text(source, dataset.parse)
    found = {name: _chosen_column(table, name, kind, dataset.parse, problems) for name, kind in changed.items()}
    if problems:
        raise InvalidInput(problems)
    columns = tuple(found.get(column.name) or column for column in dataset.columns)
    stored = pq.read_table(workspace.path(dataset.path))
    notes = [note for note in dataset.notes if not note.startswith(tuple(f"{name}: " for name in changed))]
    for place, column in enumerate(columns):
        if column.name in changed:
            array, note = typed_column(table, column, dataset.parse)
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


def _chosen_column(
    table: TextTable, name: str, kind: ColumnKind, parse: ParseSettings, problems: list[LatheError]
) -> ColumnSchema | None:
    """Describe a column under the chosen kind; where its cells do not fit, enter why in ``problems``."""
    cells = distinct(table.frame[name], column_parse(parse, name).missing_words)
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
