"""The review queue of a run: rows with likely wrong labels or twins across the division, with a person's marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components import layout
from components.chart_files import csv
from components.diagnosis_data import Looked, cells
from components.model_choice import Chosen
from components.numbers import counted
from components.row_table import make_table
from components.single_job import follow, is_running, newest_job, show_ending, submit
from core.evaluate.review import ReviewItem, ReviewKind
from core.run.review_queue import Mark, ReviewQueue, read_marks, read_review, rows_marked, set_mark

KIND_WORDS = {
    ReviewKind.LABEL: "Likely wrong labels",
    ReviewKind.EQUAL: "Equal rows across parts",
    ReviewKind.NEAR: "Almost equal rows",
}
KIND_HELP = {
    ReviewKind.LABEL: "The model, which had not seen the row, is sure of another value, more than is usual for it.",
    ReviewKind.EQUAL: "A copy was learned from, so judging this row is too easy. Keep equal rows together on Goal.",
    ReviewKind.NEAR: "A row hardly any different was learned from. Are they two records of one thing?",
}
MARK_WORDS = {Mark.RIGHT: "right", Mark.WRONG: "wrong", Mark.LATER: "later"}


def review(looked: Looked) -> None:
    """Draw the queue, or the button that builds it."""
    layout.section(
        "Rows to look at",
        "Labels that are likely wrong, and rows that stand on both sides of the division.",
        help="Confident learning on out-of-fold probabilities; for numbers, errors far out that the most similar rows "
        "do not share. Models disagree: a doubted label is a question, not an answer.",
    )
    job = newest_job("review", looked.chosen)
    if is_running(job):
        assert job is not None
        follow(job, waiting="Looking for rows to review")
        return
    show_ending(job)
    queue = read_review(looked.folder)
    if queue is None:
        st.button("Build the review queue", key="review.build", on_click=_build, args=(looked.chosen,))
        return
    _queue(looked, queue)


def _build(chosen: Chosen) -> None:
    """Build the queue. Runs as a callback."""
    submit("review", chosen, f"Rows to review with {chosen.title}")


def _queue(looked: Looked, queue: ReviewQueue) -> None:
    if not queue.items:
        st.markdown("**No row calls for a second look.**")
        return
    kinds = [kind for kind in ReviewKind if queue.totals.get(kind)]
    kind = st.segmented_control(
        "Kind",
        kinds,
        format_func=lambda one: f"{KIND_WORDS[one]} ({queue.totals[one]:,})",
        default=kinds[0],
        required=True,
        key=f"review.kind.{looked.key}",
        label_visibility="collapsed",
    )
    shown = ReviewKind(kind or kinds[0])
    items = [item for item in queue.items if item.kind is shown]
    st.caption(KIND_HELP[shown])
    marks = read_marks(looked.run_folder)
    _table(looked, items, marks)
    if queue.totals[shown] > len(items):
        st.caption(f"The first {len(items):,} of {queue.totals[shown]:,}.")
    _uses(looked, queue, marks)


def _table(looked: Looked, items: Sequence[ReviewItem], marks: dict[str, Mark]) -> None:
    """Draw items with their cells; the column of marks can be changed, and a change is kept at once."""
    frame = item_table(looked, items, marks)
    key = f"review.table.{looked.key}.{items[0].kind.value}"
    st.data_editor(
        frame,
        key=key,
        hide_index=True,
        height=min(38 + 35 * len(frame), 420),
        disabled=[name for name in frame.columns if name != "Mark"],
        column_config={
            "Row": st.column_config.NumberColumn(pinned=True, width=64),
            "Mark": st.column_config.SelectboxColumn(
                options=["", *MARK_WORDS.values()], pinned=True, width=90, help="Is the value as it stands right?"
            ),
            "Why": st.column_config.TextColumn(width="large"),
        },
        on_change=_marked,
        args=(looked, key, tuple(item.key for item in items)),
    )


def item_table(looked: Looked, items: Sequence[ReviewItem], marks: dict[str, Mark]) -> pd.DataFrame:
    """Return items as a table: row from 1, mark, target, what is suggested, why, and the raw cells."""
    told = pd.DataFrame(
        {
            "Row": [item.row + 1 for item in items],
            "Mark": [MARK_WORDS[marks[item.key]] if item.key in marks else "" for item in items],
            "As it stands": [item.given for item in items],
            "Suggested": [item.suggested for item in items],
            "Why": [item.why for item in items],
        }
    )
    # The rows of a second table lie behind the table's own and have no cells here.
    rows = np.array([item.row for item in items], dtype=np.int64)
    own = rows[rows < looked.dataset.rows] if looked.dataset else rows[:0]
    raw = cells(looked, np.unique(own)).reindex(rows).reset_index(drop=True)
    raw = raw.drop(columns=[looked.chosen.run.recipe.task.target], errors="ignore")
    return pd.concat([told, raw.rename(columns=lambda c: c if c not in told else f"{c} (cell)")], axis=1)


def _marked(looked: Looked, key: str, names: Sequence[str]) -> None:
    """Keep the marks that were changed. Runs as a callback."""
    by_word = {word: mark for mark, word in MARK_WORDS.items()}
    edited: dict[Any, dict[str, Any]] = st.session_state[key].get("edited_rows", {})
    for place, change in edited.items():
        if "Mark" in change:
            set_mark(looked.run_folder, names[int(place)], by_word.get(str(change["Mark"])))


def _uses(looked: Looked, queue: ReviewQueue, marks: dict[str, Mark]) -> None:
    """Offer what can be made of the queue and of the marks."""
    wrong = rows_marked(marks, Mark.WRONG)
    wrong = wrong[wrong < looked.dataset.rows] if looked.dataset else wrong[:0]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.download_button(
            f"Download {counted(len(queue.items), 'row')} with marks",
            data=lambda: csv(item_table(looked, queue.items, read_marks(looked.run_folder))),
            file_name="review.csv",
            mime="text/csv",
            key="review.csv",
            on_click="ignore",
            icon=":material/download:",
        )
        st.button(
            f"New table without {counted(len(wrong), 'row') if len(wrong) else 'rows'} marked wrong",
            key="review.drop",
            icon=":material/filter_alt_off:",
            disabled=not len(wrong),
            on_click=_drop,
            args=(looked, wrong),
            help="Makes a second table; the former stays as it is. To correct a value instead, use Clean and shape.",
        )
    st.caption(f"{counted(len(marks), 'mark')} kept with this run.")


def _drop(looked: Looked, rows: np.ndarray) -> None:
    """Make a table without the rows marked wrong. Runs as a callback."""
    make_table(looked, rows, "rows marked wrong", drop=True)
