"""The tables of a project: which one is worked on, its facts, its first rows, how it was read."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components import services, state
from components.controlled import controlled
from components.download_panel import download_panel
from components.messages import plain, show_error
from components.numbers import counted, size
from components.parse_words import FORMAT_WORDS, LABELS, SETTINGS, value_word
from components.rejected_rows import rows_left_out
from components.table_dialogs import delete_dialog, duplicate_table, note_panel, rename_dialog
from components.upload_panel import read_again
from components.words import ago, shortened
from core.data.query import head
from core.data.schema import Dataset
from core.errors import LatheError
from core.types import ColumnKind

PREVIEW_ROWS, PREVIEW_CELLS = 200, 60_000


def switcher(datasets: Sequence[Dataset], current: Dataset) -> None:
    """Draw the choice of the table that is worked on, and what can be done with it."""
    names = {d.id: f"{shortened(d.name, 60)}, {counted(d.rows, 'row')}" for d in datasets}
    with st.container(gap="xsmall"):
        if len(names) > 1:
            controlled(
                st.selectbox,
                "Table of this project",
                list(names),
                key="tables.choice",
                value=current.id,
                save=state.open_dataset,
                format_func=lambda i: names.get(i, i),
                label_visibility="collapsed",
            )
        with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
            _actions(current)


def _actions(current: Dataset) -> None:
    st.button(
        "Bring another",
        key="table.more",
        type="tertiary",
        icon=":material/add:",
        on_click=state.remember,
        args=("upload.more", True),
    )
    st.button(
        "Later file",
        key="table.later",
        type="tertiary",
        icon=":material/event_repeat:",
        on_click=state.remember,
        args=("upload.like", current.id),
        help="Bring next month's file: it is read like this table, with the same settings, types, steps and rules.",
    )
    with st.popover("Download", type="tertiary", icon=":material/download:", key="table.download"):
        download_panel(current)
    with st.popover("More", type="tertiary", icon=":material/more_horiz:", key="table.menu"):
        if st.button("Rename", key="table.rename", type="tertiary", icon=":material/edit:"):
            rename_dialog(current)
        st.button(
            "Duplicate",
            key="table.duplicate",
            type="tertiary",
            icon=":material/content_copy:",
            on_click=duplicate_table,
            args=(current.id,),
            help="A second table with the same cells, steps and rules.",
        )
        note_panel(current)
        if st.button("Delete", key="table.delete", type="tertiary", icon=":material/delete:"):
            delete_dialog(current)


def facts(dataset: Dataset) -> str:
    """Say size and origin of a table in one line."""
    cells = [counted(dataset.rows, "row"), counted(len(dataset.columns), "column")]
    if dataset.source_bytes:
        cells.append(size(dataset.source_bytes))
    if dataset.source_name and dataset.source_name != dataset.name:
        cells.append(f"from {plain(shortened(dataset.source_name, 60))}")
    cells.append(f"brought {ago(dataset.created)}")
    if dataset.steps:
        cells.append(counted(sum(step.enabled for step in dataset.steps), "step"))
    return " · ".join(cells)


def first_rows(dataset: Dataset) -> None:
    """Draw some rows as they are stored, from any place on."""
    rows = max(1, min(PREVIEW_ROWS, PREVIEW_CELLS // max(len(dataset.columns), 1)))
    first = 1
    if dataset.rows > rows:
        first = st.number_input("From row", 1, dataset.rows, 1, rows, key=f"rows.from.{dataset.id}", width=160)
    try:
        shown = head(services.workspace(), dataset, rows, offset=int(first) - 1)
    except LatheError as error:
        show_error(error)
        return
    shown.index = range(int(first), int(first) + len(shown))
    days = {
        column.name: st.column_config.DatetimeColumn(format="YYYY-MM-DD")
        for column in dataset.columns
        if column.kind is ColumnKind.DATETIME and _are_days(shown[column.name])
    }
    height = min(520, 35 * (len(shown) + 1) + 2)
    st.dataframe(
        shown, height=height, key=f"rows.{dataset.id}", column_config=days, alt=f"Rows of {shortened(dataset.name)}"
    )
    st.caption(f"{len(shown):,} of {counted(dataset.rows, 'row')}. Rows are counted from 1 below the header.")


def _are_days(moments: pd.Series) -> bool:
    known = moments.dropna()
    return pd.api.types.is_datetime64_any_dtype(known) and bool((known == known.dt.normalize()).all())


def reading(dataset: Dataset) -> None:
    """Draw how the file was read, with the reasons."""
    parse = dataset.parse
    rows = [
        {"Setting": LABELS[name], "Value": value_word(parse, name), "Why": parse.reasons.get(name, "")}
        for name in SETTINGS[parse.format]
        if parse.reasons.get(name) or getattr(parse, name) not in ({}, (), "")
    ]
    st.caption(f"{FORMAT_WORDS[parse.format]}. {plain(parse.reasons.get('format', ''))}")
    if rows:
        st.dataframe(
            rows,
            hide_index=True,
            key=f"reading.{dataset.id}",
            column_config={
                "Setting": st.column_config.TextColumn(width=240),
                "Value": st.column_config.TextColumn(width=240),
                "Why": st.column_config.TextColumn(width=480),
            },
            alt="Settings the file was read with, and why",
        )
    rows_left_out(dataset)
    again = st.button(
        "Read the file again with other settings",
        key="table.reread",
        icon=":material/replay:",
        help="It becomes a table of its own; runs made on this one keep it.",
    )
    if again:
        try:
            read_again(dataset)
        except LatheError as error:
            show_error(error)
        else:
            st.rerun()
