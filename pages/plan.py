"""Prepare: the recipe of steps between the raw table and the models, seen before and after."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import layout, state
from components import navigation as nav
from components.layout import Primary
from components.messages import page_guard
from components.plan_columns import columns_view, family_now, picked_column
from components.plan_compare import compare_section
from components.plan_cost import cost_panel
from components.plan_data import told
from components.plan_form import step_form
from components.plan_list import recipe
from components.plan_picker import picker
from components.plan_preview import column_before_after, step_before_after
from components.plan_rows import later_rows
from components.plan_saved import saved_view
from components.plan_state import Editing, caught_up, change, close_form, editing, look_at
from components.plan_toolbar import toolbar
from core.data.schema import Dataset
from core.data.task import Task
from core.prepare.plan import PreparePlan

TITLE = "Prepare"
SENTENCE = "A recipe of steps between the raw table and the models. What it learns, it learns inside each fold."


def header(primary: Primary) -> bool:
    """Draw title and primary action."""
    return layout.page_header(TITLE, SENTENCE, primary=primary)


def columns() -> tuple[st.delta_generator.DeltaGenerator, st.delta_generator.DeltaGenerator]:
    """Return the places of the recipe (left) and of what follows from it (right)."""
    left, right = st.columns([3, 2], gap="large")
    return left, right


def form(dataset: Dataset, task: Task, plan: PreparePlan, opened: Editing) -> None:
    """Draw the form of a step beside what it would do."""
    # The head stands above what decides whether its action can be pressed.
    head = st.container()
    layout.context_strip(dataset)
    left, right = columns()
    with left:
        filled = step_form(dataset, task, plan, opened)
    with right:
        st.subheader("What it would do", anchor=False)
        if filled is not None and not filled.reason:
            step_before_after(dataset, task, filled.plan, filled.place)
        else:
            st.caption("It is shown here on a sample before anything changes.")
    with head:
        label = "Add this step" if opened.fresh else "Save this step"
        reason = filled.reason if filled is not None else "This step is not known."
        if header(Primary(label, "plan.apply", disabled_reason=reason)) and filled is not None:
            change(filled.plan)
            look_at(dataset, filled.place)
            close_form()
            st.rerun()


def catalogue(dataset: Dataset, task: Task) -> None:
    """Draw the steps to choose from."""
    header(Primary("Back to the plan", "plan.back", on_click=close_form))
    layout.context_strip(dataset)
    picker(dataset, task)


def steps(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    """Draw the toolbar and the recipe."""
    toolbar(dataset, task, plan)
    recipe(dataset, task, plan)


def compare(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    """Draw what this plan, or one of its columns, is worth."""
    compare_section(dataset, state.draft())


def overview(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    """Draw the plan and what follows from it."""
    wrong = any(step.problems for step in told(dataset, task, plan))
    reason = "Mend what is marked first." if wrong else ""
    header(
        Primary(
            "Choose models", "plan.next", disabled_reason=reason, on_click=state.mark, args=("plan",), page=nav.TRAIN
        )
    )
    layout.context_strip(dataset)
    left, right = columns()
    views: dict[str, Callable[[Dataset, Task, PreparePlan], None]] = {
        "Steps": steps, "Columns": columns_view, "Later rows": later_rows,
        "Compare": compare, "Save and reuse": saved_view,
    }  # fmt: skip
    with left:
        tabs = st.tabs(list(views), on_change="rerun", key="plan.tabs")
        for tab, draw in zip(tabs, views.values(), strict=True):
            if tab.open:
                with tab, page_guard():
                    draw(dataset, task, plan)
    with right:
        column = picked_column(dataset)
        if tabs[1].open and column is not None:
            column_before_after(dataset, task, plan, column, family_now())
        with page_guard():
            cost_panel(dataset, task, plan)
    layout.next_step("Train", nav.TRAIN)


if state.project() is None or state.dataset() is None or state.draft().task is None:
    header(Primary("Choose models", "plan.next", disabled_reason="Choose what to predict first."))
table, _, goal = layout.need_task()
now = caught_up(table, goal)
in_form = editing(table)
if in_form is not None:
    form(table, goal, now, in_form)
elif state.recall("plan.picking"):
    catalogue(table, goal)
else:
    overview(table, goal, now)
