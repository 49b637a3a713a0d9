"""Parameters that several linear models share."""

from __future__ import annotations

from core.models.spec import Limit
from core.params import ParamSpec
from core.types import ParamLevel

INTERCEPT = ParamSpec(
    name="fit_intercept",
    kind="bool",
    default=True,
    label="Learn a base level",
    help="The prediction for an average row (intercept). Without it the line is forced through zero.",
    why_default="A target is rarely zero where all columns are.",
    level=ParamLevel.EXPERT,
    tunable=False,
)

STRENGTH = ParamSpec(
    name="alpha",
    kind="float",
    default=0.01,
    low=0.00001,
    high=1.0,
    log=True,
    label="How strongly to hold weights small",
    help="Strength of the penalty (alpha), for a target brought to spread 1. Higher is simpler and steadier; "
    "lower follows the data more closely.",
    why_default="Takes out what hardly helps and leaves most of the rest.",
)

ROUNDS = ParamSpec(
    name="max_iter",
    kind="int",
    default=2000,
    low=50,
    high=20000,
    log=True,
    label="Most rounds of the search",
    help="Iterations of the solver. It ends sooner where nothing changes any more.",
    why_default="Enough on scaled columns.",
    level=ParamLevel.EXPERT,
    tunable=False,
)

PENALTY = ParamSpec(
    name="penalty",
    kind="choice",
    default="l2",
    choices=("l2", "l1", "elastic_net", "none"),
    choice_labels=("Large weights (L2)", "Needless columns (L1)", "Both (elastic net)", "Nothing"),
    label="What to hold down",
    help="L2 shrinks all weights, L1 sets many to exactly zero, the elastic net does both. "
    "Nothing is plain maximum likelihood.",
    why_default="The steadiest where columns resemble each other.",
    level=ParamLevel.ADVANCED,
)

EVEN_CLASSES = ParamSpec(
    name="even_classes",
    kind="bool",
    default=False,
    label="Take all classes to be as frequent",
    help="Equal prior probabilities: rare classes are called more often than they come.",
    why_default="How often a class comes is knowledge, and keeps probabilities honest.",
    level=ParamLevel.ADVANCED,
    tunable=False,
)


def width_limit(most: int, why: str) -> Limit:
    """Return the limit on prepared columns of a model that keeps a table of columns by columns."""
    return Limit(
        of="columns",
        most=most,
        why=why,
        remedy="Group rare categories, take fewer words of texts, or use the linear model (ridge).",
    )
