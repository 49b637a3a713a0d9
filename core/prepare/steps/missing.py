"""Missing cells: filled, marked, or kept out of what is learned from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import Condition, ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.common import CATEGORY_KINDS, NUMBER_LIKE_KINDS, WHEN_NEEDED, number_of, text_of
from core.prepare.steps.missing_fill import CHAINED_FILL, FILL_ALONG, NEAREST_FILL
from core.prepare.steps.missing_remove import DROP_MISSING_COLUMNS, DROP_MISSING_ROWS

IMPUTE_NUMBERS = StepSpec(
    key="impute_numbers",
    title="Fill missing numbers",
    purpose="Puts a typical value where a number is missing.",
    when="Most models refuse missing numbers. Boosted trees take them as they are.",
    group=StepGroup.MISSING,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x_{ij} \leftarrow \operatorname{median}_k\, x_{kj} \text{ if } x_{ij} \text{ is missing}",
    source="scikit-learn, SimpleImputer",
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="median",
            choices=("median", "mean", "most_frequent", "constant"),
            choice_labels=("Median", "Mean", "Most frequent (mode)", "A fixed value"),
            label="Fill with",
            help="Learned from the training rows of each fold.",
            why_default="The median does not move when a few values are extreme.",
        ),
        ParamSpec(
            name="constant",
            kind="float",
            default=0.0,
            low=-1e12,
            high=1e12,
            label="Value",
            help="The number put in every missing cell.",
            why_default="Zero often means 'none'.",
            active_when=Condition(param="method", values=("constant",)),
        ),
        WHEN_NEEDED,
    ),
    builder="core.prepare.steps.missing:build_fill",
    outline="core.prepare.steps.missing_fill:outline_filled",
    applies="core.prepare.steps.common:needs_filling",
    sentence="core.prepare.steps.missing:say_fill",
    one_to_one=True,
)

MARK_MISSING = StepSpec(
    key="mark_missing",
    title="Mark missing cells",
    purpose="Tells the model which numbers were missing, in columns of 0 and 1.",
    when="Where a value is missing for a reason. Put it before the step that fills them.",
    group=StepGroup.MISSING,
    scope=StepScope.NEW,
    takes=(Form.NUMBER, Form.DATE, Form.WORDS),
    formula=r"m_{ij} = \mathbf{1}[x_{ij} \text{ is missing}]",
    source="scikit-learn, MissingIndicator",
    params=(WHEN_NEEDED,),
    builder="core.prepare.steps.missing:build_marks",
    outline="core.prepare.steps.missing:outline_marks",
    applies="core.prepare.steps.common:needs_filling",
    sentence="core.prepare.steps.missing:say_marks",
)

IMPUTE_CATEGORIES = StepSpec(
    key="impute_categories",
    title="Fill missing categories",
    purpose="Decides what a missing category counts as.",
    when="For every category column; a later row may lack the value even if none does now.",
    group=StepGroup.MISSING,
    kinds=CATEGORY_KINDS,
    takes=(Form.WORDS,),
    formula=r"x \mapsto \text{(missing)} \text{ if } x \text{ is missing, else } x",
    source="scikit-learn, SimpleImputer",
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="level",
            choices=("level", "most_frequent", "constant"),
            choice_labels=("A category of its own", "The most frequent category", "A fixed text"),
            label="Count missing as",
            help="A category of its own lets the model learn whether being missing matters.",
            why_default="That a value is missing often says something.",
        ),
        ParamSpec(
            name="text",
            kind="text",
            default="unknown",
            examples=("unknown", "none"),
            label="Text",
            help="The category that stands in every missing cell; it may be one that the column has already.",
            why_default="Says what is known about the cell.",
            active_when=Condition(param="method", values=("constant",)),
        ),
    ),
    builder="core.prepare.steps.missing:build_categories",
    outline="core.prepare.steps.common:without_gaps",
    sentence="core.prepare.steps.missing:say_categories",
    one_to_one=True,
)

STEPS: tuple[StepSpec, ...] = (
    IMPUTE_NUMBERS,
    NEAREST_FILL,
    CHAINED_FILL,
    FILL_ALONG,
    MARK_MISSING,
    IMPUTE_CATEGORIES,
    DROP_MISSING_ROWS,
    DROP_MISSING_COLUMNS,
)


def build_fill(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return scikit-learn's imputer; a column that is empty in a fold is kept (as zeros), so the width is steady."""
    from sklearn.impute import SimpleImputer

    method = text_of(params, "method")
    constant = number_of(params, "constant") if method == "constant" else None
    return SimpleImputer(strategy=method, fill_value=constant, keep_empty_features=True)


def say_fill(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what fills the gaps."""
    if params["method"] == "constant":
        return f"missing filled with {number_of(params, 'constant'):g}"
    words = {"median": "the median", "mean": "the mean", "most_frequent": "the most frequent value"}
    return f"missing filled with {words[text_of(params, 'method')]}"


def build_marks(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return an indicator for the columns that lack cells in the rows it is fitted on."""
    from core.prepare.transformers.numbers import MissingMarks

    return MissingMarks()


def outline_marks(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column for each feature with gaps."""
    first = context.features[0]
    width = sum(feature.width for feature in context.features if feature.gaps_seen)
    return (first.becomes(form=Form.NUMBER, width=width, gaps=False, density=0.2),)


def say_marks(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say where the marks go."""
    return "missing cells marked in a column of their own"


def build_categories(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return our filler of categories."""
    from core.prepare.transformers.categories import Categories
    from core.prepare.transformers.gaps import FillText

    method = text_of(params, "method")
    return FillText(text_of(params, "text")) if method == "constant" else Categories(fill=method)


def say_categories(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what a missing category becomes."""
    if params["method"] == "constant":
        return f"missing filled with {text_of(params, 'text')!r}"
    level = params["method"] == "level"
    return "missing counts as a category" if level else "missing filled with the most frequent category"
