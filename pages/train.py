"""Train: choose models and settings on the left, see what it takes on the right, follow the run on top."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.cost_panel import cost_panel
from components.layout import Primary
from components.messages import plain, show_error
from components.metric_advice import metric_advice
from components.model_advice import model_advice
from components.model_choices import chosen_models, latest_choices
from components.model_picker import model_picker, train_label
from components.model_settings import model_settings
from components.run_panel import run_panel
from components.run_rows import is_active, panel_rows
from core.data.schema import Dataset
from core.data.task import Task
from core.device import list_devices
from core.errors import InvalidInput, LatheError
from core.evaluate.metrics import default_metric, get_metric, offered_metrics
from core.run.recipe import Budget
from core.run.run_list import newest_run_ids
from core.types import JobState

TIME_LIMITS = {0: "No limit", 60: "1 minute", 300: "5 minutes", 900: "15 minutes", 3600: "1 hour", 14400: "4 hours"}
DEVICES = {"auto": "Best there is", "cpu": "CPU only", "gpu": "GPU"}


def start() -> None:
    """Build the recipe and submit it; the run's id goes into the URL. Runs as a callback."""
    from core.jobs.training import submit_run

    draft, dataset = state.draft(), state.dataset()
    if draft.task is None or dataset is None:
        return
    problems = services.task_check(dataset, draft.task).problems
    if not problems:
        try:
            choices = latest_choices(draft.task.kind, draft.models)
            recipe = draft.model_copy(update={"models": choices}).recipe(dataset)
            state.open_run(submit_run(services.workspace(), services.executor(), state.project_id(), recipe).id)
        except LatheError as error:
            problems = error.problems if isinstance(error, InvalidInput) else (error,)
    state.remember("train.errors", [(p.field, p.message, p.hint) for p in problems])


def problems_of(*fields: str) -> None:
    """Draw the refusals of the last start that belong to ``fields``; with none given, all that belong to no other."""
    for field, message, hint in state.recall("train.errors", []):
        mine = (
            any(field.startswith(f) for f in fields)
            if fields
            else not field.startswith(("models", "task.metric", "budget"))
        )
        if mine:
            show_error(LatheError(message, hint=hint))


def newest_run() -> str:
    """Return the run in the URL, else the newest of the project that is still active; empty without one."""
    runs = newest_run_ids(services.workspace(), state.project_id())
    if state.run_id() in runs:
        return state.run_id()
    return next((run_id for run_id in runs[:3] if is_active(run_id)), "")


def run_in_sight(run_id: str) -> None:
    """Draw the run that is going on; of a finished one only what is worth saying."""
    rows = panel_rows(run_id)
    if not rows:
        return
    if any(row.is_active or row.job.state is not JobState.SUCCEEDED for row in rows):
        run_panel(run_id)
    if not any(row.is_active for row in rows):
        with st.container(border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            scored = sum(row.is_scored for row in rows)
            st.markdown(
                f":green[:material/check_circle:] The last run is done: {scored} of {len(rows)} models have a score.",
                width="content",
            )
            layout.link(nav.RESULTS, "See the results", icon=":material/arrow_forward:", icon_position="right")
    st.space("small")


def judging(dataset: Dataset, task: Task, budget: Budget) -> None:
    """Draw how the race is judged and what it may use."""
    metrics = {m.key: m for m in offered_metrics(task)}
    metric = st.columns([1.25, 0.9, 1.1], gap="medium")
    with metric[0]:
        st.session_state["train.metric"] = task.metric or default_metric(task.kind).key
        st.selectbox(
            "Rank models by",
            list(metrics),
            format_func=lambda key: metrics[key].title,
            key="train.metric",
            help=get_metric(st.session_state["train.metric"]).meaning,
            on_change=_save_metric,
        )
        metric_advice(dataset, task, key="train.metric.use")
        problems_of("task.metric")
    with metric[1]:
        limits = sorted({*TIME_LIMITS, int(budget.time_limit_s)})
        st.session_state["train.limit"] = int(budget.time_limit_s)
        st.selectbox(
            "Time limit",
            limits,
            format_func=lambda s: TIME_LIMITS.get(s, f"{s} seconds"),
            key="train.limit",
            help="For the whole run. Cheap models go first; what had no turn is marked as skipped.",
            on_change=_save_budget,
        )
        problems_of("budget.time")
    with metric[2]:
        has_gpu = any(device.is_gpu for device in list_devices())
        st.session_state["train.device"] = budget.device
        st.selectbox(
            "Device",
            list(DEVICES) if has_gpu else ["auto", "cpu"],
            format_func=lambda d: DEVICES[d] if has_gpu else {"auto": "CPU (no GPU found)", "cpu": "CPU only"}[d],
            key="train.device",
            help="; ".join(device.title for device in list_devices()),
            on_change=_save_budget,
        )
        problems_of("budget.device")


def _save_metric() -> None:
    task = state.draft().task
    if task is not None:
        state.save_draft(task=task.model_copy(update={"metric": st.session_state["train.metric"]}))


def _save_budget() -> None:
    state.save_draft(
        budget=Budget(
            time_limit_s=float(st.session_state["train.limit"]), device=st.session_state.get("train.device", "auto")
        )
    )


draft = state.draft()
primary = None
if draft.task is not None:
    choices = chosen_models(draft.task.kind, draft.models)
    primary = Primary(
        train_label(choices),
        "train.start",
        disabled_reason="" if len(choices) > 1 else "Tick at least one model.",
        on_click=start,
    )
layout.page_header("Train", "Race models on the same folds and see who earns their place.", primary=primary)
dataset, draft, task = layout.need_task()
layout.context_strip(dataset, draft)
problems_of()
services.warm_up()
run_id = newest_run()
if run_id:
    run_in_sight(run_id)

left, right = layout.two_columns()
with left:
    layout.section("Models", f"Each learns to predict {plain(task.target)} and is judged on rows it has not seen.")
    problems_of("models")
    model_picker(task.kind, draft.models, model_advice(dataset, draft))
    layout.section("Settings", "Good as they are; open them to know better.")
    choices = model_settings(task.kind, draft.models)
    layout.section("Rules of the race")
    judging(dataset, task, draft.budget)
with right:
    cost_panel(dataset, task, draft.model_copy(update={"models": choices}).recipe(dataset))
layout.next_step("Results", nav.RESULTS)
