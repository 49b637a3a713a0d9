"""Overview: what is in the table, column by column and between columns."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import layout, overview_data, services, state
from components import navigation as nav
from components.columns_overview import columns_overview
from components.controlled import controlled
from components.dataset_panel import first_rows
from components.layout import Primary
from components.numbers import size
from components.one_column import one_column
from components.overview_relations import relations_view
from components.overview_views import missing_view, report_button, stand_outs_view, target_view, wait_for_profile
from components.task_form import likely_targets
from core.data.schema import Dataset
from core.words import share

SENTENCE = "See what is in the table before anything is done with it."


def header(reason: str = "") -> None:
    """Draw title and primary action."""
    layout.page_header(
        "Overview",
        SENTENCE,
        primary=Primary("Choose what to predict", "explore.next", disabled_reason=reason, page=nav.PREPARE),
    )


def facts(dataset: Dataset) -> None:
    """Draw the table as a whole in five figures."""
    found = services.table_profile(dataset)
    cells = max(dataset.rows * len(dataset.columns), 1)
    figures = (
        ("Rows", f"{dataset.rows:,}", None),
        ("Columns", f"{len(dataset.columns):,}", None),
        ("Missing cells", share(found.missing_cells / cells), f"{found.missing_cells:,} of {cells:,} cells."),
        ("Duplicate rows", f"{found.duplicate_rows:,}", "Rows that repeat an earlier one in every cell."),
        ("In memory", size(found.memory_bytes), "About; what the table takes where it is loaded as a whole."),
    )
    for cell, (label, value, help_text) in zip(st.columns(len(figures), gap="medium"), figures, strict=True):
        cell.metric(label, value, help=help_text, border=True)


def looked_at(dataset: Dataset, kept: str) -> str:
    """Return the column chosen under the name ``kept``, else the target, else a likely one, else the first."""
    chosen, task = state.recall(kept), state.draft().task
    if chosen in dataset.column_names:
        return str(chosen)
    goal = task.target if task and task.target in dataset.column_names else ""
    return goal or (*likely_targets(dataset), *dataset.column_names)[0]


def open_column(name: str) -> None:
    """Look closer at a column that was clicked."""
    state.remember("explore.column", name)
    state.remember("explore.part", "One column")


def columns(dataset: Dataset) -> None:
    """Draw the table of columns."""
    columns_overview(
        services.table_profile(dataset), key=f"explore.columns.{dataset.fingerprint[:12]}", choose=open_column
    )


def parts(dataset: Dataset) -> dict[str, Callable[[], None]]:
    """Return the parts of the page by their names, in order."""
    task = state.draft().task
    target = task.target if task and task.target in dataset.column_names else ""
    return {
        "Columns": lambda: columns(dataset),
        "One column": lambda: one_column(dataset, looked_at(dataset, "explore.column")),
        "What stands out": lambda: stand_outs_view(dataset, target),
        "Relations": lambda: relations_view(dataset, target=target),
        "Against the target": lambda: target_view(dataset, looked_at(dataset, "explore.target")),
        "Missing cells": lambda: missing_view(dataset),
        "First rows": lambda: first_rows(dataset),
    }


def page(dataset: Dataset) -> None:
    """Draw the page of a project with a table."""
    header()
    layout.context_strip(dataset)
    if not overview_data.is_profiled(dataset):
        wait_for_profile(dataset)
        return
    facts(dataset)
    drawn, task = parts(dataset), state.draft().task
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        part = controlled(
            st.segmented_control,
            "Part",
            list(drawn),
            key="explore.part",
            value=state.recall("explore.part", "Columns"),
            save=lambda chosen: state.remember("explore.part", chosen),
            required=True,
            label_visibility="collapsed",
        )
        with st.container(width="content"):
            report_button(dataset, task.target if task and task.target in dataset.column_names else "")
    drawn[part]()
    layout.next_step("Goal", nav.PREPARE)


if state.project() is None or state.dataset() is None:
    header("Bring a table first.")
page(layout.need_dataset())
