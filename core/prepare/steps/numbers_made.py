"""New numbers made of several columns: powers, products, ratios and differences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import LatheError
from core.params import Condition, ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.common import NUMBER_LIKE_KINDS, number_of, text_of
from core.types import ColumnKind

MOST_COLUMNS = 20_000
"""More new columns than this are refused before anything runs."""

PRODUCTS = StepSpec(
    key="polynomial_features",
    title="Powers and products",
    purpose="Adds squares of columns and products between them.",
    when="For linear models, where the effect of one column hangs on another, or is curved. Trees find products by "
    "themselves, if slowly. The number of columns grows fast: choose few, and bring them to one scale first.",
    group=StepGroup.NUMBERS,
    scope=StepScope.NEW,
    kinds=tuple(ColumnKind),
    takes=(Form.NUMBER,),
    formula=r"x_a^2, \; x_a x_b, \; \dots \; \text{of degree } 2 \text{ to } d",
    source="scikit-learn, PolynomialFeatures",
    params=(
        ParamSpec(
            name="degree",
            kind="int",
            default=2,
            low=2,
            high=4,
            label="Degree",
            help="Factors of a product, at most. The field says polynomial features and interactions.",
            why_default="Squares and pairs; beyond that columns grow many, and models learn chance.",
        ),
        ParamSpec(
            name="interactions_only",
            kind="bool",
            default=False,
            label="Only products of different columns",
            help="No squares: interactions only.",
            why_default="A square lets a linear model bend.",
        ),
    ),
    builder="core.prepare.steps.numbers_made:build_products",
    outline="core.prepare.steps.numbers_made:outline_products",
    sentence="core.prepare.steps.numbers_made:say_products",
)

RATIOS = StepSpec(
    key="ratios_differences",
    title="Ratios and differences",
    purpose="Adds the ratio and the difference of pairs of columns.",
    when="Where columns share a unit or belong together: debt and income, rooms and people. Models do not divide by "
    "themselves. A division by 0 gives a missing number.",
    group=StepGroup.NUMBERS,
    scope=StepScope.NEW,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x_a / x_b, \quad x_a - x_b",
    source="Common practice in hand-made features",
    params=(
        ParamSpec(
            name="make",
            kind="choice",
            default="both",
            choices=("both", "ratio", "difference"),
            choice_labels=("Ratio and difference", "Ratio", "Difference"),
            label="Make",
            help="The ratio is that of the earlier chosen column to the later one.",
            why_default="Which of the two says more is seldom known before.",
        ),
        ParamSpec(
            name="pairs",
            kind="choice",
            default="all",
            choices=("all", "first"),
            choice_labels=("Every two of the chosen columns", "The first with each of the others"),
            label="Of",
            help="In the order in which the columns are chosen.",
            why_default="With a handful of columns all pairs are few.",
        ),
        ParamSpec(
            name="by_zero",
            kind="choice",
            default="missing",
            choices=("missing", "zero"),
            choice_labels=("A missing number", "0"),
            label="A division by 0 gives",
            help="Missing numbers are filled later, or taken as they are by models that can.",
            why_default="There is no such ratio.",
            active_when=Condition(param="make", values=("both", "ratio")),
        ),
    ),
    builder="core.prepare.steps.numbers_made:build_pairs",
    outline="core.prepare.steps.numbers_made:outline_pairs",
    sentence="core.prepare.steps.numbers_made:say_pairs",
)


def build_products(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what multiplies."""
    from core.prepare.transformers.products import Products

    return Products(int(number_of(params, "degree")), interactions_only=bool(params["interactions_only"]))


def outline_products(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return as many columns as there are products; refuse what no memory holds."""
    from core.prepare.transformers.products import count_products

    degree, only = int(number_of(params, "degree")), bool(params["interactions_only"])
    gaps = any(feature.gaps for feature in context.features)
    return _made(context, count_products(_width(context), degree, interactions_only=only), gaps=gaps)


def say_products(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is multiplied."""
    what = "products" if params["interactions_only"] else "powers and products"
    return f"{what} up to degree {int(number_of(params, 'degree'))}, in columns of their own"


def build_pairs(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what divides and subtracts."""
    from core.prepare.transformers.products import Pairs

    make = text_of(params, "make")
    return Pairs(
        ratio=make != "difference",
        difference=make != "ratio",
        first_only=params["pairs"] == "first",
        by_zero=text_of(params, "by_zero") or "missing",
    )


def outline_pairs(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one or two columns a pair."""
    from core.prepare.transformers.products import count_pairs

    each = 2 if params["make"] == "both" else 1
    return _made(context, count_pairs(_width(context), first_only=params["pairs"] == "first", each=each), gaps=True)


def say_pairs(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is made of the pairs."""
    words = {"both": "ratios and differences", "ratio": "ratios", "difference": "differences"}
    return f"{words[text_of(params, 'make')]} with other columns, in columns of their own"


def _width(context: StepContext) -> int:
    return sum(feature.width for feature in context.features)


def _made(context: StepContext, width: int, *, gaps: bool) -> tuple[Feature, ...]:
    if width > MOST_COLUMNS:
        raise LatheError(
            f"The step must make at most {MOST_COLUMNS:,} columns. It would make {width:,}.",
            hint="Choose fewer columns, or a lower degree.",
        )
    return (context.features[0].becomes(form=Form.NUMBER, width=width, gaps=gaps, gaps_seen=0, density=1.0),)
