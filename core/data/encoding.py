"""Which encoding a text file is in, and the same text as UTF-8."""

from __future__ import annotations

import codecs
import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.data.formats import utf16_encoding
from core.errors import LatheError

NULLS_NOTE = "The file holds null bytes; they were left out."

_CHUNK = 1 << 20
_SAMPLE_BYTES = 64_000
_UTF8 = ("utf-8", "utf_8", "utf8", "utf-8-sig", "utf_8_sig", "ascii")
_SIGNS = "€£©®°±²³·«»¿¡•…™½¼¾§\u2013\u2014\u2018\u2019\u201c\u201d"
_LETTERS = "àáâãäåæçèéêëìíîïñòóôõöøùúûüßœÀÁÂÄÅÆÇÈÉÊËÍÎÏÑÓÔÖØÙÚÜŒ"


def find_encoding(path: Path) -> tuple[str, str]:
    """Return the encoding of a text file and the reason.

    The whole file is checked against UTF-8, so that one odd byte at its end is not a surprise later. Otherwise a
    sample of the lines that are not ASCII decides (charset-normalizer).
    """
    with path.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
    wide = utf16_encoding(head)
    if wide:
        return wide, "The first bytes show UTF-16." if "16" in wide else "The first bytes show UTF-32."
    if head.startswith(codecs.BOM_UTF8) and is_encoded_as(path, "utf-8"):
        return "utf-8-sig", "The file starts with the UTF-8 mark."
    sort = _utf8_sort(path)
    if sort:
        return "utf-8", "All letters are plain ASCII." if sort == "ascii" else "All bytes are valid UTF-8."
    return _find_legacy(path)


def _utf8_sort(path: Path) -> str:
    """Return "ascii", "utf-8" or "" for a file, in one pass."""
    decoder, plain = codecs.getincrementaldecoder("utf-8")(), True
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                if plain and chunk.isascii():
                    continue
                plain = False
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return ""
    return "ascii" if plain else "utf-8"


def holds_nulls(path: Path, encoding: str) -> bool:
    """Tell whether a text file, not in UTF-16 or UTF-32, holds null bytes."""
    if encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32")):
        return False
    with path.open("rb") as file:
        return any(b"\x00" in chunk for chunk in iter(lambda: file.read(_CHUNK), b""))


def is_encoded_as(path: Path, encoding: str) -> bool:
    """Tell whether the whole file can be decoded."""
    try:
        decoder = codecs.getincrementaldecoder(encoding)()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


@contextmanager
def open_utf8(path: Path, encoding: str, most: int | None = None, *, nulls: bool | None = None) -> Iterator[BinaryIO]:
    """Open a text file as UTF-8 bytes without a mark, whatever its encoding, with lines that end in a line feed.

    Where another encoding has to be changed to UTF-8, only the first ``most`` letters are. Null bytes are left out;
    ``nulls`` tells whether there are any, where that is known (`holds_nulls`).

    Raises
    ------
    LatheError
        Where the bytes do not fit the encoding, or there is no such encoding.
    """
    try:
        with _as_utf8(path, encoding, most) as file, tempfile.TemporaryFile() as copy:
            swaps = _swaps(file, nulls)
            if not swaps:
                yield file
                return
            while chunk := file.read(_CHUNK):
                for old, new in swaps:
                    chunk = chunk.replace(old, new)
                copy.write(chunk)
            copy.seek(0)
            yield copy
    except UnicodeDecodeError as error:
        raise LatheError(
            f"The file must be {encoding} text; the byte {error.object[error.start]:#04x} does not fit.",
            hint="Choose another encoding.",
            field="parse.encoding",
        ) from error


@contextmanager
def _as_utf8(path: Path, encoding: str, most: int | None) -> Iterator[BinaryIO]:
    if encoding.lower() in _UTF8:
        with path.open("rb") as file:
            if file.read(3) != codecs.BOM_UTF8:
                file.seek(0)
            yield file
    else:
        with tempfile.TemporaryFile() as copy:
            _transcode(path, encoding, copy, most)
            yield copy


_ODD_ENDS = (b"\r", b"\x1e", "\u2028".encode(), "\x85".encode())
"""What ends a line where there is no line feed: a carriage return (old Macs), a record separator, Unicode's own."""


def _swaps(file: BinaryIO, known: bool | None) -> list[tuple[bytes, bytes]]:
    """Return what to replace so that lines end in line feeds and no byte is null; ``file`` stays where it stands."""
    start = file.tell()
    feeds, nulls, odd = False, bool(known), dict.fromkeys(_ODD_ENDS, False)
    while chunk := file.read(_CHUNK):
        nulls = nulls or (known is None and b"\x00" in chunk)
        feeds = feeds or b"\n" in chunk
        if not feeds:
            odd = {end: found or end in chunk for end, found in odd.items()}
        elif known is not None:
            break
    file.seek(start)
    swaps = [(b"\x00", b"")] if nulls else []
    if not feeds:
        swaps += [(end, b"\n") for end, found in odd.items() if found][:1]
    return swaps


def _transcode(path: Path, encoding: str, copy: BinaryIO, most: int | None) -> None:
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise LatheError(f"There is no encoding {encoding!r}.", hint="Try utf-8.", field="parse.encoding") from error
    target = io.TextIOWrapper(copy, encoding="utf-8", newline="")
    with path.open("r", encoding=encoding, newline="") as source:
        if source.read(1) != "\ufeff":
            source.seek(0)
        left = sys.maxsize if most is None else most
        while left > 0 and (text := source.read(min(_CHUNK, left))):
            target.write(text)
            left -= len(text)
    target.flush()
    target.detach()
    copy.seek(0)


def _find_legacy(path: Path) -> tuple[str, str]:
    sample = _telling_lines(path)
    if _is_western(sample) and is_encoded_as(path, "cp1252"):
        return "cp1252", "Not valid UTF-8; the letters beyond ASCII are those of western Europe (Windows-1252)."
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    if best is not None and _tells(best.encoding, sample) and is_encoded_as(path, best.encoding):
        return best.encoding, f"Not valid UTF-8; the letters beyond ASCII read best as {best.encoding}."
    if is_encoded_as(path, "cp1252"):
        return "cp1252", "Not valid UTF-8; read as western European text (Windows-1252)."
    return "latin-1", "Not valid UTF-8; latin-1 reads any byte, so some letters may be wrong."


def _tells(encoding: str, sample: bytes) -> bool:
    """Tell whether another encoding than Windows-1252 is worth believing: few ASCII letters are left beside its own.

    In lines that are nearly all ASCII, single-byte encodings are alike but for a sign or two, and a guess between them
    is worth less than the most common one.
    """
    letters = [c for c in sample.decode(encoding, errors="ignore") if c.isalpha()]
    return sum(not c.isascii() for c in letters) >= 0.05 * len(letters)


def _telling_lines(path: Path) -> bytes:
    """Return up to a sample of the lines that hold bytes beyond ASCII."""
    lines, size = [], 0
    with path.open("rb") as file:
        while size < _SAMPLE_BYTES and (line := file.readline(_SAMPLE_BYTES)):
            if not line.isascii():
                lines.append(line)
                size += len(line)
    return b"".join(lines)


def _is_western(sample: bytes) -> bool:
    """Tell whether the bytes beyond ASCII are, as Windows-1252, usual letters among Latin ones, or usual signs.

    Text in another alphabet shows as accented letters side by side.
    """
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    padded = f" {text} "
    good = total = 0
    for before, letter, after in zip(padded, padded[1:], padded[2:], strict=False):
        if letter.isascii():
            continue
        total += 1
        beside = (not before.isascii() and before.isalpha()) or (not after.isascii() and after.isalpha())
        good += letter in _SIGNS or (letter in _LETTERS and not beside)
    return good >= 0.8 * total
