"""The menu of every chart: its table, the picture, a page that works offline, the numbers, the code, the text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from components.chart_files import csv, file_name, page
from components.chart_image import image_buttons
from components.messages import plain
from components.theme import palette

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

MOST_ROWS_SHOWN = 2000


def chart_menu(
    fig: go.Figure,
    *,
    title: str,
    caption: str,
    alt: str,
    table: pd.DataFrame | None,
    key: str,
    code: Callable[[], str] | None = None,
) -> None:
    """Draw the menu of a chart. What takes time is made when its button is pressed.

    Parameters
    ----------
    fig, title, caption, alt, table, code
        As in `components.charts.show`.
    key : str
        Key of the chart.
    """
    name = file_name(title)
    colors = palette()
    with st.popover("Table and files", type="tertiary", icon=":material/download:", key=f"{key}.twin"):
        image_buttons(chart_key=key, title=title, caption=caption, alt=alt, name=name, key=f"{key}.image")
        with st.container(horizontal=True, gap="small"):
            _file(
                "HTML", f"{name}.html", "text/html", key=f"{key}.html", help="One file that works offline.",
                data=lambda: page(fig, title=title, caption=caption, alt=alt, table=table, colors=colors),
            )  # fmt: skip
            if table is not None:
                _file(
                    "CSV", f"{name}.csv", "text/csv", key=f"{key}.csv", data=lambda: csv(table),
                    help="The numbers. Text that a spreadsheet would take for a formula gets an apostrophe in front.",
                )  # fmt: skip
            if code is not None:
                _file(
                    "Python", f"{name}.py", "text/x-python", key=f"{key}.code", data=lambda: code().encode(),
                    help="Code that draws this chart from the file.",
                )  # fmt: skip
        if table is not None:
            _twin(table, key)
        st.caption(f"Text for screen readers: {plain(alt)}")


def _file(label: str, file: str, mime: str, *, key: str, data: Callable[[], bytes], help: str) -> None:
    st.download_button(label, data=data, file_name=file, mime=mime, key=key, on_click="ignore", help=help)


def _twin(table: pd.DataFrame, key: str) -> None:
    percent = st.column_config.NumberColumn(format="percent")
    st.dataframe(
        table.head(MOST_ROWS_SHOWN), hide_index=True, key=f"{key}.table", width=440, column_config={"Share": percent}
    )
    if len(table) > MOST_ROWS_SHOWN:
        st.caption(f"The first {MOST_ROWS_SHOWN:,} of {len(table):,} lines; the CSV holds all of them.")
