"""Rows that stand apart: kept out of what is learned from, or scored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import Condition, ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.common import NUMBER_LIKE_KINDS, number_of, text_of
from core.prepare.steps.outlier_rules import RULES, rule_of, rule_params, rule_words
from core.types import ColumnKind, ParamLevel

TREES = ParamSpec(
    name="trees",
    kind="int",
    default=100,
    low=10,
    high=500,
    log=True,
    label="Trees",
    help="More give steadier scores, and take longer.",
    why_default="Scores hardly change beyond it.",
    level=ParamLevel.ADVANCED,
    tunable=False,
)

REMOVE_OUTLIERS = StepSpec(
    key="remove_outliers",
    title="Leave out rows with outliers",
    purpose="Keeps rows that are far from the others out of what the model learns from.",
    when="Where extreme rows are mistakes. Rows to predict and to test on always stay, so that scores stay honest. Not "
    "where rare rows are what you look for; the last rows of a class are never taken out.",
    group=StepGroup.OUTLIERS,
    scope=StepScope.ROWS,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"\{ i : \textstyle\sum_j \mathbf{1}[x_{ij} < l_j \text{ or } x_{ij} > u_j] < c \}",
    source="Tukey 1977; Liu, Ting and Zhou 2008 for the isolation forest",
    params=(
        *rule_params((*RULES, "forest")),
        ParamSpec(
            name="columns_outside",
            kind="int",
            default=1,
            low=1,
            high=100,
            label="Outliers in a row",
            help="A row is left out where at least so many of the chosen cells are outliers.",
            why_default="One wrong cell spoils a row.",
            active_when=Condition(param="method", values=RULES),
        ),
        ParamSpec(
            name="share_percent",
            kind="float",
            default=2.0,
            low=0.1,
            high=30.0,
            step=0.1,
            label="Percent of rows",
            help="The rows that stand apart most; the field calls it contamination.",
            why_default="Touches few rows.",
            active_when=Condition(param="method", values=("forest",)),
        ),
        TREES.model_copy(update={"active_when": Condition(param="method", values=("forest",))}),
    ),
    builder="core.prepare.steps.outlier_rows:build_rows",
    sentence="core.prepare.steps.outlier_rows:say_rows",
)

OUTLIER_SCORE = StepSpec(
    key="outlier_score",
    title="Score how far a row stands apart",
    purpose="Gives each row a number from 0 to 1: how unlike the others it is, over several columns.",
    when="Where odd combinations say something, as in fraud and faults. Missing cells count as the median. Not for a "
    "single column: flag its outliers instead.",
    group=StepGroup.OUTLIERS,
    scope=StepScope.NEW,
    kinds=tuple(ColumnKind),
    takes=(Form.NUMBER,),
    formula=r"s(x) = 2^{-\mathbb{E}[h(x)] / c(n)}",
    source="Liu, Ting and Zhou 2008; the same scores as scikit-learn's IsolationForest",
    params=(TREES,),
    builder="core.prepare.steps.outlier_rows:build_score",
    outline="core.prepare.steps.outlier_rows:outline_score",
    sentence="core.prepare.steps.outlier_rows:say_score",
)


def build_rows(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what chooses the rows."""
    from core.prepare.transformers.rows import RowsInside

    return RowsInside(
        **rule_of(params),
        columns_outside=int(number_of(params, "columns_outside")) or 1,
        share=number_of(params, "share_percent") / 100.0,
        trees=int(number_of(params, "trees")) or 1,
        seed=context.seed,
    )


def say_rows(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say which rows are not learned from."""
    if text_of(params, "method") == "forest":
        return f"the {number_of(params, 'share_percent'):g} % of rows that stand apart most are not learned from"
    return f"rows with numbers {rule_words(params)} are not learned from"


def build_score(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the forest's score."""
    from core.prepare.transformers.forest import ForestScore

    return ForestScore(trees=int(number_of(params, "trees")), seed=context.seed)


def outline_score(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column."""
    return (context.features[0].becomes(form=Form.NUMBER, width=1, gaps=False, gaps_seen=0, density=1.0),)


def say_score(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what the score tells."""
    return "how far the row stands apart, in a column of its own"
