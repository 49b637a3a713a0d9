"""What the declarations of charts are made of: limits, places for columns, options that several kinds share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from core.explore.chart_spec import ChartKind
from core.explore.charts.roles import Reading, RoleSpec
from core.params import Condition, ParamSpec

MOST_COLORS = 8

MOST_FACETS = 12

MOST_ROWS_DRAWN = 5000

STYLE_OPTIONS = ("title", "x_title", "y_title", "base_color", "line_style")
"""Options of every kind that change looks alone."""

VALUE = (Reading.NUMBER, Reading.DATE)

NUMBER = (Reading.NUMBER,)

GROUP = (Reading.GROUP,)


class ChartKindSpec(BaseModel):
    """Declaration of a kind of chart.

    Attributes
    ----------
    kind : ChartKind
        Its key.
    title, purpose : str
        "Histogram"; what it shows, in a sentence.
    icon : str
        Name of a Material symbol.
    roles : tuple of RoleSpec
        Columns it takes, in the order of the form.
    options : tuple of ParamSpec
        What else can be chosen.
    build : str
        ``module:function`` that turns (source, spec) into `ChartData`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ChartKind
    title: str
    purpose: str
    icon: str
    roles: tuple[RoleSpec, ...]
    options: tuple[ParamSpec, ...] = ()
    build: str


def role(name: str, label: str, readings: tuple[Reading, ...], *, optional: bool = False, help: str = "") -> RoleSpec:
    """Declare a place for a column."""
    return RoleSpec.model_validate(
        {"name": name, "label": label, "readings": readings, "optional": optional, "help": help}
    )


def choice(
    name: str,
    label: str,
    choices: tuple[str, ...],
    labels: tuple[str, ...],
    *,
    default: str = "",
    help: str = "",
    active_when: Condition | None = None,
) -> ParamSpec:
    """Declare an option with named choices; the first one holds where no other default is given."""
    return ParamSpec(
        name=name,
        kind="choice",
        default=default or choices[0],
        choices=choices,
        choice_labels=labels,
        label=label,
        help=help,
        active_when=active_when,
    )


def switch(name: str, label: str, *, default: bool = False, help: str = "") -> ParamSpec:
    """Declare an option that is on or off."""
    return ParamSpec(name=name, kind="bool", default=default, label=label, help=help)


COLOR = role("color", "Colour", GROUP, optional=True, help="One colour a value; at most 8, the rest together.")

FACET = role("facet", "Small multiples", GROUP, optional=True, help="One small chart a value (facets); at most 12.")

BINS = ParamSpec(
    name="bins", kind="int", default=0, low=0, high=200, label="Bars", help="Number of bins; 0 chooses a round width."
)

TOP = ParamSpec(
    name="top", kind="int", default=15, low=2, high=50, label="Most values shown", help="The rest stands as one bar."
)

AGGREGATE = choice(
    "aggregate",
    "Show",
    ("mean", "median", "sum", "min", "max", "count"),
    ("Mean", "Middle (median)", "Sum", "Lowest", "Highest", "Number of rows"),
    help="What is drawn of the value column. A mean comes with its 95 % interval.",
)

SHARE = switch("share", "As shares", help="Each adds up to 100 %.")

ORDER = choice(
    "order", "Order", ("auto", "size", "name"), ("As it comes naturally", "By size", "By name"), help="Of the values."
)

PERIOD = choice(
    "period",
    "Period",
    ("auto", "minute", "hour", "day", "week", "month", "quarter", "year"),
    ("Automatic", "Minute", "Hour", "Day", "Week", "Month", "Quarter", "Year"),
    help="Rows of one period are drawn as one point (resampling).",
)

LOG_Y = switch("log_y", "Logarithmic height")

DENSE = choice(
    "dense",
    "Many points",
    ("auto", "bins", "sample"),
    ("Automatic", "Count in squares", "Draw a sample"),
    help=f"Over {MOST_ROWS_DRAWN:,} points are counted in squares (2-D bins), or a sample of them is drawn.",
)

LOG_AXES = (switch("log_x", "Logarithmic x"), switch("log_y", "Logarithmic y"))
