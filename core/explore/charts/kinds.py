"""The kinds of chart: purpose, columns they take, options; the form, the check and the command line come from here."""

from __future__ import annotations

from core.explore.chart_spec import ChartKind
from core.explore.charts.kind_parts import (
    AGGREGATE,
    BINS,
    COLOR,
    DENSE,
    FACET,
    GROUP,
    LOG_AXES,
    LOG_Y,
    NUMBER,
    ORDER,
    PERIOD,
    SHARE,
    TOP,
    VALUE,
    ChartKindSpec,
    choice,
    role,
    switch,
)
from core.explore.charts.roles import Reading, RoleSpec
from core.params import ParamSpec
from core.types import ParamLevel

KINDS: tuple[ChartKindSpec, ...] = (
    ChartKindSpec(
        kind=ChartKind.HISTOGRAM,
        title="Histogram",
        purpose="How the values of a column are spread.",
        icon="bar_chart",
        roles=(role("x", "Values", VALUE), COLOR, FACET),
        options=(BINS, switch("density", "Density curve", default=True), switch("share", "As shares"), LOG_Y),
        build="core.explore.charts.spread:histogram",
    ),
    ChartKindSpec(
        kind=ChartKind.BOX,
        title="Box plot",
        purpose="Middle, spread and far-off values, group by group.",
        icon="candlestick_chart",
        roles=(role("y", "Values", VALUE), role("x", "Groups", GROUP, optional=True), COLOR, FACET),
        options=(TOP, ORDER, LOG_Y),
        build="core.explore.charts.boxes:box",
    ),
    ChartKindSpec(
        kind=ChartKind.VIOLIN,
        title="Violin",
        purpose="The whole shape of each group's values.",
        icon="graphic_eq",
        roles=(role("y", "Values", VALUE), role("x", "Groups", GROUP, optional=True), FACET),
        options=(TOP, ORDER),
        build="core.explore.charts.boxes:violin",
    ),
    ChartKindSpec(
        kind=ChartKind.BARS,
        title="Bars",
        purpose="How often each value occurs, or a number for each.",
        icon="align_horizontal_left",
        roles=(
            role("x", "Groups", GROUP),
            role("y", "Height", NUMBER, optional=True, help="Empty counts rows."),
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
        roles=(role("x", "Date", (Reading.DATE,)), COLOR, FACET),
        options=(PERIOD, SHARE),
        build="core.explore.charts.lines:time_counts",
    ),
    ChartKindSpec(
        kind=ChartKind.TEXT,
        title="Text",
        purpose="How long texts are and which words are frequent.",
        icon="notes",
        roles=(role("x", "Text", (Reading.TEXT,)), COLOR),
        options=(
            ParamSpec(name="terms", kind="int", default=20, low=5, high=50, label="Words shown"),
            switch("stop_words", "Leave out small words", default=True, help="the, and, of, der, la ..."),
        ),
        build="core.explore.charts.texts:text",
    ),
    ChartKindSpec(
        kind=ChartKind.SCATTER,
        title="Scatter",
        purpose="How two numbers go together.",
        icon="scatter_plot",
        roles=(role("x", "Across", VALUE), role("y", "Up", VALUE), COLOR, FACET),
        options=(
            switch("trend", "Trend line", default=True, help="Least squares with a 95 % band."),
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
            role("x", "Groups", GROUP),
            COLOR.model_copy(update={"label": "Parts", "optional": False}),
            role("y", "Height", NUMBER, optional=True, help="Summed; empty counts rows."),
            FACET,
        ),
        options=(switch("share", "As shares", default=True, help="Each bar adds up to 100 %."), TOP, ORDER),
        build="core.explore.charts.bars:stacked",
    ),
    ChartKindSpec(
        kind=ChartKind.GROUPED_BARS,
        title="Grouped bars",
        purpose="Parts of each group side by side.",
        icon="grouped_bar_chart",
        roles=(
            role("x", "Groups", GROUP),
            COLOR.model_copy(update={"label": "Parts", "optional": False}),
            role("y", "Height", NUMBER, optional=True, help="Empty counts rows."),
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
            role("x", "Across", GROUP),
            role("y", "Up", GROUP),
            role("z", "Mean of", NUMBER, optional=True, help="Empty counts rows."),
            FACET,
        ),
        options=(
            ParamSpec(name="bins", kind="int", default=20, low=2, high=60, label="Ranges of a number"),
            TOP.model_copy(update={"default": 20}),
            choice(
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
            role("x", "Along", VALUE),
            role("y", "Value", NUMBER, optional=True, help="Empty counts rows."),
            COLOR,
            FACET,
        ),
        options=(AGGREGATE, PERIOD, switch("band", "95 % interval", default=True), LOG_Y),
        build="core.explore.charts.lines:line",
    ),
    ChartKindSpec(
        kind=ChartKind.MAP,
        title="Map",
        purpose="Where the rows lie, on a plain grid of degrees.",
        icon="public",
        roles=(
            role("x", "Longitude", NUMBER),
            role("y", "Latitude", NUMBER),
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
        roles=(role("x", "Across", VALUE), role("y", "Deep", VALUE), role("z", "Up", VALUE), COLOR),
        options=(
            ParamSpec(name="points", kind="int", default=2000, low=100, high=5000, step=100, label="Points drawn"),
        ),
        build="core.explore.charts.points:scatter_3d",
    ),
)

BASE_COLOR = ParamSpec(
    name="base_color", kind="int", default=0, low=0, high=7, label="Colour", level=ParamLevel.ADVANCED
)

LINE_STYLE = choice("line_style", "Line", ("solid", "dash", "dot"), ("Solid", "Dashed", "Dotted"))


def get_kind(kind: ChartKind) -> ChartKindSpec:
    """Return the declaration of a kind."""
    return next(spec for spec in KINDS if spec.kind == kind)
