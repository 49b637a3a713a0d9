"""Numbers cut into pieces: intervals and splines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepSpec
from core.prepare.steps.common import NUMBER_LIKE_KINDS, number_of, text_of
from core.types import Encoding, ParamLevel, TaskKind

BIN_NUMBERS = StepSpec(
    key="bin_numbers",
    title="Cut numbers into intervals",
    purpose="Puts numbers into a few intervals, as ages into age groups.",
    when="Where a linear model should see steps, or a relation that goes up and down. Trees find their own intervals. "
    "Detail inside an interval is lost. With a tree, the target is looked at, in the training rows only.",
    group=StepGroup.NUMBERS,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x \mapsto b \ \text{ where } \ e_b \le x < e_{b+1}",
    source="scikit-learn, KBinsDiscretizer; a decision tree on the target: Fayyad and Irani 1993",
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="count",
            choices=("count", "width", "tree"),
            choice_labels=("Equally many rows in each", "Equally wide", "Where the target changes (tree)"),
            label="Intervals",
            help="A decision tree cuts where the target differs most on both sides.",
            why_default="No interval is left with hardly a row.",
        ),
        ParamSpec(
            name="bins",
            kind="int",
            default=5,
            low=2,
            high=100,
            log=True,
            label="How many",
            help="At most: equal edges are joined, and a tree stops where cutting does not help.",
            why_default="Steps that people can still read.",
        ),
        ParamSpec(
            name="output",
            kind="choice",
            default="auto",
            choices=("auto", "one_hot", "ordinal"),
            choice_labels=("What suits each model", "One column an interval", "The number of the interval"),
            label="Give",
            help="Trees get the number of the interval, counted from 0; other models one column of 0 and 1 each, all 0 "
            "where the number is missing.",
            why_default="A linear model can only bend where each interval has its own column.",
        ),
    ),
    builder="core.prepare.steps.numbers_pieces:build_bins",
    outline="core.prepare.steps.numbers_pieces:outline_bins",
    sentence="core.prepare.steps.numbers_pieces:say_bins",
    uses_target=True,
)

SPLINES = StepSpec(
    key="spline_numbers",
    title="Let a linear model bend (splines)",
    purpose="Spreads a number over smooth, overlapping humps, so that a linear model can follow a curve.",
    when="For linear models where the relation to the target is curved. Trees bend by themselves. Beyond the numbers "
    "seen the curve stays level. A column with one value stays as it is. Fill missing numbers first.",
    group=StepGroup.NUMBERS,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x \mapsto (B_1(x), \dots, B_{m+d-2}(x))",
    source="de Boor 1978; the same numbers as scikit-learn's SplineTransformer with constant extrapolation, without "
    "its last column",
    params=(
        ParamSpec(
            name="knots",
            kind="int",
            default=5,
            low=2,
            high=50,
            label="Knots",
            help="Where pieces meet. More can follow finer curves, and needs more rows.",
            why_default="Enough for a curve with a hump and a dip.",
        ),
        ParamSpec(
            name="degree",
            kind="int",
            default=3,
            low=1,
            high=5,
            label="Degree",
            help="1 is straight pieces, 3 is smooth to the eye.",
            why_default="Cubic splines are the field's habit.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="place",
            kind="choice",
            default="count",
            choices=("count", "width"),
            choice_labels=("Where the rows are (quantiles)", "At equal distances"),
            label="Put knots",
            help="At quantiles there are about as many rows between any two knots.",
            why_default="Bends where there are rows to learn from.",
            level=ParamLevel.ADVANCED,
        ),
    ),
    builder="core.prepare.steps.numbers_pieces:build_splines",
    outline="core.prepare.steps.numbers_pieces:outline_splines",
    sentence="core.prepare.steps.numbers_pieces:say_splines",
)


def is_one_hot(params: Mapping[str, ParamValue], context: StepContext) -> bool:
    """Tell whether each interval gets a column of its own."""
    if params["output"] == "auto":
        return context.needs.encoding is not Encoding.CODES
    return params["output"] == "one_hot"


def build_bins(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what cuts one column."""
    from core.prepare.transformers.bins import Bins

    return Bins(
        method=text_of(params, "method"),
        bins=int(number_of(params, "bins")),
        one_hot=is_one_hot(params, context),
        classes=context.task is not TaskKind.REGRESSION,
        seed=context.seed,
    )


def outline_bins(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return as many columns as there may be intervals, or one."""
    if not is_one_hot(params, context):
        return context.features
    return tuple(_one_hot(feature, int(number_of(params, "bins"))) for feature in context.features)


def _one_hot(feature: Feature, bins: int) -> Feature:
    each = max(_at_most(bins, feature), 1)
    return feature.becomes(width=feature.width * each, gaps=False, gaps_seen=0, density=1 / each)


def say_bins(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say into what the numbers are cut."""
    how = {"count": "of about equally many rows", "width": "of equal width", "tree": "found by a tree on the target"}
    form = "a column of 0 and 1 each" if is_one_hot(params, context) else "given as numbers"
    return f"cut into up to {int(number_of(params, 'bins'))} intervals {how[text_of(params, 'method')]}, {form}"


def build_splines(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the splines of one column."""
    from core.prepare.transformers.splines import Splines

    knots, degree = int(number_of(params, "knots")), int(number_of(params, "degree"))
    return Splines(knots, degree, by_count=params["place"] == "count")


def outline_splines(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return knots plus degree, less two, columns each; fewer where knots fall together."""
    return tuple(f.becomes(width=f.width * _spline_width(params, f), density=0.6) for f in context.features)


def _spline_width(params: Mapping[str, ParamValue], feature: Feature) -> int:
    return max(_at_most(int(number_of(params, "knots")), feature) + int(number_of(params, "degree")) - 2, 1)


def _at_most(pieces: int, feature: Feature) -> int:
    """Return ``pieces``, or the column's distinct values where they are fewer."""
    return min(pieces, feature.unique) if feature.unique and feature.width == 1 else pieces


def say_splines(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what the numbers become."""
    return f"{_spline_width(params, context.features[0])} columns of splines"
