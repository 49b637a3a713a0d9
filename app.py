"""Entry point: page frame, navigation and the running jobs, around whichever page is asked for."""

from __future__ import annotations

import streamlit as st

from components import layout, navigation, state
from components.job_panel import job_badge
from components.messages import page_guard
from core.errors import NotFound
from core.store.projects import Project

st.set_page_config(
    page_title="Lathe", page_icon=":material/graphic_eq:", layout="wide", initial_sidebar_state="expanded"
)


def current_project() -> tuple[Project | None, bool]:
    """Return the open project and whether the address names one that does not exist."""
    try:
        return state.project(), False
    except NotFound:
        return None, True


page = navigation.register()
state.sync()
project, unknown = current_project()
navigation.sidebar(project)
with st.sidebar:
    job_badge()
with page_guard():
    if unknown:
        layout.unknown_project()
    else:
        page.run()
