"""Figures of many columns at once: pairs and parallel lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from components.chart_parts import (
    Drawn,
    on_axis,
    safe,
    shades,
)
from components.chart_squares import squares
from components.theme import Palette, faint
from core.explore.chart_spec import ChartData
from core.explore.charts import words


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
            squares(mine, "count", (is_date[pair.i], is_date[pair.j]), own_scale=colors.sequential),
            pair.j + 1,
            pair.i + 1,
        )
        label = f"{pair.r:.2f}".replace("-", words.MINUS) if np.isfinite(pair.r) else "\N{EN DASH}"
        strength = abs(pair.r) if np.isfinite(pair.r) else 0.0
        # In places of the whole picture: axes without a trace have no place of their own.
        across, up = figure.get_subplot(pair.i + 1, pair.j + 1)
        figure.add_annotation(
            x=sum(across.domain) / 2, y=sum(up.domain) / 2, xref="paper", yref="paper", text=label, showarrow=False,
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
        range=[-0.1, len(axes) - 0.9],
        side="top",
        ticklabeloverflow="allow",
    )
    figure.update_yaxes(visible=False, range=[-0.06, 1.06])
    longest = max((len(text) for _, text in _axis_labels(axes[-1])), default=0)
    ends = (3.5 * len(safe(axes[0]["column"], 18)), max(3.5 * len(safe(axes[-1]["column"], 18)), 7 * longest + 8))
    figure.update_layout(margin={"l": ends[0], "r": ends[1]})
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
