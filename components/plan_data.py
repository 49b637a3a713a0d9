"""What the page "Prepare" asks of the engine, remembered for the same table, goal and plan."""

from __future__ import annotations

import streamlit as st

from components import services
from components.plan_edit import table_of
from core.data.schema import Dataset
from core.data.task import Task
from core.models.fit_preview import preview_fit_step
from core.prepare.edit import toggle
from core.prepare.journeys import ColumnJourney, journeys
from core.prepare.plan import PreparePlan
from core.prepare.points import problems
from core.prepare.preview import StepPreview, preview_column, preview_step
from core.prepare.registry import get_step
from core.prepare.spec import Family
from core.prepare.tell import StepTold, tell_steps


def told(dataset: Dataset, task: Task, plan: PreparePlan) -> tuple[StepTold, ...]:
    """Return the steps of a plan as a person reads them."""
    return _told(*_key(dataset, task, plan), dataset, task, plan)


def column_journeys(dataset: Dataset, task: Task, plan: PreparePlan, family: Family) -> tuple[ColumnJourney, ...]:
    """Return what happens to each column; steps that cannot be done are passed over."""
    return _journeys(*_key(dataset, task, plan), family.value, dataset, task, plan)


def step_preview(
    dataset: Dataset, task: Task, plan: PreparePlan, *, place: int, root: str, family: Family, asked: bool = False
) -> StepPreview:
    """Return a step's before and after on a sample, of a slow one where ``asked``; `LatheError` where it is wrong."""
    upto = plan.model_copy(update={"steps": plan.steps[: place + 1]})
    return _step(*_key(dataset, task, upto), place, root, family.value, asked, dataset, task, upto)


def column_preview(
    dataset: Dataset, task: Task, plan: PreparePlan, column: str, *, family: Family, asked: bool = False
) -> StepPreview:
    """Return a column as it comes and as the model gets it, on a sample; through slow steps where ``asked``."""
    return _column(*_key(dataset, task, plan), column, family.value, asked, dataset, task, plan)


def sound(dataset: Dataset, task: Task, plan: PreparePlan, *, but: int = -1) -> PreparePlan:
    """Return the plan with steps that cannot be done switched off, except the one at ``but``."""
    table = table_of(dataset, task)
    for _ in plan.steps:
        wrong = {place for place in problems(plan, table) if place >= 0 and place != but}
        if not wrong:
            break
        for place in wrong:
            plan = toggle(plan, place, enabled=False)
    return plan


def _key(dataset: Dataset, task: Task, plan: PreparePlan) -> tuple[str, str, str, str]:
    """Return what the answers depend on: workspace, cells and types, goal, plan with its switches."""
    return str(services.workspace().root), dataset.view_key, task.model_dump_json(), plan.model_dump_json()


@st.cache_resource(max_entries=32, show_spinner=False)
def _told(
    root: str, table: str, goal: str, said: str, _dataset: Dataset, _task: Task, _plan: PreparePlan
) -> tuple[StepTold, ...]:
    return tell_steps(_plan, table_of(_dataset, _task))


@st.cache_resource(max_entries=32, show_spinner=False)
def _journeys(
    root: str, table: str, goal: str, said: str, family: str, _dataset: Dataset, _task: Task, _plan: PreparePlan
) -> tuple[ColumnJourney, ...]:
    made_for = table_of(_dataset, _task)
    plan = sound(_dataset, _task, _plan)
    return journeys(plan, made_for.columns, Family(family), aside=made_for.aside, task=made_for.task)


@st.cache_resource(max_entries=32, show_spinner=False)
def _step(
    root: str, table: str, goal: str, said: str, place: int, column: str, family: str, asked: bool,
    _dataset: Dataset, _task: Task, _plan: PreparePlan,
) -> StepPreview:  # fmt: skip
    plan = toggle(sound(_dataset, _task, _plan, but=place), place, enabled=True)
    if not get_step(plan.steps[place].step).scope.has_columns:
        return preview_fit_step(services.workspace(), _dataset, _task, plan, place=place, family=Family(family))
    return preview_step(
        services.workspace(), _dataset, _task, plan, place=place, root=column, family=Family(family), force=asked
    )


@st.cache_resource(max_entries=32, show_spinner=False)
def _column(
    root: str, table: str, goal: str, said: str, column: str, family: str, asked: bool,
    _dataset: Dataset, _task: Task, _plan: PreparePlan,
) -> StepPreview:  # fmt: skip
    plan = sound(_dataset, _task, _plan)
    return preview_column(services.workspace(), _dataset, _task, plan, column, family=Family(family), force=asked)
