"""A table after a step: what changed, counted, and its first rows with new and changed cells marked."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.messages import plain, show_error
from components.numbers import counted
from components.shape_data import preview_of
from components.shape_fields import shown_columns
from components.shape_state import Steps, looked_at
from components.theme import faint, palette
from core.data.schema import Dataset
from core.errors import LatheError
from core.shape.preview import Preview

ARROW = "\N{RIGHTWARDS ARROW}"
_MOST_SHOWN = 200
_MOST_FIRST = 3


def show_preview(dataset: Dataset, steps: Steps, upto: int, *, key: str) -> Preview | None:
    """Draw what step ``upto`` of a list does; None, and the reason, where it cannot be done."""
    try:
        with st.spinner("Trying the step", show_time=False):
            found = preview_of(dataset, steps, upto=upto)
    except LatheError as error:
        show_error(error)
        st.caption("Nothing has changed; the table is as it was.")
        return None
    _figures(found, stepped=upto > 0)
    _rows(found, key)
    return found


def show_table(dataset: Dataset) -> None:
    """Draw the table after the step that is looked at."""
    number = looked_at(dataset)
    st.markdown(f"**After step {number}**" if number else "**The table as it was read**")
    show_preview(dataset, dataset.steps, number, key=f"shape.rows.{dataset.id}")


def _figures(found: Preview, *, stepped: bool) -> None:
    """Say in a few lines what became of rows, columns and cells."""
    with st.container(horizontal=True, gap="medium", key="shape.figures"):
        st.markdown(f"Rows **{_change(found.rows_before, found.rows_after, stepped)}**", width="content")
        widths = len(found.columns_before), len(found.columns_after)
        st.markdown(f"Columns **{_change(*widths, stepped)}**", width="content")
        cells = sum(found.changed.values())
        if found.changed:
            st.markdown(f"Changed cells **{cells:,}**", width="content")
    with st.container(gap="xxsmall"):
        for line in sentences(found):
            st.caption(line)


def _change(before: int, after: int, stepped: bool) -> str:
    return f"{before:,} {ARROW} {after:,}" if stepped else f"{after:,}"


def sentences(found: Preview) -> list[str]:
    """Return what a step does, in sentences; names are escaped."""
    lines = []
    if found.rows_after != found.rows_before:
        gone = found.rows_before - found.rows_after
        lines.append(f"{counted(abs(gone), 'row')} {'fewer' if gone > 0 else 'more'}.")
    if found.added:
        lines.append(f"New: {shown_columns(found.added)}.")
    if found.removed:
        lines.append(f"No longer there: {shown_columns(found.removed)}.")
    changed = {name: count for name, count in found.changed.items() if count}
    if changed:
        parts = [f"{counted(count, 'cell')} of {plain(name)}" for name, count in list(changed.items())[:5]]
        lines.append(f"Changes {', '.join(parts)}{' and others' if len(changed) > 5 else ''}.")
    elif found.changed or (found.step is not None and not lines):
        lines.append("No cell changes.")
    return [*lines, *(plain(note) for note in found.notes)]


def _rows(found: Preview, key: str) -> None:
    # What the step touched stands first, so that it is seen without scrolling.
    touched = [n for n in found.columns_after if n in found.added or found.changed.get(n)]
    touched = touched[:_MOST_FIRST] if len(touched) < len(found.columns_after) else []
    names = list(dict.fromkeys([*touched, *found.columns_after]))[:_MOST_SHOWN]
    # Rows are counted from 1 here as on every other screen.
    shown, marks = (part[names].set_axis(range(1, len(part) + 1)) for part in (found.after, found.marks))
    st.dataframe(
        _marked(shown, marks),
        key=key,
        height=min(36 * (len(shown) + 1), 520),
        alt="First rows of the table; new and changed cells are marked",
    )
    marked = bool(marks.to_numpy().any())
    more = (
        f" Columns 1 to {_MOST_SHOWN} of {len(found.columns_after):,}." if len(names) < len(found.columns_after) else ""
    )
    note = " New and changed cells are shaded, their columns stand first." if marked else ""
    st.caption(f"The first {len(shown):,} of {found.rows_after:,} rows.{note}{more}")


def _marked(frame: pd.DataFrame, marks: pd.DataFrame) -> object:
    """Shade the cells that a step made or changed."""
    if not marks.to_numpy().any():
        return frame
    shade = f"background-color: {faint(palette().accent, 0.16)}"
    numbers = {name: _number for name in frame.columns if frame[name].dtype.kind == "f"}
    styles = pd.DataFrame(
        [[shade if mark else "" for mark in row] for row in marks.to_numpy()], index=frame.index, columns=frame.columns
    )
    return frame.style.apply(lambda _: styles, axis=None).format(numbers, na_rep="")


def _number(value: float) -> str:
    return "" if pd.isna(value) else f"{value:,.6g}"
