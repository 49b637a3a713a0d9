"""The list of steps: number, sentence, switch, place, and what can be done with each."""

from __future__ import annotations

import streamlit as st

from components import services, state
from components.controlled import controlled
from components.messages import plain, show_error
from components.numbers import counted
from components.shape_data import other_tables
from components.shape_state import change, look_at, looked_at, open_form, step_back, step_forward
from core.data.actions import TableStep
from core.data.schema import Dataset
from core.errors import LatheError
from core.shape.edit import duplicate
from core.shape.sentence import sentence


def steps_list(dataset: Dataset) -> None:
    """Draw the table as it was read, then one line a step; a line is chosen to look at the table after it."""
    names = {identity: table.name for identity, table in other_tables(dataset).items()}
    _line(dataset, 0, f"{plain(dataset.source_name or dataset.name)} as it was read")
    for place, step in enumerate(dataset.steps):
        with st.container(border=True, gap="xxsmall", key=f"shape.step.{place}"):
            _step(dataset, place, step, plain(sentence(step, tables=names)))
    if not dataset.steps:
        st.caption("No steps yet. The table is as it was read from the file.")


def _line(dataset: Dataset, number: int, text: str) -> None:
    chosen = looked_at(dataset) == number
    with st.container(horizontal=True, wrap=False, gap="xsmall", vertical_alignment="center"):
        st.button(
            "",
            key=f"shape.look.{number}",
            type="tertiary",
            icon=":material/visibility:" if chosen else ":material/radio_button_unchecked:",
            help=f"Show the table after step {number}." if number else "Show the table as it was read.",
            on_click=look_at,
            args=(dataset, number),
        )
        st.markdown(f"**{text}**" if chosen else text)


def _step(dataset: Dataset, place: int, step: TableStep, text: str) -> None:
    number = place + 1
    left, right = st.columns([4, 1], gap="small", vertical_alignment="center")
    with left:
        # Escaped, or Markdown would begin a list of its own.
        shown = f"{number}\\. {text}"
        _line(dataset, number, shown if step.enabled else f":gray[~~{shown}~~]")
    with (
        right,
        st.container(
            horizontal=True, wrap=False, gap="xxsmall", horizontal_alignment="right", vertical_alignment="center"
        ),
    ):
        controlled(
            st.toggle,
            f"Step {number} is on",
            key=f"shape.on.{dataset.id}.{place}",
            value=step.enabled,
            save=lambda on: _change_one(dataset, place, step.model_copy(update={"enabled": on})),
            label_visibility="collapsed",
            width="content",
        )
        menu = st.popover("", type="tertiary", icon=":material/more_vert:", key=f"shape.more.{place}", help="More")
        with menu, st.container(gap="xxsmall"):
            _menu(dataset, place, step)


def _menu(dataset: Dataset, place: int, step: TableStep) -> None:
    last = len(dataset.steps) - 1
    entries = (
        ("edit", "Edit", ":material/edit:", False, _edit),
        ("up", "Move up", ":material/arrow_upward:", place == 0, _up),
        ("down", "Move down", ":material/arrow_downward:", place == last, _down),
        ("copy", "Duplicate", ":material/content_copy:", False, _copy),
        ("delete", "Delete", ":material/delete:", False, _delete),
    )
    for key, label, icon, disabled, act in entries:
        st.button(
            label, key=f"shape.{key}.{place}", icon=icon, type="tertiary", disabled=disabled, on_click=act,
            args=(dataset, place),
        )  # fmt: skip


def _change_one(dataset: Dataset, place: int, step: TableStep) -> None:
    change(dataset, (*dataset.steps[:place], step, *dataset.steps[place + 1 :]))


def _edit(dataset: Dataset, place: int) -> None:
    open_form(dataset, place, dataset.steps[place], fresh=False)


def _up(dataset: Dataset, place: int) -> None:
    steps = list(dataset.steps)
    steps[place - 1], steps[place] = steps[place], steps[place - 1]
    change(dataset, steps)


def _down(dataset: Dataset, place: int) -> None:
    _up(dataset, place + 1)


def _copy(dataset: Dataset, place: int) -> None:
    open_form(dataset, place + 1, dataset.steps[place], fresh=True)


def _delete(dataset: Dataset, place: int) -> None:
    change(dataset, (*dataset.steps[:place], *dataset.steps[place + 1 :]))


def list_actions(dataset: Dataset) -> None:
    """Draw undo, redo and the way to save the table under another name."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "Undo", key="shape.undo", type="tertiary", icon=":material/undo:", disabled=not dataset.history,
            on_click=step_back, args=(dataset,),
            help=f"{counted(len(dataset.history), 'change')} can be undone.",
        )  # fmt: skip
        st.button(
            "Redo", key="shape.redo", type="tertiary", icon=":material/redo:", disabled=not dataset.undone,
            on_click=step_forward, args=(dataset,),
            help=f"{counted(len(dataset.undone), 'change')} can be done again.",
        )  # fmt: skip
        with st.popover("Save as another table", type="tertiary", icon=":material/content_copy:", key="shape.twin"):
            name = st.text_input(
                "Name", f"{dataset.name} copy"[:120], key=f"shape.twin.name.{dataset.id}", max_chars=120
            )
            st.caption("It gets the same cells, the same file and the same steps, and goes its own way from there.")
            if st.button("Save and open it", key="shape.twin.save", type="primary"):
                _save_twin(dataset, str(name))


def _save_twin(dataset: Dataset, name: str) -> None:
    try:
        twin = duplicate(services.workspace(), dataset, name)
    except LatheError as error:
        show_error(error)
        return
    state.open_dataset(twin.id)
    st.rerun()
