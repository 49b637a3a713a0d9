"""Which models suit the table at hand: suggested with a reason, or refused with one."""

from __future__ import annotations

import streamlit as st

from components import services
from components.draft import Draft
from components.model_choices import offered_models
from components.model_picker import Advice
from core.data.schema import Dataset
from core.data.task import Task
from core.errors import LatheError
from core.run.recipe import ModelChoice


def model_advice(dataset: Dataset, draft: Draft) -> Advice:
    """Return what is known of every model on this table; remembered for the same table, goal and plan."""
    assert draft.task is not None
    plan = draft.plan.fingerprint() if draft.plan else ""
    return _advice(dataset.view_key, draft.task.model_dump_json(), plan, dataset, draft.task, draft)


@st.cache_resource(max_entries=32, show_spinner=False)
def _advice(view_key: str, task_json: str, plan: str, _dataset: Dataset, _task: Task, _draft: Draft) -> Advice:
    from core.run.suggested import suggested_models
    from core.run.suitable import find_refusals

    every = tuple(ModelChoice(key=spec.key) for spec in offered_models(_task.kind))
    recipe = _draft.model_copy(update={"models": every}).recipe(_dataset)
    classes = len(services.labels(_dataset, _task.target)) if _task.kind.is_classification else 0
    refused = find_refusals(recipe, _dataset, classes=classes)
    try:
        found = suggested_models(services.workspace(), _dataset, _task, plan=_draft.plan, wait=False)
    except LatheError:
        # A plan that cannot be followed is told in its own place.
        found = ()
    return Advice(
        reasons={one.key: one.reason for one in found if one.key not in refused},
        refusals={label: f"{one.reason} {one.remedy}" for label, one in refused.items()},
    )
