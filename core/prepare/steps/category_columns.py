"""Categories turned into several columns each: one a category, or a fixed number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepSpec
from core.prepare.steps.category_words import SPARSE_ABOVE, levels_of
from core.prepare.steps.common import CATEGORY_KINDS, number_of, text_of
from core.types import ParamLevel

ONE_HOT = StepSpec(
    key="one_hot",
    title="One column a category",
    purpose="Gives each category a column of 0 and 1 (one-hot), with every setting in your hand.",
    when="For categories without an order, up to some dozens of them, and models that add up columns. Trees and "
    "networks need it less; 'Turn categories into numbers' chooses for each model.",
    group=StepGroup.CATEGORIES,
    kinds=CATEGORY_KINDS,
    takes=(Form.WORDS,),
    gives=Form.NUMBER,
    formula=r"x \in \{c_1, \dots, c_K\} \mapsto (\mathbf{1}[x=c_1], \dots, \mathbf{1}[x=c_K])",
    source="Dummy coding; the setting 'compared with' follows Suits (1957)",
    params=(
        ParamSpec(
            name="max_levels",
            kind="int",
            default=30,
            low=2,
            high=5000,
            log=True,
            label="Most columns for one feature",
            help="The rarest categories share one column.",
            why_default="Keeps tables narrow, and the rarest categories have too few rows to learn from.",
        ),
        ParamSpec(
            name="min_rows",
            kind="int",
            default=1,
            low=1,
            high=10_000,
            log=True,
            label="Fewest rows for a column of its own",
            help="Categories with fewer training rows share one column.",
            why_default="Every category that was seen gets its column, as far as there is room.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="drop",
            kind="choice",
            default="none",
            choices=("none", "two", "most_frequent"),
            choice_labels=("Keep every column", "One of two", "The most frequent category"),
            label="Compared with",
            help="Leaves out one column (the reference level): the others then say how they differ from it. For linear "
            "models without regularisation, whose weights are not determined otherwise.",
            why_default="Models here are regularised, and treat all categories alike when none is left out.",
            level=ParamLevel.ADVANCED,
            tunable=False,
        ),
        ParamSpec(
            name="unseen",
            kind="choice",
            default="rare",
            choices=("rare", "zeros"),
            choice_labels=("As rare", "Zeros in every column"),
            label="New categories",
            help="What a category becomes that no training row had. Where no category is rare, it is zeros.",
            why_default="A category that was not seen once is rare.",
            level=ParamLevel.ADVANCED,
            tunable=False,
        ),
    ),
    builder="core.prepare.steps.category_columns:build_one_hot",
    outline="core.prepare.steps.category_columns:outline_one_hot",
    sentence="core.prepare.steps.category_columns:say_one_hot",
)

HASH = StepSpec(
    key="hash_categories",
    title="Spread categories over a fixed number of columns",
    purpose="Gives every category, known or new, a place among a fixed number of columns (hashing).",
    when="For columns with thousands of categories, and where new ones keep coming. Categories that fall on the same "
    "column cannot be told apart, and the columns have no meaning of their own.",
    group=StepGroup.CATEGORIES,
    kinds=CATEGORY_KINDS,
    takes=(Form.WORDS,),
    gives=Form.NUMBER,
    formula=r"c \mapsto \xi(c)\, e_{h(c) \bmod d}, \quad \xi(c) = \pm 1",
    source="scikit-learn, FeatureHasher; Weinberger et al. (2009)",
    params=(
        ParamSpec(
            name="width",
            kind="int",
            default=32,
            low=2,
            high=4096,
            log=True,
            label="Columns",
            help="More columns, fewer categories on the same one.",
            why_default="Enough for a few dozen categories that matter.",
        ),
    ),
    builder="core.prepare.steps.category_columns:build_hash",
    outline="core.prepare.steps.category_columns:outline_hash",
    sentence="core.prepare.steps.category_columns:say_hash",
)

STEPS: tuple[StepSpec, ...] = (ONE_HOT, HASH)


def build_one_hot(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the one-hot encoder of one column."""
    from core.prepare.transformers.encoders import OneHotLevels

    most = int(number_of(params, "max_levels"))
    return OneHotLevels(
        max_levels=most,
        min_rows=int(number_of(params, "min_rows")),
        drop=text_of(params, "drop"),
        unseen=text_of(params, "unseen"),
        sparse=min(most, levels_of(context.features[0])) > SPARSE_ABOVE,
    )


def outline_one_hot(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return each column's width."""
    return tuple(_one_hot(params, feature) for feature in context.features)


def _one_hot(params: Mapping[str, ParamValue], feature: Feature) -> Feature:
    levels = max(min(levels_of(feature), int(number_of(params, "max_levels"))), 1)
    dropped = levels > 1 and (params["drop"] == "most_frequent" or (params["drop"] == "two" and levels == 2))
    return feature.becomes(form=Form.NUMBER, width=levels - dropped, gaps=False, density=1 / levels)


def say_one_hot(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say how many columns there are."""
    feature = context.features[0]
    width = _one_hot(params, feature).width
    shared = levels_of(feature) > int(number_of(params, "max_levels")) or number_of(params, "min_rows") > 1
    return f"{width} columns of 0 and 1" + (", rare categories share one" if shared else "")


def build_hash(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the hashing encoder of one column."""
    from core.prepare.transformers.encoders import HashedLevels

    width = int(number_of(params, "width"))
    return HashedLevels(width=width, sparse=width > SPARSE_ABOVE)


def outline_hash(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return the columns asked for."""
    width = int(number_of(params, "width"))
    return tuple(f.becomes(form=Form.NUMBER, width=width, gaps=False, density=1 / width) for f in context.features)


def say_hash(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say how many columns there are."""
    return f"spread over {int(number_of(params, 'width'))} columns by a hash of the name"
