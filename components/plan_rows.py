"""Later rows: what is done with a cell that is not like those that a model learned from, column by column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from components import state
from components.columns_editor import table_height
from components.kinds import KIND_WORDS
from components.plan_edit import features
from components.plan_state import change, plan_now
from core.data.schema import ColumnSchema, Dataset
from core.data.task import Task
from core.prepare.plan import ColumnPolicy, PreparePlan
from core.types import ColumnKind

UNSEEN = {"as_rare": "Count as rare", "as_missing": "Count as missing", "refuse": "Refuse the row"}
OUTSIDE = {"warn": "Warn", "accept": "Accept", "refuse": "Refuse the row"}
MISSING = {"warn": "Warn if new", "accept": "Accept", "refuse": "Refuse the row"}
NOTHING = "\N{EN DASH}"
WORDS = {"unseen": UNSEEN, "outside": OUTSIDE, "missing": MISSING}
TITLES = {"unseen": "New category", "outside": "Out of range", "missing": "Missing"}
HELP = {
    "unseen": "A category that no training row had.",
    "outside": "A number or date beyond what the training rows had.",
    "missing": "An empty cell. Warn if new: only where no training row lacked the value.",
}
_LABELLED = (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)
_RANGED = (ColumnKind.NUMERIC, ColumnKind.DATETIME)


def later_rows(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    """Draw the policies, those of all columns at once above those of each."""
    st.caption(
        "Each row to predict is held against what the model learned from, and gets OK, a warning, or a refusal with "
        "the reason. Here one says what counts as what."
    )
    columns = features(dataset, task)
    _bulk(columns)
    # Another policy from elsewhere must be drawn; an edit of this very table must not reset the cursor.
    key = f"plan.rows.{dataset.id}.{state.recall('plan.rows.turn', 0)}"
    names = [column.name for column in columns]
    st.data_editor(
        policies_table(columns, plan),
        key=key,
        hide_index=True,
        disabled=["Column", "Kind"],
        height=table_height(len(columns), 560),
        on_change=lambda: _edited(columns, names, st.session_state[key].get("edited_rows", {})),
        column_config={
            "Column": st.column_config.TextColumn(pinned=True, width=130),
            "Kind": st.column_config.TextColumn(width=80),
            **{
                title: st.column_config.SelectboxColumn(options=[*WORDS[part].values()], help=HELP[part], width=118)
                for part, title in TITLES.items()
            },
        },
        alt="What is done with odd cells of later rows, column by column",
    )


def policies_table(columns: tuple[ColumnSchema, ...], plan: PreparePlan) -> pd.DataFrame:
    """Return one row a column: what is done with odd cells; a dash where that cannot occur."""
    held = [(column, plan.policies.get(column.name, ColumnPolicy())) for column in columns]
    return pd.DataFrame(
        {
            "Column": [column.name for column in columns],
            "Kind": [KIND_WORDS[column.kind] for column in columns],
            **{
                title: [
                    WORDS[part][getattr(policy, part)] if concerns(part, column) else NOTHING for column, policy in held
                ]
                for part, title in TITLES.items()
            },
        }
    )


def concerns(part: str, column: ColumnSchema) -> bool:
    """Tell whether a part of a policy can matter for a column."""
    kinds = {"unseen": _LABELLED, "outside": _RANGED}.get(part)
    return kinds is None or column.kind in kinds


def with_policies(
    plan: PreparePlan, columns: tuple[ColumnSchema, ...], changes: Mapping[str, Mapping[str, str]]
) -> PreparePlan:
    """Return the plan with policies changed, by column and part; columns back at the default are not kept."""
    policies = dict(plan.policies)
    known = {column.name: column for column in columns}
    for name, parts in changes.items():
        fitting = {part: to for part, to in parts.items() if concerns(part, known[name])}
        policy = ColumnPolicy.model_validate(policies.get(name, ColumnPolicy()).model_dump() | fitting)
        policies[name] = policy
    kept = {name: policy for name, policy in policies.items() if policy != ColumnPolicy()}
    return plan.model_copy(update={"policies": kept})


def _bulk(columns: tuple[ColumnSchema, ...]) -> None:
    with st.popover("Set for all columns", icon=":material/checklist:", key="plan.rows.bulk"):
        for part, title in TITLES.items():
            if not any(concerns(part, column) for column in columns):
                continue
            st.selectbox(
                title,
                list(WORDS[part]),
                index=None,
                placeholder="As in the table",
                format_func=WORDS[part].__getitem__,
                key=f"plan.rows.all.{part}",
                on_change=_set_all,
                args=(columns, part),
                help=HELP[part],
            )


def _set_all(columns: tuple[ColumnSchema, ...], part: str) -> None:
    chosen = st.session_state[f"plan.rows.all.{part}"]
    if chosen:
        change(with_policies(plan_now(), columns, {column.name: {part: chosen} for column in columns}))
        st.session_state[f"plan.rows.all.{part}"] = None
        state.remember("plan.rows.turn", state.recall("plan.rows.turn", 0) + 1)


def _edited(columns: tuple[ColumnSchema, ...], names: list[str], edits: Mapping[Any, Mapping[str, str]]) -> None:
    back = {title: part for part, title in TITLES.items()}
    codes = {part: {words: code for code, words in said.items()} for part, said in WORDS.items()}
    changes = {
        names[int(row)]: {
            back[title]: codes[back[title]][words] for title, words in cells.items() if words in codes[back[title]]
        }
        for row, cells in edits.items()
    }
    change(with_policies(plan_now(), columns, changes))
    state.remember("plan.rows.turn", state.recall("plan.rows.turn", 0) + 1)
