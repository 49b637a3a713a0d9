"""What the cells of each column look like, so that a broken row can be told from a sound one."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from core.data.doctor.dialect import Field

_LEAST = 1e-5
_SHAPE_LETTERS = 60
_SHAPE = str.maketrans("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "9" * 10 + "A" * 26 + "a" * 26)
_SIGN = "[$€£¥₹]"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp][Mm])?"
_KINDS = (
    ("whole", re.compile(r"[+-]?\d+")),
    ("number", re.compile(rf"[+-]?{_SIGN}? ?(?:\d[\d.,' ]*|\.\d+)(?:[eE][+-]?\d+)? ?(?:%|{_SIGN})?|\(\d[\d.,]*\)")),
    ("date", re.compile(rf"\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}(?:[T ]{_CLOCK}(?:Z|[+-]\d{{2}}:?\d{{2}})?)?")),
    ("time", re.compile(_CLOCK)),
    ("address", re.compile(r"(?:https?|ftp)://\S+|www\.\S+|[^@\s]+@[^@\s]+\.\w+")),
    ("code", re.compile(r"(?=\S*\d)[^\s,;|\"]+")),
    ("word", re.compile(r"[^\W\d]+")),
)
_REPEATED = re.compile(r"(.)\1+")
_ALIKE = (("word", "text", "code"), ("whole", "number"))


@lru_cache(maxsize=65_536)
def kind_of(text: str) -> str:
    """Return what a trimmed cell is: empty, whole, number, date, time, address, code, word or text."""
    if not text:
        return "empty"
    return next((name for name, pattern in _KINDS if pattern.fullmatch(text)), "text")


def shape_of(text: str) -> str:
    """Return the text with every digit as 9 and every letter as a or A."""
    return text[:_SHAPE_LETTERS].translate(_SHAPE)


def loose_shape_of(text: str) -> str:
    """Return the shape with repeated signs once and case left aside."""
    return _loosened(shape_of(text))


@lru_cache(maxsize=65_536)
def _loosened(shape: str) -> str:
    return _REPEATED.sub(r"\1", shape.lower())


class ColumnProfile:
    """The cells of one column of sound rows."""

    def __init__(self, fields: Sequence[Field]) -> None:
        texts = [field.text.strip() for field in fields]
        filled = [text for text in texts if text]
        self.rows = len(texts)
        self.empty = self.rows - len(filled)
        self.quoted = sum(field.quoted for field in fields if field.text.strip())
        self._values = Counter(filled)
        self._bare = [field.text for field in fields if field.text.strip() and not field.quoted]
        self._shapes = Counter(map(shape_of, filled))
        self._loose = Counter(map(loose_shape_of, filled))
        self._kinds = Counter(map(kind_of, filled))
        self._starts = Counter(text[:1].translate(_SHAPE) for text in filled)
        logs = [math.log(len(text)) for text in filled]
        self._mean = sum(logs) / len(logs) if logs else 0.0
        spread = sum((value - self._mean) ** 2 for value in logs) / len(logs) if logs else 0.0
        self._spread = max(math.sqrt(spread), 0.15)

    @property
    def filled(self) -> int:
        """Cells that are not empty."""
        return self.rows - self.empty

    def share_with(self, mark: str) -> float:
        """Return the share of filled cells that hold ``mark`` without quotes around them; blanks count in all."""
        if mark == " ":
            return sum(count for value, count in self._values.items() if mark in value) / max(self.filled, 1)
        return sum(mark in text for text in self._bare) / max(self.filled, 1)

    def cost(self, text: str, *, quoted: bool) -> float:
        """Return how surprising a cell is in this column: minus the logarithm of a mixed frequency."""
        text = text.strip()
        if not text:
            return -math.log((self.empty + 0.05) / (self.rows + 0.1))
        total = self.filled + 1
        likeness = (
            0.15 * (self._values[text] / total)
            + 0.4 * (self._shapes[shape_of(text)] / total)
            + 0.25 * (self._loose[loose_shape_of(text)] / total)
            + 0.2 * (self._kind(text) / total) * self._length(text) * self._start(text)
        )
        between = self.quoted if quoted else self.filled - self.quoted
        place = (self.filled + 0.05) / (self.rows + 0.1)
        return -math.log(likeness + _LEAST) - math.log((between + 0.5) / total) - math.log(place)

    def _kind(self, text: str) -> float:
        kind = kind_of(text)
        like = next((group for group in _ALIKE if kind in group), ())
        return self._kinds[kind] + 0.2 * sum(self._kinds[other] for other in like if other != kind)

    def _length(self, text: str) -> float:
        distance = (math.log(len(text)) - self._mean) / self._spread
        return max(math.exp(-0.5 * distance * distance), 0.01)

    def _start(self, text: str) -> float:
        return 0.1 + 0.9 * self._starts[text[:1].translate(_SHAPE)] / (self.filled + 1)


def profiles(rows: Sequence[Sequence[Field]], width: int) -> list[ColumnProfile]:
    """Learn the columns of sound rows, all of ``width`` cells."""
    return [ColumnProfile([row[place] for row in rows]) for place in range(width)]
