"""Pages, their groups, and the sidebar: mark, project switcher, groups, running jobs."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components import services, state
from components.theme import mark, palette
from core.store.projects import Project

HOME = "pages/home.py"
DATA = "pages/data.py"
QUALITY = "pages/quality.py"
SHAPE = "pages/shape.py"
EXPLORE = "pages/explore.py"
CHARTS = "pages/charts.py"
STATISTICS = "pages/statistics.py"
PROJECTIONS = "pages/projections.py"
PREPARE = "pages/prepare.py"
PLAN = "pages/plan.py"
TRAIN = "pages/train.py"
RESULTS = "pages/results.py"
RUNS = "pages/runs.py"
MODEL = "pages/model.py"
EXPLAIN = "pages/explain.py"
PREDICT = "pages/predict.py"
EXPORT = "pages/export.py"


@dataclass(frozen=True)
class Entry:
    """A page in the sidebar."""

    path: str
    title: str
    icon: str

    @property
    def url_path(self) -> str:
        """Last part of its address."""
        return self.path.removeprefix("pages/").removesuffix(".py")


GROUPS: dict[str, tuple[Entry, ...]] = {
    "": (Entry(HOME, "Projects", ":material/folder_open:"),),
    "Data": (
        Entry(DATA, "Upload", ":material/upload_file:"),
        Entry(QUALITY, "Quality", ":material/rule:"),
        Entry(SHAPE, "Clean and shape", ":material/construction:"),
    ),
    "Explore": (
        Entry(EXPLORE, "Overview", ":material/table_chart:"),
        Entry(CHARTS, "Charts", ":material/bar_chart:"),
        Entry(STATISTICS, "Tests", ":material/balance:"),
        Entry(PROJECTIONS, "Projections", ":material/scatter_plot:"),
    ),
    "Model": (
        Entry(PREPARE, "Goal", ":material/target:"),
        Entry(PLAN, "Prepare", ":material/tune:"),
        Entry(TRAIN, "Train", ":material/play_circle:"),
        Entry(RESULTS, "Results", ":material/leaderboard:"),
        Entry(MODEL, "Model", ":material/insights:"),
        Entry(RUNS, "Runs", ":material/history:"),
    ),
    "Trust": (Entry(EXPLAIN, "Explain", ":material/lightbulb:"),),
    "Ship": (
        Entry(PREDICT, "Predict", ":material/online_prediction:"),
        Entry(EXPORT, "Export", ":material/inventory_2:"),
    ),
}


def register() -> st.Page:
    """Declare all pages to Streamlit and return the one asked for. The sidebar is drawn by `sidebar`."""
    pages = {
        group: [
            st.Page(e.path, title=f"{e.title} - Lathe", icon=e.icon, url_path=e.url_path, default=e.path == HOME)
            for e in entries
        ]
        for group, entries in GROUPS.items()
    }
    return st.navigation(pages, position="hidden")


def sidebar(project: Project | None) -> None:
    """Draw the sidebar above the job badge."""
    st.logo(mark(palette()), size="large")
    with st.sidebar:
        _switcher(project)
        for group, entries in GROUPS.items():
            with st.container(gap="xxsmall"):
                if group:
                    st.caption(group.upper())
                for entry in entries:
                    closed = project is None and entry.path != HOME
                    st.page_link(
                        entry.path,
                        label=entry.title,
                        icon=entry.icon,
                        width="stretch",
                        disabled=closed,
                        help="Open a project first." if closed else None,
                        query_params=state.query(),
                    )


def _switcher(project: Project | None) -> None:
    known = services.projects().list()
    if not known:
        return
    ids = [p.id for p in known]
    names = {p.id: p.name for p in known}
    key = "sidebar.project"
    # The widget follows the URL: the project may have been opened elsewhere.
    st.session_state[key] = project.id if project is not None and project.id in names else None
    st.selectbox(
        "Project",
        ids,
        index=0 if project is not None else None,
        format_func=lambda i: names.get(i, i),
        key=key,
        placeholder="Open a project",
        label_visibility="collapsed",
        on_change=_switch,
        args=(key,),
    )


def _switch(key: str) -> None:
    chosen = st.session_state[key]
    if chosen:
        state.open_project(chosen)
