"""What is kept of a column while it streams by, so that the same rules as for a whole table can judge it at the end.

A column of few different values is counted exactly. Of one with many, the first cells, a few of every block and every
odd cell are kept; at the end they stand for the column, scaled to its true share of different values.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.cells import TEXT, Cells, count_cells
from core.data.fastcast import Converted, convert_encoded
from core.data.schema import ColumnSchema, ParseSettings

MOST_COUNTED = 200_000
"""Different values up to which a column is counted exactly."""

FIRST_CELLS = 30_000
"""Cells of the first block by which a column is judged first."""

SPREAD_CELLS = 256
"""Cells of every later block that are kept of a column of many values."""

_MOST_ODD = 10_000
_COMPACT_AT = 400_000


class Tally:
    """How often each text occurs, in order of first appearance."""

    def __init__(self) -> None:
        self._values: list[pa.Array] = []
        self._counts: list[np.ndarray] = []
        self._held = 0

    def add(self, values: pa.Array, counts: np.ndarray) -> None:
        """Add texts that occurred; one may come again."""
        if not len(values):
            return
        self._values.append(values)
        self._counts.append(counts)
        self._held += len(values)
        if self._held > _COMPACT_AT:
            self.total()

    def total(self) -> tuple[pa.Array, np.ndarray]:
        """Return each text once and how often it occurred."""
        if not self._values:
            return pa.array([], TEXT), np.zeros(0, dtype=np.int64)
        if len(self._values) > 1:
            table = pa.table({"value": pa.chunked_array(self._values), "count": np.concatenate(self._counts)})
            # One thread keeps the order of first appearance.
            grouped = table.group_by("value", use_threads=False).aggregate([("count", "sum")])
            self._values = [grouped.column("value").combine_chunks()]
            self._counts = [grouped.column("count_sum").to_numpy()]
            if isinstance(self._values[0], pa.ChunkedArray):
                self._values = [pa.concat_arrays(self._values[0].chunks)]
            self._held = len(self._values[0])
        return self._values[0], self._counts[0]

    @property
    def size(self) -> int:
        """Texts held; more than different ones where some came again."""
        return self._held


class Evidence:
    """What is known of one column.

    Parameters
    ----------
    column : ColumnSchema
        As it was judged by the first block.
    parse : ParseSettings
        How cells are read.
    counted : bool
        Whether it has few enough values to count them all.
    """

    def __init__(self, column: ColumnSchema, parse: ParseSettings, *, counted: bool) -> None:
        self.column = column
        self.counted = counted
        self.rows = 0
        self.nulls = 0
        self.unread = 0
        self.first = 0.0
        self._parse = parse
        self._first, self._tally, self._odd, self._unread = Tally(), Tally(), Tally(), Tally()
        self._next: float | None = None
        self._counts_on = True

    def add(self, part: Part) -> None:
        """Take in what a block told."""
        self.rows += part.rows
        self.nulls += part.converted.cells.null_count
        self.unread += int(part.converted.counts[part.converted.unread].sum())
        self._counts_on = self._counts_on and part.counts_on and self._next in (None, part.first)
        self.first = part.first if self._next is None else self.first
        self._next = part.last + 1
        if not self._first.size:
            self._first.add(part.values, part.counts)
        self._tally.add(part.values, part.counts)
        if self.counted and self._tally.size > MOST_COUNTED and len(self._tally.total()[0]) > MOST_COUNTED:
            self.counted = False
        if self._odd.size < _MOST_ODD:
            self._odd.add(part.converted.odd, part.converted.counts)
            unread = pa.array(part.converted.unread)
            self._unread.add(part.converted.odd.filter(unread), part.converted.counts[part.converted.unread])

    @property
    def is_counter(self) -> bool:
        """True for whole numbers each one more than that before it: all different, without being counted."""
        return self._counts_on and self.rows > 0

    def telling(self) -> list[str]:
        """Return the texts that may say more than the first rows: all that were counted, or the odd ones."""
        values = (self._tally if self.counted else self._odd).total()[0]
        return [str(text) for text in values.slice(0, _MOST_ODD).to_pylist()]

    def frequent_unread(self, most: int = 5) -> list[str]:
        """Return the most frequent cells that could not be read."""
        values, counts = self._unread.total()
        order = np.argsort(-counts, kind="stable")[:most]
        return [str(values[int(place)]) for place in order]

    def cells(self, missing: tuple[str, ...], unique: int) -> Cells:
        """Return the column's cells: exactly where they were counted, else a scaled-down picture of them.

        Parameters
        ----------
        missing : tuple of str
            Words that mean missing.
        unique : int
            Different values of the whole column, as stored.
        """
        values, counts = self._tally.total()
        if self.counted:
            return count_cells(values, counts, missing, rows=self.rows)
        return self._picture(missing, unique)

    def _picture(self, missing: tuple[str, ...], unique: int) -> Cells:
        seen = count_cells(*(self._first if self._counts_on else self._tally).total(), missing, rows=self.rows)
        odd = count_cells(*self._odd.total(), missing, rows=self.rows)
        common = seen.values.filter(pc.invert(pc.is_in(seen.values, value_set=odd.values)))
        if not self._counts_on:
            # The first values may count 1, 2, 3; the column as a whole does not.
            common = common.take(pa.array(np.arange(len(common))[::-1]))
        values = pa.concat_arrays([common, odd.values])
        present = self.rows - self.nulls + self.unread
        scale = max(len(values), round(len(values) * present / max(unique, 1))) / max(present, 1)
        odd_counts = np.maximum(np.round(odd.counts * scale), 1).astype(np.int64)
        left = max(round(present * scale) - int(odd_counts.sum()), len(common))
        common_counts = np.full(len(common), left // max(len(common), 1), dtype=np.int64)
        common_counts[: left - int(common_counts.sum())] += 1
        missing_cells = round((self.rows - present) * scale) or int(self.rows > present)
        counts = np.concatenate([common_counts, odd_counts])
        return Cells(values, counts, int(counts.sum()) + missing_cells, missing_cells)


class Part:
    """One block of one column: its cells as stored, and what is told to the `Evidence`."""

    def __init__(
        self,
        text: pa.Array,
        converted: Converted,
        values: pa.Array,
        counts: np.ndarray,
        keys: np.ndarray | None = None,
    ) -> None:
        self.rows = len(text)
        self.converted, self.values, self.counts, self.keys = converted, values, counts, keys
        self.first, self.last, self.counts_on = _run(converted.cells)


def counted_part(text: pa.Array, column: ColumnSchema, parse: ParseSettings) -> Part:
    """Convert a block of a column of few values, counting all of them."""
    encoded = text.dictionary_encode()
    converted = convert_encoded(encoded, column, parse)
    indices = encoded.indices.drop_null().to_numpy(zero_copy_only=False)
    counts = np.bincount(indices, minlength=len(encoded.dictionary))
    return Part(text, converted, encoded.dictionary.cast(TEXT), counts)


def sampled_part(text: pa.Array, converted: Converted, *, block: int, keys: np.ndarray | None = None) -> Part:
    """Describe a block of a column of many values by some of its cells; the first block by its first ones."""
    chosen = text.slice(0, FIRST_CELLS)
    if block:
        places = np.sort(np.random.default_rng(block).integers(0, len(text), min(SPREAD_CELLS, len(text))))
        chosen = text.take(pa.array(places))
    counted = pc.value_counts(chosen.drop_null().cast(TEXT))
    return Part(text, converted, counted.field("values"), counted.field("counts").to_numpy(), keys)


def _run(cells: pa.Array) -> tuple[float, float, bool]:
    """Return first and last value of whole numbers, and whether each is one more than that before it."""
    if not pa.types.is_integer(cells.type) or cells.null_count or not len(cells):
        return 0.0, 0.0, False
    numbers = cells.to_numpy()
    return float(numbers[0]), float(numbers[-1]), bool((np.diff(numbers) == 1).all())
