"""Bring a table: the uploader, which empties itself onto the disk at once, and the samples."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components.draft import Pending
from components.messages import plain, show_error
from core.data.ingest import source_path
from core.data.samples import SAMPLES, Sample, ingest_sample
from core.data.schema import Dataset
from core.data.sniff import sniff
from core.data.upload import discard, receive
from core.errors import ErrorInfo, LatheError

TYPES = ("csv", "tsv", "txt", "gz", "zip", "xlsx", "parquet")


def uploader() -> None:
    """Draw the uploader; a file that arrives is streamed to disk, looked at, and waits for the person's word."""
    turn = state.recall("upload.turn", 0)
    file = st.file_uploader(
        "Bring a file",
        type=list(TYPES),
        # A new key empties the widget, so that the file does not stay in memory.
        key=f"upload.file.{turn}",
        help="CSV, TSV, Excel or Parquet; CSV also inside gzip or zip. Files stay on this machine.",
    )
    if file is not None:
        _take(file)
    problem = state.recall("upload.problem")
    if problem:
        show_error(ErrorInfo.model_validate(problem))


def _take(file: st.runtime.uploaded_file_manager.UploadedFile) -> None:
    state.remember("upload.turn", state.recall("upload.turn", 0) + 1)
    state.remember("upload.problem", None)
    try:
        with st.spinner(f"Reading {plain(file.name)}"):
            path = receive(file, file.name, workspace=services.workspace())
            wait_for_word(path_name=services.workspace().relative(path), name=file.name)
    except LatheError as error:
        state.remember("upload.problem", ErrorInfo.from_exception(error).model_dump() | {"traceback": ""})
    st.rerun()


def wait_for_word(*, path_name: str, name: str) -> None:
    """Find out how a received file is to be read and keep it until the person takes it or drops it."""
    path = services.workspace().path(path_name)
    state.forget("parse.")
    try:
        state.save_pending(Pending(path=path_name, name=name, parse=sniff(path, name)))
    except LatheError:
        discard(path, workspace=services.workspace())
        raise


def sample_cards(per_row: int = 3) -> None:
    """Draw one card a sample."""
    for start in range(0, len(SAMPLES), per_row):
        row = SAMPLES[start : start + per_row]
        for cell, sample in zip(st.columns(per_row, gap="medium"), row, strict=False):
            with cell, st.container(border=True, height="stretch", gap="xsmall", key=f"sample.card.{sample.key}"):
                _sample_card(sample)


def bring_panel() -> None:
    """Draw both ways to bring a table: a file and the samples."""
    uploader()
    st.space("small")
    layout.section("Or try a sample", "Three made for Lathe with the flaws of practice, three from real studies.")
    sample_cards()


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
        state.remember("upload.more", False)
        state.open_dataset(dataset.id)
        st.rerun()


def read_again(dataset: Dataset) -> None:
    """Let the original file of a table wait to be taken in once more, with other settings.

    It becomes a table of its own: runs made on the one that is there keep it. `NotFound` where the file is gone.
    """
    workspace = services.workspace()
    source = source_path(workspace, dataset)
    name = dataset.name if dataset.name.lower().endswith(source.suffix) else f"{dataset.name}{source.suffix}"
    path = receive(source, name, workspace=workspace)
    state.forget("parse.")
    state.save_pending(Pending(path=workspace.relative(path), name=name, parse=dataset.parse))
