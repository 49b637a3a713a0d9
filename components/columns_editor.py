"""The table of columns: what each is taken to be and why; the kind can be changed in place."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from components import services, state
from components.kinds import KIND_HELP, KIND_WORDS, kind_of_words
from components.messages import show_error
from core.data.ingest import change_kinds
from core.data.schema import Dataset
from core.errors import ErrorInfo, LatheError
from core.types import ColumnKind

ROW_HEIGHT = 33
"""Pixels of a line at the theme's font size."""

MOST_HEIGHT = 620


def columns_editor(dataset: Dataset) -> None:
    """Draw one row a column; a changed kind is applied to the stored table at once.

    Parameters
    ----------
    dataset : Dataset
        The table whose columns are drawn.
    """
    key = f"columns.{dataset.id}.{dataset.fingerprint[:12]}.{state.recall('columns.turn', 0)}"
    problem = state.recall("columns.problem")
    if problem:
        show_error(ErrorInfo.model_validate(problem))
    st.data_editor(
        columns_table(dataset),
        key=key,
        hide_index=True,
        disabled=["Column", "Why", "Missing", "Distinct", "Examples"],
        height=table_height(len(dataset.columns)),
        column_config=_config(),
        on_change=apply_kinds,
        args=(key, dataset.id),
        alt="Columns of the table with kind, reason, missing share, distinct values and examples",
    )


def columns_table(dataset: Dataset) -> pd.DataFrame:
    """Return the editor's table, one row a column in file order."""
    rows = max(dataset.rows, 1)
    return pd.DataFrame(
        {
            "Column": [c.name for c in dataset.columns],
            "Kind": [KIND_WORDS[c.kind] for c in dataset.columns],
            "Missing": [100 * c.missing / rows for c in dataset.columns],
            "Distinct": [c.unique for c in dataset.columns],
            "Examples": [", ".join(c.examples) for c in dataset.columns],
            "Why": [c.reason for c in dataset.columns],
        }
    )


def table_height(rows: int, most: int = MOST_HEIGHT) -> int:
    """Return a height that shows all rows of a small table and scrolls a large one."""
    return min(ROW_HEIGHT * (rows + 1) + 2, most)


def _config() -> dict[str, Any]:
    return {
        "Column": st.column_config.TextColumn(pinned=True, width=160),
        "Kind": st.column_config.SelectboxColumn(
            options=list(KIND_WORDS.values()), required=True, width=120, help=KIND_HELP
        ),
        "Missing": st.column_config.ProgressColumn(
            format="%.1f %%", min_value=0, max_value=100, width=110, help="Share of missing cells."
        ),
        "Distinct": st.column_config.NumberColumn(
            format="localized", width=80, help="Different values, without missing."
        ),
        "Examples": st.column_config.TextColumn(width=230),
        "Why": st.column_config.TextColumn(width=300, help="Why the column is taken to be of this kind."),
    }


def apply_kinds(key: str, dataset_id: str) -> None:
    """Apply what was edited under ``key`` to the stored table. A callback; a refusal is kept to be said."""
    edited = st.session_state[key].get("edited_rows", {})
    dataset = services.catalog().get(dataset_id)
    kinds: dict[str, ColumnKind] = {
        dataset.columns[int(row)].name: kind_of_words(change["Kind"])
        for row, change in edited.items()
        if "Kind" in change
    }
    state.remember("columns.problem", None)
    try:
        if kinds:
            change_kinds(services.workspace(), dataset, kinds)
    except LatheError as error:
        # The editor goes back to what is stored; the reason stands above it.
        state.remember("columns.problem", ErrorInfo.from_exception(error).model_dump() | {"traceback": ""})
    state.remember("columns.turn", state.recall("columns.turn", 0) + 1)
