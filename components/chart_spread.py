"""Figures of box plots, violins, heat maps, pairs and parallel lines."""

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
    axis_title,
    dates,
    facet_filters,
    new_figure,
    on_axis,
    part_of,
    safe,
    shades,
)
from components.theme import SEQUENTIAL, Palette, faint
from core.explore.chart_spec import ChartData, ChartFilter
from core.explore.charts import words
from core.explore.charts.selection import group_filters

MOST_WRITTEN = 150
"""A heat map with more cells than this has no numbers in them."""


def box(data: ChartData, colors: Palette) -> Drawn:
    """Draw boxes from their quartiles, and far-off values as dots."""
    drawn, parts = new_figure(data, 340)
    labels, groups = [str(label) for label in data.facts["x"]["labels"]], shades(data)
    is_date = bool(data.facts["y_date"])
    kept = group_filters(data.facts["x"]) if data.facts["x"]["column"] else ()
    for panel in parts:
        boxes, far = part_of(data.layers["boxes"], panel), part_of(data.layers["far"], panel)
        for place, shade in enumerate(groups):
            mine = boxes[boxes["color"] == shade.label]
            at = _beside([labels.index(label) for label in mine["x"]], place, len(groups))
            spots = [
                drawn.pick(*(kept[labels.index(label)],) if kept else (), *shade.filters, *facet_filters(data, panel))
                for label in mine["x"]
            ]
            stats = {
                key: on_axis(mine[name], is_date=is_date)
                for key, name in (("q1", "q1"), ("median", "median"), ("q3", "q3"), ("lowerfence", "low"),
                                  ("upperfence", "high"))
            }  # fmt: skip
            add(
                drawn,
                go.Box(
                    x=at,
                    **stats,
                    width=0.6 / len(groups),
                    line={"color": shade.color, "width": 1.5},
                    fillcolor=faint(shade.color, 0.28),
                    name=shade.name,
                    legendgroup=shade.label,
                    showlegend=len(groups) > 1 and panel.row <= 1 and panel.col <= 1,
                    hoverinfo="y",
                ),
                panel,
            )
            # A dot on the middle is what can be picked and read.
            add(
                drawn,
                go.Scatter(
                    x=at,
                    y=on_axis(mine["median"], is_date=is_date),
                    mode="markers",
                    marker={"color": shade.color, "size": 7},
                    customdata=[
                        [spot, safe(label, 60), _said(q1, is_date), _said(q2, is_date), _said(q3, is_date), f"{n:,}"]
                        for spot, label, q1, q2, q3, n in zip(
                            spots, mine["x"], mine["q1"], mine["median"], mine["q3"], mine["n"], strict=True
                        )
                    ],
                    hovertemplate="%{customdata[1]}<br>middle %{customdata[3]}, half between %{customdata[2]} and "
                    "%{customdata[4]}<br>%{customdata[5]} rows<extra></extra>",
                    showlegend=False,
                ),
                panel,
            )
            dots = far[far["color"] == shade.label]
            add(
                drawn,
                go.Scatter(
                    x=_beside([labels.index(label) for label in dots["x"]], place, len(groups)),
                    y=on_axis(dots["y"], is_date=is_date),
                    mode="markers",
                    marker={"color": faint(shade.color, 0.55), "size": 4},
                    hovertemplate="%{y}<extra></extra>",
                    showlegend=False,
                ),
                panel,
            )
    _name_places(drawn, labels)
    drawn.figure.update_layout(showlegend=len(groups) > 1)
    drawn.figure.update_yaxes(type="date" if is_date else "log" if data.facts.get("log_y") else "linear")
    return drawn


def violin(data: ChartData, colors: Palette) -> Drawn:
    """Draw each group's density to both sides of its place."""
    drawn, parts = new_figure(data, 360)
    labels, shade = [str(label) for label in data.facts["x"]["labels"]], shades(data)[0]
    kept = group_filters(data.facts["x"]) if data.facts["x"]["column"] else ()
    is_date = bool(data.facts["y_date"])
    widest = data.layers["shapes"]["density"].max() or 1.0
    for panel in parts:
        shapes, boxes = part_of(data.layers["shapes"], panel), part_of(data.layers["boxes"], panel)
        for row in boxes.itertuples():
            at = labels.index(str(row.x))
            mine = shapes[shapes["x"] == row.x]
            half = 0.42 * mine["density"] / widest
            outline = pd.concat([at + half, (at - half)[::-1]])
            values = pd.concat([mine["y"], mine["y"][::-1]])
            add(
                drawn,
                go.Scatter(
                    x=outline,
                    y=on_axis(values.to_numpy(), is_date=is_date),
                    mode="lines",
                    fill="toself",
                    fillcolor=faint(shade.color, 0.3),
                    line={"color": shade.color, "width": 1.2},
                    hoverinfo="skip",
                    showlegend=False,
                ),
                panel,
            )
            add(
                drawn,
                go.Scatter(
                    x=[at, at],
                    y=on_axis([row.q1, row.q3], is_date=is_date),
                    mode="lines",
                    line={"color": shade.color, "width": 6},
                    hoverinfo="skip",
                    showlegend=False,
                ),
                panel,
            )
            spot = drawn.pick(*(kept[at],) if kept else (), *facet_filters(data, panel))
            add(
                drawn,
                go.Scatter(
                    x=[at],
                    y=on_axis([row.median], is_date=is_date),
                    mode="markers",
                    marker={"color": colors.surface, "size": 7, "line": {"color": shade.color, "width": 1.5}},
                    customdata=[[spot, safe(row.x, 60), _said(row.median, is_date), f"{row.n:,}"]],
                    hovertemplate="%{customdata[1]}<br>middle %{customdata[2]}<br>%{customdata[3]} rows<extra></extra>",
                    showlegend=False,
                ),
                panel,
            )
    _name_places(drawn, labels)
    if is_date:
        drawn.figure.update_yaxes(type="date")
    return drawn


def _beside(places: list[int], index: int, count: int) -> list[float]:
    """Return the places of one of ``count`` marks that share a place."""
    return [place + 0.7 * ((index + 0.5) / count - 0.5) for place in places]


def _said(value: Any, is_date: bool) -> str:
    return words.moment(float(value)) if is_date else words.number(float(value))


def _name_places(drawn: Drawn, labels: list[str]) -> None:
    drawn.figure.update_xaxes(
        tickvals=list(range(len(labels))),
        ticktext=[safe(label, 18) for label in labels],
        range=[-0.6, len(labels) - 0.4],
        showticklabels=labels != [""],
    )


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
            "colorscale": SEQUENTIAL,
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


def pairs(data: ChartData, colors: Palette) -> Drawn:
    """Draw squares below the diagonal, histograms on it, r above it."""
    from plotly.subplots import make_subplots

    names = data.facts["names"]
    count = len(names)
    figure = make_subplots(rows=count, cols=count, horizontal_spacing=0.02, vertical_spacing=0.02)
    cells, singles, rs = data.layers["cells"], data.layers["bars"], data.layers["r"]
    is_date = data.facts["dates"]
    for i in range(count):
        mine = singles[singles["i"] == i]
        middle, width = (mine["x_low"] + mine["x_high"]) / 2, (mine["x_high"] - mine["x_low"]) * 0.94
        figure.add_trace(
            go.Bar(
                x=on_axis(middle, is_date=is_date[i]),
                y=mine["count"],
                width=width * (1000 if is_date[i] else 1),
                marker={"color": shades(data)[0].color},
                hovertemplate="%{x}<br>%{y:,} rows<extra></extra>",
                showlegend=False,
            ),
            row=i + 1,
            col=i + 1,
        )
    for pair in rs.itertuples():
        mine = cells[(cells["i"] == pair.i) & (cells["j"] == pair.j)]
        figure.add_trace(
            squares(mine, "count", (is_date[pair.i], is_date[pair.j]), own_scale=True), pair.j + 1, pair.i + 1
        )
        label = f"{pair.r:.2f}".replace("-", words.MINUS) if np.isfinite(pair.r) else "\N{EN DASH}"
        strength = abs(pair.r) if np.isfinite(pair.r) else 0.0
        place = pair.i * count + pair.j + 1
        figure.add_annotation(
            x=0.5, y=0.5, xref=f"x{place} domain", yref=f"y{place} domain", text=label, showarrow=False,
            font={"size": 12 + 8 * strength, "color": colors.text if strength >= 0.3 else colors.muted},
        )  # fmt: skip
        figure.update_xaxes(visible=False, row=pair.i + 1, col=pair.j + 1)
        figure.update_yaxes(visible=False, row=pair.i + 1, col=pair.j + 1)
    figure.update_xaxes(showticklabels=False, showgrid=False)
    figure.update_yaxes(showticklabels=False, showgrid=False)
    for i, name in enumerate(names):
        figure.update_xaxes(title_text=safe(name, 18), showticklabels=True, nticks=4, row=count, col=i + 1)
        figure.update_yaxes(title_text=safe(name, 16), row=i + 1, col=1)
        if i:
            figure.update_yaxes(showticklabels=True, nticks=4, row=i + 1, col=1)
    figure.update_layout(height=min(140 * count, 760), bargap=0)
    return Drawn(figure)


def squares(cells: pd.DataFrame, value: str, is_date: tuple[bool, bool], *, own_scale: bool = False) -> go.Heatmap:
    """Return squares with their exact edges as a heat map."""
    x_edges, y_edges = (np.unique(cells[[f"{axis}_low", f"{axis}_high"]].to_numpy()) for axis in "xy")
    x_edges, y_edges = _merged(x_edges), _merged(y_edges)
    grid = np.full((len(y_edges) - 1, len(x_edges) - 1), np.nan)
    middle_x, middle_y = ((cells[f"{axis}_low"] + cells[f"{axis}_high"]) / 2 for axis in "xy")
    grid[np.searchsorted(y_edges, middle_y) - 1, np.searchsorted(x_edges, middle_x) - 1] = cells[value]
    scale = {"colorscale": SEQUENTIAL, "showscale": False} if own_scale else {"coloraxis": "coloraxis"}
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


def parallel(data: ChartData, colors: Palette) -> Drawn:
    """Draw a line a row over axes that stand side by side."""
    lines, axes, groups = data.layers["lines"], data.facts["axes"], shades(data)
    figure = go.Figure(layout={"height": 420})
    opacity = float(np.clip(60 / max(len(lines), 1), 0.12, 0.8))
    scaled = pd.DataFrame(
        {
            place: (lines[f"v{place}"] - axis["low"]) / ((axis["high"] - axis["low"]) or 1.0)
            for place, axis in enumerate(axes)
        }
    )
    for shade in groups:
        mine = scaled[(lines["color"] == shade.label).to_numpy()]
        height = np.column_stack([mine.to_numpy(), np.full(len(mine), np.nan)]).ravel()
        place = np.tile([*range(len(axes)), np.nan], len(mine))
        figure.add_trace(
            go.Scatter(
                x=place,
                y=height,
                mode="lines",
                line={"color": faint(shade.color, opacity), "width": 1.2},
                hoverinfo="skip",
                name=shade.name,
                showlegend=False,
            )
        )
        if shade.name:
            # The legend shows the full colour; the lines themselves are faint.
            figure.add_trace(
                go.Scatter(x=[None], y=[None], mode="lines", line={"color": shade.color, "width": 3}, name=shade.name)
            )
    for place, axis in enumerate(axes):
        figure.add_shape(type="line", x0=place, x1=place, y0=0, y1=1, line={"color": colors.muted, "width": 1})
        for height, text in _axis_labels(axis):
            figure.add_annotation(
                x=place, y=height, text=text, showarrow=False, xanchor="left", xshift=4,
                font={"size": 11, "color": colors.text}, bgcolor=faint(colors.ground, 0.75), borderpad=1,
            )  # fmt: skip
    figure.update_xaxes(
        tickvals=list(range(len(axes))),
        ticktext=[safe(axis["column"], 18) for axis in axes],
        range=[-0.1, len(axes) - 0.55],
        side="top",
    )
    figure.update_yaxes(visible=False, range=[-0.06, 1.06])
    figure.update_layout(showlegend=len(groups) > 1, legend={"y": -0.04, "yanchor": "top"})
    return Drawn(figure)


def _axis_labels(axis: dict[str, Any]) -> list[tuple[float, str]]:
    labels = axis["labels"]
    if labels:
        last = max(len(labels) - 1, 1)
        return [(place / last, safe(label, 14)) for place, label in enumerate(labels)]
    span = axis["high"] - axis["low"]
    step = 86400.0 if axis["is_date"] else 0.0
    return [
        (s, safe(words.value_text(axis["low"] + s * span, is_date=axis["is_date"], step=step))) for s in (0.0, 0.5, 1.0)
    ]


__all__ = ["axis_filters", "axis_title", "box", "dates", "heat_map", "pairs", "parallel", "squares", "violin"]
