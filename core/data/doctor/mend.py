"""Find the cells of a broken row: a delimiter too many or too few, a stray quote, another delimiter.

The row is cut into pieces at every delimiter outside sound quotes. A path of least cost through pieces and columns
(dynamic programming, as in aligning two sequences: Needleman and Wunsch 1970) says which pieces are one cell, which
piece is two cells, and which empty piece is one too many.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from core.data.doctor.dialect import Dialect, Field
from core.data.doctor.profile import ColumnProfile

MOST_PIECES = 400
MOST_STEPS = 60_000
MOST_SUPPOSED = 14.0
MOST_SURPRISE = 11.0

_DROP = 3.0
_INSERT = 4.0
_SHORT = 1.0
_SHORT_MOST = 3.0
_BOUNDARY = 2.0
_EDGE = 3.0
_WITHIN = 1.5
_SPLIT = 4.0
_STRAY = 2.5
_JOIN = 4.5
_OTHER = 4.0
_ODD_PLACE = 2.5
_SPLIT_LETTERS = 400


class Fault(StrEnum):
    """What was wrong with a row."""

    EXTRA = "a delimiter too many"
    FEWER = "a delimiter too few"
    QUOTE = "a stray quote"
    JOINED = "a delimiter within an unquoted cell"
    OTHER = "another delimiter"
    SHORT = "too few cells"


@dataclass(frozen=True)
class Mended:
    """The cells of a mended row.

    Attributes
    ----------
    cost : float
        How surprising they are, with what had to be supposed.
    supposed : float
        The part of it for what had to be supposed.
    worst : float
        Cost of the most surprising cell.
    """

    fields: tuple[Field, ...]
    faults: frozenset[Fault]
    cost: float
    supposed: float
    worst: float

    @property
    def clear(self) -> bool:
        """Whether little had to be supposed, and each cell is like others of its column."""
        return self.supposed <= MOST_SUPPOSED and self.worst <= MOST_SURPRISE


@dataclass(frozen=True)
class _Path:
    cost: float
    supposed: float
    worst: float
    fields: tuple[Field, ...]
    faults: frozenset[Fault]

    def step(self, cost: float, fields: Sequence[tuple[Field, float]] = (), fault: Fault | None = None) -> _Path:
        return _Path(
            self.cost + cost + sum(own for _, own in fields),
            self.supposed + cost,
            max([self.worst, *(own for _, own in fields)]),
            self.fields + tuple(field for field, _ in fields),
            self.faults | {fault} if fault else self.faults,
        )


def pieces_of(text: str, dialect: Dialect) -> list[str]:
    """Cut a line at every mark, but not within a quoted cell that is sound."""
    pieces: list[str] = []
    place = 0
    while True:
        found = dialect._field.match(text, place) if text.startswith(dialect.quote or "\n", place) else None
        if found is not None:
            raw = text[place : found.start(3)] if found.group(3) is not None else text[place:]
            pieces.append(raw.strip(" ") if dialect.lead else raw)
            if found.group(3) is None:
                return pieces
            place = found.end()
            continue
        end = text.find(dialect.mark, place)
        if end < 0:
            return [*pieces, text[place:]]
        pieces.append(text[place:end].removesuffix(dialect.lead) if dialect.lead else text[place:end])
        place = end + 1
        if dialect.padding and text.startswith(" ", place):
            place += 1


def mend(text: str, dialect: Dialect, columns: Sequence[ColumnProfile]) -> Mended | None:
    """Find the most likely cells of a line that does not divide soundly into as many cells as there are columns.

    Parameters
    ----------
    text : str
        The line without its end.
    dialect : Dialect
        How sound lines are divided.
    columns : sequence of ColumnProfile
        What sound cells look like.

    Returns
    -------
    Mended, optional
        None where nothing fits, or there are too many pieces to try.
    """
    pieces = pieces_of(text, dialect)
    width = len(columns)
    spare = max(len(pieces) - width, 0) + 2
    if len(pieces) > MOST_PIECES or len(pieces) + 3 < width or width * spare * spare > MOST_STEPS:
        return None
    return _Aligner(pieces, dialect, columns, spare).best()


def mend_with_other(
    text: str, dialect: Dialect, columns: Sequence[ColumnProfile], others: Sequence[str]
) -> Mended | None:
    """Find the cells of a line that is divided by another mark than the rest of the file."""
    best: Mended | None = None
    for mark in others:
        if mark == dialect.mark or text.count(mark) < len(columns) - 1:
            continue
        other = replace(dialect, mark=mark, padding="", lead="")
        bare = [piece for piece in pieces_of(text, other) if not (dialect.quote and piece.startswith(dialect.quote))]
        if sum(piece.count(dialect.mark) for piece in bare) > 1:
            continue
        found = mend(text, other, columns)
        if found is not None and (best is None or found.cost + _OTHER < best.cost):
            faults = frozenset({Fault.OTHER})
            best = replace(found, faults=faults, cost=found.cost + _OTHER, supposed=found.supposed + _OTHER)
    return best


class _Aligner:
    def __init__(self, pieces: Sequence[str], dialect: Dialect, columns: Sequence[ColumnProfile], spare: int) -> None:
        self._pieces, self._dialect, self._columns, self._spare = pieces, dialect, columns, spare
        self._joins = [-math.log(column.share_with(dialect.mark) * 0.9 + math.exp(-_JOIN)) for column in columns]

    def best(self) -> Mended | None:
        """Return the cheapest way from the first piece and column to the last."""
        width, count = len(self._columns), len(self._pieces)
        table: list[dict[int, _Path]] = [{} for _ in range(width + 1)]
        table[0][0] = _Path(0.0, 0.0, 0.0, (), frozenset())
        for column in range(width + 1):
            for piece in range(max(0, column - 3), min(count, column + self._spare) + 1):
                path = table[column].get(piece)
                if path is None:
                    continue
                self._extend(table, column, piece, path)
        found = table[width].get(count)
        return None if found is None else Mended(found.fields, found.faults, found.cost, found.supposed, found.worst)

    def _extend(self, table: list[dict[int, _Path]], column: int, piece: int, path: _Path) -> None:
        width, count = len(self._columns), len(self._pieces)
        if piece < count and not self._pieces[piece].strip():
            # Blank cells behind the last column are no fault.
            behind = column == width
            self._offer(
                table, column, piece + 1, path.step(0.1 if behind else _DROP, (), None if behind else Fault.EXTRA)
            )
        if column == width:
            return
        if piece == count or self._columns[column].empty:
            at_end = piece == count
            surprise = self._columns[column].cost("", quoted=False)
            empty = (Field(""), min(surprise, _SHORT_MOST) if at_end else surprise)
            step = path.step(_SHORT if at_end else _INSERT, [empty], Fault.SHORT if at_end else Fault.FEWER)
            self._offer(table, column + 1, piece, step)
        for last in range(piece, min(count, piece + self._spare + 1)):
            raw = self._dialect.mark.join(self._pieces[piece : last + 1])
            for field, cost, fault in self._readings(raw, column, last - piece):
                self._offer(
                    table, column + 1, last + 1, path.step(cost, [(field, self._cost(column, field, fault))], fault)
                )
            if column + 2 <= width and (self._quote_in(raw) if count >= width else last == piece):
                for first, second, cost in self._halves(raw, column):
                    self._offer(table, column + 2, last + 1, path.step(cost, [first, second], Fault.FEWER))

    @staticmethod
    def _offer(table: list[dict[int, _Path]], column: int, piece: int, path: _Path) -> None:
        known = table[column].get(piece)
        if known is None or path.cost < known.cost:
            table[column][piece] = path

    def _cost(self, column: int, field: Field, fault: Fault | None = None) -> float:
        # A stray quote is counted once, not again as a cell unlike the others.
        text = field.text.removeprefix(self._dialect.quote) if fault is Fault.QUOTE else field.text
        return self._columns[column].cost(text, quoted=field.quoted)

    def _quote_in(self, raw: str) -> bool:
        return bool(self._dialect.quote) and self._dialect.quote in raw

    def _readings(self, raw: str, column: int, joined: int) -> list[tuple[Field, float, Fault | None]]:
        """Return the ways to read a piece of the line as one cell, with what each supposes."""
        quote, mark = self._dialect.quote, self._dialect.mark
        found: list[tuple[Field, float, Fault | None]] = []
        bare = raw.strip(" ")
        if quote and len(bare) >= 2 and bare.startswith(quote) and bare.endswith(quote):
            sound = self._dialect.fields(bare)
            if sound is not None and len(sound) == 1:
                return [(sound[0], 0.0, None)]
            inner = self._dialect.value(bare[1:-1], quoted=True)
            boundaries = bare[1:-1].count(quote + self._dialect.mark) + bare[1:-1].count(self._dialect.mark + quote)
            found.append((Field(inner, quoted=True), _STRAY + _BOUNDARY * boundaries, Fault.QUOTE))
        if joined and quote and (quote + mark in raw or mark + quote in raw):
            return found
        if quote and len(bare) > 1 and bare.startswith(quote) and quote not in bare[1:]:
            found.append((Field(self._dialect.value(bare[1:], quoted=True), quoted=True), _STRAY, Fault.QUOTE))
        stray = bool(quote) and bare.startswith(quote)
        edges = joined > 0 and mark in (raw[0], raw[-1])
        cost = joined * self._joins[column] + (_STRAY if stray else 0.0) + (_EDGE if edges else 0.0)
        cost += _WITHIN if quote and not stray and raw.count(quote) % 2 else 0.0
        fault = Fault.QUOTE if stray else Fault.JOINED if joined else None
        found.append((Field(self._dialect.value(raw, quoted=False)), cost, fault))
        return found

    def _halves(self, raw: str, column: int) -> list[tuple[tuple[Field, float], tuple[Field, float], float]]:
        """Return the ways to read a piece of the line as two cells whose delimiter is gone."""
        found = []
        for place in self._seams(raw):
            left, right = self._half(raw[:place], column), self._half(raw[place:], column + 1)
            if left is None or right is None:
                continue
            odd = 0.0 if _is_seam(raw, place, self._dialect.quote) else _ODD_PLACE
            found.append((left, right, _SPLIT + odd))
        # The cheapest is all that matters: both ends are the same.
        return sorted(found, key=lambda half: half[0][1] + half[1][1] + half[2])[:1]

    def _half(self, raw: str, column: int) -> tuple[Field, float] | None:
        quote = self._dialect.quote
        fields = self._dialect.fields(raw) if quote and raw.startswith(quote) else None
        if fields is not None and len(fields) == 1:
            field = fields[0]
        elif self._dialect.mark in raw or (quote and raw.startswith(quote)):
            return None
        else:
            field = Field(raw)
        return field, self._cost(column, field)

    def _seams(self, raw: str) -> list[int]:
        """Return the places where two cells may meet: beside quotes, or anywhere in a short piece without them."""
        quote = self._dialect.quote
        if quote and quote in raw:
            return [place for place in range(1, len(raw)) if raw[place] == quote or raw[place - 1] == quote]
        if self._dialect.mark in raw or len(raw) > _SPLIT_LETTERS:
            return []
        return list(range(1, len(raw)))


def _is_seam(text: str, place: int, quote: str) -> bool:
    """Tell whether two cells are likely to meet here: a small letter before a capital, a letter beside a digit."""
    before, after = text[place - 1], text[place]
    if quote in (before, after):
        return True
    if before.isalpha() and after.isalpha():
        return before.islower() and after.isupper()
    if before.isdigit() and after.isdigit():
        return False
    return not before.isspace() and not after.isspace()
