"""From the numbers of a chart to its figure, in the colours of a theme."""

from __future__ import annotations

from collections.abc import Callable

from components import chart_bars, chart_points, chart_spread
from components.chart_parts import Drawn
from components.theme import Palette
from core.explore.chart_spec import ChartData, ChartKind

DRAW: dict[ChartKind, Callable[[ChartData, Palette], Drawn]] = {
    ChartKind.HISTOGRAM: chart_bars.histogram,
    ChartKind.BARS: chart_bars.bars,
    ChartKind.STACKED_BARS: chart_bars.bars,
    ChartKind.GROUPED_BARS: chart_bars.bars,
    ChartKind.TIME_COUNTS: chart_bars.time_counts,
    ChartKind.TEXT: chart_bars.text,
    ChartKind.BOX: chart_spread.box,
    ChartKind.VIOLIN: chart_spread.violin,
    ChartKind.HEAT_MAP: chart_spread.heat_map,
    ChartKind.PAIRS: chart_spread.pairs,
    ChartKind.PARALLEL: chart_spread.parallel,
    ChartKind.SCATTER: chart_points.scatter,
    ChartKind.MAP: chart_points.geo_map,
    ChartKind.SCATTER_3D: chart_points.scatter_3d,
    ChartKind.LINE: chart_points.line,
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
