"""Goal: what is predicted, from what, and judged how."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.column_charts import column_chart
from components.draft import Draft
from components.journey import journey_line
from components.layout import Primary
from components.messages import show_error, show_notes
from components.metric_advice import scoring_details
from components.plan_edit import features
from components.roles_editor import roles_editor
from components.split_form import split_form, split_picture
from components.task_form import judging, kind_picker, likely_buttons, target_picker
from core.data.schema import Dataset
from core.data.task import Task

SENTENCE = "Say what is to be predicted, from which columns, and how models are judged. All else is proposed."


def header(reason: str) -> None:
    """Draw title and primary action."""
    layout.page_header(
        "Goal",
        SENTENCE,
        primary=Primary(
            "Prepare the columns",
            "prepare.next",
            disabled_reason=reason,
            page=nav.PLAN,
        ),
    )


def choices(dataset: Dataset, task: Task) -> None:
    """Draw what is chosen, in three parts."""
    used = features(dataset, task)
    goal, columns, split = st.tabs(
        ["Goal", f"Columns ({len(used)} of {len(dataset.columns) - 1})", "Split"], key="prepare.tabs"
    )
    with goal:
        target_picker(dataset, task)
        kind_picker(dataset, task)
        judging(dataset, task)
        scoring_details(dataset, task)
    with columns:
        roles_editor(dataset, task)
    with split:
        split_form(dataset, task)


def consequences(dataset: Dataset, task: Task, check: services.TaskCheck) -> None:
    """Draw what follows from the choices."""
    for problem in check.problems:
        show_error(problem)
    show_notes(check.warnings, title="Worth knowing")
    column_chart(dataset, task.target, key="target", height=180, classes=task.kind.is_classification)
    split_picture(dataset, task)


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
    check = services.task_check(dataset, task)
    header("Mend what is marked first." if check.problems else "")
    layout.context_strip(dataset, draft)
    left, right = layout.two_columns()
    with left:
        choices(dataset, task)
    with right:
        consequences(dataset, task, check)
    layout.next_step("Prepare", nav.PLAN)


if state.project() is None or state.dataset() is None:
    header("Bring a table first.")
table = layout.need_dataset()
page(table, state.draft())
