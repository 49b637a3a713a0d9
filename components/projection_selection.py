"""What was chosen on a map: the rows, what sets them apart, and what can be made of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components import projection_state as projecting
from components import services, state
from components.chart_files import csv
from components.layout import section
from components.messages import plain, show_outcome
from components.numbers import counted
from core.data.query import take
from core.data.schema import Dataset
from core.errors import ErrorInfo, LatheError
from core.explore.projection.points import in_box, in_polygon
from core.explore.projection.selection import MOST_ROWS, free_column, keep_steps, mark_steps
from core.explore.projection.spec import ProjectionResult
from core.words import share

SHOWN_ROWS = 200
PROBLEM, DONE = "projection.problem", "projection.done"


def chosen_places(dataset: Dataset, result: ProjectionResult, picked: Any, axes: tuple[int, int]) -> np.ndarray:
    """Return the rows (from 0) in the regions drawn, else those whose points were clicked."""
    selection = picked["selection"] if picked else {}
    points = projecting.drawing(dataset, result).points
    inside = np.zeros(len(points.places), dtype=bool)
    for box in selection.get("box", ()):
        inside |= in_box(points, box["x"], box["y"], axes=axes)
    for lasso in selection.get("lasso", ()):
        inside |= in_polygon(points, lasso["x"], lasso["y"], axes=axes)
    if inside.any():
        return points.places[inside]
    rows = [point["customdata"] for point in selection.get("points", ()) if point.get("customdata") is not None]
    flat = [int(row[0] if isinstance(row, list) else row) - 1 for row in rows]
    return np.unique(np.array(flat, dtype=np.int64))


def draw_outcome() -> None:
    """Say what became of the rows chosen last; drawn once."""
    show_outcome(PROBLEM, DONE)


def draw_selection(dataset: Dataset, result: ProjectionResult, places: np.ndarray) -> None:
    """Draw what is known about the chosen rows."""
    if not len(places):
        st.caption(
            "Draw around points to see what sets them apart. Click one, or type its row, for the rows most like it."
        )
        row = st.number_input(
            f"Or type a row, 1 to {dataset.rows:,}",
            1,
            dataset.rows,
            value=None,
            step=1,
            key="projection.row",
            width=220,
        )
        if row is None:
            return
        places = np.array([int(row) - 1])
    if len(places) == 1:
        _neighbours(dataset, result, int(places[0]))
        return
    section(
        f"{counted(len(places), 'row')} chosen",
        f"{share(len(places) / max(result.rows_shown, 1))} of those on the map.",
    )
    left, right = st.columns([2, 1], gap="large")
    with left:
        _table(dataset, places)
    with right:
        _apart(dataset, result, places)
        _uses(dataset, places)


def _apart(dataset: Dataset, result: ProjectionResult, places: np.ndarray) -> None:
    st.markdown("**What sets them apart**")
    try:
        found = projecting.apart(dataset, result, tuple(int(place) for place in places))
    except LatheError as error:
        st.caption(plain(error.message))
        return
    if not found:
        st.caption("Nothing beyond what chance gives: in every column they are like the others.")
    for one in found:
        with st.container(gap="xxsmall"):
            st.progress(min(one.distance, 1.0))
            st.caption(plain(one.words))


def _table(dataset: Dataset, places: np.ndarray) -> None:
    frame = take(services.workspace(), dataset, places[:SHOWN_ROWS])
    frame.index = pd.Index(frame.index + 1, name="Row")
    st.dataframe(frame, height=420, key="projection.rows", alt="The chosen rows.")
    if len(places) > SHOWN_ROWS:
        st.caption(f"The first {SHOWN_ROWS} of {len(places):,}.")


def _neighbours(dataset: Dataset, result: ProjectionResult, place: int) -> None:
    section(
        f"Rows most like row {place + 1:,}",
        "By all projected columns, each counting alike, and not by their place on the map.",
    )
    try:
        others, distances = projecting.neighbours(dataset, result, place)
    except LatheError as error:
        st.caption(plain(f"{error.message} {error.hint}"))
        return
    order = [place, *(int(other) for other in others)]
    frame = take(services.workspace(), dataset, order).loc[order]
    frame.insert(
        0, "Distance", [0.0, *(float(distance) for distance in distances)]
    ) if "Distance" not in frame else None
    frame.index = pd.Index(frame.index + 1, name="Row")
    st.dataframe(frame, key="projection.neighbours", alt=f"Rows most like row {place + 1}.")


def _uses(dataset: Dataset, places: np.ndarray) -> None:
    """Offer what can be made of the rows."""
    many = len(places) > MOST_ROWS
    with st.container(gap="small"):
        st.button(
            f"New table of {counted(len(places), 'row')}",
            key="projection.keep",
            icon=":material/filter_alt:",
            disabled=many,
            on_click=_make_table,
            args=(dataset.id, places),
        )
        st.button(
            f"Mark them in a column {free_column(dataset)!r}",
            key="projection.mark",
            icon=":material/flag:",
            disabled=many,
            on_click=_mark,
            args=(dataset.id, places),
            help="Adds a column that is true for these rows. It is a step and can be undone.",
        )
        st.download_button(
            "Download as CSV",
            data=lambda: csv(take(services.workspace(), dataset, places)),
            file_name="chosen-rows.csv",
            mime="text/csv",
            key="projection.csv",
            on_click="ignore",
            icon=":material/download:",
        )
        if many:
            st.caption(f"Up to {MOST_ROWS:,} rows can become a table; more can be downloaded.")


def _make_table(dataset_id: str, places: np.ndarray) -> None:
    """Make a copy of the table that holds only these rows, and open it. Runs as a callback."""
    from core.shape.edit import append, duplicate

    dataset = services.catalog().get(dataset_id)
    try:
        copy = duplicate(services.workspace(), dataset, f"{dataset.name} (chosen rows)")
        made = append(services.workspace(), copy, keep_steps(copy, places))
    except LatheError as error:
        state.remember(PROBLEM, ErrorInfo.from_exception(error).model_dump() | {"traceback": ""})
        return
    state.open_dataset(made.id)
    state.remember(DONE, f"{made.name} holds the {made.rows:,} rows and is open now. The former table is unchanged.")


def _mark(dataset_id: str, places: np.ndarray) -> None:
    """Add a column that is true for these rows. Runs as a callback."""
    from core.shape.edit import append

    dataset = services.catalog().get(dataset_id)
    column = free_column(dataset)
    try:
        append(services.workspace(), dataset, mark_steps(dataset, places, column=column))
    except LatheError as error:
        state.remember(PROBLEM, ErrorInfo.from_exception(error).model_dump() | {"traceback": ""})
        return
    state.remember(DONE, f"The column {column} marks {len(places):,} rows. The table has changed, so its maps are new.")
