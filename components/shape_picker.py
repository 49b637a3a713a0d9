"""The steps to choose from: grouped, searchable, each with what it does and when one wants it."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from components.messages import plain
from components.shape_state import open_form
from core.data.actions import TableStep
from core.data.schema import Dataset
from core.shape.registry import STEPS
from core.shape.spec import StepGroup, TableStepSpec

GROUPS: tuple[str, ...] = get_args(StepGroup)


def picker(dataset: Dataset) -> None:
    """Draw the steps; a click opens the form of one."""
    asked = str(
        st.text_input(
            "Find a step", key="shape.find", placeholder="join, duplicates, date", icon=":material/search:", live=True
        )
        or ""
    )
    found = matching(asked)
    if not found:
        st.caption(f"No step fits {plain(asked)}. Try another word.")
    for group in GROUPS:
        specs = [spec for spec in found if spec.group == group]
        if specs:
            with st.container(gap="xxsmall", key=f"shape.group.{group}"):
                st.caption(group.upper())
                for spec in specs:
                    _entry(dataset, spec)


def matching(asked: str) -> list[TableStepSpec]:
    """Return the steps whose words hold every word asked for."""
    words = asked.lower().split()
    return [s for s in STEPS if all(w in f"{s.key} {s.title} {s.purpose} {s.when}".lower() for w in words)]


def _entry(dataset: Dataset, spec: TableStepSpec) -> None:
    with st.container(gap=None, key=f"shape.entry.{spec.key}"):
        st.button(
            f"**{spec.title}**",
            key=f"shape.add.{spec.key}",
            type="tertiary",
            help=spec.when,
            on_click=_open,
            args=(dataset, spec.key),
        )
        st.caption(spec.purpose)


def _open(dataset: Dataset, key: str) -> None:
    open_form(dataset, len(dataset.steps), TableStep(key=key), fresh=True)
