"""Figures of histograms with their density curves."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from components.chart_parts import (
    Drawn,
    Panel,
    Shade,
    add,
    dash,
    facet_filters,
    new_figure,
    on_axis,
    part_of,
    shades,
)
from components.theme import Palette, faint
from core.explore.chart_spec import ChartData, ChartFilter
from core.explore.charts import words

if TYPE_CHECKING:
    import pandas as pd


def histogram(data: ChartData, colors: Palette) -> Drawn:
    """Draw bars of ranges, with density curves; groups lie over one another."""
    drawn, parts = new_figure(data, 320)
    groups, height = shades(data), data.facts["value"]
    is_date = bool(data.facts["bins"]["is_date"])
    for panel in parts:
        bars = part_of(data.layers["bars"], panel)
        for place, shade in enumerate(groups):
            mine = bars[bars["color"] == shade.label]
            if len(mine):
                add(drawn, _range_bars(data, drawn, mine, shade, panel, height, many=len(groups) > 1), panel)
            curve = data.layers.get("density")
            if curve is not None:
                line = part_of(curve, panel)
                line = line[line["color"] == shade.label]
                tone = shade.color if len(groups) > 1 else colors.text
                add(drawn, _curve(line, tone, data, is_date=is_date, group=str(place)), panel)
    drawn.figure.update_layout(barmode="overlay", bargap=0, showlegend=len(groups) > 1)
    drawn.figure.update_yaxes(rangemode="tozero", tickformat=".0%" if height == "share" else None)
    if data.facts.get("log_y"):
        drawn.figure.update_yaxes(type="log", rangemode="normal")
    if is_date:
        drawn.figure.update_xaxes(type="date")
    elif data.facts["bins"]["width"] == 1 and data.facts["bins"]["count"] <= 12:
        drawn.figure.update_xaxes(dtick=1)
    drawn.x = data.spec.x
    return drawn


def _range_bars(
    data: ChartData, drawn: Drawn, bars: pd.DataFrame, shade: Shade, panel: Panel, height: str, *, many: bool
) -> go.Bar:
    bins = data.facts["bins"]
    is_date, width = bool(bins["is_date"]), float(bins["width"])
    last = bins["low"] + bins["count"] * width
    told = []
    for low, high, count in zip(bars["low"], bars["high"], bars["count"], strict=True):
        kept = ChartFilter(column=data.spec.x, low=low, high=high, high_open=not math.isclose(high, last))
        place = drawn.pick(kept, *shade.filters, *facet_filters(data, panel))
        ends = [words.value_text(v, is_date=is_date, step=width) for v in (low, high)]
        told.append([place, " to ".join(ends), f"{count:,}"])
    scale = 1000.0 if is_date else 1.0
    return go.Bar(
        x=on_axis(bars["low"] + width / 2, is_date=is_date),
        y=bars[height],
        width=[width * scale * (1.0 if many else 0.94)] * len(bars),
        customdata=told,
        hovertemplate="%{customdata[1]}<br>%{customdata[2]} rows<extra></extra>",
        marker={"color": faint(shade.color, 0.45) if many else shade.color, "line": {"width": 0}},
        name=shade.name,
        legendgroup=shade.label,
        showlegend=many and panel.row <= 1 and panel.col <= 1,
    )


def _curve(line: pd.DataFrame, color: str, data: ChartData, *, is_date: bool, group: str) -> go.Scatter:
    return go.Scatter(
        x=on_axis(line["x"], is_date=is_date),
        y=line["y"],
        mode="lines",
        line={"color": color, "width": 1.8, "dash": dash(data)},
        hoverinfo="skip",
        showlegend=False,
        name=f"density {group}",
    )
