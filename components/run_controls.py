"""What a person may say to a run while it trains, as buttons: stop, skip a model, keep what is there, more time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from components import services, state
from components.job_panel import stop_jobs
from components.numbers import counted, duration
from components.run_rows import PanelRow
from core.errors import LatheError
from core.jobs.endings import SKIPPED
from core.types import JobState

KEEP_HELP = (
    "Networks and boosters end after their present epoch or round; the others finish the fit they are at. Each is "
    "scored on the folds it has finished and fitted on all rows. What has not begun is left out."
)


def head_buttons(run_id: str, rows: Sequence[PanelRow]) -> None:
    """Draw the buttons that concern all models of a run."""
    active = [row for row in rows if row.is_active]
    if not active:
        _resume_button(run_id, rows)
        return
    run = services.runs().get(run_id)
    with st.container(horizontal=True, gap="small", width="content", vertical_alignment="center"):
        if run.deadline is not None:
            left_s = (run.deadline - datetime.now(UTC)).total_seconds()
            st.caption(f"{duration(left_s)} left" if left_s > 0 else "time is up", width="content")
            st.button(
                "Give it 10 more minutes",
                key="run.more_time",
                icon=":material/more_time:",
                type="tertiary",
                on_click=more_time,
                args=(run_id,),
            )
        if any(row.job.state is JobState.RUNNING for row in active):
            st.button(
                "Stop and keep what is there",
                key="run.keep_all",
                icon=":material/save:",
                type="tertiary",
                on_click=keep,
                args=(run_id,),
                help=KEEP_HELP,
            )
        st.button(
            "Stop" if len(active) == 1 else "Stop all",
            key="run.stop_all",
            icon=":material/stop_circle:",
            on_click=stop_jobs,
            args=([row.job.id for row in active],),
        )


def _resume_button(run_id: str, rows: Sequence[PanelRow]) -> None:
    left = [row for row in rows if row.job.state is not JobState.SUCCEEDED and row.job.stop_reason != SKIPPED]
    if left:
        st.button(
            f"Resume {counted(len(left), 'model')}",
            key="run.resume",
            icon=":material/replay:",
            on_click=resume,
            args=(run_id,),
            help="Goes on with the models without a result, each with its next fold, a network with its next epoch.",
        )


def row_buttons(run_id: str, row: PanelRow) -> None:
    """Draw the buttons of one model."""
    if row.job.state in (JobState.QUEUED, JobState.RUNNING):
        st.button("Stop", key=f"run.stop.{row.label}", type="tertiary", on_click=stop_jobs, args=([row.job.id],))
        with st.popover("More", type="tertiary", key=f"run.more.{row.label}"):
            st.button(
                "Skip this model",
                key=f"run.skip.{row.label}",
                icon=":material/skip_next:",
                type="tertiary",
                on_click=skip,
                args=(run_id, row.label),
                help="The others go on; Resume leaves it out.",
            )
            if row.job.state is JobState.RUNNING:
                st.button(
                    "Stop and keep what is there",
                    key=f"run.keep.{row.label}",
                    icon=":material/save:",
                    type="tertiary",
                    on_click=keep,
                    args=(run_id, row.label),
                    help=KEEP_HELP,
                )
    elif row.job.stop_reason == SKIPPED:
        st.button(
            "Train it",
            key=f"run.again.{row.label}",
            type="tertiary",
            on_click=resume,
            args=(run_id, row.label),
        )


def skip(run_id: str, label: str) -> None:
    """End one model of a run. Safe in a callback."""
    from core.jobs.controls import skip_model

    _say(lambda: skip_model(services.workspace(), services.executor(), run_id, label))


def keep(run_id: str, label: str = "") -> None:
    """End a run, or one model, with what is there. Safe in a callback."""
    from core.jobs.controls import keep_what_is_there

    _say(lambda: keep_what_is_there(services.workspace(), services.executor(), run_id, label))


def more_time(run_id: str) -> None:
    """Give a run ten more minutes. Safe in a callback."""
    from core.jobs.controls import give_more_time

    _say(lambda: give_more_time(services.workspace(), run_id))


def resume(run_id: str, label: str = "") -> None:
    """Train the models of a run that have no result once more, or the one called ``label``. Safe in a callback."""
    from core.jobs.training import resume_run

    _say(lambda: resume_run(services.workspace(), services.executor(), run_id, label=label))


def _say(act: Callable[[], object]) -> None:
    state.remember("panel.errors", [])
    try:
        act()
    except LatheError as error:
        state.remember("panel.errors", [{"message": error.message, "hint": error.hint}])
