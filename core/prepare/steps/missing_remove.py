"""Rows and columns with missing cells, taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import ParamSpec, ParamValue
from core.prepare.spec import Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.common import number_of, text_of

DROP_MISSING_ROWS = StepSpec(
    key="drop_missing_rows",
    title="Leave out rows with missing cells",
    purpose="Keeps rows with missing cells out of what the model learns from.",
    when="Where few rows lack cells, and by chance. Rows to predict and to test on always stay, so fill the gaps as "
    "well. Not where a missing cell says something. The last rows of a class are never taken out.",
    group=StepGroup.MISSING,
    scope=StepScope.ROWS,
    takes=(Form.NUMBER, Form.WORDS, Form.DATE),
    formula=r"\{ i : x_{ij} \text{ known for all chosen } j \}",
    source="Complete-case analysis; pandas, DataFrame.dropna",
    params=(
        ParamSpec(
            name="how",
            kind="choice",
            default="any",
            choices=("any", "all"),
            choice_labels=("Any chosen cell is missing", "All chosen cells are missing"),
            label="Leave out where",
            help="Looks at the chosen columns only, as they stand at this point.",
            why_default="Afterwards no training row lacks a chosen cell.",
        ),
    ),
    builder="core.prepare.steps.missing_remove:build_rows",
    sentence="core.prepare.steps.missing_remove:say_rows",
)

DROP_MISSING_COLUMNS = StepSpec(
    key="drop_missing_columns",
    title="Leave out columns with many missing cells",
    purpose="Keeps a column away from the model where too much of it is missing.",
    when="For wide tables with half-empty columns. Counted in the training rows of each fold, so the same column may "
    "stay in one fold and go in another. Not where a missing cell says something: mark it first.",
    group=StepGroup.MISSING,
    scope=StepScope.TOGETHER,
    takes=(Form.NUMBER, Form.WORDS, Form.DATE),
    formula=r"\{ j : \tfrac{1}{n} \sum_i \mathbf{1}[x_{ij} \text{ is missing}] \le s \}",
    source="pandas, DataFrame.dropna(axis=1, thresh)",
    params=(
        ParamSpec(
            name="most",
            kind="float",
            default=0.5,
            low=0.0,
            high=0.99,
            step=0.05,
            label="Largest share missing",
            help="Columns that lack a larger share of their cells are left out.",
            why_default="Of a column that is missing more often than not, most cells would be guesses.",
        ),
    ),
    builder="core.prepare.steps.missing_remove:build_columns",
    sentence="core.prepare.steps.missing_remove:say_columns",
)


def build_rows(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what chooses the rows."""
    from core.prepare.transformers.rows import CompleteRows

    return CompleteRows(how=text_of(params, "how"))


def say_rows(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say which rows are learned from."""
    alone = len(context.features) == 1
    which = "missing" if alone else f"{text_of(params, 'how')} of the chosen cells missing"
    return f"rows with {'this cell ' if alone else ''}{which} are not learned from"


def build_columns(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what chooses the columns."""
    from core.prepare.transformers.gaps import FullColumns

    return FullColumns(most=number_of(params, "most"))


def say_columns(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say when a column is left out."""
    return f"left out where more than {number_of(params, 'most'):.0%} is missing"
