"""Projections: many columns as a map of points; what lies together is alike."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components import projection_state as projecting
from components.controlled import controlled
from components.layout import Primary
from components.messages import page_guard, plain, show_notes
from components.numbers import counted
from components.projection_charts import axis_name, draw_axes, draw_map, draw_shares
from components.projection_form import projection_form
from components.projection_selection import chosen_places, draw_outcome, draw_selection
from components.single_job import follow, is_running, show_ending
from components.task_form import likely_targets
from core.data.schema import Dataset
from core.explore.projection.registry import get_method
from core.explore.projection.run import stored
from core.explore.projection.spec import ProjectionResult
from core.types import ColumnKind

SENTENCE = "See many columns at once as a map: rows that are alike lie together."


def header(dataset: Dataset | None) -> None:
    """Draw title and primary action."""
    if dataset is None:
        primary = Primary("Project the rows", "projection.start", "Bring a table first.")
    else:
        done = stored(services.workspace(), dataset, projecting.request(dataset)) is not None
        reason = "It is running." if is_running(projecting.newest_job(dataset)) else ""
        reason = reason or ("This map is made; change a setting for another." if done else "")
        label = f"Project {counted(projecting.rows_taken(dataset), 'row')}"
        primary = Primary(label, "projection.start", reason, on_click=projecting.submit, args=(dataset,))
    layout.page_header("Projections", SENTENCE, primary=primary)


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


def map_part(dataset: Dataset, result: ProjectionResult) -> None:
    """Draw the map and what is chosen on it."""
    arrows = False
    color_cell, axes_cell, arrow_cell = st.columns([2, 3, 2], gap="medium", vertical_alignment="bottom")
    with color_cell:
        color = color_picker(dataset)
    with axes_cell:
        axes = axis_pickers(result)
    if result.loadings:
        with arrow_cell:
            arrows = st.toggle("Columns as arrows", key="projection.arrows", help="A biplot: each arrow points to "
                               "where the column is high.")  # fmt: skip
    picked = draw_map(dataset, result, color=color, axes=axes, arrows=arrows, key=f"projection.map.{result.key}")
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


def page(dataset: Dataset) -> None:
    """Draw the page of a project with a table."""
    header(dataset)
    layout.context_strip(dataset)
    draw_outcome()
    projection_form(dataset)
    job, result = projecting.newest_job(dataset), projecting.shown(dataset)
    if job is not None and is_running(job):
        follow(job, waiting=job.request.title)
    elif result is None or result.request != projecting.request(dataset):
        show_ending(job)
    if result is not None:
        with page_guard():
            result_part(dataset, result)
    layout.next_step("Goal and preparation", nav.PREPARE)


if state.project() is None or state.dataset() is None:
    header(None)
page(layout.need_dataset())
