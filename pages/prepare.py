"""Goal and preparation: what is predicted, from what, judged how, and what is done to the columns first."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.column_charts import column_chart
from components.draft import Draft
from components.journey import journey_line
from components.layout import Primary
from components.messages import show_error, show_notes
from components.numbers import counted
from components.plan_edit import features
from components.plan_view import feature_count, journeys_view, reset_button, steps_view
from components.roles_editor import roles_editor
from components.split_form import split_form, split_picture
from components.task_form import judging, kind_picker, likely_buttons, target_picker
from core.data.schema import Dataset
from core.data.task import Task
from core.prepare.plan import PreparePlan

SENTENCE = "Say what is to be predicted. Everything else is proposed, with its reason, and can be changed."


def header(reason: str) -> None:
    """Draw title and primary action."""
    layout.page_header(
        "Goal and preparation",
        SENTENCE,
        primary=Primary(
            "Choose models",
            "prepare.next",
            disabled_reason=reason,
            on_click=state.mark,
            args=("plan",),
            page=nav.TRAIN,
        ),
    )


def choices(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    """Draw what is chosen, in four parts."""
    used = features(dataset, task)
    goal, columns, split, preparation = st.tabs(
        ["Goal", f"Columns ({len(used)} of {len(dataset.columns) - 1})", "Split", "Preparation"], key="prepare.tabs"
    )
    with goal:
        target_picker(dataset, task)
        kind_picker(dataset, task)
        judging(dataset, task)
    with columns:
        roles_editor(dataset, task)
    with split:
        split_form(dataset, task)
    with preparation:
        steps_view(dataset, plan)
        reset_button(dataset, task, plan)
        layout.section("What becomes of each column", "From the raw cell to what a model sees.")
        journeys_view(plan, used)


def consequences(dataset: Dataset, task: Task, plan: PreparePlan, check: services.TaskCheck) -> None:
    """Draw what follows from the choices."""
    for problem in check.problems:
        show_error(problem)
    show_notes(check.warnings, title="Worth knowing")
    column_chart(dataset, task.target, key="target", height=180, classes=task.kind.is_classification)
    split_picture(dataset, task)
    used = features(dataset, task)
    count = feature_count(plan, used)
    if count is not None:
        st.caption(f"{counted(len(used), 'column')} become about {counted(count, 'number')} a row for a linear model.")


def page(dataset: Dataset, draft: Draft) -> None:
    """Draw the page of a project with a table."""
    task = draft.task
    if task is None:
        header("Choose a target first.")
        layout.context_strip(dataset, draft)
        left, _ = layout.two_columns()
        with left:
            target_picker(dataset, None)
            likely_buttons(dataset)
        st.space("small")
        journey_line()
        return
    plan = draft.plan or PreparePlan()
    check = services.task_check(dataset, task)
    header("Mend what is marked first." if check.problems else "")
    layout.context_strip(dataset, draft)
    left, right = layout.two_columns()
    with left:
        choices(dataset, task, plan)
    with right:
        consequences(dataset, task, plan, check)
    layout.next_step("Train", nav.TRAIN)


if state.project() is None or state.dataset() is None:
    header("Bring a table first.")
table = layout.need_dataset()
page(table, state.draft())
