"""The tables of a project: which one is worked on, its notes, its first rows; rename and delete."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import services, state
from components.controlled import controlled
from components.messages import plain, show_error
from components.numbers import counted, number, size
from components.upload_panel import read_again
from components.words import ago
from core.data.schema import Dataset
from core.errors import LatheError

PREVIEW_ROWS = 200


def switcher(datasets: Sequence[Dataset], current: Dataset) -> None:
    """Draw the choice of the table that is worked on, and what can be done with it."""
    names = {d.id: f"{d.name}, {d.rows:,} rows" for d in datasets}
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
            if st.button("Rename", key="table.rename", type="tertiary", icon=":material/edit:"):
                rename_dialog(current)
            if st.button("Delete", key="table.delete", type="tertiary", icon=":material/delete:"):
                delete_dialog(current)
            st.button(
                "Bring another",
                key="table.more",
                type="tertiary",
                icon=":material/add:",
                on_click=state.remember,
                args=("upload.more", True),
            )


def facts(dataset: Dataset) -> str:
    """Say size and origin of a table in one line."""
    cells = [f"{dataset.rows:,} rows", counted(len(dataset.columns), "column")]
    if dataset.source_bytes:
        cells.append(size(dataset.source_bytes))
    if dataset.source_name and dataset.source_name != dataset.name:
        cells.append(f"from {plain(dataset.source_name)}")
    cells.append(f"brought {ago(dataset.created)}")
    return " · ".join(cells)


def first_rows(dataset: Dataset) -> None:
    """Draw the first rows as they are stored."""
    shown = services.frame(dataset).head(PREVIEW_ROWS)
    st.dataframe(shown, height=520, key=f"rows.{dataset.id}", alt=f"First rows of {dataset.name}")
    st.caption(f"The first {number(len(shown))} of {dataset.rows:,} rows. Row numbers count from 0.")


def reading(dataset: Dataset) -> None:
    """Draw how the file was read, with the reasons."""
    parse = dataset.parse
    named = {
        "encoding": parse.encoding,
        "delimiter": {"\t": "tab", " ": "blank"}.get(parse.delimiter, parse.delimiter),
        "decimal": parse.decimal,
        "thousands": parse.thousands or "none",
        "header": "first line" if parse.header else "none; columns were numbered",
        "skip_lines": f"{parse.skip_lines}",
        "sheet": parse.sheet,
    }
    words = {"delimiter": "Separator", "skip_lines": "Lines before the table", "header": "Column names"}
    names = {"csv": list(named)[:6], "excel": ["sheet", "header", "skip_lines"], "parquet": []}[parse.format]
    rows = [
        {"Setting": words.get(n, n.capitalize()), "Value": named[n], "Why": parse.reasons.get(n, "")} for n in names
    ]
    if not rows:
        st.caption("A Parquet file says itself how it is to be read.")
        return
    st.dataframe(
        rows,
        hide_index=True,
        key=f"reading.{dataset.id}",
        column_config={
            "Setting": st.column_config.TextColumn(width=160),
            "Why": st.column_config.TextColumn(width=480),
        },
    )
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


@st.dialog("Rename table")
def rename_dialog(dataset: Dataset) -> None:
    """Ask for another name."""
    name = st.text_input("Name", dataset.name, key="table.name", max_chars=120)
    if st.button("Rename", key="table.rename.save", type="primary"):
        try:
            rename_table(dataset, name)
        except LatheError as error:
            show_error(error)
            return
        st.rerun()


def rename_table(dataset: Dataset, name: str) -> None:
    """Give a table another name."""
    if not name.strip():
        raise LatheError("A table needs a name; this one is empty.", field="name")
    services.catalog().save(dataset.model_copy(update={"name": name.strip()}))


@st.dialog("Delete table")
def delete_dialog(dataset: Dataset) -> None:
    """Name what goes, then delete it."""
    width = counted(len(dataset.columns), "column")
    st.markdown(
        f"**{plain(dataset.name)}** goes for good, with its {dataset.rows:,} rows and {width}. Runs that used it keep "
        "their results, but cannot be repeated without the table."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="table.keep"):
            st.rerun()
        if st.button("Delete table", key="table.delete.confirm", type="primary"):
            delete_table(dataset)
            st.rerun()


def delete_table(dataset: Dataset) -> None:
    """Delete a table and leave it if it was the current one."""
    services.catalog().delete(dataset.id)
    if state.dataset_id() == dataset.id:
        state.close("dataset")
