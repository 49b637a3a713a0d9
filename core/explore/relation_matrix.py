"""What is known about the relations of columns: a matrix of one measure, its strongest pairs, what repeats."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from core.explore.chart_spec import ChartSpec


class Method(StrEnum):
    """Measures of relation.

    The mixed one takes Spearman's correlation between two numbers, the correlation ratio between a number and words,
    and Cramer's V between words, the latter two without bias; groups of fewer than three rows do not count.
    """

    MIXED = "mixed"
    PEARSON = "pearson"
    SPEARMAN = "spearman"
    CRAMERS_V = "cramers_v"
    CORRELATION_RATIO = "correlation_ratio"
    MUTUAL_INFORMATION = "mutual_information"
    COVARIANCE = "covariance"


class Pair(BaseModel):
    """Two columns that go together.

    Attributes
    ----------
    a, b : str
        The columns.
    value : float
        Of the measure; signed where it has a direction.
    measure : Method
        The measure that was taken.
    sentence : str
        The relation in words.
    chart : ChartSpec
        Shows both.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    a: str
    b: str
    value: float
    measure: Method
    sentence: str
    chart: ChartSpec


class RelationMatrix(BaseModel):
    """How strongly columns go together, two by two.

    Attributes
    ----------
    method : Method
        What was measured.
    columns : tuple of str
        In the order of a hierarchical clustering: related ones stand together.
    values : tuple of tuples of float or None
        Symmetric, in the order of ``columns``; None where the measure says nothing about a pair.
    pairs : tuple of Pair
        The strongest, strongest first.
    left_out : tuple of str
        Columns without a place in it: text, identifiers, one value only, not of this measure.
    rows, of_rows : int
        Rows that were looked at; rows of the table.
    note : str
        What was sampled or left out for size, in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Method
    columns: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]
    pairs: tuple[Pair, ...]
    left_out: tuple[str, ...] = ()
    rows: int
    of_rows: int
    note: str = ""

    def value(self, a: str, b: str) -> float | None:
        """Return the value of two columns."""
        return self.values[self.columns.index(a)][self.columns.index(b)]


class Redundant(BaseModel):
    """A column that another one nearly repeats."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    drop: str
    keep: str
    value: float
