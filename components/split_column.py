"""The column that divides rows: which one, and what the rows of each of its values are for."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import services, state
from components.columns_editor import table_height
from components.controlled import controlled
from components.kinds import PART_WORDS
from components.messages import show_error
from components.plan_edit import plan_for, with_roles, with_split
from components.split_choices import Save
from core.data.schema import Dataset
from core.data.split_checks import column_values
from core.data.splits.named import MOST_VALUES, propose_parts
from core.data.task import Task
from core.errors import LatheError
from core.types import ColumnKind, SplitKind, SplitPart


def needed_column(dataset: Dataset, task: Task) -> None:
    """Draw the choice of the column that the kind of split needs."""
    name = {SplitKind.GROUP: "group", SplitKind.TIME: "time", SplitKind.COLUMN: "column"}.get(task.split.kind)
    if name is None:
        return
    fits = {
        "time": lambda c: c.kind in (ColumnKind.DATETIME, ColumnKind.NUMERIC),
        "group": lambda c: True,
        "column": lambda c: 1 < c.unique <= MOST_VALUES,
    }[name]
    labels = {"time": "Column that says when", "group": "Column that names the group", "column": "Column that says it"}
    options = [c.name for c in dataset.columns if c.name != task.target and fits(c)]
    value = getattr(task.split, name)

    def save(column: str | None) -> None:
        if name == "column":
            save_part_column(dataset, task, column or "")
        else:
            state.save_draft(task=with_split(dataset, task, **{name: column or ""}))

    controlled(
        st.selectbox,
        labels[name],
        options,
        key=f"split.{name}.{dataset.id}",
        value=value if value in options else None,
        save=save,
        index=None,
        placeholder="Choose a column",
    )


def save_part_column(dataset: Dataset, task: Task, column: str) -> None:
    """Save the column that names the parts, with parts proposed from its values; it is no longer learned from."""
    try:
        values = column_values(services.workspace(), dataset, column) if column else {}
    except LatheError:
        values = {}
    fresh = with_split(dataset, task, column=column, parts=propose_parts(column, list(values)))
    former = {task.split.column: True} if task.split.column in dataset.column_names else {}
    fresh = with_roles(dataset, fresh, former | ({column: False} if column else {}))
    state.save_draft(task=fresh, plan=plan_for(dataset, fresh, state.draft().plan))


def part_editor(dataset: Dataset, task: Task, save: Save) -> None:
    """Draw the table that gives each value of the column a part."""
    column = task.split.column
    if column not in dataset.column_names:
        return
    try:
        values = column_values(services.workspace(), dataset, column)
    except LatheError as error:
        show_error(error)
        return
    names = list(values)
    words = {part: PART_WORDS[part] for part in SplitPart}
    table = pd.DataFrame(
        {
            "Value": [name or "(no value)" for name in names],
            "Rows": list(values.values()),
            "Its rows are": [words[task.split.parts[name]] if name in task.split.parts else None for name in names],
        }
    )
    key = f"split.parts.{dataset.id}.{column}.{hash(tuple(sorted(task.split.parts.items())))}"

    def edited() -> None:
        changes = st.session_state[key].get("edited_rows", {})
        part_of = {word: part for part, word in words.items()}
        chosen = {names[int(row)]: part_of[c["Its rows are"]] for row, c in changes.items() if c.get("Its rows are")}
        kept = {name: part for name, part in task.split.parts.items() if name in values}
        save(parts=kept | chosen)

    st.data_editor(
        table,
        key=key,
        hide_index=True,
        disabled=["Value", "Rows"],
        on_change=edited,
        height=table_height(len(names), 320),
        column_config={
            "Rows": st.column_config.NumberColumn(format="localized", width=90),
            "Its rows are": st.column_config.SelectboxColumn(options=list(words.values()), width=140),
        },
    )
    st.caption(
        "Each value that is a fold is judged in turn. Where nothing is judged, the rows that are learned from are "
        "divided by chance."
    )
