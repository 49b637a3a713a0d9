"""Rows of a file that could not be read: how many, where they stand, why; and as a file to mend."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import streamlit as st

from components import services
from components.messages import show_error
from components.numbers import counted
from core.data.doctor.reader import RejectedRow
from core.data.ingest import source_path
from core.data.read import read_text
from core.data.schema import Dataset
from core.errors import LatheError


def rejected_rows(rows: Sequence[RejectedRow], total: int, *, key: str) -> None:
    """Draw the rows that could not be read; nothing where all could.

    Parameters
    ----------
    rows : sequence of RejectedRow
        The first ones.
    total : int
        How many there are in all.
    key : str
        Unique on the page.
    """
    if not total:
        return
    with st.container(border=True, gap="xsmall", key=f"{key}.rejected"):
        st.markdown(f":orange[:material/warning:] **{counted(total, 'row')} could not be read**")
        st.caption("They are left out of the table. Everything else is kept.")
        st.dataframe(
            [{"Line": row.line, "Why": row.reason, "As it stands": row.text} for row in rows],
            hide_index=True,
            height=min(220, 35 * (len(rows) + 1) + 2),
            key=f"{key}.rejected.table",
            column_config={
                "Line": st.column_config.NumberColumn(width=70, format="localized"),
                "Why": st.column_config.TextColumn(width=260),
            },
            alt="Rows that could not be read, with line, reason and text",
        )
        st.download_button(
            f"Download {'them' if len(rows) == total else f'the first {len(rows):,}'} as CSV",
            data=lambda: rejected_csv(rows),
            file_name="rows-not-read.csv",
            mime="text/csv",
            key=f"{key}.rejected.csv",
            on_click="ignore",
            icon=":material/download:",
        )


def rejected_csv(rows: Sequence[RejectedRow]) -> bytes:
    """Return the rows as CSV: line, reason, and the text as it stands, which no spreadsheet takes for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["line", "reason", "text"])
    writer.writerows([row.line, row.reason, f"'{row.text}" if row.text[:1] in "=+-@\t" else row.text] for row in rows)
    return text.getvalue().encode()


def rows_left_out(dataset: Dataset) -> None:
    """Offer to list the rows of a stored table's file that could not be read: the file is gone through once more."""
    if dataset.parse.format not in ("csv", "fixed"):
        return
    if not st.toggle("List the rows that could not be read", key=f"rejected.show.{dataset.id}"):
        return
    try:
        rows, total = _left_out(str(services.workspace().root), dataset.id, dataset)
    except LatheError as error:
        show_error(error)
        return
    if not total:
        st.caption("Every row of the file was read.")
    rejected_rows(rows, total, key=f"reading.{dataset.id}")


@st.cache_resource(max_entries=8, show_spinner="Going through the file once more")
def _left_out(root: str, dataset_id: str, _dataset: Dataset) -> tuple[tuple[RejectedRow, ...], int]:
    found = read_text(source_path(services.workspace(), _dataset), _dataset.parse)
    return found.rejected, found.rejected_total
