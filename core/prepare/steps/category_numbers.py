"""Categories turned into one number each: by an order, by the target, by how frequent they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepSpec
from core.prepare.steps.common import CATEGORY_KINDS, number_of, text_of
from core.types import ParamLevel, TaskKind

CLASSES_ABOUT = 3
"""Columns that target means are taken to give for more than two classes, whose number a plan does not know."""

ORDER = StepSpec(
    key="order_categories",
    title="Number categories in order",
    purpose="Numbers categories from low to high, so that a model knows which is more.",
    when="For sizes, grades, ranges and answers such as 'never' to 'always'. Not for categories without an order, "
    "except by the target, and then only where each category has many rows: the order is learned from them.",
    group=StepGroup.CATEGORIES,
    kinds=CATEGORY_KINDS,
    takes=(Form.WORDS,),
    gives=Form.NUMBER,
    formula=r"c_{(0)} < c_{(1)} < \dots < c_{(K-1)}, \quad c_{(k)} \mapsto k",
    source="scikit-learn, OrdinalEncoder",
    params=(
        ParamSpec(
            name="levels",
            kind="lines",
            default="",
            optional=True,
            label="Order, from low to high",
            help="One category a line; those not listed count as unknown. Empty: found as chosen below.",
            why_default="A column whose order is known needs no list.",
            examples=("", "low\nmiddle\nhigh", "a\nb"),
            tunable=False,
        ),
        ParamSpec(
            name="order",
            kind="choice",
            default="known",
            choices=("known", "name", "target", "frequency"),
            choice_labels=("The column's own order", "By name", "By the mean of the target", "From rare to frequent"),
            label="Without a list",
            help="The column's own order is the one on the data screen; where there is none, it is by name, with "
            "numbers inside names by size. By the target needs numbers or two classes; else it is by name.",
            why_default="The order that is known of the column is the one that is meant.",
        ),
        ParamSpec(
            name="others",
            kind="choice",
            default="missing",
            choices=("missing", "lowest"),
            choice_labels=("Missing", "Below the lowest (-1)"),
            label="Unknown and missing categories",
            help="Missing numbers are filled by a later step, or with the median; some models take them as they are.",
            why_default="That a category is unknown does not make it small.",
            level=ParamLevel.ADVANCED,
            tunable=False,
        ),
    ),
    builder="core.prepare.steps.category_numbers:build_order",
    outline="core.prepare.steps.category_numbers:outline_order",
    sentence="core.prepare.steps.category_numbers:say_order",
    uses_target=True,
)

TARGET_MEANS = StepSpec(
    key="target_means",
    title="Mean of the target in each category",
    purpose="Gives each category the mean of the target among its rows (target encoding), without letting a row see "
    "its own.",
    when="For columns with many categories, where one column each would be too many. With few rows a category, the "
    "means are drawn towards the overall mean. New categories get the overall mean.",
    group=StepGroup.CATEGORIES,
    kinds=CATEGORY_KINDS,
    takes=(Form.WORDS,),
    gives=Form.NUMBER,
    formula=r"c \mapsto \frac{\sum_{i: x_i = c} y_i + m \bar{y}}{n_c + m}",
    source="scikit-learn, TargetEncoder; Micci-Barreca (2001)",
    params=(
        ParamSpec(
            name="smoothing",
            kind="float",
            default=None,
            optional=True,
            low=0.0,
            high=1000.0,
            none_label="Found from the data",
            label="Smoothing",
            help="So many rows with the overall mean are added to each category (m in the formula).",
            why_default="How far categories differ tells how much their means can be believed (empirical Bayes).",
        ),
        ParamSpec(
            name="measure",
            kind="choice",
            default="mean",
            choices=("mean", "log_odds"),
            choice_labels=("Mean (share of the class)", "Log odds (weight of evidence)"),
            label="Give",
            help="Log odds suit linear models of classes; numbers to predict always get the mean.",
            why_default="Suits every task.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="folds",
            kind="int",
            default=5,
            low=2,
            high=20,
            label="Parts of the cross-fitting",
            help="Training rows are divided into so many parts; each gets means learned from the others.",
            why_default="Enough rows to learn from, in little time.",
            level=ParamLevel.EXPERT,
            tunable=False,
        ),
    ),
    builder="core.prepare.steps.category_numbers:build_means",
    outline="core.prepare.steps.category_numbers:outline_means",
    sentence="core.prepare.steps.category_numbers:say_means",
    uses_target=True,
    tasks=(TaskKind.BINARY, TaskKind.MULTICLASS, TaskKind.REGRESSION),
)

COUNTS = StepSpec(
    key="count_categories",
    title="How frequent each category is",
    purpose="Replaces each category by how often it stands in the training rows.",
    when="For columns with many categories, where being common or rare says something. Categories that are equally "
    "frequent can no longer be told apart.",
    group=StepGroup.CATEGORIES,
    kinds=CATEGORY_KINDS,
    takes=(Form.WORDS,),
    gives=Form.NUMBER,
    formula=r"c \mapsto n_c / n",
    source="Counts of the training rows (frequency encoding)",
    params=(
        ParamSpec(
            name="measure",
            kind="choice",
            default="share",
            choices=("share", "count", "log"),
            choice_labels=("Share of the rows", "Number of rows", "Logarithm of the number"),
            label="Give",
            help="A category that no training row had gives 0. Missing counts as a category.",
            why_default="A share means the same for small and for large tables.",
        ),
    ),
    builder="core.prepare.steps.category_numbers:build_counts",
    outline="core.prepare.steps.category_numbers:outline_counts",
    sentence="core.prepare.steps.category_numbers:say_counts",
)

STEPS: tuple[StepSpec, ...] = (ORDER, TARGET_MEANS, COUNTS)


def build_order(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the ordinal encoder of one column."""
    from core.prepare.transformers.encoders import OrderedLevels

    order = text_of(params, "order")
    return OrderedLevels(
        levels=_levels(params, context.features[0]),
        order="name" if order == "known" else order,
        lowest=params["others"] == "lowest",
        scale=context.needs.scaling,
    )


def _levels(params: Mapping[str, ParamValue], feature: Feature) -> list[str]:
    """Return the order that is known before a row is read."""
    listed = [line.strip() for line in text_of(params, "levels").splitlines() if line.strip()]
    if listed or params["order"] != "known":
        return listed
    return list(feature.levels)


def outline_order(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one number each, missing where a category is outside the order."""
    gaps = params["others"] == "missing"
    return tuple(f.becomes(form=Form.NUMBER, width=1, gaps=gaps) for f in context.features)


def say_order(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say which order it is."""
    levels = _levels(params, context.features[0])
    if levels:
        return f"numbered from {levels[0]} to {levels[-1]}"
    words = {"target": "by the mean of the target", "frequency": "from rare to frequent"}
    return f"numbered {words.get(text_of(params, 'order'), 'by name')}"


def build_means(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the target encoder of one column."""
    from core.prepare.transformers.target_means import TargetMeans

    smoothing = params["smoothing"]
    means = TargetMeans(
        smoothing=None if smoothing is None else float(smoothing),
        folds=int(number_of(params, "folds")),
        log_odds=params["measure"] == "log_odds",
        seed=context.seed,
    )
    return _to_scale(means, context)


def outline_means(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column each, or about one a class."""
    width = CLASSES_ABOUT if context.task is TaskKind.MULTICLASS else 1
    return tuple(f.becomes(form=Form.NUMBER, width=width, gaps=False) for f in context.features)


def say_means(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what a category becomes."""
    what = "log odds" if params["measure"] == "log_odds" and context.task is not TaskKind.REGRESSION else "mean"
    each = " for each class" if context.task is TaskKind.MULTICLASS else ""
    return f"{what} of the target in each category{each}, learned from other rows"


def build_counts(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what counts the categories of one column."""
    from core.prepare.transformers.encoders import LevelCounts

    return _to_scale(LevelCounts(measure=text_of(params, "measure")), context)


def outline_counts(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one number each."""
    return tuple(f.becomes(form=Form.NUMBER, width=1, gaps=False) for f in context.features)


def say_counts(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is counted."""
    words = {"share": "share of the rows", "count": "number of rows", "log": "logarithm of the number of rows"}
    return f"{words[text_of(params, 'measure')]} with the same category"


def _to_scale(transformer: Any, context: StepContext) -> Any:
    """Return ``transformer``, with its numbers at mean 0 and spread 1 where the model depends on units."""
    if not context.needs.scaling:
        return transformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(transformer, StandardScaler())
