"""Rows behind a finding: their cells, as a file, and as a table of their own."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import streamlit as st

from components import services, state
from components.chart_files import csv
from components.diagnosis_data import Looked, cells
from components.messages import show_outcome
from components.numbers import counted
from core.errors import ErrorInfo, LatheError
from core.explore.projection.selection import MOST_ROWS, keep_steps

SHOWN = 200
PROBLEM, DONE = "rows.problem", "rows.done"


def told_columns(looked: Looked, places: np.ndarray) -> pd.DataFrame:
    """Return what the model said of rows; ``places`` are those in ``looked.judged``, not row numbers."""
    judged = looked.judged.only(places)
    told = pd.DataFrame({"True": judged.truth, "Predicted": judged.prediction}, index=pd.Index(judged.rows))
    if judged.classes:
        called = np.array([judged.classes.index(str(label)) for label in judged.prediction], dtype=int)
        told["Probability"] = judged.probabilities[np.arange(len(called)), called] if len(called) else []
    else:
        told["True minus predicted"] = judged.residual
        told = told.round(_decimals(looked.judged.truth))
    return told


def _decimals(truth: np.ndarray) -> int:
    """Return how many decimals say enough of numbers that spread like these."""
    spread = float(np.std(truth))
    return max(0, 3 - math.floor(math.log10(spread))) if spread > 0 else 6


def rows_table(looked: Looked, places: np.ndarray, *, words: str, key: str) -> None:
    """Draw rows of the table with what the model said of them.

    Parameters
    ----------
    looked : Looked
        The model.
    places : int ndarray
        Places in ``looked.judged``, the first to be shown first.
    words : str
        What the rows have in common; names the file and the table made of them.
    key : str
        Unique on the page.
    """
    show_outcome(PROBLEM, DONE)
    shown = places[:SHOWN]
    frame = with_cells(looked, shown)
    config = {"Probability": st.column_config.NumberColumn(format="percent", help="Given to the class predicted.")}
    st.dataframe(frame, key=f"{key}.table", height=min(38 + 35 * max(len(shown), 1), 360), column_config=config)
    if len(places) > SHOWN:
        st.caption(f"The first {SHOWN:,} of {len(places):,}; the file holds all of them.")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.download_button(
            f"Download {counted(len(places), 'row')}",
            data=lambda: csv(with_cells(looked, places).reset_index()),
            file_name="rows.csv",
            mime="text/csv",
            key=f"{key}.csv",
            on_click="ignore",
            icon=":material/download:",
            disabled=not len(places),
        )
        many = len(places) > MOST_ROWS or looked.dataset is None or not len(places)
        st.button(
            "New table of these rows",
            key=f"{key}.keep",
            icon=":material/filter_alt:",
            disabled=many,
            on_click=make_table,
            args=(looked, looked.judged.rows[places], words),
            help=f"Makes a second table that holds only these rows; up to {MOST_ROWS:,}. The former stays as it is.",
        )


def with_cells(looked: Looked, places: np.ndarray) -> pd.DataFrame:
    """Return what the model said of rows beside their raw cells; the index is the row number from 1."""
    told = told_columns(looked, places)
    raw = cells(looked, looked.judged.rows[places])
    target = looked.chosen.run.recipe.task.target
    raw = raw.drop(columns=[target], errors="ignore").rename(columns=lambda c: c if c not in told else f"{c} (cell)")
    frame = pd.concat([told, raw], axis=1)
    frame.index = pd.Index(frame.index + 1, name="Row")
    return frame


def make_table(looked: Looked, rows: np.ndarray, words: str, *, drop: bool = False) -> None:
    """Make a copy of the table with only these rows (or without them), and open it. Runs as a callback."""
    from core.shape.edit import append, duplicate

    dataset = looked.dataset
    assert dataset is not None
    verb = "without" if drop else "only"
    try:
        copy = duplicate(services.workspace(), dataset, f"{dataset.name} ({verb} {words})"[:120])
        number, keep, last = keep_steps(copy, np.sort(rows))
        told = f"{'Drop' if drop else 'Keep'} {counted(len(rows), 'row')}: {words}"
        action = {"action": "drop"} if drop else {}
        step = keep.model_copy(update={"name": told, "params": {**keep.params, **action}})
        made = append(services.workspace(), copy, (number, step, last))
    except LatheError as error:
        state.remember(PROBLEM, ErrorInfo.from_exception(error).model_dump() | {"traceback": ""})
        return
    state.remember(DONE, f"{made.name} holds {counted(made.rows, 'row')}. It stands beside the former table on Upload.")
