"""What the Quality page works on: the report, what was dismissed, and what a click on a fix does."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import services, state
from components.goal_keeping import leave_out
from components.shape_state import change
from core.data.actions import Rule
from core.data.schema import Dataset
from core.data.task import Task
from core.errors import ErrorInfo, LatheError
from core.jobs.job import Job, JobRequest
from core.quality.finding import Fix, QualityReport
from core.quality.mend import Effect, effect
from core.quality.report import find, stored_report
from core.quality.rules import RuleResult, check_rules, save_rules
from core.types import ColumnRole

JOB_CELLS = 60_000_000
"""Tables with more cells are checked by a job."""

Kept = dict[str, list[str]]


def report(dataset: Dataset, task: Task | None) -> QualityReport | Job:
    """Return the report of a table, made now where there is none; the job that makes it where the table is large."""
    target, kind = (task.target, task.kind) if task else ("", None)
    found = stored_report(services.workspace(), dataset, target=target, task=kind)
    if found is not None:
        return found
    if dataset.rows * len(dataset.columns) > JOB_CELLS:
        return _job(dataset, task)
    place = st.empty()

    def watch(fraction: float, title: str) -> None:
        place.progress(min(fraction, 1.0), f"Looking for: {title.lower()}")

    made = find(services.workspace(), dataset, target=target, task=kind, watch=watch)
    place.empty()
    return made


def _job(dataset: Dataset, task: Task | None) -> Job:
    payload = {
        "dataset_id": dataset.id,
        "fingerprint": dataset.view_key,
        "target": task.target if task else "",
        "task": task.kind.value if task else "",
    }
    for job in services.queue().list(project_id=dataset.project_id, kinds=("quality",)):
        if job.request.payload == payload:
            return job
    return services.executor().submit(
        JobRequest(
            kind="quality", payload=payload, project_id=dataset.project_id, title=f"Check {dataset.name}", priority=-1
        )
    )


def ignored(task: Task | None) -> tuple[str, ...]:
    """Return the columns that take no part in training."""
    return tuple(name for name, role in task.roles.items() if role is ColumnRole.IGNORE) if task else ()


def kept(dataset: Dataset, what: str) -> list[str]:
    """Return what the person kept for a table: "dismissed" findings, ticks of the "privacy" list."""
    project = state.project()
    found = project.draft.get("quality", {}).get(dataset.id, {}).get(what, []) if project else []
    return [str(value) for value in found]


def keep(dataset: Dataset, what: str, values: Sequence[str]) -> None:
    """Keep something for a table with its project. Safe in a callback."""
    project = state.project()
    if project is None:
        return
    tables: dict[str, Kept] = dict(project.draft.get("quality", {}))
    tables[dataset.id] = {**tables.get(dataset.id, {}), what: list(values)}
    services.projects().save_draft(project.id, {**project.draft, "quality": tables})


def effect_of(dataset: Dataset, fix: Fix) -> Effect:
    """Return what a fix would do, worked out once for equal content."""
    return _effect(str(services.workspace().root), dataset.view_key, fix.model_dump_json(), dataset, fix)


@st.cache_resource(max_entries=64, show_spinner="Trying it")
def _effect(root: str, fingerprint: str, fix_json: str, _dataset: Dataset, _fix: Fix) -> Effect:
    return effect(services.workspace(), _dataset, _fix)


def results(dataset: Dataset) -> tuple[RuleResult, ...]:
    """Return what became of the table's rules, checked once for equal content and rules."""
    rules = "\n".join(rule.model_dump_json() for rule in dataset.rules)
    return _results(str(services.workspace().root), dataset.view_key, rules, dataset)


@st.cache_resource(max_entries=32, show_spinner="Checking the rules")
def _results(root: str, fingerprint: str, rules: str, _dataset: Dataset) -> tuple[RuleResult, ...]:
    return check_rules(services.workspace(), _dataset)


def take(dataset: Dataset, fix: Fix) -> None:
    """Carry out a fix. Safe in a callback."""
    state.remember("quality.open", None)
    state.remember("quality.done", None)
    if fix.steps and not change(dataset, (*dataset.steps, *fix.steps)):
        state.remember("quality.problem", state.recall("shape.problem"))
        return
    state.remember("quality.problem", None)
    state.remember("quality.done", fix.label)
    leave_out(services.catalog().get(dataset.id), fix.ignore)


def set_rules(dataset: Dataset, rules: Sequence[Rule]) -> None:
    """Keep rules with the table. Safe in a callback."""
    try:
        save_rules(services.workspace(), dataset, rules)
        state.remember("quality.rule_problem", None)
    except LatheError as error:
        state.remember("quality.rule_problem", _said(error))


def _said(error: LatheError) -> dict[str, object]:
    return ErrorInfo.from_exception(error).model_dump() | {"traceback": ""}
