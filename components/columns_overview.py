"""The table of columns: one aligned line a column with its figures and its spread as a small picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from zlib import crc32

import pandas as pd
import streamlit as st

from components.column_charts import spark
from components.columns_editor import table_height
from components.kinds import KIND_WORDS
from components.numbers import counted
from core.data.profile import ColumnProfile, TableProfile
from core.types import ColumnKind

FIGURES = {
    "Mean": "Arithmetic mean of the numbers.",
    "Middle": "Half of the values lie below it (median).",
    "Std": "How far values typically lie from the mean (standard deviation).",
    "Lowest": "Smallest value.",
    "5 %": "Five percent of the values lie below it (quantile).",
    "95 %": "Five percent of the values lie above it (quantile).",
    "Highest": "Largest value.",
    "Skew": "Above 0: a tail of high values. Below 0: a tail of low ones.",
    "Entropy": "How evenly the different values occur, in bits.",
}


def columns_overview(profile: TableProfile, *, key: str, choose: Callable[[str], None]) -> None:
    """Draw the table with a search; ``choose`` is called with the column of the row that was clicked."""
    shown = _filtered(profile.columns, key)
    if not shown:
        st.caption("No column fits. Change the search or the kinds.")
        return
    # Another selection of columns is another table: a click must not be read against the former one.
    table_key = f"{key}.table.{crc32(repr([c.name for c in shown]).encode()):x}"

    def clicked() -> None:
        cells = st.session_state[table_key]["selection"]["cells"]
        if cells:
            choose(shown[cells[0][0]].name)

    table = overview_table(shown)
    st.dataframe(
        table,
        key=table_key,
        hide_index=True,
        height=table_height(len(shown), 620),
        on_select=clicked,
        selection_mode="single-cell",
        placeholder="",
        alt="One line a column: kind, missing share, distinct values, spread and figures",
        column_config=_config(table),
    )
    left = len(profile.columns) - len(shown)
    st.caption(
        "Click a line to look closer; click a heading to sort."
        + (f" {counted(left, 'column')} {'is' if left == 1 else 'are'} hidden by the search." if left else "")
    )


def _filtered(columns: Sequence[ColumnProfile], key: str) -> list[ColumnProfile]:
    kinds = [kind for kind in ColumnKind if any(c.kind is kind for c in columns)]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.text_input(
            "Search columns",
            key=f"{key}.search",
            placeholder="Part of a name",
            icon=":material/search:",
            label_visibility="collapsed",
            width=260,
        )
        chosen = st.pills(
            "Kinds",
            kinds,
            key=f"{key}.kinds",
            selection_mode="multi",
            format_func=lambda kind: KIND_WORDS[kind],
            label_visibility="collapsed",
        )
    wanted = (name or "").strip().lower()
    return [c for c in columns if wanted in c.name.lower() and (not chosen or c.kind in chosen)]


def _config(table: pd.DataFrame) -> dict[str, object]:
    number = st.column_config.NumberColumn
    return {
        "Column": st.column_config.TextColumn(pinned=True, width=170),
        "Kind": st.column_config.TextColumn(width=100),
        "Missing": st.column_config.ProgressColumn(
            format="%.1f %%", min_value=0, max_value=100, width=100, help="Share of missing cells."
        ),
        "Distinct": number(format="localized", width=80, help="Different values."),
        "Spread": st.column_config.BarChartColumn(
            y_min=0, width=150, help="Numbers and dates: equal steps from low to high. Others: most frequent first."
        ),
        "Most frequent": st.column_config.TextColumn(width=130, help="The value that occurs most often (mode)."),
        **{name: number(format=_format(table[name]), width=78, help=text) for name, text in FIGURES.items()},
    }


def _format(figures: pd.Series) -> str:
    """Separate thousands where three decimals are enough for all; what is very small or large keeps its digits."""
    sizes = figures.dropna().abs()
    sizes = sizes[sizes > 0]
    return "localized" if sizes.between(0.1, 1e15).all() else "plain"


def rounded(value: float | None, digits: int = 3) -> float | None:
    """Return a number with ``digits`` significant digits; whole numbers keep all of theirs."""
    if value is None or not math.isfinite(value) or value == round(value):
        return value
    places = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    return round(value, places)


def overview_table(columns: Sequence[ColumnProfile]) -> pd.DataFrame:
    """Return the table, one row a column in the order given."""
    numbers = [c if c.std is not None else None for c in columns]
    return pd.DataFrame(
        {
            "Column": [c.name for c in columns],
            "Kind": [KIND_WORDS[c.kind] for c in columns],
            "Missing": [100 * c.missing_share for c in columns],
            "Distinct": [c.unique for c in columns],
            "Spread": [spark(c) for c in columns],
            "Most frequent": [c.mode for c in columns],
            "Mean": [rounded(c.mean) if c else None for c in numbers],
            "Middle": [rounded(c.median) if c else None for c in numbers],
            "Std": [rounded(c.std) if c else None for c in numbers],
            "Lowest": [rounded(c.minimum) if c else None for c in numbers],
            "5 %": [rounded(c.quantile(0.05)) if c else None for c in numbers],
            "95 %": [rounded(c.quantile(0.95)) if c else None for c in numbers],
            "Highest": [rounded(c.maximum) if c else None for c in numbers],
            "Skew": [rounded(c.skew) if c else None for c in numbers],
            "Entropy": [rounded(c.entropy) for c in columns],
        }
    )
