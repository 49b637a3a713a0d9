"""The one chart language: a plotly template for light and dark, and `show`, which gives every chart its finding,
its caption, its alternative text and its menu (`components.chart_menu`).

Build a figure with plotly.graph_objects; set no fonts, grounds or colours but those of `components.theme`; give it no
title (the finding stands above it as text).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.chart_menu import chart_menu
from components.messages import plain
from components.theme import CATEGORIES, FONT, SEQUENTIAL, Palette, palette

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

HEIGHT = 320
"""Height of a chart in pixels unless it says otherwise."""

CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": "hover",
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
    "toImageButtonOptions": {"format": "svg", "filename": "lathe-chart"},
}
SELECTABLE = ["lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"]
"""Buttons left away where marks can be picked."""


def template(colors: Palette) -> go.layout.Template:
    """Return the plotly template of one theme."""
    import plotly.graph_objects as go

    axis = {
        "gridcolor": colors.border,
        "linecolor": colors.border,
        "zerolinecolor": colors.border,
        "tickfont": {"color": colors.muted, "size": 12},
        "title": {"font": {"color": colors.muted, "size": 12}, "standoff": 12},
        "ticks": "",
        "automargin": True,
        "separatethousands": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 13, "color": colors.text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(CATEGORIES),
            "colorscale": {"sequential": SEQUENTIAL, "diverging": colors.diverging},
            "margin": {"l": 0, "r": 0, "t": 8, "b": 8},
            "height": HEIGHT,
            "bargap": 0.12,
            "coloraxis": {
                "colorbar": {
                    "tickfont": {"color": colors.muted, "size": 11},
                    "title": {"font": {"color": colors.muted, "size": 12}},
                }
            },
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": colors.muted, "activecolor": colors.text},
            "hoverlabel": {
                "bgcolor": colors.surface,
                "bordercolor": colors.border,
                "font": {"color": colors.text, "family": FONT, "size": 12},
            },
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": 12}},
            "xaxis": {**axis, "showgrid": False},
            "yaxis": axis,
        }
    )


def show(
    fig: go.Figure,
    *,
    title: str,
    caption: str = "",
    table: pd.DataFrame | None = None,
    key: str,
    alt: str = "",
    code: Callable[[], str] | None = None,
    note: str = "",
    on_select: Callable[[], None] | None = None,
    menu: bool = True,
) -> None:
    """Draw a chart with its finding above, its caption below, and its menu: table, files, code, text.

    Parameters
    ----------
    fig : plotly Figure
        Without a title; its template is replaced by Lathe's.
    title : str
        The finding, in words ("Fare and Age carry most of it"). Escaped.
    caption : str
        One sentence in plain words on how to read it.
    table : DataFrame, optional
        The chart's numbers; shown in the menu and downloadable as CSV.
    key : str
        Unique on the page.
    alt : str
        Text for screen readers; the finding and the caption where empty.
    code : callable, optional
        Gives Python code that draws the chart again; called when it is asked for.
    note : str
        What was left out or sampled; drawn after the caption. Escaped.
    on_select : callable, optional
        Called as a callback when marks are picked or a box is drawn; the state of the widget ``key`` says which.
    menu : bool
        Draw the menu.
    """
    fig.update_layout(template=template(palette()))
    _escape_titles(fig)
    told = alt or f"{title}. {caption}".strip()
    config = CONFIG if on_select is None else CONFIG | {"modeBarButtonsToRemove": SELECTABLE}
    picking = {} if on_select is None else {"on_select": on_select, "selection_mode": ("points", "box")}
    with st.container(gap="xsmall", key=f"chart.{key}"):
        st.markdown(f"**{plain(title)}**")
        st.plotly_chart(fig, theme=None, key=key, config=config, alt=told, **picking)
        with st.container(horizontal=True, wrap=False, horizontal_alignment="distribute", vertical_alignment="center"):
            st.caption(plain(" ".join(part for part in (caption, note) if part)), width="stretch")
            if menu:
                chart_menu(
                    fig, title=title, caption=" ".join(p for p in (caption, note) if p), alt=told, table=table,
                    key=key, code=code,
                )  # fmt: skip


def _escape_titles(fig: go.Figure) -> None:
    """Show the name of a column as it is: plotly reads tags such as <b> in a title."""

    def escape(axis: Any) -> None:
        if axis.title.text:
            axis.title.text = axis.title.text.replace("<", "&lt;")

    fig.for_each_xaxis(escape)
    fig.for_each_yaxis(escape)


def words_only(*, title: str, caption: str) -> None:
    """Draw the finding and the caption of a chart that has nothing to draw."""
    with st.container(gap="xsmall"):
        st.markdown(f"**{plain(title)}**")
        st.caption(plain(caption))
