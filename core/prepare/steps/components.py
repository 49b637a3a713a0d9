"""Columns replaced by fewer that hold most of what they say: principal components, SVD, a map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import Condition, ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.common import number_of, text_of
from core.prepare.steps.selecting import total_width
from core.types import ParamLevel

PRINCIPAL = StepSpec(
    key="principal_components",
    title="Principal components",
    purpose="Replaces many columns of numbers by a few that hold most of their variance.",
    when="With many columns that move together, before linear models, neighbours and networks. Each new column mixes "
    "all the old ones, so explanations become harder to read. Missing cells count as the median.",
    group=StepGroup.SELECTION,
    scope=StepScope.REPLACE,
    takes=(Form.NUMBER,),
    formula=r"z = V_k^\top D^{-1} (x - \bar{x}),\quad \textstyle\sum_{j \le k} \lambda_j \ge s \sum_j \lambda_j",
    source="Jolliffe and Cadima (2016); scikit-learn, PCA",
    params=(
        ParamSpec(
            name="keep",
            kind="choice",
            default="share",
            choices=("share", "count"),
            choice_labels=("As many as hold a share of the variance", "This many"),
            label="Keep",
            help="The scree plot shows the share of each component.",
            why_default="Finds the number of components by itself.",
        ),
        ParamSpec(
            name="share",
            kind="float",
            default=0.95,
            low=0.1,
            high=1.0,
            step=0.01,
            label="Share of the variance to keep",
            help="The fewest components that reach it are kept.",
            why_default="What is lost is often noise.",
            active_when=Condition(param="keep", values=("share",)),
        ),
        ParamSpec(
            name="count",
            kind="int",
            default=10,
            low=1,
            high=1000,
            log=True,
            label="Components",
            help="Never more than there are columns or rows.",
            why_default="Small enough to read.",
            active_when=Condition(param="keep", values=("count",)),
        ),
        ParamSpec(
            name="standardise",
            kind="bool",
            default=True,
            label="Bring columns to one scale first",
            help="Otherwise the column with the largest numbers decides.",
            why_default="Units differ in most tables.",
            level=ParamLevel.ADVANCED,
        ),
    ),
    builder="core.prepare.steps.components:build_principal",
    outline="core.prepare.steps.components:outline_principal",
    sentence="core.prepare.steps.components:say_principal",
)

SINGULAR = StepSpec(
    key="singular_components",
    title="Truncated SVD",
    purpose="Replaces many sparse columns by a few that hold most of what they say.",
    when="After one-hot encoding or word counts with hundreds of columns: it does not fill out the zeros. For ordinary "
    "numbers take principal components.",
    group=StepGroup.SELECTION,
    scope=StepScope.REPLACE,
    takes=(Form.NUMBER,),
    formula=r"X \approx U_k \Sigma_k V_k^\top,\quad z = V_k^\top x",
    source="Halko, Martinsson and Tropp (2011); scikit-learn, TruncatedSVD",
    params=(
        ParamSpec(
            name="count",
            kind="int",
            default=50,
            low=1,
            high=1000,
            log=True,
            label="Components",
            help="Never more than there are columns.",
            why_default="Usual for texts of some hundred words.",
        ),
    ),
    builder="core.prepare.steps.components:build_singular",
    outline="core.prepare.steps.components:outline_count",
    sentence="core.prepare.steps.components:say_count",
    sparse=True,
)

MAP = StepSpec(
    key="umap_components",
    title="UMAP coordinates",
    purpose="Replaces columns of numbers by the coordinates of a map on which similar rows are near each other.",
    when="For shapes that no straight direction catches, mostly before neighbours or clusters. Slow; the axes have no "
    "meaning of their own. The map is drawn from 3,000 training rows at most, and any other row takes its place from "
    "the five of them nearest to it. With fewer than 30 different rows, principal components are taken.",
    group=StepGroup.SELECTION,
    scope=StepScope.REPLACE,
    takes=(Form.NUMBER,),
    formula=r"\min_z \sum_{ij} p_{ij} \log \frac{p_{ij}}{q_{ij}} + (1 - p_{ij}) \log \frac{1 - p_{ij}}{1 - q_{ij}}",
    source="McInnes, Healy and Melville (2018), umap-learn; Shepard (1968) for later rows",
    params=(
        ParamSpec(
            name="count",
            kind="int",
            default=2,
            low=1,
            high=10,
            label="Coordinates",
            help="Columns of the map.",
            why_default="Two can be drawn.",
        ),
        ParamSpec(
            name="neighbours",
            kind="int",
            default=15,
            low=2,
            high=100,
            log=True,
            label="Neighbours that count",
            help="Few show small groups, many the large picture.",
            why_default="The authors' choice.",
        ),
        ParamSpec(
            name="min_distance",
            kind="float",
            default=0.1,
            low=0.0,
            high=0.99,
            step=0.01,
            label="Smallest distance on the map",
            help="0 packs groups tightly.",
            why_default="The authors' choice.",
            level=ParamLevel.ADVANCED,
        ),
    ),
    builder="core.prepare.steps.components:build_map",
    outline="core.prepare.steps.components:outline_map",
    sentence="core.prepare.steps.components:say_map",
    live=False,
)

STEPS: tuple[StepSpec, ...] = (PRINCIPAL, SINGULAR, MAP)


def build_principal(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return principal components."""
    from core.prepare.transformers.components import PrincipalComponents

    by_share = text_of(params, "keep") == "share"
    return PrincipalComponents(
        share=number_of(params, "share") if by_share else 0.0,
        count=int(params.get("count") or 1),
        standardise=bool(params["standardise"]),
        seed=context.seed,
    )


def build_singular(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return truncated SVD."""
    from core.prepare.transformers.components import SingularComponents

    return SingularComponents(count=int(number_of(params, "count")), seed=context.seed)


def build_map(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the map."""
    from core.prepare.transformers.neighbour_map import NeighbourMap

    return NeighbourMap(
        count=int(number_of(params, "count")),
        neighbours=int(number_of(params, "neighbours")),
        min_distance=number_of(params, "min_distance"),
        seed=context.seed,
    )


def outline_principal(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one feature as wide as the components; with a share, as wide as they could be at most."""
    return outline_count(params, context) if params["keep"] == "count" else _made(total_width(context), context)


def outline_count(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one feature of the components asked for, or of all there can be."""
    return _made(min(int(number_of(params, "count")), total_width(context)), context)


def outline_map(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one feature of the coordinates."""
    return _made(int(number_of(params, "count")), context)


def _made(width: int, context: StepContext) -> tuple[Feature, ...]:
    return (context.features[0].becomes(form=Form.NUMBER, width=width, gaps=False, density=1.0),)


def say_principal(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what takes the column's place."""
    if params["keep"] == "count":
        return say_count(params, context)
    return f"mixed into components that hold {number_of(params, 'share'):.0%} of the variance"


def say_count(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what takes the column's place."""
    count = min(int(number_of(params, "count")), total_width(context))
    return f"mixed into {count} component{'' if count == 1 else 's'}"


def say_map(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what takes the column's place."""
    return f"placed on a map of {int(number_of(params, 'count'))} coordinates"
