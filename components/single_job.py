"""Work beside training (explain, export, predict): submit it, follow it, find what it left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import services, state
from components.messages import plain, show_error
from components.model_choice import Chosen
from core.jobs.job import Job, JobRequest
from core.types import JobState

EVERY_S = 1


def newest_job(kind: str, chosen: Chosen, match: Mapping[str, Any] | None = None) -> Job | None:
    """Return the newest job of ``kind`` for a model whose payload holds ``match``."""
    wanted = dict(match or {})
    for job in services.queue().list(run_id=chosen.run.id, kinds=(kind,)):
        payload = job.request.payload
        if job.request.label == chosen.result.label and all(payload.get(k) == v for k, v in wanted.items()):
            return job
    return None


def submit(kind: str, chosen: Chosen, title: str, payload: Mapping[str, Any] | None = None) -> Job:
    """Submit work on a model, before any training that waits. Safe in a callback."""
    return services.executor().submit(
        JobRequest(
            kind=kind,
            pool=chosen.result.framework.pool,
            payload={"run_id": chosen.run.id, "label": chosen.result.label, **(payload or {})},
            project_id=state.project_id(),
            run_id=chosen.run.id,
            label=chosen.result.label,
            title=title,
            priority=-1,
        )
    )


def is_running(job: Job | None) -> bool:
    """Tell whether the job waits or works."""
    return job is not None and not job.state.is_finished


def follow(job: Job, *, waiting: str) -> None:
    """Draw a job that works, with a Stop; the page is drawn anew when it ends.

    Parameters
    ----------
    job : Job
        An unfinished one.
    waiting : str
        What is being done, in words.
    """
    st.fragment(_follow, run_every=EVERY_S)(job.id, waiting)


def _follow(job_id: str, waiting: str) -> None:
    job = services.queue().get(job_id)
    if job.state.is_finished:
        st.rerun()
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{plain(waiting)}**", width="content")
            st.button("Stop", key=f"job.stop.{job.id}", type="tertiary", on_click=_stop, args=(job.id,))
        st.progress(min(max(job.progress.fraction, 0.0), 1.0))
        st.caption(plain(_stage(job)))


def _stage(job: Job) -> str:
    if job.state is JobState.QUEUED:
        return f"Waiting, number {max(job.position, 1)} in line"
    return job.progress.message or job.progress.stage or "Starting"


def _stop(job_id: str) -> None:
    services.executor().stop(job_id)


def show_ending(job: Job | None) -> None:
    """Draw why a job ended without a result; nothing where it has one or still works."""
    if job is None or not job.state.is_finished or job.state is JobState.SUCCEEDED:
        return
    if job.error is not None:
        show_error(job.error)
    elif job.state is JobState.CANCELLED:
        st.caption("Stopped before it was done.")
