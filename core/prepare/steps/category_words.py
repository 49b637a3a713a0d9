"""Categories tidied, still as words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import Condition, ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepSpec
from core.prepare.steps.common import CATEGORY_KINDS, number_of, text_of
from core.types import ParamLevel
from core.words import share

SPARSE_ABOVE = 50
"""One-hot columns of more levels than this are kept without their zeros."""

MERGE_SPELLINGS = StepSpec(
    key="merge_spellings",
    title="Merge spellings of categories",
    purpose="Takes categories that are only written differently, such as 'New York' and 'new  york', for one.",
    when="Where cells were typed by hand. Not where capital letters mean something, as in codes. Put it before the "
    "steps that turn categories into numbers.",
    group=StepGroup.CATEGORIES,
    kinds=CATEGORY_KINDS,
    takes=(Form.WORDS,),
    formula=r"x \mapsto \operatorname{mode}\{x' : \operatorname{fold}(x') = \operatorname{fold}(x)\}",
    source="Unicode case folding and normal forms (UAX 15), as in Python's unicodedata",
    params=(
        ParamSpec(
            name="case",
            kind="bool",
            default=True,
            label="Look through capital letters",
            help="'Yes' and 'YES' are the same.",
            why_default="Capitals are rarely meant in typed categories.",
            tunable=False,
        ),
        ParamSpec(
            name="blanks",
            kind="bool",
            default=True,
            label="Look through doubled blanks",
            help="'New York' with two blanks is the same as with one.",
            why_default="Nobody means them.",
            tunable=False,
        ),
        ParamSpec(
            name="accents",
            kind="bool",
            default=False,
            label="Look through accents",
            help="'Zürich' and 'Zurich' are the same.",
            why_default="In many languages an accent makes another word.",
            tunable=False,
        ),
        ParamSpec(
            name="marks",
            kind="bool",
            default=False,
            label="Look through punctuation",
            help="'e-mail' and 'e mail' are the same; 'St. Ives' and 'St Ives' too.",
            why_default="In codes, marks tell things apart.",
            tunable=False,
        ),
    ),
    builder="core.prepare.steps.category_words:build_spellings",
    sentence="core.prepare.steps.category_words:say_spellings",
    one_to_one=True,
)

GROUP_RARE = StepSpec(
    key="group_rare",
    title="Group rare categories",
    purpose="Puts categories with few rows together into one, called (rare).",
    when="Where a column has many categories with few rows each: there is too little to learn from any of them. Not "
    "where a rare category is what matters. Put it before the steps that turn categories into numbers.",
    group=StepGroup.CATEGORIES,
    kinds=CATEGORY_KINDS,
    takes=(Form.WORDS,),
    formula=r"x \mapsto x \text{ if } n_x \ge m \text{, else (rare)}",
    source="Counts of the training rows",
    params=(
        ParamSpec(
            name="rule",
            kind="choice",
            default="share",
            choices=("share", "count", "top"),
            choice_labels=("A share of the rows", "A number of rows", "The most frequent ones"),
            label="What keeps a category",
            help="Counted in the training rows of each fold, without missing cells.",
            why_default="A share means the same for small and for large tables.",
        ),
        ParamSpec(
            name="least_share",
            kind="float",
            default=0.01,
            low=0.0001,
            high=0.5,
            log=True,
            label="Smallest share",
            help="Categories with a smaller share of the rows are rare. 0.01 is one row in a hundred.",
            why_default="One row in a hundred is seen often enough in most tables.",
            active_when=Condition(param="rule", values=("share",)),
        ),
        ParamSpec(
            name="least_rows",
            kind="int",
            default=10,
            low=2,
            high=10_000,
            log=True,
            label="Fewest rows",
            help="Categories with fewer training rows are rare.",
            why_default="Below ten rows, an average says little.",
            active_when=Condition(param="rule", values=("count",)),
        ),
        ParamSpec(
            name="most_levels",
            kind="int",
            default=20,
            low=1,
            high=5000,
            log=True,
            label="Categories to keep",
            help="The most frequent ones; all others are rare.",
            why_default="Keeps the table narrow and readable.",
            active_when=Condition(param="rule", values=("top",)),
        ),
        ParamSpec(
            name="unseen",
            kind="bool",
            default=True,
            label="Count new categories as rare",
            help="A category that no training row had is taken for rare; otherwise it keeps its name, and the step "
            "that turns categories into numbers decides.",
            why_default="A category that was not seen once is rare.",
            level=ParamLevel.ADVANCED,
            tunable=False,
        ),
    ),
    builder="core.prepare.steps.category_words:build_rare",
    outline="core.prepare.steps.category_words:outline_rare",
    sentence="core.prepare.steps.category_words:say_rare",
    one_to_one=True,
)

STEPS: tuple[StepSpec, ...] = (MERGE_SPELLINGS, GROUP_RARE)

_LOOKED_THROUGH = {"case": "capitals", "blanks": "blanks", "accents": "accents", "marks": "punctuation"}


def levels_of(feature: Feature) -> int:
    """Return how many categories a column has, missing counted as one."""
    return feature.unique + int(feature.gaps_seen > 0)


def build_spellings(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what merges spellings."""
    from core.prepare.transformers.levels import MergeSpellings

    return MergeSpellings(**{name: bool(params[name]) for name in _LOOKED_THROUGH})


def say_spellings(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is looked through."""
    through = [word for name, word in _LOOKED_THROUGH.items() if params[name]]
    return f"spellings merged, whatever the {' and '.join(through)}" if through else "outer blanks taken off"


def build_rare(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what groups rare categories."""
    from core.prepare.transformers.levels import GroupRare

    given: dict[str, Any] = dict(params)
    return GroupRare(**given)


def outline_rare(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return the features with the most categories that they can have left."""
    return tuple(f.becomes(unique=min(f.unique, _most_left(params) + 1)) for f in context.features)


def _most_left(params: Mapping[str, ParamValue]) -> int:
    """Return how many categories can stay; what a least number of rows leaves is not known before they are counted."""
    match params["rule"]:
        case "top":
            return int(number_of(params, "most_levels"))
        case "share":
            return int(1 / number_of(params, "least_share"))
        case _:
            return 1_000_000_000


def say_rare(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is grouped."""
    match text_of(params, "rule"):
        case "top":
            return f"all but the {int(number_of(params, 'most_levels'))} most frequent categories are (rare)"
        case "count":
            return f"categories in fewer than {int(number_of(params, 'least_rows'))} rows are (rare)"
        case _:
            return f"categories in less than {share(number_of(params, 'least_share'))} of the rows are (rare)"
