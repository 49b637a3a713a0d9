"""Clean and shape: the steps that turn the file into the table that is learned from."""

from __future__ import annotations

import streamlit as st

from components import layout, single_job, state
from components import navigation as nav
from components.layout import Primary
from components.messages import show_error
from components.shape_form import complete, step_form
from components.shape_list import list_actions, steps_list
from components.shape_picker import picker
from components.shape_preview import show_preview, show_table
from components.shape_state import change, close_form, editing, failed, newest_job
from core.data.schema import Dataset
from core.errors import ErrorInfo

TITLE = "Clean and shape"
SENTENCE = "Filter, join, compute and reshape, step by step; every step can be switched off and undone."


def header(primary: Primary) -> bool:
    """Draw title and primary action."""
    return layout.page_header(TITLE, SENTENCE, primary=primary)


def problem() -> None:
    """Say why the last change was not made."""
    kept = state.recall("shape.problem")
    if kept:
        show_error(ErrorInfo.model_validate(kept))
        st.caption("The table is as it was.")


def columns() -> tuple[st.delta_generator.DeltaGenerator, st.delta_generator.DeltaGenerator]:
    """Return the places of the steps (left) and of the table (right)."""
    left, right = st.columns([2, 3], gap="large")
    return left, right


def form(dataset: Dataset) -> None:
    """Draw the form of a step with its preview."""
    opened = editing(dataset)
    assert opened is not None
    # The head stands above what decides whether its action can be pressed.
    head = st.container()
    layout.context_strip(dataset)
    problem()
    left, right = columns()
    with left:
        step = step_form(dataset, opened)
    found, steps, reason = None, (), "Fill in the form first."
    with right:
        st.markdown("**What it would do**")
        if step is not None and complete(step):
            steps = opened.steps(dataset, step)
            found = show_preview(dataset, steps, opened.place + 1, key="shape.preview")
            reason = "" if found is not None else "Mend what is marked first."
        elif step is not None:
            st.caption("Fill in the form; the outcome is shown here before anything changes.")
    with head:
        label = "Add this step" if opened.fresh else "Save this step"
        if header(Primary(label, "shape.apply", disabled_reason=reason)) and found is not None:
            with st.spinner("Computing the table"):
                done = change(dataset, steps)
            if done:
                close_form()
            st.rerun()


def steps_page(dataset: Dataset) -> None:
    """Draw the steps of a table, or those to choose from, with its rows."""
    picking = bool(state.recall("shape.picking"))
    if picking:
        header(Primary("Back to the steps", "shape.back", on_click=close_form))
    else:
        header(
            Primary(
                "Add a step", "shape.add", icon=":material/add:", on_click=state.remember, args=("shape.picking", True)
            )
        )
    layout.context_strip(dataset)
    problem()
    job = newest_job(dataset)
    if job is not None and single_job.is_running(job):
        single_job.follow(job, waiting="Computing the table")
    elif failed(job):
        single_job.show_ending(job)
    left, right = columns()
    with left:
        if picking:
            picker(dataset)
        else:
            list_actions(dataset)
            steps_list(dataset)
    with right:
        show_table(dataset)
    layout.next_step("Overview", nav.EXPLORE)


if state.project() is None or state.dataset() is None:
    header(Primary("Add a step", "shape.add", disabled_reason="Bring a table first."))
table = layout.need_dataset()
if editing(table) is not None:
    form(table)
else:
    steps_page(table)
