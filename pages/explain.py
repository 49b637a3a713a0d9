"""Explain: which columns carry a model, and why one row got its prediction."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.explain_views import draw_explanation, draw_importance, stored_importance
from components.layout import Primary
from components.messages import page_guard, plain
from components.model_choice import Chosen, current_model, model_select, need_model
from components.single_job import follow, is_running, newest_job, show_ending, submit
from core.data.query import head
from core.data.schema import Dataset
from core.errors import NotFound
from core.explain.importance import Importance
from core.explain.rows import RowExplanation

TABLE_ROWS = 500
ROW_KEY = "explain.row"


def measure(chosen: Chosen) -> None:
    """Start measuring importance. Runs as a callback."""
    submit("explain", chosen, f"Explain {chosen.title}")


def explain_one(chosen: Chosen, row: int, target_class: str | None) -> None:
    """Start explaining the row with index ``row``. Runs as a callback."""
    submit("explain_row", chosen, f"Explain row {row + 1}", row_payload(row, target_class))


def row_payload(row: int, target_class: str | None) -> dict[str, int | str | None]:
    """Return what identifies the explanation of a row."""
    return {"row": row, "target_class": target_class}


def importance_part(chosen: Chosen) -> Importance | None:
    """Draw the importance, or how to get it."""
    layout.section("What it looks at", "How much worse it gets when one column is shuffled.")
    importance, job = stored_importance(chosen), newest_job("explain", chosen)
    if is_running(job) and job is not None:
        follow(job, waiting="Shuffling each column and watching the score")
    elif importance is not None:
        draw_importance(importance, chosen)
        state.mark("explained")
    else:
        show_ending(job)
        with st.container(border=True):
            st.markdown(":gray[Not measured yet for this model. It takes seconds to a minute.]")
    return importance


def table_of(chosen: Chosen) -> Dataset | None:
    """Return the table the run was made on, None where it is gone."""
    try:
        return services.table_of_run(chosen.run)
    except NotFound:
        return None


def ordered_columns(dataset: Dataset, chosen: Chosen, importance: Importance | None) -> list[str]:
    """Return the target first, then the columns by importance, else in file order."""
    task = chosen.run.recipe.task
    used = [c for c in dataset.column_names if task.is_used(c)]
    if importance is not None:
        rank = {c.column: place for place, c in enumerate(importance.columns)}
        used.sort(key=lambda c: rank.get(c, len(rank)))
    return [task.target, *used]


def row_picker(dataset: Dataset) -> int:
    """Draw the number of the row; return its index, counted from 0."""
    held = st.session_state.get(ROW_KEY, 1)
    st.session_state[ROW_KEY] = min(max(int(held), 1), dataset.rows)
    st.number_input(f"Row, 1 to {dataset.rows:,}", 1, dataset.rows, step=1, key=ROW_KEY, persist_state="session")
    return int(st.session_state[ROW_KEY]) - 1


def row_table(dataset: Dataset, columns: list[str]) -> None:
    """Draw the first rows to pick one from, the columns that matter first."""
    shown = head(services.workspace(), dataset, TABLE_ROWS, columns=columns[:6])
    st.dataframe(
        shown.set_axis(pd.RangeIndex(1, len(shown) + 1, name="Row")),
        height=318,
        key="explain.rows",
        on_select=_take_selected,
        selection_mode="single-row",
        lazy=False,
        alt="Rows of the table; pick one to explain it.",
    )
    if dataset.rows > TABLE_ROWS:
        st.caption(f"The first {TABLE_ROWS} rows; type a number for any other.")


def _take_selected() -> None:
    picked = st.session_state["explain.rows"]["selection"]["rows"]
    if picked:
        st.session_state[ROW_KEY] = int(picked[0]) + 1


def class_picker(chosen: Chosen) -> str | None:
    """Draw the class whose probability is explained; None lets the predicted one be taken."""
    task = chosen.run.recipe.task
    if not task.kind.is_classification:
        return None
    classes = services.labels(services.table_of_run(chosen.run), task.target)
    if len(classes) == 2:
        return task.positive_class if task.positive_class in classes else classes[-1]
    options = ["", *classes]
    picked = st.selectbox(
        "Class", options, format_func=lambda c: c or "The predicted one", key="explain.class", persist_state="session"
    )
    return picked or None


def row_part(chosen: Chosen, importance: Importance | None) -> None:
    """Draw one row's explanation beside its picker."""
    layout.section("Why this row", "What each column adds to the prediction of an average row.")
    dataset = table_of(chosen)
    if dataset is None:
        st.caption("The table of this run is no longer in the workspace, so its rows cannot be picked.")
        return
    left, right = st.columns([2, 3], gap="large")
    with left, st.container(gap="small"):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            row = row_picker(dataset)
            target_class = class_picker(chosen)
            st.button(
                f"Explain row {row + 1:,}",
                key="explain.start",
                on_click=explain_one,
                args=(chosen, row, target_class),
            )
        row_table(dataset, ordered_columns(dataset, chosen, importance))
    with right:
        explanation_of(chosen, row, target_class)


def explanation_of(chosen: Chosen, row: int, target_class: str | None) -> None:
    """Draw the stored explanation of a row, its progress, or that there is none."""
    job = newest_job("explain_row", chosen, row_payload(row, target_class))
    if job is None:
        with st.container(border=True, horizontal_alignment="center"):
            st.space("large")
            st.markdown(f":gray[Row {row + 1:,} has not been explained yet.]", text_alignment="center")
            st.space("large")
    elif is_running(job):
        follow(job, waiting=f"Explaining row {row + 1:,}")
    else:
        show_ending(job)
        if "explanation" in job.result:
            explanation = RowExplanation.model_validate(job.result["explanation"])
            draw_explanation(explanation, target=chosen.run.recipe.task.target, key=f"explain.row.{job.id}")
            state.mark("explained")


def primary(chosen: Chosen) -> Primary:
    """Return the next thing to do: measure, or go on to predicting."""
    if stored_importance(chosen) is not None:
        return Primary("Predict new rows", "explain.predict", page=nav.PREDICT)
    busy = is_running(newest_job("explain", chosen))
    reason = "It is being measured." if busy else ""
    return Primary("Measure what matters", "explain.measure", reason, on_click=measure, args=(chosen,))


chosen = current_model()
layout.page_header(
    "Explain",
    f"Why {plain(chosen.title)} predicts what it predicts." if chosen else "Why a model predicts what it predicts.",
    primary=primary(chosen) if chosen else None,
)
chosen = need_model()
model_select(chosen, key="explain.pick")
with page_guard():
    importance = importance_part(chosen)
    row_part(chosen, importance)
layout.next_step("Predict new rows", nav.PREDICT)
