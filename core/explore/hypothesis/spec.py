"""What a test is and what is asked of it, as data."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Question(StrEnum):
    """What a person wants to know."""

    DIFFERENCE = "difference"
    CHANGE = "change"
    RELATION = "relation"
    TOGETHER = "together"
    NORMAL = "normal"
    SAME = "same"
    VALUE = "value"
    FREQUENCY = "frequency"
    SPREAD = "spread"


class Correction(StrEnum):
    """How p-values are raised where several comparisons are made."""

    NONE = "none"
    BONFERRONI = "bonferroni"
    HOLM = "holm"
    BENJAMINI_HOCHBERG = "benjamini_hochberg"


class Field(StrEnum):
    """Inputs of a question; the names are those of `TestRequest`."""

    VALUE = "value"
    OTHER = "other"
    GROUP = "group"
    LEVEL = "level"
    EXPECTED = "expected"


class FieldSpec(BaseModel):
    """One input of a question.

    Attributes
    ----------
    field : Field
        Where it stands in a `TestRequest`.
    label, help : str
        Words of the person.
    accepts : {"number", "category", "either", "level", "amount"}
        What may be chosen: a column of numbers, of categories, of both; a value of the chosen category; a number.
    optional : bool
        May be left empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: Field
    label: str
    accepts: str
    help: str = ""
    optional: bool = False


class QuestionSpec(BaseModel):
    """A question in plain words and what it needs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Question
    title: str
    example: str
    fields: tuple[FieldSpec, ...]


class TestSpec(BaseModel):
    """Declaration of one test.

    Attributes
    ----------
    key, title : str
        Name in a request; name on the screen.
    question : Question
        The question it answers.
    asks : str
        What exactly it asks, in one plain sentence (the null hypothesis in words).
    needs : str
        What must be there.
    assumptions : tuple of str
        Keys of the checks in `core.explore.hypothesis.assumptions`.
    formula : str
        Its statistic (LaTeX).
    source : str
        Where the method comes from.
    function : str
        ``module:function`` that carries it out.
    whole_table : bool
        Computed on all rows of any table, because the formula needs aggregates only; else on a random sample.
    groups : tuple of int
        Fewest and most groups it takes; (0, 0) where there are none.
    """

    __test__: ClassVar[bool] = False
    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    question: Question
    asks: str
    needs: str
    assumptions: tuple[str, ...] = ()
    formula: str
    source: str
    function: str
    whole_table: bool = False
    groups: tuple[int, int] = (0, 0)


class TestRequest(BaseModel):
    """What is to be tested.

    Attributes
    ----------
    question : Question
        What the person wants to know.
    test : str
        Key of a test; empty takes the suggested one.
    value, other, group : str
        Columns, as the question names them.
    level : str
        Value of the category whose share is asked for.
    levels : tuple of str
        Groups to compare; empty takes all.
    expected : float, optional
        The value that a mean or a share is compared with.
    shares : dict of str to float
        Expected shares of a category's values; empty means that all are equally frequent.
    correction : Correction
        For comparisons of pairs.
    seed : int
        Seed of everything drawn at random.
    """

    __test__: ClassVar[bool] = False
    model_config = ConfigDict(frozen=True, extra="forbid")

    question: Question
    test: str = ""
    value: str = ""
    other: str = ""
    group: str = ""
    level: str = ""
    levels: tuple[str, ...] = ()
    expected: float | None = None
    shares: dict[str, float] = {}
    correction: Correction = Correction.HOLM
    seed: int = 0
