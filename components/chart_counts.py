"""Figures of rows over time and of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from components.chart_parts import (
    Drawn,
    add,
    dates,
    facet_filters,
    new_figure,
    part_of,
    safe,
    shades,
)
from components.theme import Palette, faint
from core.explore.chart_spec import ChartData, ChartFilter
from core.explore.charts import words

if TYPE_CHECKING:
    pass


def time_counts(data: ChartData, colors: Palette) -> Drawn:
    """Draw a bar a period, parts stacked."""
    drawn, parts = new_figure(data, 300)
    groups, width = shades(data), float(data.facts["width"])
    for panel in parts:
        layer = part_of(data.layers["bars"], panel)
        for shade in groups:
            mine = layer[layer["color"] == shade.label]
            told = [
                [
                    drawn.pick(
                        ChartFilter(column=data.spec.x, low=x, high=x + width, high_open=True),
                        *shade.filters,
                        *facet_filters(data, panel),
                    ),
                    words.moment(x, width),
                    f"{n:,}",
                ]
                for x, n in zip(mine["x"], mine["n"], strict=True)
            ]
            trace = go.Bar(
                x=dates(mine["x"] + width / 2),
                y=mine["height"],
                width=width * 1000 * 0.92,
                customdata=told,
                hovertemplate="%{customdata[1]}<br>%{customdata[2]} rows<extra></extra>",
                marker={"color": shade.color, "line": {"width": 0}},
                name=shade.name,
                legendgroup=shade.label,
                showlegend=panel.row <= 1 and panel.col <= 1,
            )
            add(drawn, trace, panel)
    drawn.figure.update_layout(barmode="stack", showlegend=len(groups) > 1)
    drawn.figure.update_xaxes(type="date")
    share = data.facts["y_title"] == "Share of rows"
    drawn.figure.update_yaxes(rangemode="tozero", tickformat=".0%" if share else None)
    return drawn


def text(data: ChartData, colors: Palette) -> Drawn:
    """Draw lengths on the left, frequent words on the right."""
    from plotly.subplots import make_subplots

    terms, lengths, groups = data.layers["terms"], data.layers["lengths"], shades(data)
    names = list(dict.fromkeys(terms["term"]))
    figure = make_subplots(rows=1, cols=2, column_widths=[0.45, 0.55], horizontal_spacing=0.16)
    many = len(groups) > 1
    for shade in groups:
        mine = lengths[lengths["color"] == shade.label]
        width = float(data.facts["bins"]["width"])
        figure.add_trace(
            go.Bar(
                x=mine["low"] + width / 2,
                y=mine["count"],
                width=width * 0.94,
                marker={"color": faint(shade.color, 0.5) if many else shade.color},
                hovertemplate="%{x:.0f} letters<br>%{y:,} rows<extra></extra>",
                name=shade.name,
                legendgroup=shade.label,
                offset=-width * 0.47,
            ),
            row=1,
            col=1,
        )
        told = terms[terms["color"] == shade.label]
        figure.add_trace(
            go.Scatter(
                x=told["share"],
                y=[names.index(term) for term in told["term"]],
                mode="markers",
                marker={"color": shade.color, "size": 9},
                customdata=[[safe(t, 40), f"{c:,}"] for t, c in zip(told["term"], told["count"], strict=True)],
                hovertemplate="%{customdata[0]}<br>%{x:.1%} of the rows (%{customdata[1]})<extra></extra>",
                name=shade.name,
                legendgroup=shade.label,
                showlegend=False,
            ),
            row=1,
            col=2,
        )
    for place in range(len(names)):
        reach = terms.loc[terms["term"] == names[place], "share"].max()
        figure.add_shape(
            type="line", x0=0, x1=reach, y0=place, y1=place, line={"color": colors.border, "width": 2},
            layer="below", row=1, col=2,
        )  # fmt: skip
    figure.update_layout(height=max(70 + 20 * len(names), 260), showlegend=many, barmode="overlay")
    figure.update_xaxes(title_text=safe(data.facts["x_title"], 40), row=1, col=1)
    figure.update_yaxes(title_text="Rows", rangemode="tozero", row=1, col=1)
    figure.update_xaxes(title_text="Share of rows with the word", tickformat=".0%", rangemode="tozero", row=1, col=2)
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=[safe(name) for name in names],
        autorange="reversed",
        showgrid=False,
        ticklabelstandoff=8,
        row=1,
        col=2,
    )
    return Drawn(figure)
