"""How far a project has come, and what is next."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components import navigation as nav
from components import services, state
from components.draft import Draft
from core.data.schema import Dataset
from core.run.run_list import is_trained
from core.store.projects import Project


@dataclass(frozen=True)
class Stop:
    """One stop of the journey and the page where it is reached."""

    title: str
    page: str
    todo: str
    done: bool


def stops(project: Project | None, dataset: Dataset | None, draft: Draft) -> tuple[Stop, ...]:
    """Return all stops in order, with which of them were reached."""
    trained = project is not None and dataset is not None and _trained(project, dataset)
    return (
        Stop("Data", nav.DATA, "Bring a table", dataset is not None),
        Stop("Target", nav.PREPARE, "Choose what to predict", draft.task is not None or trained),
        Stop("Plan", nav.PLAN, "Look over the preparation", "plan" in draft.done or trained),
        Stop("Trained", nav.TRAIN, "Train models", trained),
        Stop("Explained", nav.EXPLAIN, "See why a prediction came out", "explained" in draft.done),
        Stop("Exported", nav.EXPORT, "Export the best model", "exported" in draft.done),
    )


def next_stop(all_stops: tuple[Stop, ...]) -> Stop | None:
    """Return the first stop that was not reached, None at the end of the journey."""
    return next((stop for stop in all_stops if not stop.done), None)


def journey_line() -> None:
    """Draw the journey as one quiet line: a tick for what is done, a word for what is next."""
    table = state.dataset()
    all_stops = stops(state.project(), table, state.draft())
    upcoming = next_stop(all_stops)
    st.markdown(" :gray[→] ".join(_word(stop, upcoming) for stop in all_stops), width="content")


def _word(stop: Stop, upcoming: Stop | None) -> str:
    if stop.done:
        return f":green[:material/check:] {stop.title}"
    return f":primary[**{stop.title}**]" if stop is upcoming else f":gray[{stop.title}]"


def _trained(project: Project, dataset: Dataset) -> bool:
    """Tell whether a model was trained on the table, on the screens or from the command line."""
    # Remembered, because it is asked on every page.
    known = f"trained.{dataset.id}"
    if not state.recall(known) and is_trained(services.workspace(), project.id, dataset.id):
        state.remember(known, True)
    return bool(state.recall(known))
