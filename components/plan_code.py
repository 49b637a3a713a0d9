"""The plan as scikit-learn code that runs without Lathe, offered with the proof that it gives the same matrix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from components import layout, services, state
from components.numbers import counted, number
from components.plan_words import FAMILIES
from components.single_job import follow, is_running, show_ending
from core.data.schema import Dataset
from core.data.task import Task
from core.jobs.job import Job, JobRequest
from core.prepare.plan import PreparePlan
from core.prepare.spec import Family
from core.types import JobState


def code_view(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    """Draw the way to the code: for which models, making it with its proof, and the download."""
    layout.section("As code", "A Python script with scikit-learn that needs nothing of Lathe.")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        family = st.segmented_control(
            "For", list(FAMILIES), default=Family.LINEAR, required=True, format_func=FAMILIES.__getitem__,
            key="plan.code.family", label_visibility="collapsed",
        )  # fmt: skip
    payload = {
        "dataset_id": dataset.id,
        "content": dataset.view_key,
        "task": task.model_dump(mode="json"),
        "plan": plan.model_dump(mode="json"),
        "family": Family(family).value,
        "seed": state.draft().seed,
    }
    job = _job(dataset, payload)
    if job is not None and is_running(job):
        follow(job, waiting="Writing the code and proving it")
        return
    show_ending(job)
    path = _path(job)
    if job is not None and path is not None:
        _offer(job, path)
        return
    st.button(
        "Write the code and prove it",
        key="plan.code",
        icon=":material/code:",
        disabled=not plan.steps,
        on_click=_submit,
        args=(dataset, payload),
        help="The script runs in a process of its own on the training rows; its numbers are compared cell by cell.",
    )


def _offer(job: Job, path: Path) -> None:
    result = job.result or {}
    cells = f"{counted(int(result['rows']), 'row')} and {counted(int(result['features']), 'column')}"
    if result["equal"]:
        st.markdown(f":green[:material/verified:] **Proven**: the script gives the same numbers in {cells}.")
    else:
        most = number(float(result["max_difference"]))
        st.markdown(f":orange[:material/warning:] The script's numbers differ by at most {most} in {cells}.")
    st.download_button(
        "Download the script", data=path.read_bytes, file_name="prepare.py", mime="text/x-python",
        key="plan.code.download", icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _job(dataset: Dataset, payload: dict[str, Any]) -> Job | None:
    jobs = services.queue().list(project_id=dataset.project_id, kinds=("plan_code",))
    of_family = [job for job in jobs if job.request.payload.get("family") == payload["family"]]
    # Only the newest has its script on disk.
    return next((job for job in of_family[:1] if job.request.payload == payload), None)


def _path(job: Job | None) -> Path | None:
    if job is None or job.state is not JobState.SUCCEEDED or not job.result:
        return None
    path = services.workspace().path(str(job.result["path"]))
    return path if path.exists() else None


def _submit(dataset: Dataset, payload: dict[str, Any]) -> None:
    request = JobRequest(
        kind="plan_code", payload=payload, project_id=dataset.project_id, title="Prove the plan's code", priority=-1
    )
    services.executor().submit(request)
