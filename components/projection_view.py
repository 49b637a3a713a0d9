"""A projection on the screen: what colours it, which axes are seen, the map, the axes' make-up."""

from __future__ import annotations

import streamlit as st

from components import projection_state as projecting
from components import state
from components.controlled import controlled
from components.messages import plain, show_notes
from components.projection_charts import axis_name, draw_axes, draw_map, draw_shares
from components.projection_selection import chosen_places, draw_selection
from components.task_form import likely_targets
from core.data.schema import Dataset
from core.explore.projection.registry import get_method
from core.explore.projection.spec import ProjectionResult
from core.types import ColumnKind


def color_picker(dataset: Dataset) -> str:
    """Draw and return the column that colours the points; empty for none."""
    fitting = [c.name for c in dataset.columns if c.kind not in (ColumnKind.TEXT, ColumnKind.IDENTIFIER)]
    task = state.draft().task
    first = task.target if task else next((n for n in likely_targets(dataset) if n in fitting), "")
    chosen = state.recall(f"projection.color.{dataset.id}", first)
    value: str = controlled(
        st.selectbox,
        "Colour by",
        ["", *fitting],
        key=f"projection.color.{dataset.id}",
        value=chosen if chosen in fitting else "",
        save=lambda name: state.remember(f"projection.color.{dataset.id}", name),
        format_func=lambda name: name or "One colour",
    )
    return value


def axis_pickers(result: ProjectionResult) -> tuple[int, int]:
    """Draw and return which axes are seen, where there are more than two."""
    if result.components <= 2:
        return 0, 1
    names = list(range(result.components))
    left, right = st.columns(2, gap="medium")
    with left:
        across = st.selectbox("Across", names, format_func=lambda a: axis_name(result, a), key="projection.across")
    with right:
        up = st.selectbox("Up", names, index=1, format_func=lambda a: axis_name(result, a), key="projection.up")
    return across, up


def mouse_picker() -> bool:
    """Draw what the mouse does on the map; return whether it draws around points."""
    around, click = "Draw around points", "Click a point"
    chosen = st.segmented_control(
        "The mouse", [around, click], default=around, required=True, key="projection.mouse", persist_state="session"
    )
    return bool(chosen == around)


def map_part(dataset: Dataset, result: ProjectionResult) -> None:
    """Draw the map and what is chosen on it."""
    color_cell, axes_cell, mouse_cell = st.columns([2, 3, 3], gap="medium", vertical_alignment="bottom")
    with color_cell:
        color = color_picker(dataset)
    with axes_cell:
        axes = axis_pickers(result)
    with mouse_cell:
        around = mouse_picker()
    arrows = bool(result.loadings) and st.toggle(
        "Columns as arrows", key="projection.arrows", help="A biplot: each arrow points to where the column is high."
    )
    key = f"projection.map.{result.key}.{'around' if around else 'click'}"
    picked = draw_map(dataset, result, color=color, axes=axes, arrows=arrows, around=around, key=key)
    draw_selection(dataset, result, chosen_places(dataset, result, picked, axes))


def result_part(dataset: Dataset, result: ProjectionResult) -> None:
    """Draw a projection."""
    if result.request != projecting.request(dataset):
        st.caption(f":material/history: Made earlier by {plain(get_method(result.request.method).title)}.")
    if not result.loadings:
        map_part(dataset, result)
    else:
        whole, made_of, held = st.tabs(["Map", "Make-up of the axes", "How much they hold"], key="projection.tabs")
        with whole:
            map_part(dataset, result)
        with made_of:
            for axis in range(min(result.components, len(result.loadings[0]), 3)):
                draw_axes(result, axis)
        with held:
            draw_shares(result)
    show_notes(result.notes)
