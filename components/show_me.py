""" "Show me on my data": what one setting of a model does on a sample of the table, before anything is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import services, state
from components.curve_charts import draw_curve
from components.messages import plain
from components.model_choices import form_scope, latest_choices
from components.model_colors import model_color
from components.numbers import counted
from components.single_job import follow, is_running, show_ending
from core.data.schema import Dataset
from core.jobs.curve_tasks import read_curve, show_me_path
from core.jobs.job import Job, JobRequest
from core.models.registry import get_model
from core.params import ParamSpec, ParamValue
from core.run.curve_keys import SAMPLE_FOLDS, SAMPLE_ROWS, show_me_key
from core.run.curve_result import Curve
from core.run.curve_values import param_of, value_text
from core.run.members import framework_of
from core.run.recipe import ModelChoice, Recipe


def show_me(dataset: Dataset, recipe: Recipe, choice: ModelChoice) -> None:
    """Draw the offer, the work or the curve for the setting that matters most of a model.

    Parameters
    ----------
    dataset : Dataset
    recipe : Recipe
        What would be trained.
    choice : ModelChoice
        The model with its settings as they are now.
    """
    spec = get_model(choice.key)
    if not spec.key_param or spec.ensemble:
        return
    param = param_of(choice.key, spec.key_param)
    alone = recipe.model_copy(update={"models": (choice,), "dataset": dataset.fingerprint, "dataset_id": dataset.id})
    key = show_me_key(alone, choice.label, param.name)
    curve = read_curve(show_me_path(services.workspace(), dataset, key))
    if curve is not None:
        _curve(curve, choice, param)
        return
    job = _job(dataset, key)
    if job is not None and is_running(job):
        follow(job, waiting=f"Trying {param.label} on a sample")
        return
    show_ending(job)
    st.button(
        f"Show me on my data: {plain(param.label)}",
        key=f"train.show_me.{choice.label}",
        icon=":material/insights:",
        type="tertiary",
        on_click=_submit,
        args=(dataset, alone, choice, param.name, key),
        help=f"Trains this model with several values of {plain(param.label)} on at most {SAMPLE_ROWS:,} rows and "
        f"{SAMPLE_FOLDS} folds. The locked rows take no part.",
    )


def _curve(curve: Curve, choice: ModelChoice, param: ParamSpec) -> None:
    rows = min(curve.rows, SAMPLE_ROWS)
    draw_curve(
        curve,
        colour=model_color(choice.key),
        key=f"train.show_me.chart.{choice.label}",
        param=param,
        note=f"On {counted(rows, 'row')} and {curve.folds} folds; a full run may tell differently.",
    )
    if curve.is_better:
        st.button(
            f"Use {plain(value_text(param, curve.best))}",
            key=f"train.show_me.take.{choice.label}",
            icon=":material/check:",
            on_click=_take,
            args=(choice.label, param.name, curve.best),
            help=f"Sets {plain(param.label)} to the value that did best.",
        )


def _take(label: str, param: str, value: ParamValue) -> None:
    """Set a parameter of a model of the draft; its form is filled anew. Runs as a callback."""
    draft = state.draft()
    if draft.task is None:
        return
    choices = latest_choices(draft.task.kind, draft.models)
    changed = (
        one.model_copy(update={"params": {**one.params, param: value}}) if one.label == label else one
        for one in choices
    )
    state.save_draft(models=tuple(changed))
    state.forget(form_scope(label))


def _job(dataset: Dataset, key: str) -> Job | None:
    jobs = services.queue().list(project_id=dataset.project_id, kinds=("show_me",))
    return next((job for job in jobs if job.request.payload.get("key") == key), None)


def _submit(dataset: Dataset, recipe: Recipe, choice: ModelChoice, param: str, key: str) -> None:
    """Submit the work. Runs as a callback."""
    payload: Mapping[str, Any] = {
        "recipe": recipe.model_dump(mode="json"),
        "label": choice.label,
        "param": param,
        "key": key,
    }
    title = f"Show what {param} does"
    services.executor().submit(
        JobRequest(
            kind="show_me",
            pool=framework_of(choice, recipe).pool,
            payload=dict(payload),
            project_id=state.project_id(),
            title=title,
            priority=-1,
        )
    )
