"""A large file on its way into the project: how far it is, Stop, and what came of it. The page stays free."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components.draft import Pending
from components.messages import plain
from components.single_job import follow, is_running, show_ending
from components.waiting_file import drop, finish
from components.words import shortened
from core.errors import NotFound
from core.jobs.job import Job
from core.types import JobState


def ingest_job(pending: Pending) -> None:
    """Draw the job that takes the waiting file in; its table is opened when it is there.

    Parameters
    ----------
    pending : Pending
        A file with a job.
    """
    job = _job(pending.job)
    if job is not None and job.state is JobState.SUCCEEDED:
        drop(pending)
        finish(str(job.result["dataset_id"]))
        st.rerun()
    layout.page_header(
        f"Reading {plain(shortened(pending.name, 60))}",
        "The file is large, so a worker reads it. You can go on elsewhere meanwhile.",
    )
    if job is not None and is_running(job):
        follow(job, waiting=f"Reading {shortened(pending.name, 60)}")
        return
    show_ending(job)
    with st.container(horizontal=True):
        st.button("Look over its settings", key="ingest.review", on_click=_review, args=(pending,))
        st.button("Drop this file", key="ingest.drop", type="tertiary", on_click=drop, args=(pending,))


def _review(pending: Pending) -> None:
    state.save_pending(pending.model_copy(update={"job": ""}))


def _job(job_id: str) -> Job | None:
    try:
        return services.queue().get(job_id)
    except NotFound:
        return None
