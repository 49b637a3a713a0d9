"""Figures of heat maps, and squares for charts that count points in them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.chart_parts import (
    Drawn,
    Panel,
    add,
    facet_filters,
    new_figure,
    on_axis,
    part_of,
    safe,
)
from components.theme import Palette
from core.explore.chart_spec import ChartData, ChartFilter
from core.explore.charts import words
from core.explore.charts.selection import group_filters

MOST_WRITTEN = 150
"""A heat map with more cells than this has no numbers in them."""


def heat_map(data: ChartData, colors: Palette) -> Drawn:
    """Draw cells on a scale that tells light from dark without colour vision."""
    x_labels, y_labels = data.facts["x_labels"], data.facts["y_labels"]
    drawn, parts = new_figure(data, min(max(24 * len(y_labels) + 90, 220), 560))
    cells = data.layers["cells"]
    high, low = float(cells["value"].max()), float(cells["value"].min())
    low = low if data.spec.z else 0.0
    written = len(x_labels) * len(y_labels) <= MOST_WRITTEN and len(parts) == 1
    for panel in parts:
        mine = part_of(cells, panel)
        grid = np.full((len(y_labels), len(x_labels)), np.nan)
        grid[mine["y"], mine["x"]] = mine["value"]
        said = np.full(grid.shape, "", dtype=object)
        said[mine["y"], mine["x"]] = [_cell(data, value) for value in mine["value"]]
        add(
            drawn,
            go.Heatmap(
                z=grid,
                x=list(range(len(x_labels))),
                y=list(range(len(y_labels))),
                coloraxis="coloraxis",
                text=said,
                texttemplate="%{text}" if written else None,
                textfont={"size": 11},
                xgap=1,
                ygap=1,
                hoverinfo="skip",
            ),
            panel,
        )
        add(drawn, _cell_spots(data, drawn, mine, panel), panel)
    drawn.figure.update_layout(
        coloraxis={
            "colorscale": colors.sequential,
            "cmin": low,
            "cmax": high if high > low else low + 1,
            "colorbar": {"thickness": 10, "outlinewidth": 0,
                         "title": {"text": safe(data.facts["value_title"], 30), "side": "right"},
                         "tickformat": ".0%" if data.facts["share"] else None},
        }
    )  # fmt: skip
    drawn.figure.update_xaxes(**_ticks(x_labels, 14), showgrid=False, zeroline=False)
    drawn.figure.update_yaxes(**_ticks(y_labels, 22), showgrid=False, zeroline=False)
    return drawn


def _ticks(labels: list[str], longest: int) -> dict[str, Any]:
    every = max(1, -(-len(labels) // 24))
    places = list(range(0, len(labels), every))
    return {
        "tickvals": places,
        "ticktext": [safe(labels[place], longest) for place in places],
        "range": [-0.5, len(labels) - 0.5],
    }


def _cell(data: ChartData, value: float) -> str:
    return words.share(value) if data.facts["share"] else words.number(value)


def _cell_spots(data: ChartData, drawn: Drawn, cells: pd.DataFrame, panel: Panel) -> go.Scatter:
    """Return unseen marks on the cells: a heat map itself can be neither picked nor reached by hover text."""
    across, up = axis_filters(data.facts["x"]), axis_filters(data.facts["y"])
    x_labels, y_labels = data.facts["x_labels"], data.facts["y_labels"]
    told = [
        [
            drawn.pick(across[x], up[y], *facet_filters(data, panel)),
            safe(x_labels[x], 60),
            safe(y_labels[y], 60),
            _cell(data, value),
            f"{count:,}",
        ]
        for x, y, value, count in zip(cells["x"], cells["y"], cells["value"], cells["count"], strict=True)
    ]
    return go.Scatter(
        x=cells["x"],
        y=cells["y"],
        mode="markers",
        marker={"opacity": 0, "size": 16, "symbol": "square"},
        customdata=told,
        hovertemplate="%{customdata[1]}, %{customdata[2]}<br>%{customdata[3]}<br>%{customdata[4]} rows<extra></extra>",
        showlegend=False,
    )


def axis_filters(facts: dict[str, Any]) -> tuple[ChartFilter, ...]:
    """Return the rows of each place of a heat map's axis."""
    if "bins" not in facts:
        return group_filters(facts)
    bins = facts["bins"]
    edges = [bins["low"] + i * bins["width"] for i in range(bins["count"] + 1)]
    return tuple(
        ChartFilter(column=facts["column"], low=low, high=high, high_open=i < bins["count"] - 1)
        for i, (low, high) in enumerate(pairwise(edges))
    )


def squares(
    cells: pd.DataFrame, value: str, is_date: tuple[bool, bool], *, own_scale: str | list[str] = ""
) -> go.Heatmap:
    """Return squares with their exact edges as a heat map."""
    x_edges, y_edges = (np.unique(cells[[f"{axis}_low", f"{axis}_high"]].to_numpy()) for axis in "xy")
    x_edges, y_edges = _merged(x_edges), _merged(y_edges)
    grid = np.full((len(y_edges) - 1, len(x_edges) - 1), np.nan)
    middle_x, middle_y = ((cells[f"{axis}_low"] + cells[f"{axis}_high"]) / 2 for axis in "xy")
    grid[np.searchsorted(y_edges, middle_y) - 1, np.searchsorted(x_edges, middle_x) - 1] = cells[value]
    scale = {"colorscale": own_scale, "showscale": False} if own_scale else {"coloraxis": "coloraxis"}
    return go.Heatmap(
        x=on_axis(x_edges, is_date=is_date[0]),
        y=on_axis(y_edges, is_date=is_date[1]),
        z=grid,
        hoverinfo="skip",
        **scale,
    )


def _merged(edges: np.ndarray) -> np.ndarray:
    """Return edges without those that rounding alone tells apart."""
    if len(edges) < 2:
        return edges
    step = np.median(np.diff(edges)[np.diff(edges) > 0]) if len(edges) > 2 else edges[1] - edges[0]
    return edges[np.concatenate([[True], np.diff(edges) > 1e-6 * step])]
