"""The live panel of a run: its models with progress, Stop, and the loss curves of its networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from components import services, state
from components.charts import show
from components.job_panel import stop_jobs
from components.messages import plain, show_error
from components.model_charts import LossLines, loss_figure
from components.model_colors import model_color
from components.numbers import counted, duration, interval
from components.run_rows import (
    PanelRow,
    elapsed_s,
    head_line,
    is_active,
    live_epochs,
    panel_rows,
    queue_words,
    stage_words,
)
from core.errors import LatheError
from core.models.registry import get_model
from core.types import JobState

PANEL_EVERY_S = 1


def run_panel(run_id: str, *, below: Callable[[], None] | None = None) -> None:
    """Draw the models of a run with their progress; it follows by itself while one of them is active.

    Parameters
    ----------
    run_id : str
        The run.
    below : callable, optional
        Drawn under the models at every look, such as the board of those that have finished.
    """
    busy = is_active(run_id)
    st.fragment(_panel, run_every=PANEL_EVERY_S if busy else None)(run_id, busy, below)


def _panel(run_id: str, busy: bool, below: Callable[[], None] | None) -> None:
    rows = panel_rows(run_id)
    active = [row for row in rows if row.is_active]
    if busy != bool(active):
        st.rerun()
    with st.container(border=True, gap="small", key="run.panel"):
        _panel_head(run_id, rows, active)
        for row in rows:
            _panel_row(row)
    _losses(rows)
    if below is not None:
        below()


def _panel_head(run_id: str, rows: Sequence[PanelRow], active: Sequence[PanelRow]) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{head_line(rows)}**", width="content")
        if active:
            label = "Stop" if len(active) == 1 else "Stop all"
            ids = [row.job.id for row in active]
            st.button(label, key="run.stop_all", icon=":material/stop_circle:", on_click=stop_jobs, args=(ids,))
        elif any(row.job.state is not JobState.SUCCEEDED for row in rows):
            count = sum(row.job.state is not JobState.SUCCEEDED for row in rows)
            st.button(
                f"Resume {counted(count, 'model')}",
                key="run.resume",
                icon=":material/replay:",
                on_click=resume,
                args=(run_id,),
                help="Trains only the models without a result; the others keep theirs.",
            )
    for problem in state.recall("panel.errors", []):
        show_error(LatheError(problem["message"], hint=problem["hint"]))


def _panel_row(row: PanelRow) -> None:
    name, progress, time_spent, action = st.columns([3, 5, 1.4, 1.1], vertical_alignment="center", gap="small")
    with name:
        st.markdown(f"{_mark(row)} {plain(row.title)}")
    with progress:
        _row_progress(row)
    with time_spent:
        st.caption(duration(elapsed_s(row.job)) if row.job.started else "", text_alignment="right")
    with action, st.container(horizontal_alignment="right"):
        if row.job.state in (JobState.QUEUED, JobState.RUNNING):
            st.button("Stop", key=f"run.stop.{row.label}", type="tertiary", on_click=stop_jobs, args=([row.job.id],))


def _row_progress(row: PanelRow) -> None:
    job = row.job
    if job.state is JobState.QUEUED:
        st.caption(queue_words(job.position))
    elif job.state in (JobState.RUNNING, JobState.CANCELLING):
        text = "stopping" if job.state is JobState.CANCELLING else stage_words(job)
        st.progress(min(max(job.progress.fraction, 0.0), 1.0), text=f":small[:gray[{plain(text)}]]")
    elif row.is_scored and row.result is not None:
        device = f" :gray[on {plain(row.result.device)}]" if row.result.device not in ("", "cpu") else ""
        st.markdown(f"{interval(row.result.scores[0]) if row.result.scores else 'done'}{device}")
    else:
        info = row.error
        words = {JobState.CANCELLED: "Stopped before it was done."}.get(job.state, "It ended without a result.")
        hint = f" :gray[{plain(info.hint)}]" if info and info.hint else ""
        word = _ENDS.get(job.state, "")
        st.markdown(f":small[{word}{plain(info.message if info else words)}{hint}]")


_ENDS = {JobState.FAILED: "**Failed.** ", JobState.LOST: "**Lost.** "}
_MARKS = {
    JobState.QUEUED: ":gray[:material/schedule:]",
    JobState.RUNNING: ":primary[:material/progress_activity:]",
    JobState.CANCELLING: ":gray[:material/stop_circle:]",
    JobState.CANCELLED: ":gray[:material/stop_circle:]",
    JobState.FAILED: ":red[:material/error:]",
    JobState.LOST: ":red[:material/link_off:]",
}


def _mark(row: PanelRow) -> str:
    if row.is_scored:
        return ":green[:material/check_circle:]"
    return _MARKS.get(row.job.state, ":red[:material/error:]")


def _losses(rows: Sequence[PanelRow]) -> None:
    lines = []
    for row in rows:
        if get_model(row.key).capabilities.progress == "none" or row.job.started is None:
            continue
        epochs = row.result.epochs if row.result is not None and not row.is_active else live_epochs(row.job)
        if epochs:
            lines.append(LossLines(row.title, model_color(row.key), epochs))
    if lines:
        show(
            loss_figure(lines),
            title="How the networks learn",
            caption="Loss by epoch: validation solid, training dotted; earlier folds faint. "
            "Falling together is learning; training falling alone is learning by heart.",
            key="run.losses",
        )


def resume(run_id: str) -> None:
    """Train the models of a run that have no result once more. Safe in a callback."""
    from core.jobs.training import resume_run

    state.remember("panel.errors", [])
    try:
        resume_run(services.workspace(), services.executor(), run_id)
    except LatheError as error:
        state.remember("panel.errors", [{"message": error.message, "hint": error.hint}])
