"""The map of a projection, the make-up of its axes and how much of the spread they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from components import charts
from components import projection_state as projecting
from components.chart_menu import chart_menu
from components.messages import plain
from components.theme import CATEGORIES, SEQUENTIAL, category_color, is_dark, palette
from core.data.schema import Dataset
from core.data.target import label_text
from core.explore.hypothesis.words import listed
from core.explore.projection.registry import get_method
from core.explore.projection.spec import ProjectionResult
from core.types import ColumnKind, StorageType
from core.words import share

if TYPE_CHECKING:
    import plotly.graph_objects as go

MAP_HEIGHT = 560
MOST_COLORS = 7
"""Categories with a colour of their own; the others share the last one."""

ARROWS = 8
CONFIG = {
    **charts.CONFIG,
    "displayModeBar": True,
    "scrollZoom": True,
    "modeBarButtonsToRemove": ["autoScale2d", "zoomIn2d", "zoomOut2d"],
}


def axis_name(result: ProjectionResult, axis: int) -> str:
    """Name an axis: with its share of the spread where that is known."""
    if axis < len(result.explained):
        return f"Axis {axis + 1} ({share(result.explained[axis])})"
    return f"Axis {axis + 1}"


def draw_map(
    dataset: Dataset,
    result: ProjectionResult,
    *,
    color: str,
    axes: tuple[int, int],
    arrows: bool,
    around: bool,
    key: str,
) -> Any:
    """Draw the points, coloured by a column, and return what was selected on them.

    Parameters
    ----------
    around : bool
        The mouse draws around points; else it clicks one. A chart takes no clicks while a region can be drawn.
    """
    import plotly.graph_objects as go

    found = projecting.drawing(dataset, result)
    values = found.points.values[found.drawn][:, list(axes)]
    places = found.points.places[found.drawn]
    fig = go.Figure()
    _add_points(fig, dataset, result, color, values, places)
    if arrows and result.loadings:
        _add_arrows(fig, result, values, axes)
    fig.update_layout(
        template=charts.template(palette()),
        height=MAP_HEIGHT,
        dragmode="lasso" if around else "pan",
        legend={"title": {"text": _safe(color)}, "itemsizing": "constant"},
        uirevision=f"{result.key}.{axes}",
    )
    # The axes of a neighbour map have no meaning of their own: no grid and no numbers suggest one.
    measured = bool(result.explained)
    plain_axis = {"showgrid": measured, "zeroline": False, "showticklabels": measured}
    fig.update_xaxes(title_text=axis_name(result, axes[0]), **plain_axis)
    fig.update_yaxes(title_text=axis_name(result, axes[1]), **plain_axis)
    title = _title(result, color)
    caption = get_method(result.request.method).caption
    few = ""
    if len(found.drawn) < result.rows_used:
        few = f"{len(found.drawn):,} of {result.rows_used:,} points are drawn; a region takes in the others too."
    with st.container(gap="xsmall", key=f"chart.{key}"):
        st.markdown(f"**{plain(title)}**")
        picked = st.plotly_chart(
            fig,
            theme=None,
            key=key,
            config=CONFIG,
            alt=f"{title}. {caption}",
            on_select="rerun",
            selection_mode=("points", "box", "lasso"),
        )
        with st.container(horizontal=True, wrap=False, horizontal_alignment="distribute"):
            st.caption(f"{plain(caption)} {plain(few)}".strip(), width="stretch")
            table = pd.DataFrame({"Row": places + 1, "Across": values[:, 0], "Up": values[:, 1]})
            chart_menu(fig, title=title, caption=caption, alt=title, table=table, key=key)
    return picked


def draw_axes(result: ProjectionResult, axis: int) -> None:
    """Draw which features make up an axis."""
    import plotly.graph_objects as go

    loads = np.array([row[axis] for row in result.loadings])
    order = np.argsort(-np.abs(loads), kind="stable")[:20][::-1]
    names = [result.features[place].name for place in order]
    fig = go.Figure(
        go.Bar(
            x=loads[order],
            y=[_safe(name) for name in names],
            orientation="h",
            marker={"color": [CATEGORIES[0] if v > 0 else CATEGORIES[1] for v in loads[order]], "line": {"width": 0}},
            width=0.6,
            hovertemplate="%{x:.2f}<extra>%{y}</extra>",
        )
    )
    fig.update_xaxes(title_text="Correlation with the axis", range=[-1.05, 1.05], showgrid=True)
    fig.update_layout(height=max(180, 70 + 26 * len(order)), yaxis={"showgrid": False, "type": "category"})
    strongest = [result.features[place].name for place in order[::-1][:3]]
    names_of = [feature.name for feature in result.features]
    table = pd.DataFrame(result.loadings, columns=[f"Axis {n + 1}" for n in range(len(result.loadings[0]))])
    table.insert(0, "Feature", names_of)
    charts.show(
        fig,
        title=f"Axis {axis + 1} is made of {listed(strongest)}",
        caption="Loadings: how closely each column goes along with the axis. Rightwards it rises, leftwards it falls.",
        table=table,
        key=f"projection.loadings.{axis}",
    )


def draw_shares(result: ProjectionResult) -> None:
    """Draw how much of the spread each axis holds, and all up to it (scree)."""
    import plotly.graph_objects as go

    shares = np.array(result.explained)
    number = np.arange(1, len(shares) + 1)
    fig = go.Figure(
        go.Bar(
            x=number,
            y=shares,
            marker={"color": CATEGORIES[0], "line": {"width": 0}},
            name="This axis",
            hovertemplate="axis %{x}: %{y:.1%}<extra></extra>",
        )
    )
    fig.add_scatter(
        x=number,
        y=shares.cumsum(),
        mode="lines+markers",
        line={"color": CATEGORIES[1], "width": 2},
        name="All up to it",
        hovertemplate="up to axis %{x}: %{y:.1%}<extra></extra>",
    )
    fig.update_yaxes(tickformat=".0%", range=[0, 1.02])
    fig.update_xaxes(title_text="Axis", dtick=1 if len(shares) <= 12 else 2)
    enough = int((shares.cumsum() < 0.8).sum()) + 1
    title = f"The first two axes hold {share(float(shares[:2].sum()))} of the spread"
    caption = (
        f"Explained variance. It takes {enough} axes to hold 80 %."
        if enough <= len(shares)
        else "Explained variance. More axes than shown are needed to hold 80 %."
    )
    table = pd.DataFrame({"Axis": number, "Share": shares, "Up to here": shares.cumsum()})
    charts.show(fig, title=title, caption=caption, table=table, key="projection.shares")


def is_scaled(dataset: Dataset, column: str) -> bool:
    """Tell whether a column's colours are a scale of numbers, and not one a value."""
    found = dataset.column(column)
    if found.storage is StorageType.DATETIME:
        return True
    numbers = found.storage in (StorageType.INT, StorageType.FLOAT)
    return numbers and found.kind is ColumnKind.NUMERIC and found.unique > MOST_COLORS


def _add_points(
    fig: go.Figure, dataset: Dataset, result: ProjectionResult, color: str, values: np.ndarray, places: np.ndarray
) -> None:
    size = 7 if len(places) <= 1_000 else 5 if len(places) <= 3_000 else 4
    base = {"size": size, "opacity": 0.75, "line": {"width": 0}}
    if not color:
        _trace(fig, values, places, marker={**base, "color": CATEGORIES[0]}, name="", texts=None)
        fig.update_layout(showlegend=False)
        return
    cells = projecting.cells(dataset, result, color)
    if is_scaled(dataset, color):
        _add_scaled(fig, color, cells, values, places, base)
        return
    texts = np.array([label_text(cell) or "missing" for cell in cells], dtype=object)
    ranked = list(pd.Series(texts).value_counts().index)
    named = ranked if len(ranked) <= MOST_COLORS + 1 else ranked[:MOST_COLORS]
    for place, label in enumerate(sorted(named)):
        chosen = texts == label
        shade = palette().muted if label == "missing" else category_color(place)
        _trace(fig, values[chosen], places[chosen], marker={**base, "color": shade}, name=label, texts=texts[chosen])
    rest = ~np.isin(texts, named)
    if rest.any():
        shade = category_color(MOST_COLORS)
        _trace(fig, values[rest], places[rest], marker={**base, "color": shade}, name="others", texts=texts[rest])


def _add_scaled(
    fig: go.Figure, color: str, cells: pd.Series, values: np.ndarray, places: np.ndarray, base: dict[str, Any]
) -> None:
    known = cells.notna().to_numpy()
    if not known.all():
        marker = {**base, "color": palette().muted, "opacity": 0.35}
        _trace(fig, values[~known], places[~known], marker=marker, name="missing", texts=None)
    held = cells[known]
    is_date = pd.api.types.is_datetime64_any_dtype(held)
    numbers = held.astype("int64").to_numpy() if is_date else held.to_numpy(dtype=float)
    if not len(numbers):
        return
    low, high = np.quantile(numbers, [0.01, 0.99])
    title = {"text": _safe(color), "font": {"size": 12, "color": palette().text}}
    bar: dict[str, Any] = {"title": title, "tickfont": {"size": 12}, "thickness": 12, "outlinewidth": 0, "len": 0.8}
    if is_date:
        ticks = np.linspace(low, high, 4)
        bar |= {
            "tickvals": list(ticks),
            "ticktext": [str(np.datetime64(int(t), "us").astype("datetime64[D]")) for t in ticks],
        }
    marker = {**base, "color": numbers, "colorscale": _scale(), "colorbar": bar, "cmin": low, "cmax": high}
    texts = (
        held.dt.strftime("%Y-%m-%d").to_numpy() if is_date else np.array([f"{n:,.6g}" for n in numbers], dtype=object)
    )
    _trace(fig, values[known], places[known], marker=marker, name=color, texts=texts)
    fig.update_layout(showlegend=False)


def _scale() -> list[str]:
    """Return the scale of magnitudes without the end that the ground swallows: the dark one, or the light one."""
    from plotly.colors import sample_colorscale

    low, high = (0.3, 1.0) if is_dark() else (0.0, 0.93)
    shades: list[str] = sample_colorscale(SEQUENTIAL, list(np.linspace(low, high, 9)))
    return shades


def _trace(
    fig: go.Figure,
    values: np.ndarray,
    places: np.ndarray,
    *,
    marker: dict[str, Any],
    name: str,
    texts: np.ndarray | None,
) -> None:
    fig.add_scattergl(
        x=values[:, 0],
        y=values[:, 1],
        mode="markers",
        marker=marker,
        name=_safe(name),
        customdata=places + 1,
        text=None if texts is None else [_safe(str(text)) for text in texts],
        hovertemplate="row %{customdata:,}" + ("" if texts is None else "<br>%{text}") + "<extra></extra>",
        unselected={"marker": {"opacity": 0.15}},
    )


def _add_arrows(fig: go.Figure, result: ProjectionResult, values: np.ndarray, axes: tuple[int, int]) -> None:
    """Draw the columns that make up the axes as arrows from the middle (a biplot)."""
    loads = np.array(result.loadings)[:, list(axes)]
    reach = np.abs(values).max(axis=0) * 0.85 / max(np.abs(loads).max(), 1e-9)
    for place in np.argsort(-np.square(loads).sum(axis=1), kind="stable")[:ARROWS]:
        x, y = (float(v) for v in loads[place] * reach)
        fig.add_annotation(
            x=x, y=y, ax=0, ay=0, xref="x", yref="y", axref="x", ayref="y", showarrow=True, arrowhead=2,
            arrowwidth=1.6, arrowcolor=palette().text, text="",
        )  # fmt: skip
        fig.add_annotation(
            x=x, y=y, text=_safe(result.features[place].name), showarrow=False, xshift=6 if x > 0 else -6,
            xanchor="left" if x > 0 else "right", bgcolor=palette().surface, opacity=0.9, font={"size": 12},
        )  # fmt: skip


def _title(result: ProjectionResult, color: str) -> str:
    title = f"{result.rows_used:,} rows by {len({f.column for f in result.features})} columns"
    return f"{title}, coloured by {color}" if color else title


def _safe(text: str) -> str:
    """Show a value as it is: plotly reads tags such as <b> in text."""
    return text.replace("<", "&lt;")
