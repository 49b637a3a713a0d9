"""Columns chosen by what a model makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import Condition, ParamSpec, ParamValue
from core.prepare.spec import Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.common import number_of, text_of
from core.prepare.steps.selecting import task_word
from core.types import ParamLevel

TREES = ParamSpec(
    name="trees",
    kind="int",
    default=50,
    low=10,
    high=500,
    log=True,
    label="Trees",
    help="More trees, steadier importances, longer work.",
    why_default="Enough to tell useful columns from useless ones.",
    level=ParamLevel.ADVANCED,
)

COUNT = ParamSpec(
    name="count",
    kind="int",
    default=10,
    low=1,
    high=5000,
    log=True,
    label="Columns to keep",
    help="All stay where there are fewer.",
    why_default="Small enough to read.",
)

_FEW = "Rows without a target, or with one class, leave all columns in. "
_SAMPLE = "At most 20,000 training rows are looked at."

L1 = StepSpec(
    key="select_l1",
    title="Keep the columns a sparse linear model uses",
    purpose="Fits a linear model that pays for each column it uses, and keeps those it pays for.",
    when=f"With many columns and a relation near a straight line; sees columns together. {_FEW}{_SAMPLE}",
    group=StepGroup.SELECTION,
    scope=StepScope.TOGETHER,
    takes=(Form.NUMBER,),
    formula=r"\min_w \tfrac{1}{n} \sum_i \ell(y_i, w^\top z_i) + \lambda \lVert w \rVert_1,\quad "
    r"\text{keep } j \iff w_j \neq 0",
    source="Tibshirani (1996), the lasso; scikit-learn, Lasso and LogisticRegression",
    params=(
        ParamSpec(
            name="strength",
            kind="float",
            default=0.01,
            low=0.0001,
            high=1.0,
            log=True,
            label="Price of a column",
            help="The weight of the L1 penalty, on columns brought to one scale. The higher, the fewer columns stay.",
            why_default="Drops columns that change the prediction by less than about 1 % of the target's spread.",
        ),
    ),
    builder="core.prepare.steps.selection_models:build_l1",
    sentence="core.prepare.steps.selection_models:say_l1",
    uses_target=True,
)

FOREST = StepSpec(
    key="select_important",
    title="Keep the columns a forest finds important",
    purpose="Grows a random forest and keeps the columns that its trees used with most success.",
    when=f"When columns matter along curves or together. Columns with many different values look a little better than "
    f"they are. {_FEW}{_SAMPLE}",
    group=StepGroup.SELECTION,
    scope=StepScope.TOGETHER,
    takes=(Form.NUMBER,),
    formula=r"I_j = \frac{1}{T} \sum_{t} \sum_{s \in t,\, j_s = j} \frac{n_s}{n} \Delta i_s",
    source="Breiman (2001), Random Forests; scikit-learn",
    params=(
        ParamSpec(
            name="keep",
            kind="choice",
            default="mean",
            choices=("mean", "count"),
            choice_labels=("Those above the mean importance", "This many"),
            label="Keep",
            help="Importances sum to 1, so their mean is 1 over the number of columns.",
            why_default="Finds the number of columns by itself.",
        ),
        COUNT.model_copy(update={"active_when": Condition(param="keep", values=("count",))}),
        TREES,
    ),
    builder="core.prepare.steps.selection_models:build_forest",
    outline="core.prepare.steps.selecting:at_most_count",
    sentence="core.prepare.steps.selection_models:say_forest",
    uses_target=True,
)

ELIMINATION = StepSpec(
    key="select_stepwise",
    title="Drop the weakest columns one after another",
    purpose="Fits a model, lets the weakest columns go, and fits again, until few are left.",
    when=f"For a small final set, when time is no matter: a model is fitted in every round. {_FEW}{_SAMPLE}",
    group=StepGroup.SELECTION,
    scope=StepScope.TOGETHER,
    takes=(Form.NUMBER,),
    formula=r"S \leftarrow S \setminus \arg\min_{j \in S} |w_j(S)|",
    source="Guyon et al. (2002), recursive feature elimination",
    params=(
        COUNT,
        ParamSpec(
            name="model",
            kind="choice",
            default="linear",
            choices=("linear", "forest"),
            choice_labels=("Linear (ridge)", "Random forest"),
            label="Judged by",
            help="Size of the weights on columns brought to one scale, or importance in the forest.",
            why_default="Quick.",
        ),
        ParamSpec(
            name="drop",
            kind="float",
            default=0.1,
            low=0.01,
            high=0.5,
            step=0.01,
            label="Share that goes in each round",
            help="Of the columns at the start; at least one goes.",
            why_default="Ten rounds or so.",
            level=ParamLevel.ADVANCED,
        ),
    ),
    builder="core.prepare.steps.selection_models:build_elimination",
    outline="core.prepare.steps.selecting:at_most_count",
    sentence="core.prepare.steps.selection_models:say_elimination",
    uses_target=True,
    live=False,
)

PROBE = StepSpec(
    key="select_above_chance",
    title="Drop columns no better than chance",
    purpose="Shuffles a copy of every column; columns that a forest finds no more useful than the copies go.",
    when=f"To clear out columns that say nothing, with no number to choose. Takes several forests. {_FEW}"
    "At most 10,000 training rows are looked at.",
    group=StepGroup.SELECTION,
    scope=StepScope.TOGETHER,
    takes=(Form.NUMBER,),
    formula=r"\text{keep } j \iff I_j > \max_k I_{\pi(k)} \text{ in most rounds}",
    source="Kursa and Rudnicki (2010), Boruta; Stoppiglia et al. (2003)",
    params=(
        ParamSpec(
            name="rounds",
            kind="int",
            default=5,
            low=1,
            high=50,
            label="Rounds",
            help="Copies are shuffled anew in each; a column must win more than half of them.",
            why_default="One round alone can be luck.",
        ),
        TREES,
    ),
    builder="core.prepare.steps.selection_models:build_probe",
    sentence="core.prepare.steps.selection_models:say_probe",
    uses_target=True,
    live=False,
)

STEPS: tuple[StepSpec, ...] = (L1, FOREST, ELIMINATION, PROBE)


def build_l1(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the selector by a sparse linear model."""
    from core.prepare.transformers.selection_models import L1Selector

    return L1Selector(strength=number_of(params, "strength"), task=task_word(context), seed=context.seed)


def build_forest(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the selector by importance."""
    from core.prepare.transformers.selection_models import ForestSelector

    return ForestSelector(
        keep=text_of(params, "keep"),
        count=int(params.get("count") or 10),
        trees=int(number_of(params, "trees")),
        task=task_word(context),
        seed=context.seed,
    )


def build_elimination(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the selector in rounds."""
    from core.prepare.transformers.selection_models import EliminationSelector

    return EliminationSelector(
        count=int(number_of(params, "count")),
        model=text_of(params, "model"),
        drop=number_of(params, "drop"),
        task=task_word(context),
        seed=context.seed,
    )


def build_probe(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the selector by shuffled copies."""
    from core.prepare.transformers.selection_models import ProbeSelector

    return ProbeSelector(
        rounds=int(number_of(params, "rounds")),
        trees=int(number_of(params, "trees")),
        task=task_word(context),
        seed=context.seed,
    )


def say_l1(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say when a column stays."""
    return "kept if a sparse linear model uses it"


def say_forest(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say when a column stays."""
    if params["keep"] == "count":
        return f"kept if among the {int(number_of(params, 'count'))} most important in a forest"
    return "kept if more important than the mean in a forest"


def say_elimination(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say when a column stays."""
    return f"kept if among the last {int(number_of(params, 'count'))} when the weakest go one after another"


def say_probe(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say when a column stays."""
    return "kept if a forest finds it more useful than shuffled columns"
