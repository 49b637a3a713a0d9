"""Bring a table: the uploader, which empties itself onto the disk at once, and the other ways beside it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import layout, services, state
from components.messages import plain
from components.sources_panel import database_panel, paste_panel, server_panel
from components.waiting_file import PROBLEM, finish, remember_problem, show_problem, wait_for
from components.words import shortened
from core.data.ingest import source_path
from core.data.samples import SAMPLES, Sample, ingest_sample
from core.data.schema import Dataset
from core.data.upload import receive
from core.errors import LatheError
from core.settings import Settings

HELP = "CSV, TSV and other text; all formats also inside gzip, zip or zstd. Files stay on this machine."

SAMPLE, PASTE, DATABASE, SERVER = "A sample", "Paste", "A database", "A file on the server"


def bring_panel() -> None:
    """Draw the ways to bring a table: a file first, the others below it."""
    uploader()
    st.space("small")
    ways: dict[str, Callable[[], None]] = {SAMPLE: sample_cards, PASTE: paste_panel, DATABASE: database_panel}
    if Settings.from_environment().data_folders:
        ways[SERVER] = server_panel
    layout.section("Or another way")
    chosen = st.segmented_control(
        "Another way", list(ways), default=SAMPLE, key="upload.way", label_visibility="collapsed", required=True
    )
    ways[chosen or SAMPLE]()


def uploader(like: Dataset | None = None) -> None:
    """Draw the uploader; a file that arrives is streamed to disk, looked at, and waits for the person's word.

    Parameters
    ----------
    like : Dataset, optional
        A table that the file is a later one of: it is read like that and taken in at once.
    """
    turn = state.recall("upload.turn", 0)
    file = st.file_uploader(
        "Bring a file: text, Excel, Parquet, Feather, JSON, SQLite or DuckDB, also packed",
        # What a file is, is told by its content: a list of endings would turn good files away.
        type=None,
        # A new key empties the widget, so that the file does not stay in memory.
        key=f"upload.file.{turn}",
        help=HELP,
    )
    if file is not None:
        _take(file, like)
    show_problem()


def _take(file: st.runtime.uploaded_file_manager.UploadedFile, like: Dataset | None) -> None:
    state.remember("upload.turn", state.recall("upload.turn", 0) + 1)
    state.remember(PROBLEM, None)
    try:
        with st.spinner(f"Reading {plain(shortened(file.name))}"):
            path = receive(file, file.name, workspace=services.workspace())
            wait_for(path, file.name, parse=like.parse if like is not None else None, like=like)
    except LatheError as error:
        remember_problem(error)
    st.rerun()


def sample_cards(per_row: int = 3) -> None:
    """Draw one card a sample."""
    st.caption("Three made for Lathe with the flaws of practice, three from real studies.")
    for start in range(0, len(SAMPLES), per_row):
        row = SAMPLES[start : start + per_row]
        for cell, sample in zip(st.columns(per_row, gap="medium"), row, strict=False):
            with cell, st.container(border=True, height="stretch", gap="xsmall", key=f"sample.card.{sample.key}"):
                _sample_card(sample)


def _sample_card(sample: Sample) -> None:
    with st.container(height="stretch", gap="xxsmall"):
        st.markdown(f"**{sample.title}**", help=sample.description)
        st.caption(sample.summary)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(f"{sample.rows:,} rows, {sample.columns} columns", width="stretch")
        pressed = st.button("Use", key=f"sample.{sample.key}", help=f"Bring {sample.title} into this project")
    if pressed:
        with st.spinner(f"Bringing {sample.title}"):
            dataset = ingest_sample(services.workspace(), sample.key, project_id=state.project_id())
        finish(dataset.id)
        st.rerun()


def read_again(dataset: Dataset) -> None:
    """Let the original file of a table wait to be taken in once more, with other settings.

    It becomes a table of its own: runs made on the one that is there keep it. `NotFound` where the file is gone.
    """
    workspace = services.workspace()
    source = source_path(workspace, dataset)
    name = dataset.name if dataset.name.lower().endswith(source.suffix) else f"{dataset.name}{source.suffix}"
    inside = source.is_relative_to(workspace.root)
    wait_for(receive(source, name, workspace=workspace) if inside else source, name, parse=dataset.parse)
