"""The catalogue of steps: grouped, searchable, each with what it does, when one wants it and its mathematics."""

from __future__ import annotations

import streamlit as st

from components.messages import plain
from components.numbers import counted
from components.plan_edit import table_of
from components.plan_state import open_form, plan_now
from core.data.schema import Dataset
from core.data.task import Task
from core.prepare.plan import StepChoice
from core.prepare.points import Table, best_place
from core.prepare.registry import STEPS, get_step
from core.prepare.spec import StepGroup, StepSpec


def picker(dataset: Dataset, task: Task) -> None:
    """Draw the catalogue; a click opens the form of one step."""
    table = table_of(dataset, task)
    left, right = st.columns([1, 3], gap="large")
    with left:
        asked = str(
            st.text_input(
                "Find a step",
                key="plan.find",
                placeholder="outliers, log, weekday",
                icon=":material/search:",
                live=True,
            )
            or ""
        )
        groups = [group for group in StepGroup if any(spec.group is group for spec in STEPS)]
        group = st.radio(
            "Group",
            groups,
            format_func=lambda g: f"{g.value} :gray[{sum(s.group is g for s in STEPS)}]",
            key="plan.group",
            disabled=bool(asked.strip()),
            label_visibility="collapsed",
        )
    with right:
        found = matching(asked) if asked.strip() else [spec for spec in STEPS if spec.group is group]
        if not found:
            st.caption(f"No step fits {plain(asked)}. Try another word.")
        for spec in found:
            _entry(dataset, task, table, spec)


def matching(asked: str) -> list[StepSpec]:
    """Return the steps whose words hold every word asked for."""
    words = asked.lower().split()
    return [s for s in STEPS if all(w in f"{s.key} {s.title} {s.purpose} {s.when} {s.group}".lower() for w in words)]


def why_not(spec: StepSpec, table: Table) -> str:
    """Say why a step cannot be used on a table at all; empty where it can."""
    if spec.tasks and table.task is not None and table.task not in spec.tasks:
        return "For another kind of goal."
    if spec.scope.has_columns and not fitting(spec, table):
        return "No column in use is of a type that it suits."
    return ""


def fitting(spec: StepSpec, table: Table) -> int:
    """Return how many columns in use are of a type that a step suits."""
    return sum(column.kind in spec.kinds for column in table.columns)


def _entry(dataset: Dataset, task: Task, table: Table, spec: StepSpec) -> None:
    reason = why_not(spec, table)
    with st.container(border=True, gap="xxsmall", key=f"plan.entry.{spec.key}"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{spec.title}**", width="content")
            st.button(
                "Choose",
                key=f"plan.add.{spec.key}",
                disabled=bool(reason),
                help=reason or None,
                on_click=_open,
                args=(dataset, task, spec.key),
            )
        st.markdown(spec.purpose)
        if spec.when:
            st.caption(spec.when)
        if spec.formula:
            st.markdown(inline(spec.formula))
        suits = f"Suits {counted(fitting(spec, table), 'column')} here." if spec.scope.has_columns else ""
        source = f"Source: {plain(spec.source)}." if spec.source else ""
        st.caption(" ".join(part for part in (reason or suits, source) if part))


def inline(formula: str) -> str:
    """Return a formula as it stands in a line of text, at the left."""
    return f"$\\displaystyle {formula}$"


def _open(dataset: Dataset, task: Task, key: str) -> None:
    plan, table, spec = plan_now(), table_of(dataset, task), get_step(key)
    open_form(dataset, best_place(plan, table, spec), StepChoice(step=key), fresh=True)
