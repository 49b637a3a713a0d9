"""The preparation: its steps with reasons, switches and settings, and what becomes of each column."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components import state
from components.columns_editor import table_height
from components.controlled import controlled
from components.kinds import KIND_WORDS
from components.messages import plain, show_error
from components.numbers import counted
from components.params_form import changed, params_form
from components.plan_edit import plan_for, with_step
from core.data.schema import ColumnSchema, Dataset
from core.data.task import Task
from core.errors import LatheError
from core.prepare.journeys import ColumnJourney, journeys
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.registry import get_step
from core.prepare.spec import Family


def steps_view(dataset: Dataset, plan: PreparePlan) -> None:
    """Draw one row a step: switch, reason, columns, settings. Changes are saved at once."""
    for index, step in enumerate(plan.steps):
        with st.container(border=True, gap="xxsmall", key=f"step.{index}"):
            _step(dataset, plan, index, step)


def _step(dataset: Dataset, plan: PreparePlan, index: int, step: StepChoice) -> None:
    spec = get_step(step.step)
    # Named by key and place among its like, as `plan_for` carries changes over.
    place = sum(s.step == step.step for s in plan.steps[:index])
    scope = f"step.{dataset.id}.{step.step}.{place}"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        controlled(
            st.toggle,
            f"**{spec.title}**",
            key=f"{scope}.on",
            value=step.enabled,
            save=lambda on: state.save_draft(plan=with_step(plan, index, enabled=on)),
            help=f"{spec.purpose} {spec.when}",
        )
        with st.container(horizontal=True, gap="small", width="content"):
            with st.popover(counted(len(step.columns), "column"), type="tertiary", key=f"{scope}.columns"):
                st.markdown(", ".join(plain(name) for name in step.columns))
            if spec.params:
                with st.popover("Settings", type="tertiary", icon=":material/tune:", key=f"{scope}.settings"):
                    chosen = params_form(spec.params, step.params, scope=scope, columns=1)
                if chosen != changed(spec.params, step.params):
                    state.save_draft(plan=with_step(plan, index, params=chosen))
                    st.rerun()
    st.caption(plain(step.reason))


def reset_button(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    """Offer the way back to the proposed plan where the person changed it."""
    if plan == plan_for(dataset, task):
        return

    def reset() -> None:
        state.forget(f"step.{dataset.id}.")
        state.save_draft(plan=plan_for(dataset, task))

    st.button("Back to the proposed plan", key="plan.reset", type="tertiary", icon=":material/undo:", on_click=reset)


FAMILIES = {Family.LINEAR: "Linear models", Family.TREES: "Trees", Family.NETWORKS: "Networks"}
"""Families of models that are prepared for differently; "linear" includes nearest neighbours."""


def journeys_view(plan: PreparePlan, columns: Sequence[ColumnSchema]) -> None:
    """Draw what becomes of each column for one family of models."""
    family = st.segmented_control(
        "For",
        list(FAMILIES),
        default=Family.LINEAR,
        required=True,
        format_func=lambda key: FAMILIES[key],
        key="journeys.family",
        persist_state="session",
        help="Each family gets what it works best with. Linear models include nearest neighbours.",
    )
    try:
        found = journeys(plan, columns, Family(family))
    except LatheError as error:
        show_error(error)
        return
    st.dataframe(
        journeys_table(found),
        hide_index=True,
        height=table_height(len(found), 520),
        key="journeys",
        alt="What becomes of each column on its way to the model",
        column_config={
            "Column": st.column_config.TextColumn(pinned=True, width=150),
            "Kind": st.column_config.TextColumn(width=100),
            "What is done": st.column_config.TextColumn(width=390),
        },
    )


def journeys_table(found: Sequence[ColumnJourney]) -> pd.DataFrame:
    """Return what is done to each column, one row a column."""
    return pd.DataFrame(
        {
            "Column": [j.column for j in found],
            "Kind": [KIND_WORDS[j.kind] for j in found],
            "What is done": [_done(j) for j in found],
        }
    )


def _done(journey: ColumnJourney) -> str:
    steps = "; ".join(journey.steps)
    sentence = f"{steps[:1].upper()}{steps[1:]}." if steps else ""
    return f"{sentence} {journey.note}".strip()


def feature_count(plan: PreparePlan, columns: Sequence[ColumnSchema]) -> int | None:
    """Return about how many features a linear model gets; None where the plan has problems."""
    try:
        return sum(j.features_out for j in journeys(plan, columns))
    except LatheError:
        return None
