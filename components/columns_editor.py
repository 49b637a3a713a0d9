"""The table of columns: what each is taken to be and why; the ticked ones are changed beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components import state
from components.column_panel import column_panel
from components.kinds import KIND_HELP, MEANING_HELP, MEANING_WORDS, type_word
from core.data.schema import ColumnSchema, Dataset
from core.types import Meaning

ROW_HEIGHT = 33
"""Pixels of a line at the theme's font size."""

MOST_HEIGHT = 620
SEARCH_FROM = 25
"""Columns from which a search is offered."""


def columns_editor(dataset: Dataset) -> None:
    """Draw one row a column, and beside it what can be done with the ticked ones.

    Parameters
    ----------
    dataset : Dataset
        The table whose columns are drawn.
    """
    # The table of columns is wide; what is done with the ticked ones needs less room than elsewhere.
    left, right = st.columns([5, 2], gap="medium")
    with left:
        shown = _searched(dataset)
        key = f"columns.{dataset.id}.{dataset.fingerprint[:12]}.{state.recall('columns.turn', 0)}.{len(shown)}"
        names = [column.name for column in shown]
        ticked = set(picked(dataset))
        st.dataframe(
            columns_table(shown, dataset.rows),
            key=key,
            hide_index=True,
            height=table_height(len(shown)),
            column_config=_config(),
            on_select=lambda: _pick(dataset.id, [names[i] for i in st.session_state[key]["selection"]["rows"]]),
            selection_mode="multi-row",
            selection_default={"selection": {"rows": [i for i, n in enumerate(names) if n in ticked]}},
            alt="Columns of the table with type, meaning, missing share, distinct values, examples and reason",
        )
    with right:
        column_panel(dataset, [dataset.column(name) for name in picked(dataset)])


def picked(dataset: Dataset) -> list[str]:
    """Return the names of the ticked columns, in file order."""
    chosen = set(state.recall(f"columns.picked.{dataset.id}", ()))
    return [name for name in dataset.column_names if name in chosen]


def _pick(dataset_id: str, names: Sequence[str]) -> None:
    state.remember(f"columns.picked.{dataset_id}", tuple(names))


def _searched(dataset: Dataset) -> list[ColumnSchema]:
    if len(dataset.columns) < SEARCH_FROM:
        return list(dataset.columns)
    wanted = st.text_input(
        "Find columns",
        key=f"columns.search.{dataset.id}",
        placeholder="Find columns by name, type or meaning",
        label_visibility="collapsed",
    )
    words = wanted.casefold().split()
    return [column for column in dataset.columns if all(word in _searchable(column) for word in words)]


def _searchable(column: ColumnSchema) -> str:
    return " ".join((column.name, type_word(column), *stands_for(column))).casefold()


def columns_table(columns: Sequence[ColumnSchema], rows: int) -> pd.DataFrame:
    """Return the table that is drawn, one row a column in file order."""
    return pd.DataFrame(
        {
            "Column": [c.name for c in columns],
            "Type": [type_word(c) for c in columns],
            "Stands for": [stands_for(c) for c in columns],
            "Missing": [100 * c.missing / max(rows, 1) for c in columns],
            "Distinct": [c.unique for c in columns],
            "Examples": [", ".join(c.examples) for c in columns],
            "Why": [c.reason for c in columns],
        }
    )


def stands_for(column: ColumnSchema) -> list[str]:
    """Return what a column stands for in words, as one chip; empty where it is nothing in particular."""
    return [] if column.meaning is None else [_chip(column.meaning)]


def _chip(meaning: Meaning) -> str:
    words = MEANING_WORDS[meaning]
    return f"Personal: {words.lower()}" if meaning.is_personal else words


def table_height(rows: int, most: int = MOST_HEIGHT) -> int:
    """Return a height that shows all rows of a small table and scrolls a large one."""
    return min(ROW_HEIGHT * (rows + 1) + 2, most)


def _config() -> dict[str, Any]:
    return {
        "Column": st.column_config.TextColumn(pinned=True, width=140),
        "Type": st.column_config.TextColumn(width=125, help=KIND_HELP),
        "Stands for": st.column_config.MultiselectColumn(
            options=[_chip(meaning) for meaning in Meaning],
            color=["orange" if meaning.is_personal else "gray" for meaning in Meaning],
            width=125,
            help=MEANING_HELP,
        ),
        "Missing": st.column_config.NumberColumn(format="%.1f %%", width=75, help="Share of missing cells."),
        "Distinct": st.column_config.NumberColumn(
            format="localized", width=75, help="Different values, without missing."
        ),
        "Examples": st.column_config.TextColumn(width=200),
        "Why": st.column_config.TextColumn(width=420, help="Why the column is taken to be what it is."),
    }
