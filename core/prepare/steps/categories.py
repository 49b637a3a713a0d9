"""Categories turned into numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepSpec
from core.prepare.steps import category_columns, category_numbers, category_words
from core.prepare.steps.category_words import SPARSE_ABOVE, levels_of
from core.prepare.steps.common import CATEGORY_KINDS, number_of
from core.types import ColumnKind, Encoding, ParamLevel

MOST_CODES = 255
"""Codes are 0 to 254 at most: as many as histogram boosting takes."""

RARE_BELOW = 2
"""As codes, levels in fewer training rows than this count as never seen."""

EMBED_ABOVE = 10
"""Networks learn embeddings for columns with more levels than this; below it, one-hot is as small."""

ENCODE_CATEGORIES = StepSpec(
    key="encode_categories",
    title="Turn categories into numbers",
    purpose="Gives each category numbers that a model can calculate with.",
    when="For every category column that a model should see.",
    group=StepGroup.CATEGORIES,
    kinds=(*CATEGORY_KINDS, ColumnKind.TEXT),
    takes=(Form.WORDS,),
    formula=r"x \in \{c_1, \dots, c_K\} \mapsto (\mathbf{1}[x=c_1], \dots, \mathbf{1}[x=c_K])",
    source="scikit-learn, OneHotEncoder and OrdinalEncoder",
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="auto",
            choices=("auto", "one_hot", "codes"),
            choice_labels=("What suits each model", "One column a category", "One number a category"),
            label="How",
            help="One column a category (one-hot) suits linear models; one number a category (codes) suits trees. "
            "Networks learn an embedding for columns with many categories.",
            why_default="Each model family gets the form it works best with.",
        ),
        ParamSpec(
            name="max_levels",
            kind="int",
            default=30,
            low=2,
            high=5000,
            log=True,
            label="Most columns for one feature",
            help="With one-hot, rarer categories share one column.",
            why_default="Keeps tables narrow, and the rarest categories have too few rows to learn from.",
            level=ParamLevel.ADVANCED,
        ),
    ),
    builder="core.prepare.steps.categories:build_encoder",
    outline="core.prepare.steps.categories:outline_encoder",
    sentence="core.prepare.steps.categories:say_encoder",
)

STEPS: tuple[StepSpec, ...] = (
    *category_words.STEPS,
    ENCODE_CATEGORIES,
    *category_columns.STEPS,
    *category_numbers.STEPS,
)


def encoding_of(params: Mapping[str, ParamValue], feature: Feature, family: Encoding) -> Encoding:
    """Tell how a column's categories reach a model of ``family``."""
    match params["method"]:
        case "one_hot":
            return Encoding.ONE_HOT
        case "codes":
            return Encoding.EMBEDDING if family is Encoding.EMBEDDING else Encoding.CODES
    if family is Encoding.EMBEDDING and feature.unique <= EMBED_ABOVE:
        return Encoding.ONE_HOT
    return family


def build_encoder(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the encoder of one column."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder, StandardScaler

    from core.prepare.transformers.categories import Categories
    from core.prepare.transformers.encoders import OneHotLevels

    needs, feature = context.needs, context.features[0]
    if encoding_of(params, feature, needs.encoding) is Encoding.ONE_HOT:
        levels = int(number_of(params, "max_levels"))
        return OneHotLevels(max_levels=levels, sparse=min(levels, feature.unique) > SPARSE_ABOVE)
    # A missing category has the code -1, which boosted trees and embeddings know as missing.
    tidy = Categories(fill="keep", min_rows=RARE_BELOW, max_levels=MOST_CODES)
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1)
    scale = needs.encoding is Encoding.ONE_HOT and needs.scaling
    return make_pipeline(tidy, codes, *([StandardScaler()] if scale else []))


def outline_encoder(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return the width and form of each column."""
    return tuple(_outlined(params, feature, context.needs.encoding) for feature in context.features)


def _outlined(params: Mapping[str, ParamValue], feature: Feature, family: Encoding) -> Feature:
    if encoding_of(params, feature, family) is Encoding.ONE_HOT:
        width = max(min(levels_of(feature), int(number_of(params, "max_levels"))), 1)
        return feature.becomes(form=Form.NUMBER, width=width, gaps=False, density=1 / width)
    form = Form.NUMBER if family is Encoding.ONE_HOT else Form.CODE
    return feature.becomes(form=form, width=1, gaps=False)


def say_encoder(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what the categories become for this family of models."""
    feature = context.features[0]
    match encoding_of(params, feature, context.needs.encoding):
        case Encoding.ONE_HOT:
            levels = levels_of(feature)
            width = min(levels, int(number_of(params, "max_levels")))
            return f"{width} columns of 0 and 1" + (", rare categories share one" if levels > width else "")
        case Encoding.EMBEDDING:
            return "an embedding learned for each category"
        case _:
            return "one number a category"
