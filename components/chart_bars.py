"""Figures of bars, one a value, stacked or side by side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from components.chart_parts import (
    Drawn,
    Panel,
    Shade,
    add,
    facet_filters,
    new_figure,
    part_of,
    safe,
    shades,
)
from components.theme import Palette, faint
from core.explore.chart_spec import ChartData, ChartFilter, ChartKind
from core.explore.charts import words
from core.explore.charts.selection import group_filters

if TYPE_CHECKING:
    import pandas as pd


LINE_PX = 26


def bars(data: ChartData, colors: Palette) -> Drawn:
    """Draw a bar a value, flat where the labels are long; parts stacked or side by side."""
    labels = [str(label) for label in data.facts["x"]["labels"]]
    groups = shades(data)
    stacked = data.spec.kind is ChartKind.STACKED_BARS
    flat = len(labels) > 12 or max((len(label) for label in labels), default=0) > 8
    lines = len(labels) * (1 if stacked or len(groups) == 1 else max(0.45 * len(groups), 1))
    drawn, parts = new_figure(data, max(int(LINE_PX * lines) + 50, 130) if flat else 300)
    if flat:
        _swap_titles(drawn, data, len(parts))
    kept = group_filters(data.facts["x"])
    for panel in parts:
        layer = part_of(data.layers["bars"], panel)
        for shade in groups:
            mine = layer[layer["color"] == shade.label]
            if len(mine):
                add(drawn, _bar(data, drawn, mine, shade, panel, labels, kept, colors, flat=flat, groups=groups), panel)
    ticks = {"tickvals": list(range(len(labels))), "ticktext": [safe(label) for label in labels], "showgrid": False}
    values = {"rangemode": "tozero", "tickformat": ".0%" if data.facts["share"] else None, "showgrid": True}
    if flat:
        drawn.figure.update_yaxes(**ticks, autorange="reversed", ticklabelstandoff=4)
        drawn.figure.update_xaxes(**values, nticks=6)
        if len(groups) == 1 and len(parts) == 1 and not data.layers["bars"]["low"].notna().any():
            # Room for the figure at the end of the longest bar.
            drawn.figure.update_xaxes(range=[0, 1.14 * float(data.layers["bars"]["height"].max()) or 1.0])
    else:
        drawn.figure.update_xaxes(**ticks)
        drawn.figure.update_yaxes(**values)
    drawn.figure.update_layout(
        barmode="stack" if stacked else "group", bargap=0.28, bargroupgap=0.06, showlegend=len(groups) > 1
    )
    return drawn


def _swap_titles(drawn: Drawn, data: ChartData, parts: int) -> None:
    """Flat bars have their values across: a title for them, none for the names."""
    title = safe(data.spec.options.get("y_title") or data.facts["y_title"], 60)
    if parts == 1:
        drawn.figure.update_xaxes(title_text=title)
        drawn.figure.update_yaxes(title_text="")
        return
    # Titles of many small charts are the last two annotations.
    notes = drawn.figure.layout.annotations
    notes[-2].text, notes[-1].text = title, ""


def _bar(
    data: ChartData,
    drawn: Drawn,
    layer: pd.DataFrame,
    shade: Shade,
    panel: Panel,
    labels: list[str],
    kept: tuple[ChartFilter, ...],
    colors: Palette,
    *,
    flat: bool,
    groups: tuple[Shade, ...],
) -> go.Bar:
    places = [labels.index(label) for label in layer["x"]]
    told = [
        [
            drawn.pick(kept[place], *shade.filters, *facet_filters(data, panel)),
            safe(labels[place], 60),
            f"{n:,}",
            _height(data, height),
            _interval(data, low, high),
        ]
        for place, n, height, low, high in zip(
            places, layer["n"], layer["height"], layer["low"], layer["high"], strict=True
        )
    ]
    stacked = data.spec.kind is ChartKind.STACKED_BARS
    spread = layer["low"].notna().any() and not stacked
    alone = len(groups) == 1 and not panel.row
    rest = data.facts["x"]["has_rest"]
    fill: Any = shade.color
    if rest and len(groups) == 1:
        fill = [faint(shade.color, 0.35) if place == len(labels) - 1 else shade.color for place in places]
    text = None
    if stacked and data.facts["share"]:
        text = [words.share(round(v, 2)) if v >= 0.06 else "" for v in layer["height"]]
    elif alone and not spread:
        text = [f"\N{NO-BREAK SPACE}{_height(data, v)}" for v in layer["height"]]
    error = {
        "type": "data",
        "symmetric": False,
        "array": (layer["high"] - layer["height"]).fillna(0).tolist(),
        "arrayminus": (layer["height"] - layer["low"]).fillna(0).tolist(),
        "color": colors.text,
        "thickness": 1.2,
        "width": 3,
    }
    value, place_axis, error_axis = ("x", "y", "error_x") if flat else ("y", "x", "error_y")
    return go.Bar(
        **{value: layer["height"], place_axis: places},
        **({error_axis: error} if spread else {}),
        orientation="h" if flat else "v",
        text=text,
        textposition="inside" if stacked else "outside",
        textangle=0,
        insidetextanchor="middle",
        cliponaxis=False,
        constraintext="none" if not stacked else "inside",
        customdata=told,
        hovertemplate="%{customdata[1]}<br>%{customdata[3]}%{customdata[4]}<br>%{customdata[2]} rows"
        f"<extra>{shade.name.replace('%', '&#37;')}</extra>",
        marker={"color": fill, "line": {"width": 0}},
        name=shade.name,
        legendgroup=shade.label,
        showlegend=panel.row <= 1 and panel.col <= 1,
    )


def _height(data: ChartData, value: float) -> str:
    return words.share(value) if data.facts["share"] else words.number(value)


def _interval(data: ChartData, low: float, high: float) -> str:
    return f" ({_height(data, low)} to {_height(data, high)})" if math.isfinite(low) and math.isfinite(high) else ""
