"""Whether the quotes of a whole text are sound: then any fast reader divides it as it was meant."""

from __future__ import annotations

import mmap

import numpy as np

from core.data.doctor.scan import CHUNK, blocks


def are_quotes_sound(text: mmap.mmap | bytes, begin: int, end: int, *, mark: str, quote: str) -> bool:
    """Tell whether every quoted cell starts and ends at a delimiter or a line end.

    Doubled quotes count twice, so every quote at an even place opens a cell (or is the second of a doubled one), and
    every other closes one.

    Parameters
    ----------
    text : mmap or bytes
        UTF-8.
    begin, end : int
        Part of it to look at.
    mark, quote : str
        ASCII; an empty quote is always sound.
    """
    if not quote:
        return True
    sign = ord(quote)
    around = np.zeros(256, dtype=bool)
    around[[ord(mark), 10, 13, sign]] = True
    count = 0
    for start in range(begin, end, CHUNK):
        stop = min(start + CHUNK, end)
        # One byte more on either side: what stands beside the first and the last quote.
        low, high = max(start - 1, begin), min(stop + 1, end)
        raw = text[low:high]
        if quote.encode() not in raw:
            continue
        block = np.frombuffer(raw, dtype=np.uint8)
        places = np.flatnonzero(block[start - low : stop - low] == sign) + (start - low)
        if not len(places):
            continue
        opens = (np.arange(count, count + len(places)) % 2) == 0
        before = np.where(places > 0, around[block[np.maximum(places - 1, 0)]], low == begin)
        after = np.where(places + 1 < len(block), around[block[np.minimum(places + 1, len(block) - 1)]], high == end)
        if not np.where(opens, before, after).all():
            return False
        count += len(places)
    return count % 2 == 0


def has_lone_returns(text: mmap.mmap, begin: int, end: int) -> bool:
    """Tell whether carriage returns occur that no line feed follows."""
    for start, block in blocks(text, begin, end, 1):
        if b"\r" in block:
            body = block[: min(CHUNK, end - start)]
            if body.count(b"\r") > block.count(b"\r\n"):
                return True
    return False
