"""Columns chosen by their own figures: variance, likeness, relation to the target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import Condition, ParamSpec, ParamValue
from core.prepare.spec import Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps import components, selection_models
from core.prepare.steps.common import number_of, text_of
from core.prepare.steps.selecting import task_word
from core.types import ParamLevel

VARIANCE = StepSpec(
    key="select_varying",
    title="Drop columns that hardly vary",
    purpose="Leaves out columns of numbers that are the same, or nearly, in every row.",
    when="After encoding categories or text, which makes columns that are almost always 0. Variance depends on the "
    "unit: put it before scaling, or keep 0, which drops constant columns only.",
    group=StepGroup.SELECTION,
    scope=StepScope.TOGETHER,
    takes=(Form.NUMBER,),
    formula=r"\text{keep } j \iff \operatorname{Var}(x_j) > t",
    source="scikit-learn, VarianceThreshold",
    params=(
        ParamSpec(
            name="threshold",
            kind="float",
            default=0.0,
            low=0.0,
            high=1e6,
            step=0.01,
            label="Largest variance that goes",
            help="0 drops columns with one value only. A column of 0 and 1 that is 1 in 1 % of the rows has 0.0099.",
            why_default="A constant column can teach nothing; any other may.",
        ),
    ),
    builder="core.prepare.steps.selection:build_variance",
    sentence="core.prepare.steps.selection:say_variance",
    sparse=True,
)

CORRELATED = StepSpec(
    key="select_uncorrelated",
    title="Drop columns that repeat others",
    purpose="Of two columns that say nearly the same, keeps one.",
    when="For linear models, whose weights become unsteady, and where importances are to be read. Boosted trees "
    "predict as well with both.",
    group=StepGroup.SELECTION,
    scope=StepScope.TOGETHER,
    takes=(Form.NUMBER,),
    formula=r"\text{drop } j \text{ if } |r_{jk}| > t \text{ for a kept } k",
    source="Pearson's and Spearman's correlation",
    params=(
        ParamSpec(
            name="most",
            kind="float",
            default=0.95,
            low=0.1,
            high=1.0,
            step=0.01,
            label="Largest correlation allowed",
            help="Between -1 and 1; the sign does not count.",
            why_default="Above it, one column is nearly a copy of the other.",
        ),
        ParamSpec(
            name="prefer",
            kind="choice",
            default="target",
            choices=("target", "earlier"),
            choice_labels=("The one that says more about the target", "The one that stands earlier"),
            label="Which stays",
            help="Relation to the target is counted in the training rows of each fold, by an F test.",
            why_default="What is left should be what helps most.",
        ),
        ParamSpec(
            name="ranks",
            kind="bool",
            default=False,
            label="Compare ranks",
            help="Spearman's correlation: also finds columns that rise together along a curve.",
            why_default="Pearson's is the usual one, and quicker.",
            level=ParamLevel.ADVANCED,
        ),
    ),
    builder="core.prepare.steps.selection:build_uncorrelated",
    sentence="core.prepare.steps.selection:say_uncorrelated",
    uses_target=True,
)

BEST = StepSpec(
    key="select_best",
    title="Keep the columns most related to the target",
    purpose="Tests each column against the target on its own and keeps the best.",
    when="With many columns of which most say nothing. Columns that only matter together are missed: use a model's "
    "importance for those. Rows without a target, or with one class, leave all columns in.",
    group=StepGroup.SELECTION,
    scope=StepScope.TOGETHER,
    takes=(Form.NUMBER,),
    formula=r"F_j = \frac{\text{variance between classes}}{\text{variance within}},\quad "
    r"\chi^2_j = \sum_c \frac{(O_{jc} - E_{jc})^2}{E_{jc}},\quad I_j = I(x_j; y)",
    source="scikit-learn, SelectKBest, SelectPercentile, SelectFdr; Kraskov et al. (2004) for mutual information",
    params=(
        ParamSpec(
            name="score",
            kind="choice",
            default="anova",
            choices=("anova", "chi2", "mutual"),
            choice_labels=("F test (ANOVA)", "Chi-squared test", "Mutual information"),
            label="Relation",
            help="F sees differences of means, or straight lines where a number is predicted. Chi-squared is for "
            "counts and classes: columns with negative numbers are moved up so that the smallest is 0, and where a "
            "number is predicted F takes its place. Mutual information sees any relation, on 10,000 rows at most.",
            why_default="Quick, and comes with a test.",
        ),
        ParamSpec(
            name="keep",
            kind="choice",
            default="count",
            choices=("count", "share", "fdr"),
            choice_labels=("This many", "A share of the columns", "Those that pass a test"),
            label="Keep",
            help="The test allows a share of false finds (false discovery rate). Mutual information has no test; "
            "there the F test decides.",
            why_default="Says plainly how wide the table becomes.",
        ),
        ParamSpec(
            name="count",
            kind="int",
            default=10,
            low=1,
            high=5000,
            log=True,
            label="Columns to keep",
            help="k of k best. All stay where there are fewer.",
            why_default="Small enough to read.",
            active_when=Condition(param="keep", values=("count",)),
        ),
        ParamSpec(
            name="share",
            kind="float",
            default=0.5,
            low=0.01,
            high=1.0,
            step=0.01,
            label="Share of the columns to keep",
            help="The best of them; at least one.",
            why_default="The better half.",
            active_when=Condition(param="keep", values=("share",)),
        ),
        ParamSpec(
            name="alpha",
            kind="float",
            default=0.05,
            low=0.0001,
            high=0.5,
            log=True,
            label="False finds allowed",
            help="Of the columns kept, at most this share says nothing about the target, on average "
            "(Benjamini-Hochberg).",
            why_default="The usual level.",
            active_when=Condition(param="keep", values=("fdr",)),
        ),
    ),
    builder="core.prepare.steps.selection:build_best",
    outline="core.prepare.steps.selecting:at_most_count",
    sentence="core.prepare.steps.selection:say_best",
    uses_target=True,
    sparse=True,
)

STEPS: tuple[StepSpec, ...] = (VARIANCE, CORRELATED, BEST, *selection_models.STEPS, *components.STEPS)


def build_variance(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the selector by variance."""
    from core.prepare.transformers.selection import VarianceSelector

    return VarianceSelector(threshold=number_of(params, "threshold"))


def build_uncorrelated(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the selector by pairs."""
    from core.prepare.transformers.selection import CorrelationSelector

    return CorrelationSelector(
        most=number_of(params, "most"),
        prefer=text_of(params, "prefer"),
        ranks=bool(params["ranks"]),
        task=task_word(context),
        seed=context.seed,
    )


def build_best(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the selector by one-column tests."""
    from core.prepare.transformers.selection import UnivariateSelector

    return UnivariateSelector(
        score=text_of(params, "score"),
        keep=text_of(params, "keep"),
        count=int(params.get("count") or 10),
        share=float(params.get("share") or 0.5),
        alpha=float(params.get("alpha") or 0.05),
        task=task_word(context),
        seed=context.seed,
    )


def say_variance(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say when a column goes."""
    threshold = number_of(params, "threshold")
    return f"left out if its variance is at most {threshold:g}" if threshold else "left out if it is constant"


def say_uncorrelated(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say when a column goes."""
    return f"left out if another column is correlated above {number_of(params, 'most'):g}"


def say_best(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say when a column stays."""
    match params["keep"]:
        case "count":
            return f"kept if among the {int(number_of(params, 'count'))} most related to the target"
        case "share":
            return f"kept if among the {number_of(params, 'share'):.0%} most related to the target"
        case _:
            return f"kept if a test finds a relation to the target (false finds {number_of(params, 'alpha'):g})"
