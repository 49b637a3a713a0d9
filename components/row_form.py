"""A form for one row of a table, a field a column, started from a typical row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.data.schema import ColumnSchema
from core.types import ColumnKind

MOST_LEVELS = 30
"""A category with at most this many known values is picked from a list."""


def row_form(
    columns: Sequence[ColumnSchema], start: dict[str, str], levels: dict[str, list[str]], *, scope: str
) -> dict[str, str]:
    """Draw a field for each column and return the row as text cells; an empty one is missing.

    Parameters
    ----------
    columns : sequence of ColumnSchema
        In drawing order.
    start : dict of str to str
        Cells to start from.
    levels : dict of str to list of str
        Known values of categories.
    scope : str
        Prefix of the widget keys.
    """
    values: dict[str, str] = {}
    for place in range(0, len(columns), 3):
        for cell, column in zip(st.columns(3, gap="medium"), columns[place : place + 3], strict=False):
            with cell:
                values[column.name] = _field(column, start.get(column.name, ""), levels.get(column.name, []), scope)
    return values


def _field(column: ColumnSchema, start: str, known: list[str], scope: str) -> str:
    key = f"{scope}.{column.name}"
    if key not in st.session_state:
        st.session_state[key] = start or None
    shared: dict[str, Any] = {"key": key, "placeholder": "missing", "persist_state": "session"}
    if known and column.kind in (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN) and len(known) <= MOST_LEVELS:
        picked = st.selectbox(column.name, known, index=None, accept_new_options=True, **shared)
    else:
        picked = st.text_input(column.name, value=None, **shared)
    return str(picked or "").strip()
