"""Take in a file: streamed to the workspace in chunks, within the size limit, gzip and zip opened."""

from __future__ import annotations

import gzip
import io
import os
import re
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, cast

import pyarrow as pa

from core.data.formats import file_format
from core.errors import LatheError
from core.store.artifacts import remove_older
from core.store.workspace import Workspace

INCOMING = "incoming"
PACKED = ("gzip", "zip", "zstd")
"""Formats that are opened before anything else."""

_CHUNK = 1 << 20
_KEPT_S = 24 * 3600
_TABLE_ENDINGS = (
    ".csv", ".tsv", ".txt", ".tab", ".dat", ".data", ".fwf", ".xlsx", ".parquet", ".pq", ".feather", ".arrow", ".json",
    ".jsonl", ".ndjson", ".sqlite", ".sqlite3", ".db", ".duckdb",
)  # fmt: skip
_MB = 1 << 20


def receive(stream: BinaryIO | Path, name: str, *, workspace: Workspace) -> Path:
    """Write a file into the workspace's ``incoming`` folder.

    Parameters
    ----------
    stream : binary file or Path
        What comes; a file is read from where it stands.
    name : str
        Its name; only letters, digits and ``._-`` are kept for the path.
    workspace : Workspace
        Its settings hold the size limit, which counts before and after unpacking.

    Returns
    -------
    Path
        The plain file (unpacked where it was gzip, zip or zstd), to be given to `ingest`.

    Raises
    ------
    LatheError
        Where the file is too large, empty, binary, damaged, or a zip without exactly one table. Nothing is left then.
    """
    folder = workspace.folder(INCOMING)
    remove_older(folder, _KEPT_S)
    limit = workspace.settings.max_upload_mb
    with _removed_on_error(received_path(folder, name)) as path:
        with _opened(stream, name) as source, path.open("wb") as target:
            _copy(source, target, limit, f"{name} is larger")
        match file_format(path, name):
            case "gzip" | "zstd" as packing:
                return _unpack(path, name, folder, limit, packing)
            case "zip":
                return _unpack_zip(path, name, folder, limit)
            case "excel":
                _check_workbook(path, name, limit)
        return path


def receive_text(text: str, name: str, *, workspace: Workspace) -> Path:
    """Write cells that a person pasted into the workspace's ``incoming`` folder, as a spreadsheet gives them.

    Parameters
    ----------
    text : str
        Rows on lines, cells separated by tabs (or by anything else that `sniff` finds).
    name : str
        What to call the file.

    Raises
    ------
    LatheError
        Where there is no cell, or too much of them.
    """
    if not text.strip():
        raise LatheError("There must be cells to paste; the field is empty.", hint="Copy rows with their header first.")
    ending = "tsv" if "\t" in text else "csv"
    return receive(io.BytesIO(text.encode("utf-8", errors="replace")), f"{name}.{ending}", workspace=workspace)


def discard(path: Path, *, workspace: Workspace) -> None:
    """Remove a received file that is not wanted any more; nothing there is fine."""
    if path.parent == workspace.folder(INCOMING):
        path.unlink(missing_ok=True)


def original_name(path: Path) -> str:
    """Return the name a received file came with, made safe."""
    return re.sub(r"^[0-9a-f]{32}_", "", path.name)


def safe_name(name: str) -> str:
    """Return ``name`` with nothing in it that a file system could take for something else."""
    base = re.split(r"[/\\]", name)[-1]
    clean = re.sub(r"[^\w.-]+", "_", base).strip("._") or "table"
    stem, ending = os.path.splitext(clean)  # noqa: PTH122 - a name, not a path
    return stem[: 80 - len(ending[:12])] + ending[:12]


def received_path(folder: Path, name: str) -> Path:
    """Return a path in ``folder`` that nothing else uses, for a file called ``name``."""
    return folder / f"{uuid.uuid4().hex}_{safe_name(name)}"


@contextmanager
def _removed_on_error(path: Path) -> Iterator[Path]:
    try:
        yield path
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def _opened(stream: BinaryIO | Path, name: str) -> Iterator[IO[bytes]]:
    if not isinstance(stream, Path):
        yield stream
        return
    try:
        with stream.open("rb") as file:
            yield file
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise LatheError(f"The file {name} cannot be read: {error.strerror}.", hint="Check its path.") from error


def _copy(source: IO[bytes], target: IO[bytes], limit_mb: int, too_much: str) -> None:
    written = 0
    while chunk := source.read(_CHUNK):
        written += len(chunk)
        if written > limit_mb * _MB:
            raise _too_large(limit_mb, too_much)
        target.write(chunk)


def _too_large(limit_mb: int, what: str) -> LatheError:
    return LatheError(
        f"A file may be at most {limit_mb:,} MiB; {what}.",
        hint="Take fewer rows or columns, or raise LATHE_MAX_UPLOAD_MB.",
    )


def _unpack(packed: Path, name: str, folder: Path, limit: int, packing: str) -> Path:
    inner = re.sub(r"\.(gz|gzip|zst|zstd)$", "", safe_name(name), flags=re.IGNORECASE)
    with _removed_on_error(received_path(folder, inner)) as path:
        try:
            with _packed(packed, packing) as source, path.open("wb") as target:
                _copy(source, target, limit, f"{name} is larger when unpacked")
        except (EOFError, OSError, zlib.error) as error:
            raise LatheError(f"{name} is a damaged {packing} file: {error}.", hint="Make it again.") from error
        return _checked(path, packed, inner, limit)


@contextmanager
def _packed(path: Path, packing: str) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        if packing == "gzip":
            with gzip.open(file, "rb") as source:
                yield cast("IO[bytes]", source)
            return
        # Arrow's reader, unlike others, notices where a stream was cut off.
        with pa.CompressedInputStream(file, "zstd") as source:
            yield cast("IO[bytes]", source)


def _unpack_zip(packed: Path, name: str, folder: Path, limit: int) -> Path:
    try:
        with zipfile.ZipFile(packed) as archive:
            member = _only_table(archive, name)
            inner = safe_name(member.filename)
            with _removed_on_error(received_path(folder, inner)) as path:
                with archive.open(member) as source, path.open("wb") as target:
                    _copy(source, target, limit, f"{inner} in {name} is larger when unpacked")
                return _checked(path, packed, inner, limit)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise LatheError(f"{name} is a damaged zip file: {error}.", hint="Make it again.") from error


def _only_table(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    files = [m for m in archive.infolist() if not m.is_dir() and not _is_clutter(m.filename)]
    tables = [m for m in files if m.filename.lower().endswith(_TABLE_ENDINGS)]
    found = tables or (files if len(files) == 1 else [])
    if len(found) != 1:
        names = ", ".join(m.filename for m in files[:8]) + (" ..." if len(files) > 8 else "")
        held = f"holds {names}" if files else "is empty"
        raise LatheError(
            f"A zip must hold exactly one table; {name} {held}.",
            hint="Pack one CSV, Excel or Parquet file, or upload it alone.",
        )
    if found[0].flag_bits & 1:
        raise LatheError(f"The table in {name} is locked with a password.", hint="Pack it without one.")
    return found[0]


def _is_clutter(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith(".")


def _checked(path: Path, packed: Path, inner: str, limit: int) -> Path:
    """Accept an unpacked file and drop the packed one."""
    found = file_format(path, inner)
    if found in PACKED:
        raise LatheError(f"{inner} is compressed twice.", hint="Unpack it once.")
    if found == "excel":
        _check_workbook(path, inner, limit)
    packed.unlink()
    return path


def _check_workbook(path: Path, name: str, limit: int) -> None:
    """Refuse a workbook, itself a zip, that unpacks to more than the limit."""
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > limit * _MB:
        raise _too_large(limit, f"the workbook {name} is larger when unpacked")
