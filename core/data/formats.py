"""What kind of file lies at a path, by its first bytes; files that hold no table are refused here."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Literal

from core.errors import LatheError

Format = Literal["csv", "excel", "parquet", "feather", "json", "sqlite", "duckdb", "gzip", "zip", "zstd"]

_HEAD_BYTES = 65_536
_OTHER_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
    (b"\x7fELF", "a program"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\xd0\xcf\x11\xe0", "an old (.xls) or locked Excel workbook"),
)
_MAGIC: tuple[tuple[bytes, int, Format], ...] = (
    (b"PAR1", 0, "parquet"),
    (b"ARROW1", 0, "feather"),
    (b"FEA1", 0, "feather"),
    (b"SQLite format 3\x00", 0, "sqlite"),
    (b"DUCK", 8, "duckdb"),
    (b"\x1f\x8b", 0, "gzip"),
    (b"\x28\xb5\x2f\xfd", 0, "zstd"),
)
_HINT = "Use CSV, TSV, Excel (.xlsx), Parquet, Feather, JSON, SQLite or DuckDB, also inside gzip, zip or zstd."
_JSON_START = re.compile(r"""\s*(?:\[\s*\{\s*["}]|\{\s*(?:"(?:[^"\\]|\\.)*"\s*:|\}))""")


def file_format(path: Path, name: str = "") -> Format:
    """Tell the format of a file by its content.

    Raises
    ------
    LatheError
        Where the file is absent, empty, or holds no table that can be read.
    """
    shown = name or path.name
    head = _head(path, shown)
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise LatheError(f"A table must hold at least one row; {shown} is empty.", hint="Choose another file.")
    for magic, place, found in _MAGIC:
        if head.startswith(magic, place):
            return found
    if head[:4] == b"PK\x03\x04":
        return "excel" if _is_workbook(path) else "zip"
    for magic, noun in _OTHER_MAGIC:
        if head.startswith(magic):
            hint = "Save it as .xlsx without a password, or as CSV." if "Excel" in noun else _HINT
            raise LatheError(f"The file must hold a table; {shown} is {noun}.", hint=hint)
    if _looks_binary(head):
        raise LatheError(f"The file must hold a table; {shown} is binary.", hint=_HINT)
    return "json" if _looks_json(head) else "csv"


def utf16_encoding(head: bytes) -> str:
    """Return the UTF-16 or UTF-32 encoding that ``head`` shows by its mark or its zero bytes, else ""."""
    if head[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        return "utf-32"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    even, odd = head[0::2], head[1::2]
    if len(head) >= 8 and odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if len(head) >= 8 and even.count(0) > 0.4 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return ""


def _head(path: Path, shown: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError as error:
        raise LatheError(f"The file {shown} cannot be read: {error.strerror}.", hint="Check its path.") from error


def _is_workbook(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise LatheError(f"{path.name} is a damaged zip file: {error}.", hint="Make it again.") from error


def _looks_json(head: bytes) -> bool:
    """Tell whether a text starts as an array of objects or as an object does."""
    text = head[:4096].decode(utf16_encoding(head) or "utf-8", errors="ignore").lstrip("\ufeff")
    return _JSON_START.match(text) is not None


def _looks_binary(head: bytes) -> bool:
    if utf16_encoding(head):
        return False
    # A few null bytes come from faulty programs and are left out; so are separators of units and records.
    control = sum(head.count(code) for code in range(32) if code not in (9, 10, 11, 12, 13, 26, 27, 28, 29, 30, 31))
    return control > max(8, 0.02 * len(head))
