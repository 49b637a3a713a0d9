"""The order of an ordered category's values: moved one by one, or turned round."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.column_changes import change_order
from components.kinds import ORDERED, type_word
from components.messages import plain
from components.words import shortened
from core.data.schema import ColumnSchema, Dataset

MOST_MOVED = 24
"""Values up to which each has its own two buttons; more are put in order as lines of text."""


def level_order(dataset: Dataset, column: ColumnSchema) -> None:
    """Draw the values of an ordered category from low to high with what moves them; nothing for other columns."""
    if type_word(column) != ORDERED:
        return
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown("From low to high", width="content")
        st.button(
            "Turn round",
            key="levels.turn",
            type="tertiary",
            icon=":material/swap_vert:",
            on_click=change_order,
            args=(dataset.id, column.name, column.levels[::-1]),
        )
    if len(column.levels) > MOST_MOVED:
        _as_lines(dataset, column)
        return
    with st.container(gap="xxsmall"):
        for place, level in enumerate(column.levels):
            _line(dataset, column, place, level)
    left_out = column.unique - len(column.levels)
    if left_out > 0:
        st.caption(f"{left_out:,} other {'value has' if left_out == 1 else 'values have'} no place in the order.")


def moved(levels: Sequence[str], place: int, by: int) -> tuple[str, ...]:
    """Return the values with the one at ``place`` moved up (-1) or down (1)."""
    order = list(levels)
    order.insert(place + by, order.pop(place))
    return tuple(order)


def _line(dataset: Dataset, column: ColumnSchema, place: int, level: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        st.markdown(f":gray[{place + 1}] {plain(shortened(level, 40))}", width="stretch")
        for by, icon, label in ((-1, "arrow_upward", "Lower"), (1, "arrow_downward", "Higher")):
            st.button(
                f":material/{icon}:",
                key=f"levels.{place}.{by}",
                type="tertiary",
                help=f"{label} in the order",
                disabled=not 0 <= place + by < len(column.levels),
                on_click=change_order,
                args=(
                    dataset.id,
                    column.name,
                    moved(column.levels, place, by) if 0 <= place + by < len(column.levels) else (),
                ),
            )


def _as_lines(dataset: Dataset, column: ColumnSchema) -> None:
    text = st.text_area("One value a line", "\n".join(column.levels), height=320, key=f"levels.lines.{column.name}")
    st.button(
        "Use this order",
        key="levels.use",
        on_click=change_order,
        args=(dataset.id, column.name, tuple(line.strip() for line in text.splitlines() if line.strip())),
    )
