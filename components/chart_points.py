"""Figures of scatter, map and 3-D scatter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.chart_parts import (
    Drawn,
    Panel,
    Shade,
    add,
    axis_title,
    dash,
    facet_filters,
    new_figure,
    on_axis,
    part_of,
    safe,
    shades,
)
from components.chart_squares import squares
from components.theme import Palette, faint
from core.explore.chart_spec import ChartData, ChartFilter
from core.explore.charts import words


def scatter(data: ChartData, colors: Palette) -> Drawn:
    """Draw points or squares, with the trend line and its band."""
    drawn, parts = new_figure(data, 400)
    for panel in parts:
        _cloud(data, drawn, panel)
        trend = data.layers.get("trend")
        if trend is not None:
            _trend(data, drawn, part_of(trend, panel), panel, colors)
    logs = {axis: bool(data.facts.get(f"log_{axis}")) for axis in "xy"}
    drawn.figure.update_xaxes(type=_axis_type(data, "x", log=logs["x"]), showgrid=True)
    drawn.figure.update_yaxes(type=_axis_type(data, "y", log=logs["y"]))
    _color_scale(data, drawn, colors)
    if "trend" in data.layers and not (logs["y"] or data.facts["y_date"]):
        drawn.figure.update_yaxes(range=_reach(data))
    # On a date axis a box comes as text; on a logarithmic one as exponents.
    drawn.x = data.spec.x if not logs["x"] else ""
    drawn.y = data.spec.y if not logs["y"] else ""
    return drawn


def _reach(data: ChartData) -> list[float]:
    """Return the range of y that the rows take: a line that leaves it would squeeze them."""
    layer = data.layers.get("bins", data.layers.get("points"))
    assert layer is not None
    low, high = (
        (layer["y_low"].min(), layer["y_high"].max()) if "y_low" in layer else (layer["y"].min(), layer["y"].max())
    )
    room = 0.04 * (high - low) or 1.0
    return [float(low - room), float(high + room)]


def geo_map(data: ChartData, colors: Palette) -> Drawn:
    """Draw places with equal lengths both ways, over a net of degrees."""
    drawn, parts = new_figure(data, 460)
    for panel in parts:
        _cloud(data, drawn, panel)
    degree = "\N{DEGREE SIGN}"
    drawn.figure.update_xaxes(showgrid=True, ticksuffix=degree, zeroline=False, constrain="domain")
    for panel in parts:
        where = {"row": panel.row, "col": panel.col} if panel.row else {}
        axis = next(drawn.figure.select_xaxes(**where))
        name = (axis.plotly_name or "xaxis").replace("axis", "")
        drawn.figure.update_yaxes(
            scaleanchor=name, scaleratio=data.facts["aspect"], constrain="domain", ticksuffix=degree, zeroline=False,
            **where,
        )  # fmt: skip
    _color_scale(data, drawn, colors)
    drawn.x, drawn.y = data.spec.x, data.spec.y
    return drawn


def _cloud(data: ChartData, drawn: Drawn, panel: Panel) -> None:
    if "bins" in data.layers:
        _squares(data, drawn, part_of(data.layers["bins"], panel), panel)
        return
    points = part_of(data.layers["points"], panel)
    if data.facts["value_title"]:
        add(drawn, _point_trace(data, points, None, panel), panel)
        return
    for shade in shades(data):
        mine = points[points["color"] == shade.label]
        if len(mine):
            add(drawn, _point_trace(data, mine, shade, panel), panel)
        if shade.name and panel.row <= 1 and panel.col <= 1:
            add(drawn, _legend_mark(shade), panel)
    drawn.figure.update_layout(showlegend=len(shades(data)) > 1, legend={"itemsizing": "constant"})


def _point_trace(data: ChartData, points: pd.DataFrame, shade: Shade | None, panel: Panel) -> go.Scatter:
    many = len(data.layers["points"])
    opacity = 0.85 if many < 300 else 0.6 if many < 1500 else 0.35
    marker: dict[str, Any] = {"size": 7 if many < 300 else 5, "opacity": opacity, "line": {"width": 0}}
    if shade is None:
        marker |= {"color": points["value"], "coloraxis": "coloraxis", "opacity": max(opacity, 0.7)}
    else:
        marker["color"] = shade.color
    return go.Scatter(
        x=on_axis(points["x"], is_date=data.facts["x_date"]),
        y=on_axis(points["y"], is_date=data.facts["y_date"]),
        mode="markers",
        marker=marker,
        name=shade.name if shade else "",
        legendgroup=shade.label if shade else None,
        showlegend=False,
        hovertemplate="%{x}, %{y}<extra></extra>",
    )


def _legend_mark(shade: Shade) -> go.Scatter:
    """Return the full colour of a group for the legend; the points themselves may be faint."""
    marker = {"color": shade.color, "size": 8}
    return go.Scatter(x=[None], y=[None], mode="markers", marker=marker, name=shade.name, legendgroup=shade.label)


def _squares(data: ChartData, drawn: Drawn, cells: pd.DataFrame, panel: Panel) -> None:
    value = "value" if data.facts["value_title"] else "count"
    is_date = (bool(data.facts["x_date"]), bool(data.facts["y_date"]))
    if cells.empty:
        return
    add(drawn, squares(cells, value, is_date), panel)
    logs = (data.facts.get("log_x"), data.facts.get("log_y"))
    middle = [
        np.sqrt(cells[f"{a}_low"] * cells[f"{a}_high"]) if log else (cells[f"{a}_low"] + cells[f"{a}_high"]) / 2
        for a, log in zip("xy", logs, strict=True)
    ]
    told = [
        [
            drawn.pick(
                ChartFilter(column=data.spec.x, low=r.x_low, high=r.x_high, high_open=True),
                ChartFilter(column=data.spec.y, low=r.y_low, high=r.y_high, high_open=True),
                *facet_filters(data, panel),
            ),
            _ends(r.x_low, r.x_high, is_date=is_date[0]),
            _ends(r.y_low, r.y_high, is_date=is_date[1]),
            f"{r.count_:,}",
        ]
        for r in cells.rename(columns={"count": "count_"}).itertuples()
    ]
    add(
        drawn,
        go.Scatter(
            x=on_axis(middle[0], is_date=is_date[0]),
            y=on_axis(middle[1], is_date=is_date[1]),
            mode="markers",
            marker={"opacity": 0, "size": 9, "symbol": "square"},
            customdata=told,
            hovertemplate="%{customdata[1]}<br>%{customdata[2]}<br>%{customdata[3]} rows<extra></extra>",
            showlegend=False,
        ),
        panel,
    )


def _ends(low: float, high: float, *, is_date: bool) -> str:
    return " to ".join(words.value_text(v, is_date=is_date, step=high - low) for v in (low, high))


def _color_scale(data: ChartData, drawn: Drawn, colors: Palette) -> None:
    squares_drawn = "bins" in data.layers
    if not (squares_drawn or data.facts["value_title"]):
        return
    title = data.facts["value_title"] or "Rows"
    if data.facts["value_title"] and squares_drawn:
        title = f"Mean of {title}"
    layer = data.layers["bins"] if squares_drawn else data.layers["points"]
    value = layer["value"] if data.facts["value_title"] else layer["count"]
    # A few full squares would leave all others dark.
    low, high = (float(v) for v in np.quantile(value, [0.01, 0.99])) if len(value) > 50 else (value.min(), value.max())
    drawn.figure.update_layout(
        coloraxis={
            "colorscale": colors.sequential,
            "cmin": low if data.facts["value_title"] else 0,
            "cmax": high if high > low else low + 1,
            "colorbar": {"thickness": 10, "outlinewidth": 0, "title": {"text": safe(title, 24), "side": "right"}},
        }
    )


def _trend(data: ChartData, drawn: Drawn, trend: pd.DataFrame, panel: Panel, colors: Palette) -> None:
    if trend.empty:
        return
    frame = trend.copy()
    for axis, columns in (("x", ["x"]), ("y", ["y", "low", "high"])):
        if data.facts.get(f"log_{axis}"):
            frame[columns] = 10 ** frame[columns]
    x = on_axis(frame["x"].to_numpy(), is_date=data.facts["x_date"])
    around = on_axis(np.concatenate([frame["x"], frame["x"][::-1]]), is_date=data.facts["x_date"])
    is_date = bool(data.facts["y_date"])
    band = on_axis(np.concatenate([frame["high"], frame["low"][::-1]]), is_date=is_date)
    add(
        drawn,
        go.Scatter(x=around, y=band, fill="toself", mode="lines", line={"width": 0}, hoverinfo="skip",
                   fillcolor=faint(colors.text, 0.16), showlegend=False, name="band"),
        panel,
    )  # fmt: skip
    add(
        drawn,
        go.Scatter(x=x, y=on_axis(frame["y"], is_date=is_date), mode="lines", hoverinfo="skip", showlegend=False,
                   line={"color": colors.text, "width": 1.8, "dash": dash(data)}, name="trend"),
        panel,
    )  # fmt: skip
    if not panel.row and data.facts["trend"] and not (data.facts["x_date"] or data.facts["y_date"]):
        told = data.facts["trend"][0]
        logs = [f"log {a}" for a in "yx" if data.facts.get(f"log_{a}")]
        scale = f" ({' and '.join(logs)})" if logs else ""
        drawn.figure.add_annotation(
            x=1, y=1, xref="x domain", yref="y domain", xanchor="right", yanchor="bottom", showarrow=False,
            text=f"{told['equation']}{scale}, R\N{SUPERSCRIPT TWO} = {told['r2']:.2f}",
            font={"color": colors.text, "size": 12},
        )  # fmt: skip
        drawn.figure.update_layout(margin={"t": 24})
        if len(shades(data)) > 1:
            drawn.figure.update_layout(legend={"y": 1.08})


def _axis_type(data: ChartData, axis: str, *, log: bool) -> str:
    return "date" if data.facts[f"{axis}_date"] else "log" if log else "linear"


def scatter_3d(data: ChartData, colors: Palette) -> Drawn:
    """Draw a cloud that turns."""
    points = data.layers["points"]
    figure = go.Figure(layout={"height": 520})
    on = [on_axis(points[axis], is_date=d) for axis, d in zip("xyz", data.facts["dates"], strict=True)]
    groups: list[tuple[Any, Shade | None]] = [(np.full(len(points), True), None)]
    if not data.facts["value_title"]:
        groups = [((points["color"] == shade.label).to_numpy(), shade) for shade in shades(data)]
    for chosen, shade in groups:
        marker: dict[str, Any] = {"size": 3, "opacity": 0.75, "line": {"width": 0}}
        marker |= {"color": shade.color} if shade else {"color": points["value"], "coloraxis": "coloraxis"}
        x, y, z = (np.asarray(values)[chosen] for values in on)
        figure.add_trace(
            go.Scatter3d(x=x, y=y, z=z, mode="markers", marker=marker, name=shade.name if shade else "",
                         showlegend=bool(shade and shade.name), hovertemplate="%{x}, %{y}, %{z}<extra></extra>")
        )  # fmt: skip
    axis = {"backgroundcolor": "rgba(0,0,0,0)", "gridcolor": colors.border, "color": colors.muted,
            "zerolinecolor": colors.border}  # fmt: skip
    titles = [axis_title(data, a) for a in "xyz"]
    figure.update_layout(
        scene={f"{a}axis": {**axis, "title": {"text": t}} for a, t in zip("xyz", titles, strict=True)},
        legend={"itemsizing": "constant"},
        scene_camera={"eye": {"x": 1.5, "y": 1.5, "z": 1.1}},
    )
    if data.facts["value_title"]:
        title = safe(data.facts["value_title"], 24)
        figure.update_layout(
            coloraxis={
                "colorscale": colors.sequential,
                "colorbar": {"thickness": 10, "outlinewidth": 0, "title": {"text": title, "side": "right"}},
            }
        )
    return Drawn(figure)
