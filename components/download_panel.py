"""Download of a table as CSV, Excel or Parquet; the file is written on disk when the button is pressed."""

from __future__ import annotations

from pathlib import PurePath

import streamlit as st

from components import services
from components.messages import plain
from components.numbers import counted
from core.data.download import SUFFIXES, DownloadFormat, check, download
from core.data.schema import Dataset
from core.data.upload import safe_name
from core.errors import LatheError

WORDS: dict[DownloadFormat, tuple[str, str]] = {
    "csv": ("CSV", "text/csv"),
    "excel": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "parquet": ("Parquet", "application/vnd.apache.parquet"),
}
MOST_CELLS = 50_000_000
"""A browser takes a file through the server's memory: a larger table is written beside it instead."""


def download_panel(dataset: Dataset) -> None:
    """Draw one button a format.

    Parameters
    ----------
    dataset : Dataset
        Its present state, steps included.
    """
    st.caption(f"{counted(dataset.rows, 'row')} and {counted(len(dataset.columns), 'column')}, as they are now.")
    large = dataset.rows * len(dataset.columns) > MOST_CELLS
    for file_format, (word, mime) in WORDS.items():
        try:
            check(dataset, file_format)
        except LatheError as error:
            st.button(word, key=f"download.{file_format}", disabled=True, help=error.message, width="stretch")
            continue
        if large:
            _to_disk(dataset, file_format, word)
        else:
            _to_browser(dataset, file_format, word, mime)
    st.caption("In CSV, text that a spreadsheet would take for a formula gets a leading apostrophe.")


def _to_browser(dataset: Dataset, file_format: DownloadFormat, word: str, mime: str) -> None:
    st.download_button(
        word,
        data=lambda: download(services.workspace(), dataset, file_format).read_bytes(),
        file_name=f"{PurePath(safe_name(dataset.name)).stem}{SUFFIXES[file_format]}",
        mime=mime,
        key=f"download.{file_format}",
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )


def _to_disk(dataset: Dataset, file_format: DownloadFormat, word: str) -> None:
    if st.button(f"Write {word} on the server", key=f"download.{file_format}", width="stretch"):
        with st.spinner(f"Writing {word}"):
            path = download(services.workspace(), dataset, file_format)
        st.caption(plain(f"It lies at {path} for a day."))
