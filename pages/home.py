"""Projects: create, open, rename, delete."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.messages import show_error
from components.project_cards import project_cards
from core.data.samples import SAMPLES, ingest_sample
from core.errors import LatheError

PITCH = "Lathe turns a table into a model you can trust, and shows why it predicts what it predicts."


def create(name: str) -> bool:
    """Create a project and open it; draw the problem where there is one."""
    try:
        state.open_project(services.projects().create(name).id)
    except LatheError as error:
        show_error(error)
        return False
    return True


def free_name(wanted: str) -> str:
    """Return ``wanted``, numbered where a project has that name already."""
    taken = {p.name.casefold() for p in services.projects().list()}
    names = [wanted, *(f"{wanted} {i}" for i in range(2, len(taken) + 3))]
    return next(name for name in names if name.casefold() not in taken)


def start_with_sample() -> None:
    """Open a new project with the first sample in it."""
    sample = SAMPLES[0]
    if create(free_name(sample.title)):
        with st.spinner(f"Bringing {sample.title}"):
            state.open_dataset(ingest_sample(services.workspace(), sample.key, project_id=state.project_id()).id)
        state.go(nav.EXPLORE)


def welcome() -> None:
    """Draw the first visit: one line and two ways in."""
    layout.page_header("Welcome to Lathe", PITCH)
    st.space("xsmall")
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("large")
        st.subheader("Start with a table", anchor=False, text_alignment="center")
        st.markdown(
            ":gray[Bring your own file, or look around with a sample. Nothing leaves this machine.]",
            text_alignment="center",
        )
        with st.container(horizontal=True, horizontal_alignment="center", gap="small"):
            own = st.button("Start with my table", key="home.own", type="primary")
            sample = st.button("Try a sample", key="home.sample")
        st.space("large")
    if own and create(free_name("My first project")):
        state.go(nav.DATA)
    if sample:
        start_with_sample()


def new_project() -> None:
    """Draw the primary action: one field and a button."""
    with st.popover("New project", type="primary", icon=":material/add:", key="home.new"):
        name = st.text_input("Name", key="home.name", placeholder="Churn in spring", max_chars=80)
        if st.button("Create project", key="home.create", type="primary", width="stretch") and create(name):
            state.go(nav.DATA)


projects = services.projects().list()
if projects:
    layout.page_header("Projects", "A project keeps tables, goals, models and results together.", primary=new_project)
    st.space("xsmall")
    project_cards(projects)
else:
    welcome()
