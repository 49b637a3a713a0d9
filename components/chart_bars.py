"""Figures of bars, histograms, texts and counts over time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from components.chart_parts import (
    Drawn,
    Panel,
    Shade,
    add,
    dash,
    dates,
    facet_filters,
    new_figure,
    on_axis,
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
