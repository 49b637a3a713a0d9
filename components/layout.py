"""The anatomy of a page, the same on every screen (LOOK: title, sentence, primary action, context strip, next step).

A page reads: ``page_header`` -> ``context_strip`` -> ``two_columns`` or the page's own body -> ``next_step``; or, where
something is missing, ``page_header`` -> ``empty_state``. `need_project`, `need_dataset` and `need_task` draw the empty
state and stop the script where the page cannot go on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import navigation as nav
from components import state
from components.draft import Draft
from components.frame import inside_app
from components.journey import journey_line
from components.kinds import judged_words
from components.messages import plain
from components.numbers import counted
from core.data.schema import Dataset
from core.data.task import Task
from core.store.projects import Project

MIDDLE_DOT = "\N{MIDDLE DOT}"


@dataclass(frozen=True)
class Primary:
    """The one primary action of a page.

    Attributes
    ----------
    label : str
        A verb with its count ("Train 6 models").
    key : str
        Widget key, also the handle of tests ("train.start").
    disabled_reason : str
        Why it cannot be pressed now; drawn beside the button. Empty means enabled.
    on_click : callable, optional
        Callback, with ``args``. It must not switch pages.
    page : str
        Page to go to after the callback ("pages/results.py"); empty stays.
    """

    label: str
    key: str
    disabled_reason: str = ""
    on_click: Callable[..., None] | None = None
    args: tuple[Any, ...] = ()
    page: str = ""
    icon: str | None = None
    help: str | None = field(default=None)


def page_header(title: str, sentence: str, *, primary: Primary | Callable[[], Any] | None = None) -> bool:
    """Draw title and sentence on the left, the primary action at the top right.

    Parameters
    ----------
    title : str
        A verb or a noun of the person's world.
    sentence : str
        What is done here.
    primary : Primary or callable, optional
        The action, or a function that draws something else in its place (a popover). None leaves the place empty.

    Returns
    -------
    bool
        Whether the action was pressed (and does not lead to another page).
    """
    inside_app()
    left, right = st.columns([2, 1], gap="large", vertical_alignment="center")
    with left, st.container(gap="xsmall"):
        st.title(title, anchor=False)
        st.markdown(f":gray[{sentence}]")
    with right, st.container(horizontal_alignment="right", gap="xsmall"):
        if isinstance(primary, Primary):
            return _primary(primary)
        if primary is not None:
            primary()
    return False


def _primary(primary: Primary) -> bool:
    pressed = st.button(
        primary.label,
        key=primary.key,
        type="primary",
        icon=primary.icon,
        help=primary.help,
        disabled=bool(primary.disabled_reason),
        on_click=primary.on_click,
        args=primary.args,
    )
    if primary.disabled_reason:
        st.caption(primary.disabled_reason, text_alignment="right")
    if pressed and primary.page:
        state.go(primary.page)
    return pressed


def context_strip(dataset: Dataset | None = None, draft: Draft | None = None) -> None:
    """Draw what is being worked on: file, size, target, split, plan; each a link to where it is changed.

    Parameters
    ----------
    dataset, draft : optional
        Read from the state where not given.
    """
    table = dataset or state.dataset()
    if table is None:
        return
    chosen = draft or state.draft()
    items = [
        (f"{table.name}", nav.DATA),
        (
            f"{counted(table.rows, 'row')} \N{MULTIPLICATION SIGN} {counted(len(table.columns), 'column')}",
            nav.EXPLORE,
        ),
    ]
    if chosen.task is not None:
        items += [
            (f"predict {chosen.task.target}", nav.PREPARE),
            (judged_words(chosen.task.split), nav.PREPARE),
        ]
    if chosen.plan is not None:
        active = sum(step.enabled for step in chosen.plan.steps)
        items.append((counted(active, "preparation step"), nav.PLAN))
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="context"):
        for index, (label, page) in enumerate(items):
            # A page link is padded and would stand out of line with the title; a bare button does not.
            text = f"{MIDDLE_DOT}\N{NO-BREAK SPACE} {plain(label)}" if index else plain(label)
            if st.button(f":gray[{text}]", key=f"context.{index}", type="tertiary"):
                state.go(page)


def link(page: str, label: str, *, icon: str | None = None, icon_position: Any = "left") -> None:
    """Draw a link to another page that keeps project, dataset and run."""
    st.page_link(page, label=plain(label), icon=icon, icon_position=icon_position, query_params=state.query(), help="")


def two_columns() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return the frame of a page: what is chosen (2/3), what follows from it (1/3)."""
    left, right = st.columns([2, 1], gap="large")
    return left, right


def next_step(label: str, page: str) -> None:
    """End a page: how far the project has come on the left, the next sensible step on the right."""
    st.space("small")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="next"):
        journey_line()
        if st.button(
            f"Next: {label}", key="next.page", type="tertiary", icon=":material/arrow_forward:", icon_position="right"
        ):
            state.go(page)


def empty_state(title: str, sentence: str, *, button: str = "", page: str = "", key: str = "empty.action") -> bool:
    """Say what is missing and offer the button that fixes it.

    Parameters
    ----------
    title, sentence : str
        What is missing; what it is needed for.
    button : str
        Label of the button; empty draws none.
    page : str
        Page that the button leads to; empty returns True to the caller instead.

    Returns
    -------
    bool
        Whether the button was pressed.
    """
    st.space("xsmall")
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("medium")
        st.subheader(title, anchor=False, text_alignment="center")
        st.markdown(f":gray[{sentence}]", text_alignment="center")
        pressed = bool(button) and st.button(button, key=key, type="primary")
        st.space("medium")
    if pressed and page:
        state.go(page)
    return pressed


def section(title: str, sentence: str = "", *, help: str | None = None) -> None:
    """Draw the heading of a part of a page, with a quiet sentence below it."""
    with st.container(gap="xxsmall"):
        st.subheader(title, anchor=False, help=help)
        if sentence:
            st.caption(sentence)


def unknown_project() -> None:
    """Say that the project in the address does not exist, and offer the way back."""
    page_header("Project not found", "The address names a project that is not in this workspace.")
    if empty_state(
        "This project is not here",
        "It may have been deleted, or the link may come from another workspace.",
        button="Show my projects",
        key="unknown.home",
    ):
        state.close("project")
        state.go(nav.HOME)


def need_project() -> Project:
    """Return the open project, or draw the empty state and stop."""
    inside_app()
    project = state.project()
    if project is None:
        empty_state(
            "No project is open",
            "A project keeps a table, its goal, its models and their results together.",
            button="Open or create a project",
            page=nav.HOME,
        )
        st.stop()
    return project


def need_dataset() -> Dataset:
    """Return the dataset being worked on, or draw the empty state and stop."""
    need_project()
    table = state.dataset()
    if table is None:
        empty_state(
            "There is no table yet",
            "Bring a CSV, Excel or Parquet file, or try a sample. Everything else starts from it.",
            button="Bring a table",
            page=nav.DATA,
        )
        st.stop()
    return table


def need_task() -> tuple[Dataset, Draft, Task]:
    """Return dataset, draft and task, or draw the empty state and stop."""
    table = need_dataset()
    chosen = state.draft()
    if chosen.task is None:
        empty_state(
            "No goal has been chosen",
            f"Say which column of {plain(table.name)} is to be predicted; the rest is proposed from there.",
            button="Choose what to predict",
            page=nav.PREPARE,
        )
        st.stop()
    return table, chosen, chosen.task
