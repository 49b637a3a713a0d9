"""New features made from several columns; those stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import LatheError
from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.common import CATEGORY_KINDS, number_of, text_of
from core.prepare.steps.selecting import task_word, total_width

FIGURES = {
    "mean": ("Mean", True, "What is usual in the group."),
    "min": ("Smallest", False, "The lower end of the group."),
    "max": ("Largest", False, "The upper end of the group."),
    "std": ("Standard deviation", False, "How much the group differs inside."),
    "difference": ("Difference from the mean", False, "Whether the row is high or low for its group."),
    "count": ("Rows of the group", True, "How large the group is; once, not for each column."),
}
"""Figures of a group: label, whether on, help."""

GROUPS = StepSpec(
    key="group_figures",
    title="Figures of the row's group",
    purpose="Adds the mean, the range or the size of the group that a row belongs to.",
    when="When a number says more beside its like: a price in its district, a salary in its trade. Put it while the "
    "numbers are still in their units. A group that no training row had gets the figures of all rows.",
    group=StepGroup.FEATURES,
    scope=StepScope.NEW,
    takes=(Form.NUMBER,),
    formula=r"g_{ij} = \frac{1}{n_c} \sum_{k: c_k = c_i} x_{kj}",
    source="Group-by aggregates; Kanter and Veeramachaneni (2015), deep feature synthesis",
    params=(
        ParamSpec(
            name="by",
            kind="column",
            default="",
            optional=True,
            none_label="Choose a column",
            column_kinds=CATEGORY_KINDS,
            label="Group",
            help="A column of categories. It may be one that the model itself does not see.",
            why_default="Only a person knows which groups matter.",
            tunable=False,
        ),
        *(
            ParamSpec(
                name=name,
                kind="bool",
                default=on,
                label=label,
                help=text,
                why_default="Level and spread say most; the rest can be asked for.",
                tunable=False,
            )
            for name, (label, on, text) in FIGURES.items()
        ),
    ),
    builder="core.prepare.steps.features:build_groups",
    outline="core.prepare.steps.features:outline_groups",
    sentence="core.prepare.steps.features:say_groups",
)

GOLDEN = StepSpec(
    key="golden_features",
    title="Differences and ratios that help",
    purpose="Tries the difference and the ratio of every two columns, and adds the few that say most about the target.",
    when="When two numbers belong together: debt and income, length and width. Most useful for trees, which cannot "
    "divide. At most 30 columns are paired and 5,000 rows looked at. Rows without a target, or with one class, give "
    "the first pairs.",
    group=StepGroup.FEATURES,
    scope=StepScope.NEW,
    takes=(Form.NUMBER,),
    formula=r"\max_{j,k} \; \eta^2(x_j \ominus x_k;\, y) - \max(\eta^2(x_j; y), \eta^2(x_k; y)),\quad "
    r"\ominus \in \{-, /\}",
    source="Pearson (1905), the correlation ratio",
    params=(
        ParamSpec(
            name="count",
            kind="int",
            default=5,
            low=1,
            high=100,
            log=True,
            label="New columns",
            help="Those that gain most over the better of their two columns.",
            why_default="Each further one adds less.",
        ),
        ParamSpec(
            name="differences",
            kind="bool",
            default=True,
            label="Try differences",
            help="One column less another.",
            why_default="They suit columns in the same unit.",
        ),
        ParamSpec(
            name="ratios",
            kind="bool",
            default=True,
            label="Try ratios",
            help="One column over another; 0 where the lower one is 0.",
            why_default="They suit columns in any unit.",
        ),
    ),
    builder="core.prepare.steps.features:build_golden",
    outline="core.prepare.steps.features:outline_golden",
    sentence="core.prepare.steps.features:say_golden",
    uses_target=True,
)

CLUSTERS = StepSpec(
    key="cluster_distances",
    title="Distances to typical rows",
    purpose="Finds groups of similar rows and adds how far each row is from the middle of every group.",
    when="When rows fall into kinds that no single column shows. Linear models gain most. Missing cells count as the "
    "median.",
    group=StepGroup.FEATURES,
    scope=StepScope.NEW,
    takes=(Form.NUMBER,),
    formula=r"d_{ik} = \lVert z_i - \mu_k \rVert_2",
    source="Lloyd (1982); scikit-learn, KMeans",
    params=(
        ParamSpec(
            name="count",
            kind="int",
            default=8,
            low=2,
            high=200,
            log=True,
            label="Groups",
            help="k of k-means. Columns are brought to one scale first.",
            why_default="Few enough to look at.",
        ),
    ),
    builder="core.prepare.steps.features:build_clusters",
    outline="core.prepare.steps.features:outline_clusters",
    sentence="core.prepare.steps.features:say_clusters",
)

STEPS: tuple[StepSpec, ...] = (GROUPS, GOLDEN, CLUSTERS)


def figures_of(params: Mapping[str, ParamValue]) -> list[str]:
    """Return the figures asked for."""
    return [name for name in FIGURES if params.get(name)]


def build_groups(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the figures of groups."""
    from core.prepare.transformers.aggregates import GroupFigures

    return GroupFigures(figures=figures_of(params), by=text_of(params, "by"))


def outline_groups(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column a number and figure, and one for the count."""
    by, figures = text_of(params, "by"), figures_of(params)
    if not context.helpers:
        raise LatheError("a column must say the group.", hint="Choose a column of categories.", field="by")
    if not figures:
        raise LatheError("at least one figure must be chosen.", hint="Tick the mean.", field="mean")
    if any(feature.root == by for feature in context.features):
        raise LatheError(f"{by!r} cannot be both the group and a number.", hint="Take it out of the columns.")
    width = total_width(context) * len([name for name in figures if name != "count"]) + ("count" in figures)
    return (context.features[0].becomes(form=Form.NUMBER, width=width, gaps=False, density=1.0),)


def say_groups(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is added."""
    labels = {"difference": "difference from the mean", "std": "standard deviation", "count": "number of rows"}
    words = [labels.get(name, FIGURES[name][0].lower()) for name in figures_of(params)]
    return f"{', '.join(words)} by {text_of(params, 'by')} added"


def build_golden(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the search for pairs."""
    from core.prepare.transformers.golden import GoldenFeatures

    return GoldenFeatures(
        count=int(number_of(params, "count")),
        differences=bool(params["differences"]),
        ratios=bool(params["ratios"]),
        task=task_word(context),
        seed=context.seed,
    )


def outline_golden(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return just the columns asked for."""
    if not (params["differences"] or params["ratios"]):
        raise LatheError("differences or ratios must be tried.", hint="Tick one of them.", field="ratios")
    if total_width(context) < 2:
        raise LatheError("at least two columns must be chosen.", hint="Choose more columns of numbers.")
    gaps = any(feature.gaps for feature in context.features)
    width = int(number_of(params, "count"))
    return (context.features[0].becomes(form=Form.NUMBER, width=width, gaps=gaps, density=1.0),)


def say_golden(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is added."""
    made = {(True, True): "differences and ratios", (True, False): "differences", (False, True): "ratios"}
    words = made.get((bool(params["differences"]), bool(params["ratios"])), "pairs")
    return f"the {int(number_of(params, 'count'))} most telling {words} added"


def build_clusters(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the distances to centres."""
    from core.prepare.transformers.clusters import ClusterDistances

    return ClusterDistances(count=int(number_of(params, "count")), seed=context.seed)


def outline_clusters(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column a group."""
    width = int(number_of(params, "count"))
    return (context.features[0].becomes(form=Form.NUMBER, width=width, gaps=False, density=1.0),)


def say_clusters(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is added."""
    return f"distances to {int(number_of(params, 'count'))} typical rows added"
