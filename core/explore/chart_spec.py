"""A chart as data: what is drawn of which columns, and the aggregates that are drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict


class ChartKind(StrEnum):
    """Kinds of chart."""

    HISTOGRAM = "histogram"
    BOX = "box"
    VIOLIN = "violin"
    BARS = "bars"
    TIME_COUNTS = "time_counts"
    TEXT = "text"
    SCATTER = "scatter"
    STACKED_BARS = "stacked_bars"
    GROUPED_BARS = "grouped_bars"
    HEAT_MAP = "heat_map"
    PAIRS = "pairs"
    PARALLEL = "parallel"
    LINE = "line"
    MAP = "map"
    SCATTER_3D = "scatter_3d"


class ChartFilter(BaseModel):
    """Rows that a chart shows: a range of numbers or dates, or some values of a column.

    Attributes
    ----------
    column : str
        The column.
    low, high : float, optional
        Both ends included; seconds since 1970 for dates.
    values : tuple of str
        Values as text; empty means a range.
    high_open : bool
        Leave ``high`` itself out, as a bar of a histogram does.
    negated : bool
        Any value but these, as the bar of other values holds them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    low: float | None = None
    high: float | None = None
    values: tuple[str, ...] = ()
    high_open: bool = False
    negated: bool = False


class ChartSpec(BaseModel):
    """What a person asked to see.

    Attributes
    ----------
    kind : ChartKind
        Kind of chart.
    x, y, z, color, facet : str
        Columns; empty where not used.
    columns : tuple of str
        Columns of pairs and parallel coordinates.
    options : dict
        JSON values under the names that `core.explore.charts.kinds` declares for the kind (bins, density, aggregate,
        period, trend, share, top ...), and the person's own looks: title, x_title, y_title, base_color, line_style.
    filters : tuple of ChartFilter
        All must hold.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ChartKind
    x: str = ""
    y: str = ""
    z: str = ""
    color: str = ""
    facet: str = ""
    columns: tuple[str, ...] = ()
    options: dict[str, Any] = {}
    filters: tuple[ChartFilter, ...] = ()


@dataclass(frozen=True)
class ChartData:
    """The numbers of a chart, aggregated where the data is.

    Attributes
    ----------
    spec : ChartSpec
        What was asked for.
    layers : dict of str to DataFrame
        What is drawn ("bars", "density", "points", "bins", "trend" ...); a few thousand rows at most. Where there are
        colours or facets, the columns "color" and "facet" hold their labels.
    table : DataFrame
        The table twin.
    finding, caption, alt : str
        The finding as title; how to read it; text for a screen reader.
    rows, shown : int
        Rows after the filters; rows drawn (fewer where they were sampled).
    note : str
        What was left out or sampled, in words.
    facts : dict
        What the drawing and the code need beside the layers: edges of bins, labels of groups, axis titles.
    """

    spec: ChartSpec
    layers: dict[str, pd.DataFrame]
    table: pd.DataFrame
    finding: str
    caption: str
    alt: str
    rows: int
    shown: int
    note: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
