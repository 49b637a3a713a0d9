"""Zip files that come from outside: opened only within bounds, extracted only where every byte is accounted for."""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import LatheError
from core.export.manifest import DAMAGED, MANIFEST, MODEL_FOLDER, PICK_ANOTHER, FileRecord, Manifest, parse_manifest

MAX_MEMBERS = 500
MAX_PARTS = 500_000
"""Parts of a stored pipeline: every array of every tree of a forest is one."""
MAX_MANIFEST_BYTES = 1 << 20
MAX_TOTAL_BYTES = 4 << 30
RATIO_FREE_BYTES = 64 << 20
MAX_RATIO = 200
"""Beyond `RATIO_FREE_BYTES`, what unpacks to more than `MAX_RATIO` times its size is a bomb, not a model."""

_CHUNK = 1 << 20
_SAFE_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}")


def write_archive(path: Path, folder: Path, names: Iterable[str]) -> None:
    """Write the members ``names`` of ``folder`` to a zip, in this order."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.write(folder / name, name)


def file_record(folder: Path, name: str) -> FileRecord:
    """Return name, size and hash of a file."""
    with (folder / name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileRecord(name=name, bytes=(folder / name).stat().st_size, sha256=digest)


def check_manifest(path: Path) -> Manifest:
    """Read the manifest of a passport and hold the zip's table of contents against it; nothing else is read.

    Raises
    ------
    LatheError
        Where the file is no zip, no passport, of another version, out of bounds, or where members are missing, more
        than named, or of another size.
    """
    with _opened(path) as archive:
        return _checked_manifest(archive)


def extract(path: Path, folder: Path) -> Manifest:
    """Extract all members into the empty ``folder``, each held against its size and hash in the manifest."""
    with _opened(path) as archive:
        manifest = _checked_manifest(archive)
        for record in manifest.files:
            _extract_member(archive, record, folder)
    for record in manifest.files:
        if record.name.startswith(MODEL_FOLDER):
            _check_inner(folder / record.name)
    return manifest


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    refused = LatheError(f"{path.name} is not a readable zip file.", hint=f"{DAMAGED} {PICK_ANOTHER}")
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise LatheError(f"There is no file {path.name}.", hint=PICK_ANOTHER) from error
    except (zipfile.BadZipFile, OSError) as error:
        raise refused from error
    with archive:
        try:
            yield archive
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise refused from error


def _checked_manifest(archive: zipfile.ZipFile) -> Manifest:
    members = archive.infolist()
    _check_bounds(members, most=MAX_MEMBERS)
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise LatheError("The passport holds two files of one name.", hint=DAMAGED)
    for member in members:
        _check_member(member)
    if MANIFEST not in names:
        raise LatheError("This zip is not a Lathe passport: it has no manifest.", hint=PICK_ANOTHER)
    if archive.getinfo(MANIFEST).file_size > MAX_MANIFEST_BYTES:
        raise LatheError("The passport's manifest is larger than any manifest can be.", hint=DAMAGED)
    try:
        text = archive.read(MANIFEST).decode("utf-8")
    except UnicodeDecodeError as error:
        raise LatheError("The passport's manifest is not text.", hint=DAMAGED) from error
    manifest = parse_manifest(text)
    _check_contents({member.filename: member.file_size for member in members}, manifest)
    return manifest


def _check_bounds(members: list[zipfile.ZipInfo], *, most: int) -> None:
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    bomb = total > RATIO_FREE_BYTES and total > MAX_RATIO * max(packed, 1)
    if len(members) > most or total > MAX_TOTAL_BYTES or bomb:
        raise LatheError(
            f"The zip would unpack to {len(members):,} files of {total / 1e6:,.0f} MB: more than a model needs.",
            hint="It was not opened. Ask whoever sent it for the original passport.",
        )


def _check_member(member: zipfile.ZipInfo) -> None:
    # orig_filename is what the zip says; filename is already cut at a NUL byte.
    parts = member.orig_filename.split("/")
    safe = all(_SAFE_PART.fullmatch(part) for part in parts) and len(parts) <= 6
    if not safe or stat.S_ISLNK(member.external_attr >> 16) or member.flag_bits & 0x1:
        raise LatheError(
            f"The passport holds a file with an unsafe name or kind: {member.orig_filename[:80]!r}.",
            hint="It was not opened. Ask whoever sent it for the original passport.",
        )


def _check_contents(sizes: dict[str, int], manifest: Manifest) -> None:
    named = {record.name: record.bytes for record in manifest.files}
    found = {name: size for name, size in sizes.items() if name != MANIFEST}
    missing = sorted(named.keys() - found.keys())
    extra = sorted(found.keys() - named.keys())
    changed = sorted(name for name in named.keys() & found.keys() if named[name] != found[name])
    for names, what in ((missing, "lacks"), (extra, "holds, unnamed by its manifest,"), (changed, "has changed in")):
        if names:
            raise LatheError(f"The passport {what} {', '.join(names[:5])}.", hint=DAMAGED)


def _extract_member(archive: zipfile.ZipFile, record: FileRecord, folder: Path) -> None:
    target = folder / record.name
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(record.name) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    if digest.hexdigest() != record.sha256:
        raise LatheError(
            f"The passport has changed in {record.name}: its contents do not match the manifest.", hint=DAMAGED
        )


def _check_inner(path: Path) -> None:
    """Hold an archive inside the passport (skops and Keras files are zips) to the same bounds."""
    if zipfile.is_zipfile(path):
        with _opened(path) as archive:
            _check_bounds(archive.infolist(), most=MAX_PARTS)
