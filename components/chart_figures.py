"""From the numbers of a chart to its figure, in the colours of a theme."""

from __future__ import annotations

from collections.abc import Callable

from components import (
    chart_bars,
    chart_boxes,
    chart_counts,
    chart_histogram,
    chart_lines,
    chart_many,
    chart_points,
    chart_squares,
)
from components.chart_parts import Drawn
from components.theme import Palette
from core.explore.chart_spec import ChartData, ChartKind

DRAW: dict[ChartKind, Callable[[ChartData, Palette], Drawn]] = {
    ChartKind.HISTOGRAM: chart_histogram.histogram,
    ChartKind.BARS: chart_bars.bars,
    ChartKind.STACKED_BARS: chart_bars.bars,
    ChartKind.GROUPED_BARS: chart_bars.bars,
    ChartKind.TIME_COUNTS: chart_counts.time_counts,
    ChartKind.TEXT: chart_counts.text,
    ChartKind.BOX: chart_boxes.box,
    ChartKind.VIOLIN: chart_boxes.violin,
    ChartKind.HEAT_MAP: chart_squares.heat_map,
    ChartKind.PAIRS: chart_many.pairs,
    ChartKind.PARALLEL: chart_many.parallel,
    ChartKind.SCATTER: chart_points.scatter,
    ChartKind.MAP: chart_points.geo_map,
    ChartKind.SCATTER_3D: chart_points.scatter_3d,
    ChartKind.LINE: chart_lines.line,
}


def draw(data: ChartData, colors: Palette) -> Drawn:
    """Return the figure of a chart, without a template and without a title.

    Parameters
    ----------
    data : ChartData
        From `core.explore.charts.chart_data`.
    colors : Palette
        The theme.
    """
    return DRAW[data.spec.kind](data, colors)
