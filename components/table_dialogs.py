"""What is done to a table as a whole: rename, duplicate, delete, a note."""

from __future__ import annotations

import streamlit as st

from components import services, state
from components.controlled import controlled
from components.messages import plain, show_error
from components.numbers import counted
from core.data.schema import Dataset
from core.errors import ErrorInfo, LatheError
from core.shape.edit import duplicate

PROBLEM = "table.problem"


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


def duplicate_table(dataset_id: str) -> None:
    """Make a copy of a table and open it. A callback."""
    state.remember(PROBLEM, None)
    dataset = services.catalog().get(dataset_id)
    taken = {table.name for table in services.catalog().list(dataset.project_id)}
    names = (f"{dataset.name} (copy{f' {n}' if n > 1 else ''})" for n in range(1, len(taken) + 2))
    try:
        copy = duplicate(services.workspace(), dataset, next(name for name in names if name not in taken))
    except LatheError as error:
        state.remember(PROBLEM, ErrorInfo.from_exception(error).model_dump() | {"traceback": ""})
        return
    state.open_dataset(copy.id)


def note_panel(dataset: Dataset) -> None:
    """Draw the person's own note on a table; it is kept with the project."""
    project = state.project()
    if project is None:
        return
    notes = project.draft.get("table_notes", {})

    def save(text: str) -> None:
        kept = {**notes, dataset.id: text.strip()}
        services.projects().save_draft(
            project.id, {**project.draft, "table_notes": {k: v for k, v in kept.items() if v}}
        )

    controlled(
        st.text_area,
        "Note on this table",
        key=f"table.note.{dataset.id}",
        value=str(notes.get(dataset.id, "")),
        save=save,
        height=90,
        placeholder="Where it comes from, what to mind",
    )


def show_note(dataset: Dataset) -> None:
    """Draw the note on a table and what went wrong with its last change, where there is either."""
    problem, project = state.recall(PROBLEM), state.project()
    if problem:
        show_error(ErrorInfo.model_validate(problem))
    note = str(project.draft.get("table_notes", {}).get(dataset.id, "")) if project else ""
    if note:
        st.caption(plain(note))


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
