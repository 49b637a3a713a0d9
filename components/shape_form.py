"""The form of a table step, made from its declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.messages import show_error
from components.shape_data import columns_at
from components.shape_fields import FIELDS, Form
from components.shape_lists import LIST_FIELDS
from components.shape_state import Editing, close_form
from core.data.actions import TableStep
from core.data.schema import Dataset
from core.errors import LatheError
from core.shape.checks import is_active
from core.shape.conditions import get_operator
from core.shape.registry import get_step


def step_form(dataset: Dataset, opened: Editing) -> TableStep | None:
    """Draw the form of a step and return the step as the form says it; None where there can be no form.

    Parameters
    ----------
    dataset : Dataset
        The table.
    opened : Editing
        Which step, and where it stands.
    """
    try:
        spec = get_step(opened.step.key)
        columns = columns_at(dataset, dataset.steps, opened.place)
    except LatheError as error:
        show_error(error)
        return None
    with st.container(gap="xxsmall"):
        st.subheader(spec.title, anchor=False)
        st.caption(f"{spec.purpose} {spec.when}")
    values: dict[str, Any] = {}
    fields = {**FIELDS, **LIST_FIELDS}
    for param in spec.params:
        if not is_active(spec, param, {**opened.step.params, **values}):
            continue
        form = Form(dataset, dataset.steps, opened.place, columns, opened.scope, values)
        values[param.name] = fields[param.kind](form, param, opened.step.params.get(param.name, param.default))
    st.button("Cancel", key="shape.cancel", type="tertiary", on_click=close_form)
    chosen = {name: value for name, value in values.items() if value != spec.param(name).default}
    return opened.step.model_copy(update={"params": chosen})


def complete(step: TableStep) -> bool:
    """Tell whether everything that a step needs was said; whether it is right, the step itself says."""
    spec = get_step(step.key)
    values = {param.name: step.params.get(param.name, param.default) for param in spec.params}
    needed = [p for p in spec.params if not p.optional and is_active(spec, p, values)]
    return all(_said(values[param.name]) for param in needed)


def _said(value: Any) -> bool:
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return all(_entry_said(entry) for entry in value)
    return value is not None and value != "" and value != [] and value != {}


def _entry_said(entry: Mapping[str, Any]) -> bool:
    """Tell whether a condition has its column and value, or an aggregation its column."""
    if "function" in entry:
        return entry["function"] == "count" or bool(entry["column"])
    if not entry.get("column"):
        return False
    value = entry.get("value")
    parts = value if isinstance(value, list) else [value]
    nothing_needed = get_operator(str(entry["operator"])).takes == "none"
    return nothing_needed or (bool(parts) and all(part is not None and part != "" for part in parts))
