"""Predict: score a file of new rows, or one row typed by hand, with a trained model."""

from __future__ import annotations

import uuid

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.messages import page_guard, plain, show_error
from components.model_choice import Chosen, current_model, model_select, need_model
from components.predict_views import download_button, draw_report, draw_single, expected_columns, start_row
from components.row_form import row_form
from components.single_job import follow, is_running, newest_job, show_ending, submit
from core.data.schema import Dataset
from core.errors import ErrorInfo, LatheError, NotFound
from core.jobs.job import Job

TYPES = ("csv", "tsv", "txt", "gz", "zip", "xlsx", "parquet")
MANY, ONE = "A file of rows", "One row"


def take(file: st.runtime.uploaded_file_manager.UploadedFile, chosen: Chosen) -> None:
    """Stream a file to disk and start predicting its rows."""
    from core.data.upload import receive

    # A new key empties the widget, so that the file does not stay in memory.
    state.remember("predict.turn", state.recall("predict.turn", 0) + 1)
    state.remember("predict.problem", None)
    try:
        with st.spinner(f"Taking in {plain(file.name)}"):
            path = receive(file, file.name, workspace=services.workspace())
        payload = {
            "path": services.workspace().relative(path),
            "name": file.name,
            "out": f"predictions/{uuid.uuid4().hex[:12]}/predictions.csv",
        }
        submit("predict", chosen, f"Predict {file.name}", payload)
    except LatheError as error:
        state.remember("predict.problem", ErrorInfo.from_exception(error).model_dump() | {"traceback": ""})
    st.rerun()


def uploader(chosen: Chosen) -> None:
    """Draw the uploader; a file that arrives is predicted at once."""
    file = st.file_uploader(
        "Bring new rows",
        type=list(TYPES),
        key=f"predict.file.{state.recall('predict.turn', 0)}",
        help="The same kind of file as the one it was trained on. The target is not needed, columns may stand in any "
        "order, further columns are ignored.",
    )
    if file is not None:
        take(file, chosen)
    problem = state.recall("predict.problem")
    if problem:
        show_error(ErrorInfo.model_validate(problem))


def many_rows(chosen: Chosen, dataset: Dataset | None, job: Job | None) -> None:
    """Draw the upload, and the report of the last file."""
    left, right = layout.two_columns()
    with left:
        uploader(chosen)
        if job is not None and is_running(job):
            follow(job, waiting=f"Predicting {job.request.payload.get('name', 'the file')}")
        elif job is not None:
            show_ending(job)
            draw_report(job)
    with right:
        if dataset is not None:
            expected_columns(dataset, chosen.run.recipe.task)


def one_row(chosen: Chosen, dataset: Dataset | None) -> None:
    """Draw a form of one row, and its prediction with what each column adds."""
    if dataset is None:
        st.caption("The table of this run is no longer in the workspace, so there is no row to start from.")
        return
    task = chosen.run.recipe.task
    columns = [c for c in dataset.columns if task.is_used(c.name)]
    start, levels = start_row(dataset, columns)
    st.markdown(":gray[Started from a typical row. Change what you like; an empty field is missing.]")
    with st.container(border=True, key="predict.form"):
        values = row_form(columns, start, levels, scope=f"predict.{dataset.id}")
    st.button("Predict this row", key="predict.one", type="primary", on_click=predict_one, args=(chosen, values))
    job = newest_job("explain_row", chosen, {"values": values})
    if job is not None and is_running(job):
        follow(job, waiting="Predicting the row and what each column adds")
    elif job is not None:
        show_ending(job)
        draw_single(job, task)


def predict_one(chosen: Chosen, values: dict[str, str]) -> None:
    """Start predicting a typed row. Runs as a callback."""
    submit("explain_row", chosen, "Predict one row", {"values": values})


def table_of(chosen: Chosen) -> Dataset | None:
    """Return the table the run was made on, None where it is gone."""
    try:
        return services.table_of_run(chosen.run)
    except NotFound:
        return None


chosen = current_model()
job = newest_job("predict", chosen) if chosen else None
layout.page_header(
    "Predict",
    f"New rows in, predictions of {plain(chosen.run.recipe.task.target)} out."
    if chosen
    else "New rows in, predictions out.",
    primary=(lambda: download_button(job)) if chosen else None,
)
chosen = need_model()
model_select(chosen, key="predict.pick")
dataset = table_of(chosen)
mode = st.segmented_control(
    "What to predict", [MANY, ONE], key="predict.mode", required=True, default=MANY, label_visibility="collapsed"
)
with page_guard():
    if mode == ONE:
        one_row(chosen, dataset)
    else:
        many_rows(chosen, dataset, job)
layout.next_step("Export the model", nav.EXPORT)
