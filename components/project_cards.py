"""Projects as cards, and the dialogs that rename and delete one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import navigation as nav
from components import services, state
from components.draft import Draft, read_draft
from components.journey import Stop, next_stop, stops
from components.messages import plain, show_error
from components.numbers import counted
from components.words import ago, shortened
from core.data.schema import Dataset
from core.errors import LatheError
from core.run.run_list import newest_run_ids
from core.store.projects import Project

PER_ROW = 3
RENAME, DELETE = "Rename", "Delete"


def project_cards(projects: Sequence[Project]) -> None:
    """Draw one card a project, three a row."""
    for start in range(0, len(projects), PER_ROW):
        for cell, project in zip(st.columns(PER_ROW, gap="medium"), projects[start : start + PER_ROW], strict=False):
            with cell:
                _card(project)


def _card(project: Project) -> None:
    datasets = services.catalog().list(project.id)
    runs = newest_run_ids(services.workspace(), project.id)
    current = current_of(project, datasets)
    upcoming = next_stop(stops(project, current, read_draft(project.draft, current) if current else Draft()))
    with st.container(border=True, height="stretch", gap="xxsmall", key=f"card.{project.id}"):
        with st.container(horizontal=True, wrap=False, horizontal_alignment="distribute", vertical_alignment="center"):
            name = shortened(project.name)
            st.markdown(
                f"**{plain(name)}**", width="stretch", help=plain(project.name) if name != project.name else None
            )
            chosen = st.menu_button(
                "",
                (RENAME, DELETE),
                key=f"menu.{project.id}",
                type="tertiary",
                icon=":material/more_horiz:",
                help=f"Rename or delete {plain(project.name)}",
            )
        st.caption(f"{counted(len(datasets), 'table')} · {counted(len(runs), 'run')} · changed {ago(project.updated)}")
        with st.container(horizontal=True, wrap=False, horizontal_alignment="distribute", vertical_alignment="center"):
            st.caption(_upcoming(upcoming), width="stretch")
            opened = st.button("Open", key=f"open.{project.id}", on_click=state.open_project, args=(project.id,))
    if opened:
        state.go(upcoming.page if upcoming else nav.RESULTS)
    if chosen == RENAME:
        rename_dialog(project)
    if chosen == DELETE:
        delete_dialog(project, len(datasets), len(runs))


def current_of(project: Project, datasets: Sequence[Dataset]) -> Dataset | None:
    """Return the dataset a project was last working on, else its newest one."""
    wanted = project.draft.get("dataset_id")
    kept = next((d for d in datasets if d.id == wanted), None)
    return kept or max(datasets, key=lambda d: d.created, default=None)


def _upcoming(stop: Stop | None) -> str:
    return f"Next: {stop.todo.lower()}" if stop else "Every step is done"


@st.dialog("Rename project")
def rename_dialog(project: Project) -> None:
    """Ask for another name."""
    name = st.text_input("Name", project.name, key="rename.name", max_chars=80)
    if st.button("Rename", key="rename.save", type="primary"):
        try:
            services.projects().rename(project.id, name)
        except LatheError as error:
            show_error(error)
            return
        st.rerun()


@st.dialog("Delete project")
def delete_dialog(project: Project, datasets: int, runs: int) -> None:
    """Name what goes, then delete it."""
    st.markdown(
        f"**{plain(project.name)}** goes for good, with its {counted(datasets, 'table')}, {counted(runs, 'run')} and "
        "every model trained in them. Files that you downloaded stay yours."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="delete.keep"):
            st.rerun()
        if st.button("Delete project", key="delete.confirm", type="primary"):
            delete_project(project.id)
            st.rerun()


def delete_project(project_id: str) -> None:
    """Delete a project and leave it if it was open."""
    services.projects().delete(project_id)
    if state.project_id() == project_id:
        state.close("project")
