"""What a test found, as data."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from core.explore.hypothesis.spec import Correction, Question, TestRequest


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Effect(_Frozen):
    """How large something is, with its 95 % interval.

    Attributes
    ----------
    name, term : str
        In plain words; the field's name for it.
    value, low, high : float
        Estimate and interval; None where no interval is known.
    size : str
        "small", "middling" ... by a rule of thumb; empty where none exists.
    method : str
        How the interval was found.
    column_unit : bool
        Measured in the unit of the column; else a pure number.
    """

    name: str
    term: str
    value: float
    low: float | None = None
    high: float | None = None
    size: str = ""
    method: str = ""
    column_unit: bool = False


class Verdict(StrEnum):
    """How an assumption stands."""

    HOLDS = "holds"
    WATCH = "watch"
    FAILS = "fails"
    REMINDER = "reminder"


class Assumption(_Frozen):
    """One condition of a test: its verdict in words, and the test to take where it fails."""

    key: str
    name: str
    verdict: Verdict
    words: str
    instead: str = ""


class GroupSummary(_Frozen):
    """One group in figures; ``low`` and ``high`` bound its mean (95 %), whiskers reach 1.5 times the middle half."""

    label: str
    rows: int
    mean: float
    sd: float
    low: float
    high: float
    q1: float
    median: float
    q3: float
    whisker_low: float
    whisker_high: float


class CrossTable(_Frozen):
    """Counts of two categories (or of one, with the expected counts as a second row).

    ``residuals`` are standardised: beyond about 3 in size a cell stands out.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    expected: tuple[tuple[float, ...], ...]
    residuals: tuple[tuple[float, ...], ...]


class Pair(_Frozen):
    """Comparison of two groups after a test of several."""

    first: str
    second: str
    difference: float
    low: float | None = None
    high: float | None = None
    p: float
    p_corrected: float


class Working(_Frozen):
    """One line of the mathematics in the person's own numbers."""

    name: str
    formula: str
    value: float


class Picture(_Frozen):
    """What is drawn: boxes of groups, shares of a cross table, points, or bars with a normal curve.

    ``x`` and ``y`` are points of a scatter, or bar edges and densities; ``line`` holds slope and intercept, or mean
    and standard deviation of the curve.
    """

    kind: Literal["groups", "shares", "points", "curve", "steps"]
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()
    line: tuple[float, ...] = ()
    x_name: str = ""
    y_name: str = ""
    series: dict[str, tuple[float, ...]] = {}


class TestResult(_Frozen):
    """What a test found.

    Attributes
    ----------
    test, title, question, request
        What was asked and how it was answered.
    statistic_name, statistic, df, p : str, float, tuple of float, float
        The figures of the field; ``df`` may be empty.
    effects : tuple of Effect
        The one that the sentence speaks of first.
    rows_total, rows_missing, rows_used, sampled
        Rows of the table, rows left out because a cell was missing, rows computed on, and whether they are a sample.
    groups, table, pairs, pair_method, correction
        Groups in figures, counts, comparisons of pairs and how their p-values were corrected.
    assumptions : tuple of Assumption
        Each checked.
    sentence : str
        The answer in plain words.
    notes : tuple of str
        What else must be known to read it.
    working : tuple of Working
        The mathematics in the person's numbers.
    """

    __test__: ClassVar[bool] = False

    test: str
    title: str
    question: Question
    request: TestRequest
    statistic_name: str
    statistic: float
    df: tuple[float, ...] = ()
    p: float
    effects: tuple[Effect, ...]
    rows_total: int
    rows_missing: int
    rows_used: int
    sampled: bool = False
    groups: tuple[GroupSummary, ...] = ()
    table: CrossTable | None = None
    pairs: tuple[Pair, ...] = ()
    pair_method: str = ""
    correction: Correction = Correction.NONE
    assumptions: tuple[Assumption, ...] = ()
    sentence: str
    notes: tuple[str, ...] = ()
    working: tuple[Working, ...] = ()
    picture: Picture

    @property
    def finding(self) -> str:
        """The first part of the sentence: what was found."""
        return self.sentence.rpartition(". ")[0] + "."

    @property
    def meaning(self) -> str:
        """The last part of the sentence: what chance alone would do."""
        return self.sentence.rpartition(". ")[2]


class Outcome(_Frozen):
    """What the function of a test gives back; `core.explore.hypothesis.run` adds the rest."""

    statistic_name: str
    statistic: float
    df: tuple[float, ...] = ()
    p: float
    effects: tuple[Effect, ...]
    sentence: str
    rows: int
    table: CrossTable | None = None
    pairs: tuple[Pair, ...] = ()
    pair_method: str = ""
    notes: tuple[str, ...] = ()
    working: tuple[Working, ...] = ()
