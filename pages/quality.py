"""Quality: what is wrong with the table, and what mends it."""

from __future__ import annotations

import streamlit as st

from components import layout, single_job, state
from components import navigation as nav
from components.controlled import controlled
from components.layout import Primary
from components.messages import plain
from components.quality_data import report, results
from components.quality_findings import done_line
from components.quality_list import findings_list
from components.quality_privacy import privacy_list
from components.quality_rules import broken_words, rules_section
from components.task_form import choose_target, likely_targets
from core.data.schema import Dataset
from core.data.task import Task
from core.jobs.job import Job

TITLE = "Quality"
SENTENCE = "What is wrong with the table, how much it matters, and one click to mend it."


def header(reason: str = "") -> None:
    """Draw title and primary action."""
    primary = Primary("Clean and shape", "quality.next", disabled_reason=reason, page=nav.SHAPE)
    layout.page_header(TITLE, SENTENCE, primary=primary)


def target(dataset: Dataset, task: Task | None) -> None:
    """Draw the choice of the target: several checks need one."""
    controlled(
        st.selectbox,
        "What is to be predicted",
        list(dataset.column_names),
        key=f"quality.target.{dataset.id}",
        value=task.target if task else None,
        save=lambda name: choose_target(dataset, name) if name else None,
        index=None,
        placeholder="Not chosen yet",
        help="Leaks, rare classes and missing cells that say something can only be found with a target. It is the goal "
        "at Prepare.",
    )
    if task is None:
        names = ", ".join(likely_targets(dataset))
        st.caption(f"With a target more is checked. {f'Often it is {plain(names)}.' if names else ''}")


def aside(dataset: Dataset, task: Task | None) -> None:
    """Draw what stands beside the findings."""
    target(dataset, task)
    if dataset.rules:
        found = results(dataset)
        holds = all(result.holds for result in found)
        mark = ":green[:material/check:]" if holds else ":red[:material/error:]"
        st.markdown(f"{mark} {broken_words(found)} :gray[See Rules.]")
    privacy_list(dataset)


def findings(dataset: Dataset, task: Task | None) -> None:
    """Draw the findings, or the job that looks for them."""
    found = report(dataset, task)
    if not isinstance(found, Job):
        findings_list(dataset, task, found)
    elif single_job.is_running(found):
        single_job.follow(found, waiting=f"Looking through {dataset.rows:,} rows")
    else:
        single_job.show_ending(found)


def page(dataset: Dataset) -> None:
    """Draw the page of a project with a table."""
    header()
    layout.context_strip(dataset)
    task = state.draft().task
    done_line()
    found, rules = st.tabs(["Findings", "Rules"], key="quality.tabs")
    with found:
        left, right = layout.two_columns()
        with right:
            aside(dataset, task)
        with left:
            findings(dataset, task)
    with rules:
        rules_section(dataset)
    layout.next_step("Clean and shape", nav.SHAPE)


if state.project() is None or state.dataset() is None:
    header("Bring a table first.")
page(layout.need_dataset())
