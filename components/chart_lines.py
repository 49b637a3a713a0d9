"""Figures of lines with their bands."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.chart_parts import (
    Drawn,
    Panel,
    Shade,
    add,
    dash,
    new_figure,
    on_axis,
    part_of,
    shades,
)
from components.theme import Palette, faint
from core.explore.chart_spec import ChartData
from core.explore.charts import words


def line(data: ChartData, colors: Palette) -> Drawn:
    """Draw lines with their bands, named at their ends."""
    drawn, parts = new_figure(data, 340)
    groups, is_date = shades(data), bool(data.facts["x_date"])
    named = len(groups) > 1 and len(parts) == 1
    for panel in parts:
        layer = part_of(data.layers["line"], panel)
        for shade in groups:
            mine = layer[layer["color"] == shade.label].sort_values("x")
            if len(mine):
                _one_line(data, drawn, mine, shade, panel, is_date=is_date)
    if named:
        _end_labels(data, drawn, groups, is_date=is_date)
    drawn.figure.update_layout(showlegend=len(groups) > 1 and len(parts) > 1)
    drawn.figure.update_xaxes(type="date" if is_date else "linear")
    if "low" in data.layers["line"]:
        drawn.figure.update_yaxes(range=_reach(data.layers["line"]))
    if data.facts.get("aggregate") in ("count", "sum"):
        drawn.figure.update_yaxes(rangemode="tozero")
    if data.facts.get("log_y"):
        drawn.figure.update_yaxes(type="log", rangemode="normal")
    drawn.x = data.spec.x
    return drawn


def _reach(layer: pd.DataFrame) -> list[float]:
    """Return the range of y that shows all lines; a band of two rows would squeeze them."""
    low, high = float(layer["value"].min()), float(layer["value"].max())
    room = 0.5 * (high - low) or 1.0
    ends = (np.nanmin([low, layer["low"].min()]), np.nanmax([high, layer["high"].max()]))
    margin = 0.05 * (high - low) or 0.1 * room
    return [max(float(ends[0]), low - room) - margin, min(float(ends[1]), high + room) + margin]


def _one_line(data: ChartData, drawn: Drawn, mine: pd.DataFrame, shade: Shade, panel: Panel, *, is_date: bool) -> None:
    band = mine[mine["low"].notna()] if "low" in mine else mine.iloc[:0]
    if len(band) > 1:
        around = on_axis(np.concatenate([band["x"], band["x"][::-1]]), is_date=is_date)
        edge = np.concatenate([band["high"], band["low"][::-1]])
        add(
            drawn,
            go.Scatter(x=around, y=edge, fill="toself", mode="lines", line={"width": 0}, hoverinfo="skip",
                       fillcolor=faint(shade.color, 0.18), showlegend=False, legendgroup=shade.label),
            panel,
        )  # fmt: skip
    width = float(data.facts["width"]) if is_date else 0.0
    told = [
        [words.moment(x, width) if is_date else words.number(x), words.number(v), f"{n:,}"]
        for x, v, n in zip(mine["x"], mine["value"], mine["n"], strict=True)
    ]
    add(
        drawn,
        go.Scatter(
            x=on_axis(mine["x"], is_date=is_date),
            y=mine["value"],
            mode="lines+markers" if len(mine) <= 40 else "lines",
            line={"color": shade.color, "width": 2, "dash": dash(data)},
            marker={"size": 5},
            customdata=[[None, *cells] for cells in told],
            hovertemplate="%{customdata[1]}: %{customdata[2]}<br>%{customdata[3]} rows<extra></extra>",
            name=shade.name,
            legendgroup=shade.label,
            showlegend=panel.row <= 1 and panel.col <= 1,
        ),
        panel,
    )


def _end_labels(data: ChartData, drawn: Drawn, groups: tuple[Shade, ...], *, is_date: bool) -> None:
    """Name each line at its end; labels that would lie on one another are moved apart."""
    layer = data.layers["line"]
    ends = [
        (s, layer[layer["color"] == s.label].sort_values("x").iloc[-1])
        for s in groups
        if (layer["color"] == s.label).any()
    ]
    span = float(layer["value"].max() - layer["value"].min()) or 1.0
    placed: list[float] = []
    for shade, row in sorted(ends, key=lambda end: -float(end[1]["value"])):
        height = float(row["value"])
        if placed:
            height = min(height, placed[-1] - 0.055 * span)
        placed.append(height)
        drawn.figure.add_annotation(
            x=1, xref="x domain", y=height, text=shade.name, showarrow=False, xanchor="left", xshift=6,
            font={"color": shade.color, "size": 12},
        )  # fmt: skip
    longest = max((len(s.name) for s in groups), default=0)
    drawn.figure.update_layout(margin={"r": min(8 * longest + 16, 190)})
