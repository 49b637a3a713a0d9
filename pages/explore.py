"""First look: what is in the table, column by column."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.column_charts import column_chart
from components.columns_overview import columns_overview
from components.controlled import controlled
from components.dataset_panel import first_rows
from components.layout import Primary
from components.numbers import number, size
from components.task_form import likely_targets
from components.words import share
from core.data.schema import Dataset

SENTENCE = "See what is in the table before anything is done with it."


def header(reason: str = "") -> None:
    """Draw title and primary action."""
    layout.page_header(
        "First look",
        SENTENCE,
        primary=Primary("Choose what to predict", "explore.next", disabled_reason=reason, page=nav.PREPARE),
    )


def facts(dataset: Dataset) -> None:
    """Draw the table as a whole in five figures."""
    found = services.table_facts(dataset)
    cells = max(dataset.rows * len(dataset.columns), 1)
    figures = (
        ("Rows", f"{dataset.rows:,}", None),
        ("Columns", f"{len(dataset.columns):,}", None),
        ("Missing cells", share(found.missing_cells / cells), f"{found.missing_cells:,} of {cells:,} cells."),
        ("Duplicate rows", f"{found.duplicate_rows:,}", "Rows that repeat an earlier one in every cell."),
        ("In memory", size(found.memory_bytes), "About; what the table takes while Lathe works with it."),
    )
    for cell, (label, value, help_text) in zip(st.columns(len(figures), gap="medium"), figures, strict=True):
        cell.metric(label, value, help=help_text, border=True)


def looked_at(dataset: Dataset) -> str:
    """Return the column looked at: the one chosen, else the target, else what is likely to be one, else the first."""
    chosen, task = state.recall("explore.column"), state.draft().task
    if chosen in dataset.column_names:
        return str(chosen)
    return task.target if task else (*likely_targets(dataset), *dataset.column_names)[0]


def closer_look(dataset: Dataset, name: str) -> None:
    """Draw one column."""
    controlled(
        st.selectbox,
        "Look closer at",
        list(dataset.column_names),
        key=f"explore.column.{dataset.id}",
        value=name,
        save=lambda chosen: state.remember("explore.column", chosen),
        help="Or click a line of the table.",
    )
    column_chart(dataset, name, key="explore.chart")
    column = services.table_profile(dataset).column(name)
    if column.mean is not None and column.std is not None:
        middle, spread = number(column.median), number(column.std)
        st.caption(f"Mean {number(column.mean)}, middle (median) {middle}, spread (standard deviation) {spread}.")
    if column.negatives or column.zeros:
        st.caption(f"{column.zeros:,} zeros, {column.negatives:,} below zero.")


def page(dataset: Dataset) -> None:
    """Draw the page of a project with a table."""
    header()
    layout.context_strip(dataset)
    facts(dataset)
    left, right = layout.two_columns()
    with left:
        columns, rows = st.tabs(["Columns", "First rows"], key="explore.tabs")
        with columns:
            columns_overview(
                services.table_profile(dataset),
                key=f"explore.table.{dataset.fingerprint[:12]}",
                choose=lambda column: state.remember("explore.column", column),
            )
        with rows:
            first_rows(dataset)
    with right:
        closer_look(dataset, looked_at(dataset))
    layout.next_step("Goal and preparation", nav.PREPARE)


if state.project() is None or state.dataset() is None:
    header("Bring a table first.")
page(layout.need_dataset())
