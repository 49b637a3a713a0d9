"""Upload: bring a table, see how it was read, say what its columns are."""

from __future__ import annotations

from pathlib import PurePath

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.columns_editor import columns_editor
from components.dataset_panel import facts, first_rows, reading, switcher
from components.draft import Pending
from components.ingest_job import ingest_job
from components.layout import Primary
from components.messages import plain, show_error, show_notes
from components.parse_review import parse_review
from components.table_dialogs import show_note
from components.upload_panel import bring_panel, uploader
from components.waiting_file import drop, path_of, show_problem, take
from components.words import shortened
from core.data.schema import Dataset
from core.errors import LatheError

SENTENCE = "Bring a file or a sample. Lathe says how it read it and changes nothing without saying so."


def use_table(pending: Pending, name: str) -> bool:
    """Take the waiting file in as a table of the project."""
    try:
        return take(pending, name)
    except LatheError as error:
        show_error(error)
        return False


def review(pending: Pending) -> None:
    """Draw a file that waits for the person's word."""
    # The head stands above what decides whether its action can be pressed.
    head = st.container()
    if st.button("Drop this file", key="data.drop", type="tertiary", icon=":material/close:"):
        drop(pending)
        st.rerun()
    show_problem()
    readable = parse_review(pending)
    with head:
        pressed = layout.page_header(
            f"Look over {plain(shortened(pending.name, 60))}",
            "This is how the file was understood. Take it if the table below looks right.",
            primary=Primary(
                "Use this table", "data.use", disabled_reason="" if readable else "Mend the settings first."
            ),
        )
        if pressed and use_table(state.pending() or pending, PurePath(pending.name).name):
            st.rerun()


def bring(*, first: bool) -> None:
    """Draw the ways to bring a table: the first of the project, or another one."""
    reason = "Bring a table first." if first else ""
    layout.page_header(
        "Upload", SENTENCE, primary=Primary("Take a first look", "data.next", disabled_reason=reason, page=nav.EXPLORE)
    )
    st.space("xsmall")
    bring_panel()
    if not first:
        st.button("Back to the table", key="data.back", on_click=state.remember, args=("upload.more", False))


def bring_later_file(like: Dataset) -> None:
    """Draw the way to bring next month's file of a table."""
    layout.page_header(
        f"A later file of {plain(shortened(like.name, 60))}",
        "It is read like that table: same settings, types, steps and rules. What differs is told.",
    )
    st.space("xsmall")
    uploader(like)
    st.button("Back to the table", key="data.back", on_click=state.remember, args=("upload.like", ""))


def tables(dataset: Dataset) -> None:
    """Draw the tables of a project."""
    layout.page_header("Upload", SENTENCE, primary=Primary("Take a first look", "data.next", page=nav.EXPLORE))
    left, right = st.columns(2, gap="large", vertical_alignment="center")
    with left:
        layout.section(plain(shortened(dataset.name, 60)), facts(dataset))
    with right:
        switcher(services.catalog().list(state.project_id()), dataset)
    show_note(dataset)
    show_notes(dataset.notes[:20], title="What reading had to mend")
    columns, rows, read = st.tabs(["Columns", "First rows", "How it was read"], key="data.tabs")
    with columns:
        columns_editor(dataset)
    with rows:
        first_rows(dataset)
    with read:
        reading(dataset)
    layout.next_step("Overview", nav.EXPLORE)


layout.need_project()
waiting, current = state.pending(), state.dataset()
if waiting is not None and not path_of(waiting).exists() and not waiting.job:
    # Files that nobody took are cleared away after a day.
    waiting = None
if waiting is not None and waiting.job:
    ingest_job(waiting)
elif waiting is not None:
    review(waiting)
elif current is not None and state.recall("upload.like") == current.id:
    bring_later_file(current)
elif current is None or state.recall("upload.more"):
    bring(first=current is None)
else:
    tables(current)
