"""What can be done with a plan as a whole: add, undo, redo, take the suggested one."""

from __future__ import annotations

import streamlit as st

from components import state
from components.messages import plain
from components.numbers import counted
from components.plan_edit import suggested
from components.plan_state import change, redo, undo
from components.plan_words import differences
from core.data.schema import Dataset
from core.data.task import Task
from core.prepare.follow import difference
from core.prepare.plan import PreparePlan


def toolbar(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    """Draw what can be done with the plan as a whole."""
    history = state.draft().history
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="plan.toolbar"):
        st.button(
            "Add a step", key="plan.add", icon=":material/add:", on_click=state.remember, args=("plan.picking", True)
        )
        st.button(
            "Undo", key="plan.undo", type="tertiary", icon=":material/undo:", disabled=not history.past, on_click=undo,
            help=f"{counted(len(history.past), 'change')} can be undone.",
        )  # fmt: skip
        st.button(
            "Redo", key="plan.redo", type="tertiary", icon=":material/redo:", disabled=not history.future,
            on_click=redo, help=f"{counted(len(history.future), 'change')} can be made again.",
        )  # fmt: skip
        _suggestion(dataset, task, plan)


def _suggestion(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    proposed = suggested(dataset, task)
    found = difference(plan, proposed)
    if found.is_same:
        st.caption(
            ":green[:material/check:] The suggested plan", width="content", help="Each step says why it is there."
        )
        return
    with st.popover(
        "Compare with the suggested plan", type="tertiary", icon=":material/compare_arrows:", key="plan.suggested"
    ):
        lines = differences(plan, proposed, found)
        st.markdown(f"**{counted(len(lines), 'difference')}**")
        for line in lines[:12]:
            st.caption(plain(line))
        if len(lines) > 12:
            st.caption(f"And {len(lines) - 12} more.")
        st.button(
            "Take the suggested plan",
            key="plan.take",
            type="primary",
            on_click=change,
            args=(plan.model_copy(update={"steps": proposed.steps}),),
            help="Your plan can be got back with Undo.",
        )
