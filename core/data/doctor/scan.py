"""Find bytes in a mapped file, a copied chunk at a time: several times faster than searching the mapping itself."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator

CHUNK = 1 << 24


def blocks(text: mmap.mmap | bytes, begin: int, end: int, more: int = 0) -> Iterator[tuple[int, bytes]]:
    """Give chunks with where they start, each with up to ``more`` bytes of the next one."""
    for start in range(begin, end, CHUNK):
        yield start, text[start : min(start + CHUNK + more, end)]


def find(text: mmap.mmap | bytes, pattern: bytes, begin: int, end: int) -> int:
    """Return where ``pattern`` first occurs, or -1."""
    return next(find_all(text, pattern, begin, end, most=1), -1)


def find_all(text: mmap.mmap | bytes, pattern: bytes, begin: int, end: int, *, most: int) -> Iterator[int]:
    """Give the first places where ``pattern`` occurs."""
    found = 0
    for start, block in blocks(text, begin, end, len(pattern) - 1):
        place = block.find(pattern)
        while place >= 0:
            yield start + place
            found += 1
            if found >= most:
                return
            place = block.find(pattern, place + 1)


def after_lines(text: mmap.mmap, begin: int, count: int) -> tuple[int, int]:
    """Return where the text goes on after ``count`` lines, and how many there were."""
    place = begin
    for line in range(count):
        stop = text.find(b"\n", place)
        if stop < 0:
            return len(text), line
        place = stop + 1
    return place, count


def before_lines(text: mmap.mmap, begin: int, count: int) -> int:
    """Return where the last ``count`` lines start."""
    end = len(text)
    for _ in range(count):
        end = text.rfind(b"\n", begin, max(end - 1, begin)) + 1
        if end <= begin:
            return begin
    return end


def count_lines(text: mmap.mmap, end: int) -> int:
    """Return how many lines end before ``end``."""
    return sum(text[start : min(start + CHUNK, end)].count(b"\n") for start in range(0, end, CHUNK))


def has_blank_lines(text: mmap.mmap, begin: int, end: int) -> bool:
    """Tell whether a line before the last row may be empty: such lines are counted by the slow reader."""
    places = [place for blank in (b"\n\n", b"\n\r\n") if (place := find(text, blank, begin, end)) >= 0]
    return bool(places) and re.compile(rb"[^\r\n]").search(text, min(places), end) is not None
