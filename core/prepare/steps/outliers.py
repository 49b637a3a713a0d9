"""Cells far from the others: capped, blanked, flagged, scored, or kept out of what is learned from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.common import NUMBER_LIKE_KINDS, text_of
from core.prepare.steps.outlier_rows import OUTLIER_SCORE, REMOVE_OUTLIERS
from core.prepare.steps.outlier_rules import RULES, SIDES, rule_of, rule_params, rule_words

_SOURCE = "Tukey 1977; Leys et al. 2013 for the median absolute deviation"
_FORMULA = r"l = Q_1 - f\,(Q_3 - Q_1), \quad u = Q_3 + f\,(Q_3 - Q_1)"

CAP_OUTLIERS = StepSpec(
    key="cap_outliers",
    title="Cap outliers",
    purpose="Moves numbers that are far from the others to the edge of the usual range.",
    when="Where a few extreme values pull a linear model or a scale their way. Trees hardly mind. Not where the "
    "extreme values are what you look for. A column without spread is left alone.",
    group=StepGroup.OUTLIERS,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x \leftarrow \min(\max(x, l), u), \quad " + _FORMULA,
    source=_SOURCE,
    params=(*rule_params(RULES), SIDES),
    builder="core.prepare.steps.outliers:build_cap",
    sentence="core.prepare.steps.outliers:say_cap",
    one_to_one=True,
)

BLANK_OUTLIERS = StepSpec(
    key="blank_outliers",
    title="Make outliers missing",
    purpose="Takes numbers that are far from the others for errors, and makes them missing.",
    when="Where extreme values are mistakes, like an age of 999. Put it before the step that fills missing numbers. A "
    "column without spread is left alone.",
    group=StepGroup.OUTLIERS,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x \leftarrow \text{missing if } x < l \text{ or } x > u, \quad " + _FORMULA,
    source=_SOURCE,
    params=(*rule_params(RULES), SIDES),
    builder="core.prepare.steps.outliers:build_blank",
    outline="core.prepare.steps.outliers:with_gaps",
    sentence="core.prepare.steps.outliers:say_blank",
    one_to_one=True,
)

FLAG_OUTLIERS = StepSpec(
    key="flag_outliers",
    title="Flag outliers",
    purpose="Tells the model which numbers are far from the others, in columns of 0 and 1.",
    when="Where being extreme says something of its own, as in fraud. Put it before a step that caps them.",
    group=StepGroup.OUTLIERS,
    scope=StepScope.NEW,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"m = \mathbf{1}[x < l \text{ or } x > u], \quad " + _FORMULA,
    source=_SOURCE,
    params=(
        *rule_params(RULES),
        SIDES,
        ParamSpec(
            name="together",
            kind="bool",
            default=False,
            label="One column for all",
            help="Counts how many of the chosen cells are outliers, in place of a column for each.",
            why_default="Which column is extreme matters more often than how many are.",
        ),
    ),
    builder="core.prepare.steps.outliers:build_flags",
    outline="core.prepare.steps.outliers:outline_flags",
    sentence="core.prepare.steps.outliers:say_flags",
)

STEPS: tuple[StepSpec, ...] = (CAP_OUTLIERS, BLANK_OUTLIERS, FLAG_OUTLIERS, REMOVE_OUTLIERS, OUTLIER_SCORE)


def build_cap(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what caps."""
    from core.prepare.transformers.outliers import CapOutliers

    return CapOutliers(**rule_of(params), sides=text_of(params, "sides"))


def say_cap(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say where numbers are capped."""
    return f"capped {rule_words(params)}"


def build_blank(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what makes outliers missing."""
    from core.prepare.transformers.outliers import BlankOutliers

    return BlankOutliers(**rule_of(params), sides=text_of(params, "sides"))


def say_blank(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say which numbers become missing."""
    return f"made missing {rule_words(params)}"


def with_gaps(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return the features, which may now lack cells; how many is not known before rows are read."""
    return tuple(f.becomes(gaps=True, gaps_seen=max(f.gaps_seen, 1)) for f in context.features)


def build_flags(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what flags outliers."""
    from core.prepare.transformers.outliers import FlagOutliers

    return FlagOutliers(**rule_of(params), sides=text_of(params, "sides"), together=bool(params["together"]))


def outline_flags(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column, or as many as the features have."""
    width = 1 if params["together"] else sum(feature.width for feature in context.features)
    return (context.features[0].becomes(form=Form.NUMBER, width=width, gaps=False, gaps_seen=0, density=0.05),)


def say_flags(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is flagged."""
    return f"flagged {rule_words(params)}"
