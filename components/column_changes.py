"""What is done to ticked columns. Callbacks: a refusal is kept to be said where the columns are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components import services, state
from components.kinds import ORDERED, kind_of_type
from components.shape_state import JOB_ROWS, change
from core.data.actions import TableStep
from core.data.column_types import (
    fits_storage,
    proposed_order,
    set_kinds,
    set_kinds_as_stored,
    set_levels,
    set_meaning,
)
from core.data.schema import Dataset
from core.errors import ErrorInfo, LatheError
from core.shape.edit import append, replace
from core.types import Meaning

PROBLEM = "columns.problem"
REFUSED = "columns.refused"
"""Names and type word of a change that was refused, so that the cells in the way can be listed."""


def change_type(dataset_id: str, names: Sequence[str], word: str) -> None:
    """Make columns a number, a category ... (one of `TYPE_WORDS`)."""
    _begin()
    dataset = services.catalog().get(dataset_id)
    try:
        if dataset.steps:
            _change_by_step(dataset, names, word)
            return
        orders = {}
        if word == ORDERED:
            orders = {name: proposed_order(services.workspace(), dataset, name) for name in names}
        kinds = dict.fromkeys(names, kind_of_type(word))
        changed = set_kinds(services.workspace(), dataset, kinds)
        if orders:
            set_levels(services.workspace(), changed, orders)
    except LatheError as error:
        _refuse(error)
        state.remember(REFUSED, (dataset_id, tuple(names), word))


def change_meaning(dataset_id: str, names: Sequence[str], meaning: Meaning | None) -> None:
    """Say what columns stand for."""
    _begin()
    set_meaning(services.workspace(), services.catalog().get(dataset_id), names, meaning)


def change_order(dataset_id: str, name: str, levels: Sequence[str]) -> None:
    """Put the values of an ordered category into another order."""
    _begin()
    dataset = services.catalog().get(dataset_id)
    try:
        _put_in_order(dataset, {name: levels})
    except LatheError as error:
        _refuse(error)


def drop_columns(dataset_id: str, names: Sequence[str]) -> None:
    """Take columns out of the table, as a step that can be undone."""
    _by_step(dataset_id, "drop_columns", columns=list(names))


def mask_columns(dataset_id: str, names: Sequence[str], how: str) -> None:
    """Replace the cells of columns with what does not tell the person ("hash", "partial" or "remove"), as a step."""
    _by_step(dataset_id, "mask", columns=list(names), how=how)


def convert_anyway(dataset_id: str, names: Sequence[str], word: str) -> None:
    """Make columns numbers or dates although some cells do not fit; those become missing. A step that can be undone."""
    to = {"Number": "number", "Date or time": "date"}[word]
    _by_step(dataset_id, "change_type", columns=list(names), to=to)


def _change_by_step(dataset: Dataset, names: Sequence[str], word: str) -> None:
    """Change the types of a table that steps made: cells that have to change do so by one more step."""
    kind, workspace = kind_of_type(word), services.workspace()
    unfit = [name for name in names if not fits_storage(dataset.column(name), kind)]
    if unfit:
        to = {"Number": "number", "Date or time": "date", "Yes / no": "truth"}.get(word, "text")
        _append(dataset, "change_type", columns=unfit, to=to)
        dataset = services.catalog().get(dataset.id)
    said = {name: kind for name in names if fits_storage(dataset.column(name), kind)}
    if not said:
        return
    dataset = set_kinds_as_stored(workspace, dataset, said)
    if word == ORDERED:
        _put_in_order(dataset, {name: proposed_order(workspace, dataset, name) for name in said})


def _put_in_order(dataset: Dataset, orders: Mapping[str, Sequence[str]]) -> None:
    """Say the order of columns; what a step made of a column is said by a step, in place of an earlier one."""
    made = {name: levels for name, levels in orders.items() if _is_made(dataset, name)}
    own = {name: levels for name, levels in orders.items() if name not in made}
    dataset = set_levels(services.workspace(), dataset, own)
    if made:
        kept = [s for s in dataset.steps if not (s.key == "set_levels" and s.params.get("column") in made)]
        fresh = [TableStep(key="set_levels", params={"column": n, "levels": list(v)}) for n, v in made.items()]
        replace(services.workspace(), dataset, [*kept, *fresh])


def _is_made(dataset: Dataset, name: str) -> bool:
    named = [
        (step.params.get("column"), step.params.get("name"), step.params.get("columns", ())) for step in dataset.steps
    ]
    return any(name in (column, new) or name in columns for column, new, columns in named)


def _by_step(dataset_id: str, key: str, **params: object) -> None:
    _begin()
    try:
        _append(services.catalog().get(dataset_id), key, **params)
    except LatheError as error:
        _refuse(error)


def _append(dataset: Dataset, key: str, **params: object) -> None:
    step = TableStep(key=key, params=params)
    if dataset.rows > JOB_ROWS:
        change(dataset, (*dataset.steps, step))
        st.toast("The table is large, so a worker does it. The columns follow when it is done.")
        return
    append(services.workspace(), dataset, [step])


def _begin() -> None:
    state.remember(PROBLEM, None)
    state.remember(REFUSED, None)
    state.remember("columns.turn", state.recall("columns.turn", 0) + 1)


def _refuse(error: LatheError) -> None:
    state.remember(PROBLEM, ErrorInfo.from_exception(error).model_dump() | {"traceback": ""})
