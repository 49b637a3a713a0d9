"""Ways to bring a table beside a file: from the clipboard, from a database, from a folder of the server."""

from __future__ import annotations

import io

import streamlit as st

from components import services, state
from components.numbers import size
from components.waiting_file import PROBLEM, remember_problem, wait_for
from core.data.server_files import MOST_FILES, ServerFile, allowed_files, bring_from_server
from core.data.sources.database import query_database
from core.data.upload import receive
from core.errors import LatheError


def paste_panel() -> None:
    """Draw a field for a table from the clipboard."""
    text = st.text_area(
        "A table from the clipboard",
        key=f"paste.text.{state.recall('upload.turn', 0)}",
        height=200,
        placeholder="Copy cells in a spreadsheet, or text with separators, and paste them here",
    )
    name = st.text_input("Name", "Pasted table", key="paste.name", max_chars=120, width=320)
    if st.button("Look it over", key="paste.use", icon=":material/content_paste:"):
        _bring_text(text, name.strip() or "Pasted table")


def _bring_text(text: str, name: str) -> None:
    state.remember(PROBLEM, None)
    try:
        stream = io.BytesIO(text.encode("utf-8", "surrogatepass"))
        wait_for(receive(stream, f"{name}.csv", workspace=services.workspace()), f"{name}.csv")
        state.remember("upload.turn", state.recall("upload.turn", 0) + 1)
    except LatheError as error:
        remember_problem(error)
    st.rerun()


def server_panel() -> None:
    """Draw the files in the folders of the server that the operator allows, searched by name; one is read in place."""
    workspace = services.workspace()
    try:
        files = allowed_files(workspace.settings)
    except (LatheError, OSError) as error:
        st.caption(f"The folders cannot be listed: {type(error).__name__}.")
        return
    if not files:
        st.caption("The folders that may be read hold no table.")
        return
    chosen = st.selectbox(
        "File",
        files,
        index=None,
        key="server.file",
        format_func=_named,
        placeholder=f"Search {len(files):,} files by name",
        help="It is read where it lies, however large, and not copied.",
    )
    if len(files) >= MOST_FILES:
        st.caption(f"The first {MOST_FILES:,} files. One that is not among them can be named below.")
    typed = st.text_input("Or its path", key="server.path", placeholder="/data/sales/2026-01.csv")
    wanted = typed.strip() or (str(chosen.path) if chosen is not None else "")
    if st.button("Look it over", key="server.use", disabled=not wanted, icon=":material/dns:"):
        state.remember(PROBLEM, None)
        try:
            path = bring_from_server(workspace, wanted)
            wait_for(path, path.name)
        except LatheError as error:
            remember_problem(error)
        st.rerun()


def _named(file: ServerFile) -> str:
    return f"{file.name}, {size(file.size_bytes)}"


def database_panel() -> None:
    """Draw the way to a table of a database: its address and a query that only reads. The address is not kept."""
    url = st.text_input(
        "Address of the database",
        type="password",
        key="database.url",
        placeholder="postgresql://user:password@host/name",
        help="An SQLAlchemy URL. It is used once and stored nowhere; the query and the host are noted with the table.",
    )
    query = st.text_area(
        "Query", key="database.query", height=120, placeholder="SELECT * FROM orders WHERE year = 2026"
    )
    name = st.text_input("Name", "Query", key="database.name", max_chars=120, width=320)
    if not st.button("Ask the database", key="database.use", icon=":material/database:"):
        return
    state.remember(PROBLEM, None)
    try:
        with st.spinner("Asking the database"):
            path, parse = query_database(services.workspace(), url, query)
            wait_for(path, name.strip() or "Query", parse=parse)
    except LatheError as error:
        remember_problem(error)
    st.rerun()
