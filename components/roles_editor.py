"""Which columns are used to predict from: one tick a column."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import state
from components.columns_editor import table_height
from components.kinds import KIND_WORDS
from components.plan_edit import plan_for, with_roles
from core.data.propose import default_task
from core.data.schema import ColumnSchema, Dataset
from core.data.task import Task
from core.types import ColumnKind


def roles_editor(dataset: Dataset, task: Task) -> None:
    """Draw the table of ticks; a change is saved and the plan follows."""
    key = f"roles.{dataset.id}.{task.target}.{state.recall('roles.turn', 0)}"
    names = [c.name for c in dataset.columns if c.name != task.target]

    def edited() -> None:
        changes = st.session_state[key].get("edited_rows", {})
        _save(dataset, task, {names[int(row)]: bool(c["Use"]) for row, c in changes.items() if "Use" in c})

    with st.container(horizontal=True, gap="small"):
        st.button(
            "Use all",
            key="roles.all",
            type="tertiary",
            on_click=_save,
            args=(dataset, task, dict.fromkeys(names, True)),
        )
        proposed = default_task(dataset, task.target, task.kind)
        st.button(
            "Back to the proposal",
            key="roles.reset",
            type="tertiary",
            disabled=proposed.roles == task.roles,
            on_click=_save,
            args=(dataset, task, {n: proposed.is_used(n) for n in names}),
        )
    st.data_editor(
        roles_table(dataset, task),
        key=key,
        hide_index=True,
        disabled=["Column", "Kind", "Missing", "Distinct", "Note"],
        height=table_height(len(names), 520),
        on_change=edited,
        column_config={
            "Use": st.column_config.CheckboxColumn(
                pinned=True, width=60, help="A ticked column is used to predict from (a feature)."
            ),
            "Column": st.column_config.TextColumn(pinned=True, width=170),
            "Kind": st.column_config.TextColumn(width=110),
            "Missing": st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100, width=110),
            "Distinct": st.column_config.NumberColumn(format="localized", width=80),
            "Note": st.column_config.TextColumn(width=130, help="What speaks against using the column."),
        },
        alt="Columns with a tick for those used to predict from",
    )


def roles_table(dataset: Dataset, task: Task) -> pd.DataFrame:
    """Return the editor's table: every column but the target, in file order."""
    shown = [c for c in dataset.columns if c.name != task.target]
    return pd.DataFrame(
        {
            "Use": [task.is_used(c.name) for c in shown],
            "Column": [c.name for c in shown],
            "Kind": [KIND_WORDS[c.kind] for c in shown],
            "Missing": [100 * c.missing / max(dataset.rows, 1) for c in shown],
            "Distinct": [c.unique for c in shown],
            "Note": [note(c, dataset.rows) for c in shown],
        }
    )


def note(column: ColumnSchema, rows: int) -> str:
    """Say what speaks against a column, empty where nothing does."""
    if column.unique == 0:
        return "Empty"
    if column.unique == 1:
        return "One value only"
    if column.kind is ColumnKind.IDENTIFIER:
        return "Names rows"
    if column.missing > 0.5 * rows:
        return "Mostly missing"
    return ""


def _save(dataset: Dataset, task: Task, used: dict[str, bool]) -> None:
    changed = with_roles(dataset, task, used)
    plan = plan_for(dataset, changed, state.draft().plan, before=(dataset, task))
    state.save_draft(task=changed, plan=plan)
    state.remember("roles.turn", state.recall("roles.turn", 0) + 1)
