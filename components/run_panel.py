"""The live panel of a run: its models with progress, Stop, and the loss curves of its networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from components import state
from components.charts import show
from components.epoch_charts import epoch_charts
from components.messages import plain, show_error
from components.model_charts import LossLines, loss_figure
from components.model_colors import model_color
from components.numbers import duration, interval
from components.run_controls import head_buttons, row_buttons
from components.run_rows import (
    Live,
    PanelRow,
    device_words,
    elapsed_s,
    epoch_words,
    head_line,
    is_active,
    live,
    panel_rows,
    queue_words,
    stage_words,
)
from core.device import GpuLoad, gpu_load
from core.errors import LatheError
from core.models.registry import get_model
from core.run.result import ModelResult
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
    told = {row.label: live(row.job) if row.job.started and row.result is None else Live() for row in rows}
    with st.container(border=True, gap="small", key="run.panel"):
        _panel_head(run_id, rows)
        for row in rows:
            _panel_row(run_id, row, told[row.label])
        _gpus([told[row.label] for row in active])
    _losses(rows, told)
    if below is not None:
        below()


def _panel_head(run_id: str, rows: Sequence[PanelRow]) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{head_line(rows)}**", width="content")
        head_buttons(run_id, rows)
    for problem in state.recall("panel.errors", []):
        show_error(LatheError(problem["message"], hint=problem["hint"]))


def _panel_row(run_id: str, row: PanelRow, told: Live) -> None:
    name, progress, time_spent, action = st.columns([3, 5, 1.2, 1.3], vertical_alignment="center", gap="small")
    with name:
        st.markdown(f"{_mark(row)} {plain(row.title)}")
    with progress:
        _row_progress(row, told)
    with time_spent:
        st.caption(duration(elapsed_s(row.job)) if row.job.started else "", text_alignment="right")
    with (
        action,
        st.container(
            horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small", wrap=False
        ),
    ):
        row_buttons(run_id, row)


def _row_progress(row: PanelRow, told: Live) -> None:
    job = row.job
    if job.state is JobState.QUEUED:
        st.caption(queue_words(job.position))
    elif job.state in (JobState.RUNNING, JobState.CANCELLING):
        text = "stopping" if job.state is JobState.CANCELLING else stage_words(job)
        st.progress(min(max(job.progress.fraction, 0.0), 1.0), text=f":small[:gray[{plain(text)}]]")
        more = [epoch_words(told.epochs[-1]) if told.epochs else "", device_words(told.device, told.device_reason)]
        if any(more):
            st.caption(plain(" · ".join(part for part in more if part)))
    elif row.is_scored and row.result is not None:
        st.markdown(_scored_words(row.result))
    else:
        info = row.error
        words = {JobState.CANCELLED: "Stopped before it was done."}.get(job.state, "It ended without a result.")
        hint = f" :gray[{plain(info.hint)}]" if info and info.hint else ""
        word = _ENDS.get(job.state, "")
        st.markdown(f":small[{word}{plain(info.message if info else words)}{hint}]")


def _scored_words(result: ModelResult) -> str:
    """Say the score, and in small where it was trained, what it took, and why it ended early."""
    where = device_words(result.device, result.device_reason)
    memory = f"{result.gpu_memory_mb:,.0f} MB of its memory" if result.gpu_memory_mb else ""
    parts = [result.ended_early, where, memory]
    more = plain("; ".join(part for part in parts if part))
    return (interval(result.scores[0]) if result.scores else "done") + (f" :small[:gray[{more}]]" if more else "")


@st.cache_resource(ttl=2, max_entries=1, show_spinner=False)
def _gpu_load() -> tuple[GpuLoad, ...]:
    return gpu_load()


def _gpus(told: Sequence[Live]) -> None:
    """Say how busy the GPUs are that models of the run train on."""
    used = {one.device for one in told if one.device not in ("", "cpu")}
    loads = _gpu_load() if used else ()
    for load in loads:
        st.caption(
            f":material/memory: {plain(load.title)} ({load.id}): {load.busy:.0%} busy, "
            f"{load.used_mb / 1024:.1f} of {load.total_mb / 1024:.1f} GB in use"
        )


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


def _losses(rows: Sequence[PanelRow], told: Mapping[str, Live]) -> None:
    lines = []
    for row in rows:
        if get_model(row.key).capabilities.progress == "none" or row.job.started is None:
            continue
        is_done = row.result is not None and not row.is_active
        epochs = row.result.epochs if is_done and row.result is not None else told[row.label].epochs
        if epochs:
            lines.append(LossLines(row.title, model_color(row.key), epochs))
    if lines:
        show(
            loss_figure(lines),
            title="How the models learn, round by round",
            caption="Loss by epoch or round: validation solid, training dotted; earlier folds faint. "
            "Falling together is learning; training falling alone is learning by heart.",
            key="run.losses",
        )
        epoch_charts(lines, key="run.epochs")
