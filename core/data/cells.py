"""Text cells as Arrow arrays: trimmed, with missing ones marked, and counted by distinct value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

TEXT = pa.large_string()


@dataclass(frozen=True)
class Cells:
    """The distinct values of a column of text cells, missing ones left out.

    Attributes
    ----------
    values : Array of str of shape (n_distinct,)
        Trimmed of surrounding blanks, in order of first appearance.
    counts : ndarray of int of shape (n_distinct,)
        How often each occurs.
    rows, missing : int
        Cells in all; cells that are missing.
    """

    values: pa.Array
    counts: np.ndarray
    rows: int
    missing: int

    @property
    def present(self) -> int:
        """Cells that are not missing."""
        return self.rows - self.missing

    def share(self, chosen: np.ndarray) -> float:
        """Share of the present cells whose value is ``chosen`` (boolean of shape (n_distinct,))."""
        return float(self.counts[chosen].sum() / max(self.present, 1))

    def words(self, chosen: np.ndarray, most: int = 5) -> list[str]:
        """Return up to ``most`` of the chosen values."""
        return [str(word) for word in self.values.take(pa.array(np.flatnonzero(chosen)[:most])).to_pylist()]


def text_array(series: pd.Series) -> pa.Array:
    """Return a Series of text cells as one Arrow array of strings."""
    array = pa.array(series, type=TEXT, from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def trim(values: pa.Array, missing_words: Sequence[str]) -> pa.Array:
    """Return ``values`` without surrounding blanks; missing words become null."""
    trimmed = pc.utf8_trim_whitespace(values)
    gone = pc.is_in(trimmed, value_set=_word_array(tuple(missing_words)))
    return pc.if_else(gone, pa.scalar(None, TEXT), trimmed)


@lru_cache(maxsize=64)
def _word_array(words: tuple[str, ...]) -> pa.Array:
    return pa.array([*words, ""], type=TEXT)


def distinct(series: pd.Series, missing_words: Sequence[str]) -> Cells:
    """Count the distinct values of a column of text cells.

    Parameters
    ----------
    series : Series of str of shape (n_rows,)
        Text cells; null counts as missing.
    missing_words : sequence of str
        Words that mean missing, compared after trimming.
    """
    array = text_array(series)
    first = pc.value_counts(array)
    return count_cells(first.field("values"), first.field("counts").to_numpy(), missing_words, rows=len(array))


def count_cells(values: pa.Array, counts: np.ndarray, missing_words: Sequence[str], *, rows: int) -> Cells:
    """Return the cells of a column of which is known how often each text occurs; see `distinct`.

    Parameters
    ----------
    values : Array of str of shape (n,)
        Texts as written, in order of first appearance; null counts as missing.
    counts : ndarray of int of shape (n,)
        How often each occurs.
    missing_words : sequence of str
        Words that mean missing, compared after trimming.
    rows : int
        Cells of the column.
    """
    trimmed = trim(values, missing_words)
    known = trimmed.is_valid().to_numpy(zero_copy_only=False)
    # Trimming can make two values one, so they are counted once more.
    encoded = trimmed.filter(trimmed.is_valid()).dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    totals = np.bincount(codes, weights=counts[known], minlength=len(encoded.dictionary)).astype(np.int64)
    return Cells(encoded.dictionary, totals, rows, rows - int(totals.sum()))
