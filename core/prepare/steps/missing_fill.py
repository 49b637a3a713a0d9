"""Missing cells filled by looking at other rows and other columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.common import NUMBER_LIKE_KINDS, WHEN_NEEDED, number_of, text_of
from core.types import ColumnKind, ParamLevel

NEAREST_FILL = StepSpec(
    key="nearest_fill",
    title="Fill from the nearest rows",
    purpose="Fills a missing number with the mean of the rows most like this one.",
    when="Where rows fall into groups that other columns tell apart. Slow on very many rows. Not where gaps lie in the "
    "same rows of all chosen columns: such rows get the median. Distances use the chosen columns only.",
    group=StepGroup.MISSING,
    scope=StepScope.TOGETHER,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x_{ij} \leftarrow \frac{1}{k} \sum_{r \in N_k(i)} x_{rj}, \quad "
    r"d(i, r)^2 = \frac{p}{|S|} \sum_{j \in S} \left(\frac{x_{ij} - x_{rj}}{s_j}\right)^2",
    source="Troyanskaya et al. 2001; the same numbers as scikit-learn's KNNImputer on scaled columns",
    params=(
        ParamSpec(
            name="neighbours",
            kind="int",
            default=5,
            low=1,
            high=50,
            label="Nearest rows",
            help="How many rows are averaged (k). More is smoother.",
            why_default="Enough to even out chance, few enough to stay near.",
        ),
        ParamSpec(
            name="weights",
            kind="choice",
            default="uniform",
            choices=("uniform", "distance"),
            choice_labels=("All alike", "Nearer rows more"),
            label="Count them",
            help="With 'nearer rows more', each counts by 1 over its distance.",
            why_default="Does not hang on one row that happens to be very near.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="most_rows",
            kind="int",
            default=2000,
            low=50,
            high=20_000,
            log=True,
            label="Rows remembered",
            help="Of more training rows, so many are drawn at random and compared with.",
            why_default="Time grows with it, and more rows rarely change the fill.",
            level=ParamLevel.EXPERT,
            tunable=False,
        ),
        WHEN_NEEDED,
    ),
    builder="core.prepare.steps.missing_fill:build_nearest",
    outline="core.prepare.steps.missing_fill:outline_filled",
    applies="core.prepare.steps.common:needs_filling",
    sentence="core.prepare.steps.missing_fill:say_nearest",
)

CHAINED_FILL = StepSpec(
    key="chained_fill",
    title="Fill from the other columns",
    purpose="Predicts a missing number from the other chosen columns, in rounds.",
    when="Where columns go together, as height and weight do. Choose several columns. Not for columns that have "
    "nothing to do with each other: the median does as well. A column that never varies keeps its value.",
    group=StepGroup.MISSING,
    scope=StepScope.TOGETHER,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x_{ij} \leftarrow \beta_{0j} + \sum_{l \ne j} \beta_{lj} x_{il}, \quad "
    r"\beta_j = \arg\min_\beta \lVert x_j - X_{-j}\beta \rVert^2 + \alpha \lVert \beta \rVert^2",
    source="van Buuren and Groothuis-Oudshoorn 2011 (MICE), single imputation; scikit-learn, IterativeImputer",
    params=(
        ParamSpec(
            name="rounds",
            kind="int",
            default=10,
            low=1,
            high=50,
            label="Rounds",
            help="At most so many; it stops where the fills no longer change.",
            why_default="Fills settle within a few rounds on most tables.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="alpha",
            kind="float",
            default=1.0,
            low=0.001,
            high=1000.0,
            log=True,
            label="Caution",
            help="Strength of the ridge: more pulls predictions towards the mean.",
            why_default="Hardly felt on many rows, and keeps columns that are copies of each other from harm.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="most_rows",
            kind="int",
            default=10_000,
            low=100,
            high=100_000,
            log=True,
            label="Rows learned from",
            help="Of more training rows, so many are drawn at random.",
            why_default="A line through the other columns is known well from so many.",
            level=ParamLevel.EXPERT,
            tunable=False,
        ),
        WHEN_NEEDED,
    ),
    builder="core.prepare.steps.missing_fill:build_chained",
    outline="core.prepare.steps.missing_fill:outline_filled",
    applies="core.prepare.steps.common:needs_filling",
    sentence="core.prepare.steps.missing_fill:say_chained",
    live=False,
)

FILL_ALONG = StepSpec(
    key="fill_along",
    title="Fill along an order",
    purpose="Fills a gap with the last known value of the same group, or the next one.",
    when="For readings over time that stay as they are until something changes: stock levels, addresses, prices. What "
    "was known comes from the training rows. Taking the next value looks ahead in time: not for forecasts. A row "
    "without a place in the order gets the typical value.",
    group=StepGroup.MISSING,
    kinds=tuple(kind for kind in ColumnKind if kind is not ColumnKind.TEXT),
    takes=(Form.NUMBER, Form.WORDS, Form.DATE),
    formula=r"x_i \leftarrow x_{r^*}, \quad r^* = \arg\max_r \{ t_r : t_r < t_i,\ g_r = g_i,\ x_r \text{ known} \}",
    source="pandas, DataFrameGroupBy.ffill and bfill",
    params=(
        ParamSpec(
            name="order",
            kind="column",
            default="",
            column_kinds=NUMBER_LIKE_KINDS,
            optional=True,
            label="In the order of",
            help="A date or a number that says which row came first. Without one, gaps get the typical value.",
            why_default="Only a person knows which column tells the order.",
            tunable=False,
        ),
        ParamSpec(
            name="group",
            kind="column",
            default="",
            column_kinds=(ColumnKind.CATEGORICAL, ColumnKind.IDENTIFIER, ColumnKind.BOOLEAN, ColumnKind.NUMERIC),
            optional=True,
            none_label="All rows together",
            label="Inside each",
            help="Values are taken only from rows with the same entry here: the same customer, shop or machine.",
            why_default="Without a group, rows of one series are meant.",
            tunable=False,
        ),
        ParamSpec(
            name="direction",
            kind="choice",
            default="forward",
            choices=("forward", "backward"),
            choice_labels=("The last value before", "The next value after"),
            label="Take",
            help="Forward fill or backward fill.",
            why_default="Does not look ahead in time.",
        ),
        ParamSpec(
            name="otherwise",
            kind="choice",
            default="typical",
            choices=("typical", "other", "leave"),
            choice_labels=("The typical value", "The nearest in the other direction", "Leave it missing"),
            label="Where there is none",
            help="Typical is the median of all training rows; of words the most frequent one.",
            why_default="Always there, and does not look ahead in time.",
        ),
    ),
    builder="core.prepare.steps.missing_fill:build_along",
    outline="core.prepare.steps.missing_fill:outline_along",
    sentence="core.prepare.steps.missing_fill:say_along",
    one_to_one=True,
)


def outline_filled(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return the features without a gap, so that a later step has none to mark."""
    return tuple(feature.becomes(gaps=False, gaps_seen=0) for feature in context.features)


def build_nearest(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what fills from the nearest rows."""
    from core.prepare.transformers.neighbours import NearestFill

    return NearestFill(
        neighbours=int(number_of(params, "neighbours")),
        weights=text_of(params, "weights"),
        most_rows=int(number_of(params, "most_rows")),
        seed=context.seed,
    )


def say_nearest(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what fills the gaps."""
    count = int(number_of(params, "neighbours"))
    return f"missing filled from the {count} nearest rows" if count > 1 else "missing filled from the nearest row"


def build_chained(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what fills from the other columns."""
    from core.prepare.transformers.chained import ChainedFill

    return ChainedFill(
        rounds=int(number_of(params, "rounds")),
        alpha=number_of(params, "alpha"),
        most_rows=int(number_of(params, "most_rows")),
        seed=context.seed,
    )


def say_chained(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what fills the gaps."""
    return "missing predicted from the other columns"


def build_along(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what fills along an order; helpers stand behind the features."""
    from core.prepare.transformers.gaps import FillAlong

    return FillAlong(
        order=text_of(params, "order"),
        group=text_of(params, "group"),
        extra=len(context.helpers),
        direction=text_of(params, "direction"),
        otherwise=text_of(params, "otherwise"),
    )


def outline_along(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return the features; words and dates of which no training row has any stay missing."""
    if params["otherwise"] == "leave":
        return context.features
    return tuple(f.becomes(gaps=f.gaps and f.form is not Form.NUMBER, gaps_seen=0) for f in context.features)


def say_along(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say where the fill comes from."""
    if not text_of(params, "order"):
        return "missing filled with the typical value"
    which = "last value before" if params["direction"] == "forward" else "next value after"
    group = text_of(params, "group")
    inside = f", inside each {group}" if group else ""
    return f"missing filled with the {which}, in the order of {text_of(params, 'order')}{inside}"
