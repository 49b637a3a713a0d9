"""What can be done with the ticked columns: their type, what they stand for, their order, personal data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from components import services, state
from components.column_changes import (
    PROBLEM,
    REFUSED,
    change_meaning,
    change_type,
    convert_anyway,
    drop_columns,
    mask_columns,
)
from components.controlled import controlled
from components.kinds import (
    KIND_HELP,
    MEANING_HELP,
    MEANING_WORDS,
    TYPE_PLURALS,
    TYPE_WORDS,
    kind_of_type,
    type_word,
)
from components.level_order import level_order
from components.messages import plain, show_error
from components.numbers import counted
from components.words import shortened
from core.data.column_types import unfit_values
from core.data.schema import ColumnSchema, Dataset
from core.errors import ErrorInfo
from core.types import Meaning

MASKS = {"hash": "Replace by a code", "partial": "Keep first letters", "remove": "Empty the cells"}
MASK_HELP = "A code is the same for equal cells, so that they can still be counted and joined (hash)."


def column_panel(dataset: Dataset, columns: Sequence[ColumnSchema]) -> None:
    """Draw the panel beside the table of columns.

    Parameters
    ----------
    dataset : Dataset
        The table.
    columns : sequence of ColumnSchema
        The ticked columns; none draws what the table holds.
    """
    with st.container(border=True, gap="small", key="column.panel"):
        _refusal(dataset)
        if not columns:
            _summary(dataset)
            return
        title = shortened(columns[0].name, 60) if len(columns) == 1 else counted(len(columns), "column")
        st.markdown(f"**{plain(title)}**")
        _type(dataset, columns)
        _meaning(dataset, columns)
        if len(columns) == 1:
            level_order(dataset, columns[0])
        _away(dataset, columns)


def _type(dataset: Dataset, columns: Sequence[ColumnSchema]) -> None:
    names = [column.name for column in columns]
    words = {type_word(column) for column in columns}
    controlled(
        st.selectbox,
        "Type",
        TYPE_WORDS,
        key=f"column.type.{dataset.id}",
        value=words.pop() if len(words) == 1 else None,
        save=lambda word: change_type(dataset.id, names, word),
        placeholder="Several; choose one for all",
        help=KIND_HELP,
    )
    if len(columns) == 1:
        st.caption(plain(columns[0].reason))


def _meaning(dataset: Dataset, columns: Sequence[ColumnSchema]) -> None:
    names = [column.name for column in columns]
    found = {column.meaning for column in columns}
    controlled(
        st.selectbox,
        "Stands for",
        ["", *Meaning],
        key=f"column.meaning.{dataset.id}",
        value=(found.pop() or "") if len(found) == 1 else None,
        save=lambda meaning: change_meaning(dataset.id, names, meaning or None),
        format_func=lambda meaning: MEANING_WORDS[meaning] if meaning else "Nothing in particular",
        placeholder="Several; choose one for all",
        help=MEANING_HELP,
    )


def _away(dataset: Dataset, columns: Sequence[ColumnSchema]) -> None:
    personal = [column for column in columns if column.meaning is not None and column.meaning.is_personal]
    if personal:
        _badge()
        st.caption("It can point to a person. Drop or mask it unless it is needed; the file itself stays as it is.")
    with st.container(horizontal=True, gap="small"):
        names = [column.name for column in columns]
        st.button(
            "Drop",
            key="column.drop",
            icon=":material/delete:",
            on_click=drop_columns,
            args=(dataset.id, names),
            disabled=len(names) == len(dataset.columns),
            help="Takes the columns out as a step, which can be undone under Clean and shape.",
        )
        if personal or len(columns) == 1:
            with st.popover("Mask", icon=":material/visibility_off:", key="column.mask"):
                _mask(dataset, [column.name for column in personal] or names)


def _mask(dataset: Dataset, names: Sequence[str]) -> None:
    st.caption(MASK_HELP)
    for how, label in MASKS.items():
        st.button(
            label, key=f"column.mask.{how}", on_click=mask_columns, args=(dataset.id, names, how), width="stretch"
        )


def _summary(dataset: Dataset) -> None:
    counts = Counter(type_word(column) for column in dataset.columns)
    st.markdown("**" + counted(len(dataset.columns), "column") + "**")
    words = zip(TYPE_WORDS, TYPE_PLURALS, strict=True)
    st.caption(", ".join(counted(counts[one], one.lower(), many) for one, many in words if counts[one]) + ".")
    personal = [c.name for c in dataset.columns if c.meaning is not None and c.meaning.is_personal]
    if personal:
        _badge()
        st.caption(f"Looks like it: {plain(', '.join(shortened(name) for name in personal[:6]))}.")
        st.button(
            f"Look at {counted(len(personal), 'column')}",
            key="column.personal",
            on_click=_tick,
            args=(dataset.id, personal),
        )
    st.caption("Tick columns on the left to change their type, one or many at once, or to drop or mask them.")


def _badge() -> None:
    st.badge("Personal data", icon=":material/person_alert:", color="orange")


def _tick(dataset_id: str, names: Sequence[str]) -> None:
    state.remember(f"columns.picked.{dataset_id}", tuple(names))
    state.remember("columns.turn", state.recall("columns.turn", 0) + 1)


def _refusal(dataset: Dataset) -> None:
    """Say why the last change was refused, with every cell in the way and how often it occurs."""
    problem, refused = state.recall(PROBLEM), state.recall(REFUSED)
    if problem:
        show_error(ErrorInfo.model_validate(problem))
    if not refused or refused[0] != dataset.id:
        return
    _, names, word = refused
    for name in names:
        unfit = unfit_values(services.workspace(), dataset, name, kind_of_type(word))
        if unfit:
            st.caption(plain(f"Cells of {shortened(name)} that do not fit:"))
            rows = [{"Cell": value.value, "Rows": value.count} for value in unfit]
            st.dataframe(rows, hide_index=True, height=min(180, 35 * (len(rows) + 1) + 2), key=f"column.unfit.{name}")
    if word in ("Number", "Date or time"):
        st.button(
            "Convert anyway; these become missing",
            key="column.convert",
            on_click=convert_anyway,
            args=(dataset.id, names, word),
        )
