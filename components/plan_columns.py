"""What becomes of each column on its way to the models: one line a column, a click shows its before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components import state
from components.columns_editor import table_height
from components.kinds import KIND_WORDS
from components.messages import show_error
from components.numbers import counted
from components.plan_data import column_journeys
from components.plan_words import FAMILIES, FAMILY_HELP, sentence
from core.data.schema import Dataset
from core.data.task import Task
from core.errors import LatheError
from core.prepare.journeys import ColumnJourney
from core.prepare.plan import PreparePlan
from core.prepare.spec import Family


def columns_view(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    """Draw what happens to each column for one family of models."""
    family = family_now()
    chosen = st.segmented_control(
        "For",
        list(FAMILIES),
        default=family,
        required=True,
        format_func=FAMILIES.__getitem__,
        key="plan.columns.family",
        help=FAMILY_HELP,
        on_change=lambda: state.remember("plan.family", st.session_state["plan.columns.family"]),
    )
    family = Family(chosen)
    try:
        found = column_journeys(dataset, task, plan, family)
    except LatheError as error:
        show_error(error)
        return
    total = sum(journey.features_out for journey in found)
    used = sum(journey.features_out > 0 for journey in found)
    left = len(found) - used
    st.caption(
        f"{counted(used, 'column')} become {counted(total, 'number')} a row for {FAMILIES[family].lower()}"
        + (f"; {left} left out." if left else ".")
        + " Choose a line to see its before and after."
    )
    names = [journey.column for journey in found]
    key = f"plan.columns.{dataset.id}.{family}.{len(found)}"
    st.dataframe(
        journeys_table(found),
        hide_index=True,
        height=table_height(len(found), 640),
        key=key,
        on_select=lambda: _pick(dataset, names, st.session_state[key]["selection"]),
        selection_mode=("single-row", "single-cell"),
        alt="What becomes of each column on its way to the model",
        column_config={
            "Column": st.column_config.TextColumn(pinned=True, width=125),
            "Kind": st.column_config.TextColumn(width=80),
            "What is done": st.column_config.TextColumn(width=430),
            "Becomes": st.column_config.NumberColumn(
                width=72, format="localized", help="Columns of numbers that reach the model, about."
            ),
        },
    )


def family_now() -> Family:
    """Return the family of models whose preparation is looked at."""
    return Family(state.recall("plan.family", Family.LINEAR))


def picked_column(dataset: Dataset) -> str | None:
    """Return the column whose before and after is shown, None where none is."""
    chosen = state.recall(f"plan.column.{dataset.id}")
    return str(chosen) if chosen is not None else None


def _pick(dataset: Dataset, names: Sequence[str], selection: Mapping[str, Any]) -> None:
    """Look at the column of the ticked line, else of the cell that was clicked."""
    places = [*selection.get("rows", ()), *(row for row, _ in selection.get("cells", ()))]
    state.remember(f"plan.column.{dataset.id}", names[places[0]] if places else None)


def journeys_table(found: Sequence[ColumnJourney]) -> pd.DataFrame:
    """Return what is done to each column, one row a column."""
    return pd.DataFrame(
        {
            "Column": [j.column for j in found],
            "Becomes": [j.features_out for j in found],
            "What is done": [f"{sentence('; '.join(j.steps))} {j.note}".strip() for j in found],
            "Kind": [KIND_WORDS[j.kind] for j in found],
        }
    )
