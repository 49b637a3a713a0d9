"""Running work in sight: the badge in the sidebar."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import navigation as nav
from components import services, state
from components.messages import plain
from components.numbers import percent
from core.jobs.follow import newest_jobs
from core.jobs.job import Job
from core.jobs.records import UNFINISHED
from core.types import JobState

BADGE_EVERY_S = 2


def job_badge() -> None:
    """Draw the running work of the project in the sidebar; it follows by itself while there is any."""
    busy = bool(_unfinished())
    st.fragment(_badge, run_every=BADGE_EVERY_S if busy else None)(busy)


def _unfinished() -> tuple[Job, ...]:
    return services.queue().list(project_id=state.project_id(), states=UNFINISHED)


def _badge(busy: bool) -> None:
    jobs = _unfinished()
    if busy != bool(jobs):
        st.rerun()
    with st.container(border=bool(jobs), gap="xsmall", key="jobs.badge"):
        if not jobs:
            st.caption(":material/check_circle: No work is running")
            return
        running = [j for j in jobs if j.state is not JobState.QUEUED]
        done = _done_of_same_runs(jobs)
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small", wrap=False
        ):
            st.markdown(f":small[**{badge_line(jobs, done)}**]", width="content")
            st.button(
                "Stop" if len(jobs) == 1 else "Stop all",
                key="jobs.stop",
                type="tertiary",
                on_click=stop_jobs,
                args=([j.id for j in jobs],),
            )
        st.progress(overall_fraction([*jobs, *done]))
        for job in running[:2]:
            st.caption(f"{plain(job.request.title)}, {plain(job.progress.stage or 'starting').lower()}")
        if running and len(running) < len(jobs):
            st.caption(f"{len(jobs) - len(running)} waiting")
        run_id = next((j.request.run_id for j in reversed(jobs) if j.request.kind == "train"), "")
        if run_id:
            st.page_link(
                nav.TRAIN, label="Watch", icon=":material/monitoring:", query_params={**state.query(), "run": run_id}
            )


def _done_of_same_runs(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Return the newest finished training job of each model in the runs that still have work."""
    active = {j.request.run_id for j in jobs if j.request.kind == "train"}
    found = (job for run_id in active for job in newest_jobs(services.workspace(), run_id).values())
    return tuple(job for job in found if job.state.is_finished)


def badge_line(jobs: Sequence[Job], done: Sequence[Job] = ()) -> str:
    """Say how much runs and how far it is: "2 running, 42 %"; ``done`` counts towards the share."""
    running = sum(j.state is not JobState.QUEUED for j in jobs)
    head = f"{running} running" if running else f"{len(jobs)} waiting"
    return f"{head}, {percent(overall_fraction([*jobs, *done]))}"


def overall_fraction(jobs: Sequence[Job]) -> float:
    """Return how far all jobs are together, 0 to 1, each counting alike."""
    done = [1.0 if j.state.is_finished else j.progress.fraction for j in jobs]
    return min(max(sum(done) / len(done), 0.0), 1.0) if done else 0.0


def stop_jobs(job_ids: Sequence[str]) -> None:
    """Ask jobs to stop. Safe in a callback."""
    executor = services.executor()
    for job_id in job_ids:
        executor.stop(job_id)
