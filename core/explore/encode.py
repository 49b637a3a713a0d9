"""Columns of a sample as numbers and as codes: what every measure of relation is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.data.convert import TRUTH_PAIRS
from core.data.kinds import example_text
from core.data.query import Query, open_table, quote
from core.data.schema import ColumnSchema, Dataset
from core.explore.charts.words import moment, number
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType

MOST_ROWS = 50_000
FEWEST_ROWS = 10_000
CELLS = 3_000_000
"""Cells of a sample: a wide table is looked at through fewer rows."""

MOST_LEVELS = 50
"""Values of a column of words that are told apart; the rarer ones stand together."""

MOST_UNIQUE = 0.5
"""Different values a row beyond which words are as good as names of rows."""

MOST_BINS = 16
REST = "other values"
TRUE_WORDS = tuple(pair[0] for pair in TRUTH_PAIRS)
SEED = 0


@dataclass(frozen=True)
class Encoded:
    """One column of a sample.

    Attributes
    ----------
    column : ColumnSchema
        The column.
    numbers : ndarray of float64 or None, shape (rows,)
        Numbers, seconds since 1970, letters of a text, 1 and 0 for yes and no. NaN where missing or infinite. None for
        other words.
    labels : ndarray of int64 or None
        Places in ``levels``, -1 where missing. None for numbers, dates and texts.
    levels : tuple of str
        Values of words, the most frequent first; the last one may be `REST`.
    """

    column: ColumnSchema
    numbers: np.ndarray | None = None
    labels: np.ndarray | None = None
    levels: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the column."""
        return self.column.name

    @property
    def is_words(self) -> bool:
        """Whether the values are words, not amounts; yes and no are words that can be counted as amounts too."""
        return self.labels is not None

    @cached_property
    def known(self) -> np.ndarray:
        """Whether each row has a value."""
        found: np.ndarray = self.labels >= 0 if self.labels is not None else ~np.isnan(self._numbers)
        return found

    @cached_property
    def ranks(self) -> np.ndarray:
        """Ranks of the numbers from 1, the mean rank where values are equal; NaN where missing."""
        ordered, order = self._ordered
        starts = np.concatenate(([0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1)) if len(ordered) else np.empty(0)
        counts = np.diff(starts, append=len(ordered)).astype(np.int64)
        ranks = np.full(len(self._numbers), np.nan)
        ranks[order] = np.repeat(starts + (counts + 1) / 2, counts)
        return ranks

    @cached_property
    def codes(self) -> np.ndarray:
        """Group of each row from 0, -1 where missing: the label of a word, the range of a number."""
        return self.labels if self.labels is not None else self._binned[0]

    @cached_property
    def groups(self) -> int:
        """Number of groups that ``codes`` tell apart."""
        return len(self.levels) if self.labels is not None else self._binned[1]

    def text(self, value: float) -> str:
        """Return a number of the column for a sentence; years and small counts without separators."""
        if self.column.storage is StorageType.DATETIME:
            return moment(value)
        return f"{value:.0f}" if value == np.floor(value) and 0 <= value < 10_000 else number(value)

    def group_text(self, group: int) -> str:
        """Return what holds in a group, for a sentence: "is female", "is 0", "lies from 10 to 20"."""
        if self.labels is not None:
            level = self.levels[group]
            return f"is {level if len(level) <= 40 else level[:39] + chr(0x2026)}"
        values = self._numbers[self.codes == group]
        low, high = self.text(float(values.min())), self.text(float(values.max()))
        return f"is {low}" if low == high else f"lies from {low} to {high}"

    @property
    def differs(self) -> bool:
        """Whether at least two known values differ."""
        return self.groups > 1

    @property
    def _numbers(self) -> np.ndarray:
        assert self.numbers is not None
        return self.numbers

    @cached_property
    def _ordered(self) -> tuple[np.ndarray, np.ndarray]:
        places = np.flatnonzero(self.known)
        values = self._numbers[places]
        order = np.argsort(values)
        return values[order], places[order]

    @cached_property
    def _binned(self) -> tuple[np.ndarray, int]:
        """Cut numbers into ranges of about equally many rows; equal values stay together."""
        ordered, _ = self._ordered
        codes = np.full(len(self._numbers), -1, dtype=np.int64)
        if not len(ordered):
            return codes, 0
        bins = int(np.clip(round(len(ordered) ** (1 / 3)), 2, MOST_BINS))
        levels = np.unique(ordered) if len(ordered) <= MOST_ROWS else ordered
        if len(levels) > bins:
            inner = ordered[(np.arange(1, bins) * len(ordered)) // bins]
            levels = np.unique(np.concatenate(([ordered[0]], inner)))
        codes[self.known] = np.searchsorted(levels, self._numbers[self.known], "right") - 1
        return codes, len(levels)


@dataclass(frozen=True)
class Sample:
    """Rows of a table, drawn at random, column by column.

    Attributes
    ----------
    columns : dict of str to Encoded
        In the order asked for.
    rows, of_rows : int
        Rows in the sample and in the table.
    """

    columns: dict[str, Encoded]
    rows: int
    of_rows: int

    @property
    def is_whole(self) -> bool:
        """Whether every row of the table is in it."""
        return self.rows == self.of_rows

    @property
    def note(self) -> str:
        """Say what the figures are of, where they are not of all rows."""
        return "" if self.is_whole else f"From {self.rows:,} of {self.of_rows:,} rows, drawn at random."

    def usable(self) -> list[Encoded]:
        """Return the columns that can be related to others: no free text, no identifiers, nothing constant."""
        return [c for c in self.columns.values() if is_related(c.column, self.of_rows) and c.differs]


def is_related(column: ColumnSchema, rows: int) -> bool:
    """Tell whether a column is one that relations are looked for in: no text, no key, no words that hardly repeat."""
    if column.kind in (ColumnKind.TEXT, ColumnKind.IDENTIFIER):
        return False
    known = rows - column.missing
    return not (_is_words(column) and known > MOST_LEVELS and column.unique > MOST_UNIQUE * known)


def sample_rows(columns: int) -> int:
    """Return how many rows of a table with so many columns are looked at."""
    return int(np.clip(CELLS // max(columns, 1), FEWEST_ROWS, MOST_ROWS))


def read_sample(
    workspace: Workspace, dataset: Dataset, *, columns: Sequence[str] | None = None, rows: int | None = None
) -> Sample:
    """Read rows of a dataset, drawn at random without replacement, always the same ones.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    columns : sequence of str, optional
        Columns; all by default.
    rows : int, optional
        How many rows at most; follows from the number of columns by default.

    Returns
    -------
    Sample
        All rows where there are no more.
    """
    chosen = [dataset.column(name) for name in (dataset.column_names if columns is None else columns)]
    wanted = min(sample_rows(len(chosen)) if rows is None else rows, dataset.rows)
    if not chosen:
        return Sample({}, wanted, dataset.rows)
    with open_table(workspace, dataset) as query:
        table = _read(query, chosen, wanted, dataset.rows)
    found = {column.name: encode(table.column(place), column) for place, column in enumerate(chosen)}
    return Sample(found, table.num_rows, dataset.rows)


def _read(query: Query, columns: Sequence[ColumnSchema], wanted: int, rows: int) -> pa.Table:
    cells = ", ".join(f"CAST({quote(c.name)} AS VARCHAR)" if _is_words(c) else quote(c.name) for c in columns)
    if wanted >= rows:
        return query.arrow(f"SELECT {cells} FROM t")
    places = np.sort(np.random.default_rng(SEED).choice(rows, size=wanted, replace=False))
    query.connection.register("wanted", pa.table({"place": places}))
    return query.arrow(
        f"SELECT {cells} FROM t_rows WHERE file_row_number IN (SELECT place FROM wanted) ORDER BY file_row_number"
    )


def _is_words(column: ColumnSchema) -> bool:
    return column.storage in (StorageType.STRING, StorageType.BOOL)


def encode(cells: pa.ChunkedArray, column: ColumnSchema) -> Encoded:
    """Return a column's stored cells as numbers or codes; words of true and false are both."""
    if column.kind is ColumnKind.TEXT:
        return Encoded(column, numbers=_floats(pc.utf8_length(cells)))
    if not _is_words(column):
        if column.storage is StorageType.DATETIME:
            return Encoded(column, numbers=_floats(cells.cast(pa.timestamp("us")).cast(pa.int64())) / 1e6)
        numbers = _floats(cells)
        numbers[~np.isfinite(numbers)] = np.nan
        if column.kind is not ColumnKind.CATEGORICAL:
            return Encoded(column, numbers=numbers)
        texts = pa.array([None if np.isnan(v) else example_text(float(v)) for v in numbers], pa.large_string())
        return _words(column, pa.chunked_array([texts]))
    return _words(column, cells)


def _floats(cells: pa.ChunkedArray) -> np.ndarray:
    return np.array(cells.cast(pa.float64()).to_numpy(), dtype=np.float64)


def _words(column: ColumnSchema, cells: pa.ChunkedArray) -> Encoded:
    """Number the values by how often they occur, then by name; the rare ones share the last number."""
    coded = cells.cast(pa.large_string()).combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks() if coded.num_chunks else pa.array([], pa.large_string()).dictionary_encode()
    places = pc.fill_null(coded.indices.cast(pa.int64()), -1).to_numpy(zero_copy_only=False)
    values = np.array(coded.dictionary.to_pylist(), dtype=object)
    counts = np.bincount(places[places >= 0], minlength=len(values))
    order = np.lexsort((values.astype(str), -counts)) if len(values) else np.empty(0, dtype=np.int64)
    kept = order[:MOST_LEVELS]
    numbers = np.full(len(values) + 1, len(kept), dtype=np.int64)
    numbers[kept] = np.arange(len(kept))
    numbers[-1] = -1
    levels = tuple(example_text(value) for value in values[kept])
    labels = numbers[places]
    yes = _yes(column, levels)
    amounts = np.where(labels >= 0, (labels == yes).astype(np.float64), np.nan) if yes is not None else None
    return Encoded(column, amounts, labels, (*levels, REST) if len(order) > len(kept) else levels)


def _yes(column: ColumnSchema, levels: tuple[str, ...]) -> int | None:
    """Return the place of the value that counts as 1: the word for yes, else the later one by name."""
    if column.kind is not ColumnKind.BOOLEAN or not 1 <= len(levels) <= 2:
        return None
    words = [place for place, level in enumerate(levels) if level.lower() in TRUE_WORDS]
    return words[0] if words else levels.index(max(levels))
