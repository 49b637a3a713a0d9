"""Projections: many columns as a map of points; what lies together is alike."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components import projection_state as projecting
from components.layout import Primary
from components.messages import page_guard
from components.numbers import counted
from components.projection_form import projection_form
from components.projection_selection import draw_outcome
from components.projection_view import result_part
from components.single_job import follow, is_running, show_ending
from core.data.schema import Dataset
from core.explore.projection.run import stored

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


def nothing_yet() -> None:
    """Say that there is no map and what makes one."""
    with st.container(border=True, horizontal_alignment="center"):
        st.space("medium")
        text = "No map of this table yet. Principal components take seconds, neighbour maps a minute or so."
        st.markdown(f":gray[{text}]", text_alignment="center")
        st.space("medium")


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
    elif not is_running(job):
        nothing_yet()
    layout.next_step("Goal", nav.PREPARE)


if state.project() is None or state.dataset() is None:
    header(None)
page(layout.need_dataset())
