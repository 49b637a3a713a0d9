"""Figures of box plots and violins."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from components.chart_parts import (
    Drawn,
    add,
    facet_filters,
    new_figure,
    on_axis,
    part_of,
    safe,
    shades,
)
from components.theme import Palette, faint
from core.explore.chart_spec import ChartData
from core.explore.charts import words
from core.explore.charts.selection import group_filters


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
