"""Which projection is asked for and which one is looked at; jobs and caches of the Projections page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from components import services, state
from components.params_form import read_form
from core.data.query import take
from core.data.schema import Dataset
from core.explore.projection.apart import Difference, sets_apart
from core.explore.projection.points import Points, nearest, read_points
from core.explore.projection.registry import METHODS, get_method
from core.explore.projection.run import stored, stored_all
from core.explore.projection.spec import ProjectionRequest, ProjectionResult
from core.jobs.job import Job, JobRequest
from core.params import ParamValue

DRAWN = 5_000
"""Points drawn at most."""


def method(dataset: Dataset) -> str:
    """Return the method chosen; that of the newest map where none was chosen yet."""
    chosen = state.recall(f"projection.method.{dataset.id}")
    if chosen is None:
        kept = stored_all(services.workspace(), dataset)
        chosen = kept[0].request.method if kept else METHODS[0].key
    return str(chosen)


def start_params(dataset: Dataset, key: str) -> dict[str, ParamValue]:
    """Return the parameters of the newest map of a method, to start from."""
    kept = stored_all(services.workspace(), dataset)
    return next((dict(one.request.params) for one in kept if one.request.method == key), {})


def scope(dataset: Dataset, key: str) -> str:
    """Return the prefix of the widgets of a method's parameters."""
    return f"projection.{dataset.id}.{key}"


def columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns chosen; empty means all that suit."""
    chosen = state.recall(f"projection.columns.{dataset.id}")
    if chosen is None:
        kept = stored_all(services.workspace(), dataset)
        chosen = kept[0].request.columns if kept else ()
    return tuple(name for name in chosen if name in dataset.column_names)


def request(dataset: Dataset) -> ProjectionRequest:
    """Return what the settings ask for."""
    spec = get_method(method(dataset))
    params = read_form(spec.params, start_params(dataset, spec.key), scope=scope(dataset, spec.key))
    return ProjectionRequest(method=spec.key, params=params, columns=columns(dataset))


def shown(dataset: Dataset) -> ProjectionResult | None:
    """Return the projection to draw: the one asked for, else the newest that is kept."""
    found = stored(services.workspace(), dataset, request(dataset))
    if found is not None:
        return found
    kept = stored_all(services.workspace(), dataset)
    return kept[0] if kept else None


def rows_taken(dataset: Dataset) -> int:
    """Return how many rows the settings take."""
    wanted = request(dataset)
    spec = get_method(wanted.method)
    most = next((param.default for param in spec.params if param.name == "rows"), None)
    return dataset.rows if most is None else min(dataset.rows, int(wanted.params.get("rows", most)))


def submit(dataset: Dataset) -> None:
    """Start what the settings ask for. Runs as a callback."""
    wanted = request(dataset)
    services.executor().submit(
        JobRequest(
            kind="project",
            payload={"dataset_id": dataset.id, "request": wanted.model_dump(mode="json")},
            project_id=dataset.project_id,
            title=f"{get_method(wanted.method).title} of {dataset.name}",
            priority=-1,
        )
    )


def newest_job(dataset: Dataset) -> Job | None:
    """Return the newest job for what the settings ask for."""
    payload = {"dataset_id": dataset.id, "request": request(dataset).model_dump(mode="json")}
    jobs = services.queue().list(project_id=dataset.project_id, kinds=("project",))
    return next((job for job in jobs if job.request.payload == payload), None)


@dataclass(frozen=True)
class Drawing:
    """Points of a projection and which of them are drawn."""

    points: Points
    drawn: np.ndarray


def drawing(dataset: Dataset, result: ProjectionResult) -> Drawing:
    """Return the points kept of a projection, and at most `DRAWN` of them to draw."""
    root = str(services.workspace().root)
    return _drawing(root, result.key, dataset, result.request)


def cells(dataset: Dataset, result: ProjectionResult, column: str) -> pd.Series:
    """Return the cells of a column for the drawn points."""
    root = str(services.workspace().root)
    return _cells(root, dataset.view_key, result.key, column, dataset, result)


def apart(dataset: Dataset, result: ProjectionResult, places: tuple[int, ...]) -> tuple[Difference, ...]:
    """Return what sets rows apart from the others on the map."""
    root = str(services.workspace().root)
    return _apart(root, dataset.view_key, result.key, places, dataset, result)


def neighbours(dataset: Dataset, result: ProjectionResult, place: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows most like one, and their distances."""
    return nearest(services.workspace(), dataset, result.request, place, count=10)


@st.cache_resource(max_entries=8, show_spinner=False)
def _drawing(root: str, key: str, _dataset: Dataset, _request: ProjectionRequest) -> Drawing:
    points = read_points(services.workspace(), _dataset, _request)
    count = len(points.places)
    drawn = np.arange(count)
    if count > DRAWN:
        drawn = np.sort(np.random.default_rng(0).choice(count, DRAWN, replace=False))
    return Drawing(points, drawn)


@st.cache_resource(max_entries=32, show_spinner=False)
def _cells(
    root: str, fingerprint: str, key: str, column: str, _dataset: Dataset, _result: ProjectionResult
) -> pd.Series:
    found = drawing(_dataset, _result)
    places = found.points.places[found.drawn]
    cells: pd.Series = take(services.workspace(), _dataset, places, columns=[column])[column].loc[places]
    return cells


@st.cache_resource(max_entries=32, show_spinner="Comparing with the others")
def _apart(
    root: str,
    fingerprint: str,
    key: str,
    places: tuple[int, ...],
    _dataset: Dataset,
    _result: ProjectionResult,
) -> tuple[Difference, ...]:
    among = drawing(_dataset, _result).points.places
    return sets_apart(services.workspace(), _dataset, np.array(places), among=among)
