"""Inputs for parameters that hold several entries: conditions, aggregations, new names, replacements, keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.messages import show_error
from components.shape_data import keys_for, other_tables, values_at
from components.shape_fields import NUMBERS, Field, Form, seed
from core.data.schema import ColumnSchema
from core.errors import LatheError
from core.shape.aggregates import AGGREGATES
from core.shape.conditions import get_operator, operator_words, operators_for
from core.shape.spec import StepParam
from core.types import StorageType
from core.words import share

_MOST_VALUES = 200


def _lines(key: str, count: int, label: str) -> list[tuple[int, str, DeltaGenerator]]:
    """Keep a list of lines with buttons to add and remove one; return number, key and place of each line."""
    seed(f"{key}.lines", list(range(max(count, 1))))
    lines: list[int] = st.session_state[f"{key}.lines"]

    def keep(changed: list[int]) -> None:
        st.session_state[f"{key}.lines"] = changed

    body = st.container(gap="xsmall")
    with st.container(horizontal=True, gap="small"):
        st.button(
            label, key=f"{key}.add", type="tertiary", icon=":material/add:", on_click=keep,
            args=([*lines, max(lines) + 1],),
        )  # fmt: skip
        if len(lines) > 1:
            st.button(
                "Remove the last", key=f"{key}.remove", type="tertiary", icon=":material/remove:", on_click=keep,
                args=(lines[:-1],),
            )  # fmt: skip
    return [(n, f"{key}.{n}", body.container(border=True, gap="xsmall", key=f"{key}.{n}.box")) for n in lines]


def _entries(value: Any) -> dict[int, Mapping[str, Any]]:
    return {place: entry for place, entry in enumerate(value or []) if isinstance(entry, Mapping)}


def conditions_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw one box a condition: column, comparison, value."""
    st.markdown(param.label)
    kept, found = _entries(value), []
    for number, key, place in _lines(form.key(param), len(kept), "Add a condition"):
        with place:
            found.append(_condition(form, key, kept.get(number, {})))
    return found


def _condition(form: Form, key: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    left, right = st.columns(2, gap="small")
    seed(f"{key}.column", entry.get("column") if entry.get("column") in form.names else None)
    name = left.selectbox(
        "Column", form.names, index=None, key=f"{key}.column", placeholder="Column", label_visibility="collapsed"
    )
    column = form.column(name)
    if column is None:
        return {"column": name or "", "operator": "eq", "value": None}
    known = [operator.key for operator in operators_for(column.storage)]
    seed(f"{key}.operator", entry.get("operator"))
    if st.session_state[f"{key}.operator"] not in known:
        st.session_state[f"{key}.operator"] = known[0]
    operator = right.selectbox(
        "Comparison", known, key=f"{key}.operator", label_visibility="collapsed",
        format_func=lambda k: operator_words(get_operator(k), column.storage),
    )  # fmt: skip
    takes = get_operator(str(operator)).takes
    # A value belongs to a column and a way to compare; another one begins empty.
    value = _value(form, f"{key}.{column.storage.value}.{takes}", column, takes, entry.get("value"))
    return {"column": name, "operator": operator, "value": value}


def _value(form: Form, key: str, column: ColumnSchema, takes: str, value: Any) -> Any:
    if takes == "none":
        return None
    if takes == "two":
        low, high = value if isinstance(value, list | tuple) and len(value) == 2 else (None, None)
        left, right = st.columns(2, gap="small")
        with left:
            first = _one(form, f"{key}.low", column, low, "From")
        with right:
            last = _one(form, f"{key}.high", column, high, "To")
        return [first, last]
    if takes == "many":
        seed(key, [str(v) for v in value] if isinstance(value, list | tuple) else [])
        options = list(dict.fromkeys([*st.session_state[key], *form.frequent(column.name)]))
        return st.multiselect(
            "Values", options, key=key, accept_new_options=True, label_visibility="collapsed",
            placeholder="Choose, or type and press Enter",
        )  # fmt: skip
    return _one(form, key, column, value, "Value")


def _one(form: Form, key: str, column: ColumnSchema, value: Any, label: str) -> Any:
    if column.storage in NUMBERS:
        seed(key, float(value) if isinstance(value, int | float) else None)
        return st.number_input(label, value=None, key=key, format="%g", label_visibility="collapsed", placeholder=label)
    if column.storage is StorageType.DATETIME:
        seed(key, str(value or ""))
        return st.text_input(label, key=key, placeholder="2024-03-31", label_visibility="collapsed")
    seed(key, None if value is None else str(value))
    options = ["true", "false"] if column.storage is StorageType.BOOL else form.frequent(column.name)
    held = st.session_state[key]
    return st.selectbox(
        label, list(dict.fromkeys([*([held] if held else []), *options])), index=None, key=key,
        accept_new_options=True, label_visibility="collapsed", placeholder="Choose, or type and press Enter",
    )  # fmt: skip


def aggregations_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw one box an aggregation: function, column, name."""
    st.markdown(param.label)
    kept, found = _entries(value), []
    words = {aggregate.key: aggregate.words for aggregate in AGGREGATES}
    for number, key, place in _lines(form.key(param), len(kept), "Add another"):
        entry = kept.get(number, {"function": "count"})
        with place:
            left, right = st.columns(2, gap="small")
            seed(f"{key}.function", entry.get("function") if entry.get("function") in words else "count")
            function = left.selectbox(
                "Function", list(words), key=f"{key}.function", format_func=lambda k: words.get(k, k),
                label_visibility="collapsed",
            )  # fmt: skip
            name = _aggregated(form, key, str(function), entry, right)
            seed(f"{key}.name", str(entry.get("name") or ""))
            title = st.text_input(
                "Name", key=f"{key}.name", label_visibility="collapsed", placeholder="Name; empty makes one"
            )
        found.append({"function": function, "column": name or "", "name": title or ""})
    return found


def _aggregated(form: Form, key: str, function: str, entry: Mapping[str, Any], place: DeltaGenerator) -> str | None:
    if function == "count":
        return None
    numeric = next(a.numeric for a in AGGREGATES if a.key == function)
    fitting = (*NUMBERS, StorageType.BOOL)
    names = [c.name for c in form.columns if not numeric or c.storage in fitting]
    seed(f"{key}.column", entry.get("column"))
    if st.session_state[f"{key}.column"] not in names:
        st.session_state[f"{key}.column"] = None
    chosen: str | None = place.selectbox(
        "Of", names, index=None, key=f"{key}.column", placeholder="Column", label_visibility="collapsed"
    )
    return chosen


def renames_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw all columns with a place for a new name."""
    given = value if isinstance(value, Mapping) else {}
    table = pd.DataFrame({"Column": form.names, "New name": [str(given.get(n, "")) for n in form.names]})
    edited = st.data_editor(
        table, key=form.key(param), hide_index=True, disabled=["Column"], alt="Columns and their new names",
        height=min(36 * (len(table) + 1), 420),
    )  # fmt: skip
    pairs = zip(edited["Column"], edited["New name"], strict=True)
    return {old: str(new) for old, new in pairs if new and str(new).strip() and str(new) != old}


def mapping_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw the values of the first chosen column with a place for what they become."""
    chosen = next(iter(form.values.get("columns") or []), None)
    given = {str(k): str(v) for k, v in value.items()} if isinstance(value, Mapping) else {}
    known = values_at(form.dataset, form.steps, form.place, str(chosen)) if form.column(chosen) else ()
    counts = dict(known[:_MOST_VALUES])
    values = [*given, *(v for v in counts if v not in given)]
    table = pd.DataFrame(
        {"Value": values, "Rows": [counts.get(v) for v in values], "Becomes": [given.get(v, "") for v in values]}
    ).astype({"Value": object, "Rows": "Int64", "Becomes": object})
    st.markdown(param.label)
    edited = st.data_editor(
        table, key=f"{form.key(param)}.{chosen or ''}"[:200], hide_index=True, disabled=["Rows"], num_rows="add",
        height=min(36 * (len(table) + 2), 420), alt="Values and what they become",
        column_config={"Rows": st.column_config.NumberColumn(format="localized", width=80)},
    )  # fmt: skip
    st.caption("A line left empty stays as it is. To empty cells, use the step that takes values as missing.")
    pairs = zip(edited["Value"], edited["Becomes"], strict=True)
    return {str(old): str(new) for old, new in pairs if _said(old) and _said(new)}


def _said(cell: Any) -> bool:
    return isinstance(cell, str) and cell != ""


def keys_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw pairs of columns that must be equal; the likeliest pair is filled in."""
    table = other_tables(form.dataset).get(str(form.values.get("table") or ""))
    if table is None:
        return {}
    proposals = _proposals(form, table.id)
    given = [*value.items()] if isinstance(value, Mapping) and value else [(p.left, p.right) for p in proposals[:1]]
    st.markdown(param.label)
    found: dict[str, str] = {}
    for number, key, place in _lines(f"{form.key(param)}.{table.id}", len(given), "Add a pair"):
        left, right = given[number] if number < len(given) else (None, None)
        with place:
            here, there = st.columns(2, gap="small")
            seed(f"{key}.left", left if left in form.names else None)
            seed(f"{key}.right", right if right in table.column_names else None)
            mine = here.selectbox("Here", form.names, index=None, key=f"{key}.left", placeholder="Column")
            theirs = there.selectbox(
                "In the other table", list(table.column_names), index=None, key=f"{key}.right", placeholder="Column"
            )
        if mine and theirs:
            found[mine] = theirs
    for proposal in proposals:
        once = "each value once" if proposal.unique else "values repeat"
        # Names of columns come from a file: they are shown as text.
        st.text(f"{proposal.left} = {proposal.right}: {share(proposal.found)} of the values here occur there, {once}.")
    return found


def _proposals(form: Form, table: str) -> tuple[Any, ...]:
    try:
        return keys_for(form.dataset, form.steps, form.place, table)
    except LatheError as error:
        show_error(error)
        return ()


LIST_FIELDS: Mapping[str, Field] = {
    "conditions": conditions_field,
    "aggregations": aggregations_field,
    "renames": renames_field,
    "mapping": mapping_field,
    "keys": keys_field,
}
