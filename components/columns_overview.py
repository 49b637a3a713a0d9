"""The table of a first look: one aligned line a column, with its spread as a small picture."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from components.column_charts import spark
from components.columns_editor import table_height
from components.kinds import KIND_WORDS
from core.data.profile import TableProfile


def columns_overview(profile: TableProfile, *, key: str, choose: Callable[[str], None]) -> None:
    """Draw the table; ``choose`` is called with the column of the row that was clicked."""

    def clicked() -> None:
        cells = st.session_state[key]["selection"]["cells"]
        if cells:
            choose(profile.columns[cells[0][0]].name)

    st.dataframe(
        overview_table(profile),
        key=key,
        hide_index=True,
        height=table_height(len(profile.columns), 560),
        on_select=clicked,
        selection_mode="single-cell",
        alt="One line a column: kind, missing share, distinct values, spread",
        column_config={
            "Column": st.column_config.TextColumn(pinned=True, width=165),
            "Kind": st.column_config.TextColumn(width=105),
            "Missing": st.column_config.ProgressColumn(
                format="%.1f %%", min_value=0, max_value=100, width=110, help="Share of missing cells."
            ),
            "Distinct": st.column_config.NumberColumn(format="localized", width=80, help="Different values."),
            "Spread": st.column_config.BarChartColumn(
                y_min=0, width=170, help="Numbers and dates: equal steps from low to high. Others: most frequent first."
            ),
        },
    )


def overview_table(profile: TableProfile) -> pd.DataFrame:
    """Return the table, one row a column in file order."""
    columns = profile.columns
    return pd.DataFrame(
        {
            "Column": [c.name for c in columns],
            "Kind": [KIND_WORDS[c.kind] for c in columns],
            "Missing": [100 * c.missing_share for c in columns],
            "Distinct": [c.unique for c in columns],
            "Spread": [spark(c) for c in columns],
        }
    )
