"""The kinds of chart: purpose, columns they take, options; the form, the check and the command line come from here."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from core.explore.chart_spec import ChartKind
from core.explore.charts.roles import Reading, RoleSpec
from core.params import Condition, ParamSpec
from core.types import ParamLevel

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


def _role(name: str, label: str, readings: tuple[Reading, ...], *, optional: bool = False, help: str = "") -> RoleSpec:
    return RoleSpec.model_validate(
        {"name": name, "label": label, "readings": readings, "optional": optional, "help": help}
    )


def _choice(
    name: str,
    label: str,
    choices: tuple[str, ...],
    labels: tuple[str, ...],
    *,
    default: str = "",
    help: str = "",
    active_when: Condition | None = None,
) -> ParamSpec:
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


def _switch(name: str, label: str, *, default: bool = False, help: str = "") -> ParamSpec:
    return ParamSpec(name=name, kind="bool", default=default, label=label, help=help)


COLOR = _role("color", "Colour", GROUP, optional=True, help="One colour a value; at most 8, the rest together.")
FACET = _role("facet", "Small multiples", GROUP, optional=True, help="One small chart a value (facets); at most 12.")
BINS = ParamSpec(
    name="bins", kind="int", default=0, low=0, high=200, label="Bars", help="Number of bins; 0 chooses a round width."
)
TOP = ParamSpec(
    name="top", kind="int", default=15, low=2, high=50, label="Most values shown", help="The rest stands as one bar."
)
AGGREGATE = _choice(
    "aggregate",
    "Show",
    ("mean", "median", "sum", "min", "max", "count"),
    ("Mean", "Middle (median)", "Sum", "Lowest", "Highest", "Number of rows"),
    help="What is drawn of the value column. A mean comes with its 95 % interval.",
)
SHARE = _switch("share", "As shares", help="Each adds up to 100 %.")
ORDER = _choice(
    "order", "Order", ("auto", "size", "name"), ("As it comes naturally", "By size", "By name"), help="Of the values."
)
PERIOD = _choice(
    "period",
    "Period",
    ("auto", "minute", "hour", "day", "week", "month", "quarter", "year"),
    ("Automatic", "Minute", "Hour", "Day", "Week", "Month", "Quarter", "Year"),
    help="Rows of one period are drawn as one point (resampling).",
)
LOG_Y = _switch("log_y", "Logarithmic height")
DENSE = _choice(
    "dense",
    "Many points",
    ("auto", "bins", "sample"),
    ("Automatic", "Count in squares", "Draw a sample"),
    help=f"Over {MOST_ROWS_DRAWN:,} points are counted in squares (2-D bins), or a sample of them is drawn.",
)
LOG_AXES = (_switch("log_x", "Logarithmic x"), _switch("log_y", "Logarithmic y"))

KINDS: tuple[ChartKindSpec, ...] = (
    ChartKindSpec(
        kind=ChartKind.HISTOGRAM,
        title="Histogram",
        purpose="How the values of a column are spread.",
        icon="bar_chart",
        roles=(_role("x", "Values", VALUE), COLOR, FACET),
        options=(BINS, _switch("density", "Density curve", default=True), _switch("share", "As shares"), LOG_Y),
        build="core.explore.charts.spread:histogram",
    ),
    ChartKindSpec(
        kind=ChartKind.BOX,
        title="Box plot",
        purpose="Middle, spread and far-off values, group by group.",
        icon="candlestick_chart",
        roles=(_role("y", "Values", VALUE), _role("x", "Groups", GROUP, optional=True), COLOR, FACET),
        options=(TOP, ORDER, LOG_Y),
        build="core.explore.charts.boxes:box",
    ),
    ChartKindSpec(
        kind=ChartKind.VIOLIN,
        title="Violin",
        purpose="The whole shape of each group's values.",
        icon="graphic_eq",
        roles=(_role("y", "Values", VALUE), _role("x", "Groups", GROUP, optional=True), FACET),
        options=(TOP, ORDER),
        build="core.explore.charts.boxes:violin",
    ),
    ChartKindSpec(
        kind=ChartKind.BARS,
        title="Bars",
        purpose="How often each value occurs, or a number for each.",
        icon="align_horizontal_left",
        roles=(
            _role("x", "Groups", GROUP),
            _role("y", "Height", NUMBER, optional=True, help="Empty counts rows."),
            FACET,
        ),
        options=(AGGREGATE, TOP, ORDER, SHARE),
        build="core.explore.charts.bars:bars",
    ),
    ChartKindSpec(
        kind=ChartKind.TIME_COUNTS,
        title="Rows over time",
        purpose="How many rows fall into each period.",
        icon="calendar_month",
        roles=(_role("x", "Date", (Reading.DATE,)), COLOR, FACET),
        options=(PERIOD, SHARE),
        build="core.explore.charts.lines:time_counts",
    ),
    ChartKindSpec(
        kind=ChartKind.TEXT,
        title="Text",
        purpose="How long texts are and which words are frequent.",
        icon="notes",
        roles=(_role("x", "Text", (Reading.TEXT,)), COLOR),
        options=(
            ParamSpec(name="terms", kind="int", default=20, low=5, high=50, label="Words shown"),
            _switch("stop_words", "Leave out small words", default=True, help="the, and, of, der, la ..."),
        ),
        build="core.explore.charts.texts:text",
    ),
    ChartKindSpec(
        kind=ChartKind.SCATTER,
        title="Scatter",
        purpose="How two numbers go together.",
        icon="scatter_plot",
        roles=(_role("x", "Across", VALUE), _role("y", "Up", VALUE), COLOR, FACET),
        options=(
            _switch("trend", "Trend line", default=True, help="Least squares with a 95 % band."),
            DENSE,
            *LOG_AXES,
        ),
        build="core.explore.charts.points:scatter",
    ),
    ChartKindSpec(
        kind=ChartKind.STACKED_BARS,
        title="Stacked bars",
        purpose="What each group is made of.",
        icon="stacked_bar_chart",
        roles=(
            _role("x", "Groups", GROUP),
            COLOR.model_copy(update={"label": "Parts", "optional": False}),
            _role("y", "Height", NUMBER, optional=True, help="Summed; empty counts rows."),
            FACET,
        ),
        options=(_switch("share", "As shares", default=True, help="Each bar adds up to 100 %."), TOP, ORDER),
        build="core.explore.charts.bars:stacked",
    ),
    ChartKindSpec(
        kind=ChartKind.GROUPED_BARS,
        title="Grouped bars",
        purpose="Parts of each group side by side.",
        icon="grouped_bar_chart",
        roles=(
            _role("x", "Groups", GROUP),
            COLOR.model_copy(update={"label": "Parts", "optional": False}),
            _role("y", "Height", NUMBER, optional=True, help="Empty counts rows."),
            FACET,
        ),
        options=(AGGREGATE, SHARE, TOP, ORDER),
        build="core.explore.charts.bars:grouped",
    ),
    ChartKindSpec(
        kind=ChartKind.HEAT_MAP,
        title="Heat map",
        purpose="Two columns against each other, a colour for each pair.",
        icon="grid_on",
        roles=(
            _role("x", "Across", GROUP),
            _role("y", "Up", GROUP),
            _role("z", "Mean of", NUMBER, optional=True, help="Empty counts rows."),
            FACET,
        ),
        options=(
            ParamSpec(name="bins", kind="int", default=20, low=2, high=60, label="Ranges of a number"),
            TOP.model_copy(update={"default": 20}),
            _choice(
                "share",
                "Shares",
                ("none", "all", "rows", "columns"),
                ("Counts", "Of all rows", "Of each line", "Of each column"),
            ),
        ),
        build="core.explore.charts.heat:heat_map",
    ),
    ChartKindSpec(
        kind=ChartKind.PAIRS,
        title="Pairs",
        purpose="Every number against every other.",
        icon="apps",
        roles=(RoleSpec(name="columns", label="Columns", readings=VALUE, least=2, most=6),),
        options=(ParamSpec(name="bins", kind="int", default=20, low=5, high=40, label="Bins each way"),),
        build="core.explore.charts.pairs:pairs",
    ),
    ChartKindSpec(
        kind=ChartKind.PARALLEL,
        title="Parallel lines",
        purpose="Many columns at once, a line a row (parallel coordinates).",
        icon="stacked_line_chart",
        roles=(RoleSpec(name="columns", label="Columns", readings=GROUP, least=2, most=8), COLOR),
        options=(ParamSpec(name="lines", kind="int", default=500, low=50, high=2000, step=50, label="Lines drawn"),),
        build="core.explore.charts.parallel:parallel",
    ),
    ChartKindSpec(
        kind=ChartKind.LINE,
        title="Line",
        purpose="How a value changes over time or along a number.",
        icon="show_chart",
        roles=(
            _role("x", "Along", VALUE),
            _role("y", "Value", NUMBER, optional=True, help="Empty counts rows."),
            COLOR,
            FACET,
        ),
        options=(AGGREGATE, PERIOD, _switch("band", "95 % interval", default=True), LOG_Y),
        build="core.explore.charts.lines:line",
    ),
    ChartKindSpec(
        kind=ChartKind.MAP,
        title="Map",
        purpose="Where the rows lie, on a plain grid of degrees.",
        icon="public",
        roles=(
            _role("x", "Longitude", NUMBER),
            _role("y", "Latitude", NUMBER),
            COLOR.model_copy(update={"help": "A number is drawn as its mean in each square."}),
            FACET,
        ),
        options=(DENSE,),
        build="core.explore.charts.points:geo_map",
    ),
    ChartKindSpec(
        kind=ChartKind.SCATTER_3D,
        title="Scatter in 3-D",
        purpose="Three numbers as a cloud that turns.",
        icon="view_in_ar",
        roles=(_role("x", "Across", VALUE), _role("y", "Deep", VALUE), _role("z", "Up", VALUE), COLOR),
        options=(
            ParamSpec(name="points", kind="int", default=2000, low=100, high=5000, step=100, label="Points drawn"),
        ),
        build="core.explore.charts.points:scatter_3d",
    ),
)

BASE_COLOR = ParamSpec(
    name="base_color", kind="int", default=0, low=0, high=7, label="Colour", level=ParamLevel.ADVANCED
)
LINE_STYLE = _choice("line_style", "Line", ("solid", "dash", "dot"), ("Solid", "Dashed", "Dotted"))


def get_kind(kind: ChartKind) -> ChartKindSpec:
    """Return the declaration of a kind."""
    return next(spec for spec in KINDS if spec.kind == kind)
