"""What a profile holds: plain frozen values, stored as JSON beside the cells."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from core.types import ColumnKind

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
"""Shares of the values below each stored quantile."""


class ValueCount(BaseModel):
    """A value as text and how often it occurs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str
    count: int


class Bin(BaseModel):
    """One bar of a histogram: numbers, or seconds since 1970 for dates; both ends also as text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: float
    high: float
    count: int
    low_text: str = ""
    high_text: str = ""


class ColumnProfile(BaseModel):
    """What one column holds. Every figure is of all rows unless ``sampled`` names it.

    Attributes
    ----------
    missing, unique : int
        Missing cells; distinct values without missing.
    missing_share : float
        0 to 1.
    minimum, mean, median, maximum, std, variance : float, optional
        Of numbers; seconds since 1970 for dates (without ``std``). None for other columns and empty ones. Infinite
        values count in ``infinite`` alone.
    quantiles : tuple of float
        At the shares of `QUANTILES`, between neighbours in a straight line; empty where there are no numbers or dates.
    skew, kurtosis : float, optional
        Sample skewness and excess kurtosis without bias (Joanes and Gill 1998, G1 and G2), of numbers that differ.
    mean_low, mean_high : float, optional
        95 % interval of the mean (Student's t), of at least two numbers.
    mode : str
        The most frequent value, the lowest of several; empty where all values differ. ``mode_count`` is its count.
    entropy : float, optional
        Shannon entropy in bits, each different value being a class.
    zeros, negatives, infinite : int
        Of numbers.
    first, last : str
        Earliest and latest date.
    period : str
        Length of the bars in ``periods``: "year", "quarter", "month", "week", "day", "hour", "minute" or "second".
    periods : tuple of ValueCount
        Dates by period from the first to the last, the empty ones too; at most 72.
    top : tuple of ValueCount
        The most frequent values, except where all differ.
    histogram : tuple of Bin
        At most 20 bars of equal width; whole numbers with few values get a bar each. Of lengths for text.
    min_length, mean_length, max_length : int, float, int
        Letters of text cells.
    terms : tuple of ValueCount
        The words that occur in most cells of a text column, with the cells they occur in.
    sampled : dict of str to int
        Figures that were made from some of the rows only, with their number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: ColumnKind
    missing: int
    missing_share: float
    unique: int
    minimum: float | None = None
    mean: float | None = None
    median: float | None = None
    maximum: float | None = None
    std: float | None = None
    variance: float | None = None
    quantiles: tuple[float, ...] = ()
    skew: float | None = None
    kurtosis: float | None = None
    mean_low: float | None = None
    mean_high: float | None = None
    mode: str = ""
    mode_count: int = 0
    entropy: float | None = None
    zeros: int = 0
    negatives: int = 0
    infinite: int = 0
    first: str = ""
    last: str = ""
    period: str = ""
    periods: tuple[ValueCount, ...] = ()
    top: tuple[ValueCount, ...] = ()
    histogram: tuple[Bin, ...] = ()
    min_length: int | None = None
    mean_length: float | None = None
    max_length: int | None = None
    terms: tuple[ValueCount, ...] = ()
    sampled: dict[str, int] = {}

    def quantile(self, share: float) -> float | None:
        """Return the quantile at one of the shares of `QUANTILES`; None where there is none."""
        return self.quantiles[QUANTILES.index(share)] if self.quantiles else None


class TableProfile(BaseModel):
    """What a table holds, column by column.

    Attributes
    ----------
    rows : int
        Rows of the table.
    duplicate_rows : int
        Rows that repeat an earlier one in every cell (told apart by a 64-bit hash).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    columns: tuple[ColumnProfile, ...]
    duplicate_rows: int = 0
    version: Literal[2] = 2

    @cached_property
    def _places(self) -> dict[str, int]:
        return {column.name: place for place, column in enumerate(self.columns)}

    def column(self, name: str) -> ColumnProfile:
        """Return the profile of the column called ``name``; KeyError where there is none."""
        return self.columns[self._places[name]]

    @property
    def missing_cells(self) -> int:
        """Missing cells of all columns."""
        return sum(column.missing for column in self.columns)

    @property
    def memory_bytes(self) -> int:
        """About what the table takes in memory as a frame: 8 bytes a cell, and text with its header."""
        texts = (57 + c.mean_length for c in self.columns if c.mean_length is not None)
        return self.rows * (8 * len(self.columns)) + round(self.rows * sum(texts))
