"""The preparation steps, declared as data."""

from __future__ import annotations

from core.errors import NotFound
from core.params import Condition, ParamSpec
from core.prepare.plan import StepSpec
from core.types import ColumnKind, ParamLevel

DATE_PARTS = ("year", "month", "day", "weekday", "hour", "day of year", "days")
"""Parts of a date, as `core.prepare.transformers.DateParts` names them; "days" counts from the earliest date."""

CATEGORY_KINDS = (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN, ColumnKind.IDENTIFIER)

_DATE_LABELS = {
    "year": ("Year", "Trends over years."),
    "month": ("Month", "Seasons."),
    "day": ("Day of the month", "Pay days and billing dates."),
    "weekday": ("Day of the week", "Monday is 0. Working days against weekends."),
    "hour": ("Hour", "Given only where the time of day varies."),
    "day of year": ("Day of the year", "Seasons, finer than months."),
    "days": ("Days since the first date", "Counted from the earliest date in the training rows."),
}


def date_param(part: str) -> str:
    """Return the parameter name of a date part."""
    return part.replace(" ", "_")


DROP = StepSpec(
    key="drop_columns",
    title="Leave out columns",
    purpose="Keeps columns away from the model.",
    when="For row numbers, names and other identifiers, and for columns with nothing to learn from.",
    kinds=tuple(ColumnKind),
)

IMPUTE_NUMBERS = StepSpec(
    key="impute_numbers",
    title="Fill missing numbers",
    purpose="Puts a typical value where a number is missing.",
    when="Most models refuse missing numbers. Boosted trees take them as they are.",
    kinds=(ColumnKind.NUMERIC,),
    formula=r"x_{ij} \leftarrow \operatorname{median}_k\, x_{kj} \text{ if } x_{ij} \text{ is missing}",
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="median",
            choices=("median", "mean", "constant"),
            choice_labels=("Median", "Mean", "A fixed value"),
            label="Fill with",
            help="Learned from the training rows of each fold.",
            why_default="The median does not move when a few values are extreme.",
        ),
        ParamSpec(
            name="constant",
            kind="float",
            default=0.0,
            low=-1e12,
            high=1e12,
            label="Value",
            help="The number put in every missing cell.",
            why_default="Zero often means 'none'.",
            active_when=Condition(param="method", values=("constant",)),
        ),
        ParamSpec(
            name="indicator",
            kind="bool",
            default=False,
            label="Also tell the model which cells were missing",
            help="Adds a column of 0 and 1 (a missing indicator) for each column with missing cells.",
            why_default="Worth it where a value is missing for a reason.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="when",
            kind="choice",
            default="needed",
            choices=("needed", "always"),
            choice_labels=("Only for models that need it", "For every model"),
            label="Apply",
            help="Boosted trees learn on which side of a split missing values belong.",
            why_default="A model that handles missing values itself loses information when they are filled.",
            level=ParamLevel.ADVANCED,
        ),
    ),
)

IMPUTE_CATEGORIES = StepSpec(
    key="impute_categories",
    title="Fill missing categories",
    purpose="Decides what a missing category counts as.",
    when="For every category column; a later row may lack the value even if none does now.",
    kinds=CATEGORY_KINDS,
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="level",
            choices=("level", "most_frequent"),
            choice_labels=("A category of its own", "The most frequent category"),
            label="Count missing as",
            help="A category of its own lets the model learn whether being missing matters.",
            why_default="That a value is missing often says something.",
        ),
    ),
)

ENCODE_CATEGORIES = StepSpec(
    key="encode_categories",
    title="Turn categories into numbers",
    purpose="Gives each category numbers that a model can calculate with.",
    when="For every category column that a model should see.",
    kinds=(*CATEGORY_KINDS, ColumnKind.TEXT),
    formula=r"x \in \{c_1, \dots, c_K\} \mapsto (\mathbf{1}[x=c_1], \dots, \mathbf{1}[x=c_K])",
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
            high=255,
            label="Most columns for one feature",
            help="With one-hot, rarer categories share one column.",
            why_default="Keeps tables narrow, and the rarest categories have too few rows to learn from.",
            level=ParamLevel.ADVANCED,
        ),
    ),
)

ENCODE_TEXT = StepSpec(
    key="encode_text",
    title="Turn text into word weights",
    purpose="Gives each frequent word a column that says how much a text is about it.",
    when="For free text such as comments and descriptions.",
    kinds=(ColumnKind.TEXT, ColumnKind.CATEGORICAL, ColumnKind.IDENTIFIER),
    formula=r"\mathrm{tfidf}(t, d) = (1 + \ln \mathrm{tf}(t, d)) \left(1 + \ln \frac{1 + n}{1 + \mathrm{df}(t)}\right)",
    params=(
        ParamSpec(
            name="max_words",
            kind="int",
            default=100,
            low=10,
            high=2000,
            log=True,
            label="Words kept",
            help="The most frequent words of the training rows (TF-IDF); more tell finer and cost time.",
            why_default="A hundred words cover most of what short texts say.",
        ),
    ),
)

EXPAND_DATES = StepSpec(
    key="expand_dates",
    title="Take dates apart",
    purpose="Turns a date into year, month, weekday and the like.",
    when="For every date column that a model should see.",
    kinds=(ColumnKind.DATETIME,),
    params=tuple(
        ParamSpec(name=date_param(part), kind="bool", default=True, label=label, help=text, tunable=False)
        for part, (label, text) in _DATE_LABELS.items()
    ),
)

SCALE_NUMBERS = StepSpec(
    key="scale_numbers",
    title="Bring numbers to one scale",
    purpose="Makes columns in different units comparable.",
    when="Linear models, nearest neighbours and networks need it. Trees do not, and are left alone.",
    kinds=(ColumnKind.NUMERIC, ColumnKind.DATETIME),
    formula=r"z_{ij} = \frac{x_{ij} - \bar{x}_j}{s_j}",
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="standard",
            choices=("standard", "min_max", "robust", "none"),
            choice_labels=("Mean 0, spread 1", "From 0 to 1", "Median 0, middle half 1", "Leave as they are"),
            label="How",
            help="Standard, min-max or robust scaling. Robust uses the quartiles, so extreme values count little.",
            why_default="Suits most models and most data.",
        ),
    ),
)

STEPS: tuple[StepSpec, ...] = (
    DROP,
    IMPUTE_NUMBERS,
    IMPUTE_CATEGORIES,
    ENCODE_CATEGORIES,
    ENCODE_TEXT,
    EXPAND_DATES,
    SCALE_NUMBERS,
)


def get_step(key: str) -> StepSpec:
    """Return the step called ``key``.

    Raises
    ------
    NotFound
        Naming the known steps.
    """
    for step in STEPS:
        if step.key == key:
            return step
    raise NotFound(f"There is no preparation step {key!r}.", hint=f"Known: {', '.join(step.key for step in STEPS)}.")
