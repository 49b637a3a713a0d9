"""Inputs for single parameters of a table step: columns, texts, numbers, choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.messages import plain
from components.shape_data import other_tables, values_at
from core.data.actions import TableStep
from core.data.schema import ColumnSchema, Dataset
from core.shape.expression import FUNCTIONS
from core.shape.spec import StepParam
from core.types import ColumnKind, StorageType

NUMBERS = (StorageType.INT, StorageType.FLOAT)


@dataclass(frozen=True)
class Form:
    """What the inputs of one form need.

    Attributes
    ----------
    dataset, steps, place
        The table, its list of steps, and where the step stands in it (from 0).
    columns : tuple of ColumnSchema
        Columns before the step.
    scope : str
        Prefix of widget keys.
    values : mapping
        What the inputs before this one hold.
    """

    dataset: Dataset
    steps: tuple[TableStep, ...]
    place: int
    columns: tuple[ColumnSchema, ...]
    scope: str
    values: Mapping[str, Any]

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [column.name for column in self.columns]

    def column(self, name: Any) -> ColumnSchema | None:
        """Return a column, None where there is none."""
        return next((column for column in self.columns if column.name == name), None)

    def key(self, param: StepParam) -> str:
        """Return the widget key of a parameter."""
        return f"{self.scope}.{param.name}"

    def frequent(self, name: str) -> list[str]:
        """Return the most frequent values of a column."""
        return [value for value, _ in values_at(self.dataset, self.steps, self.place, name)]


def seed(key: str, value: Any) -> None:
    """Put a value under a widget's key before it is drawn for the first time."""
    if key not in st.session_state:
        st.session_state[key] = value


def accepted(form: Form, param: StepParam) -> list[str]:
    """Return the names of the columns that a parameter takes."""
    if not param.accepts:
        return form.names
    numeric = ColumnKind.NUMERIC in param.accepts
    return [c.name for c in form.columns if c.kind in param.accepts or (numeric and c.storage in NUMBERS)]


def column_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw the choice of one column."""
    names, key = accepted(form, param), form.key(param)
    seed(key, value if value in names else None)
    return st.selectbox(param.label, names, index=None, key=key, help=param.help or None, placeholder="Choose a column")


def columns_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw the choice of several columns."""
    names, key = accepted(form, param), form.key(param)
    seed(key, [name for name in value or [] if name in names])
    return st.multiselect(param.label, names, key=key, help=param.help or None, placeholder="Choose columns")


def other_columns_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw the choice of columns of the other table."""
    table = other_tables(form.dataset).get(str(form.values.get("table") or ""))
    names, key = list(table.column_names) if table else [], form.key(param)
    seed(key, list(value or []))
    st.session_state[key] = [name for name in st.session_state[key] if name in names]
    return st.multiselect(param.label, names, key=key, help=param.help or None, placeholder="All columns")


def text_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw a line of text."""
    key = form.key(param)
    seed(key, "" if value is None else str(value))
    return st.text_input(param.label, key=key, help=param.help or None)


def expression_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw a formula, with the functions it may hold."""
    key = form.key(param)
    seed(key, "" if value is None else str(value))
    typed = st.text_area(param.label, key=key, help=param.help or None, height=90, placeholder="Fare / (SibSp + 1)")
    with st.popover("Functions and signs", type="tertiary", icon=":material/function:", key=f"{key}.help"):
        st.caption("Signs: + - * / % ^, = != < <= > >=, and or not, in (...), is missing. Texts stand in 'quotes'.")
        rows = [{"Function": f.signature, "Gives": f.help} for f in FUNCTIONS]
        st.dataframe(rows, hide_index=True, height=320, width=560, key=f"{key}.functions")
    return typed


def texts_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw several texts: from a list where there is one, else from the values of the chosen column, or typed."""
    key = form.key(param)
    seed(key, [str(v) for v in value or []])
    if param.choices:
        labels = dict(zip(param.choices, param.choice_labels, strict=False))
        return st.pills(
            param.label, param.choices, selection_mode="multi", key=key, help=param.help or None,
            format_func=lambda choice: labels.get(choice, choice),
        )  # fmt: skip
    chosen = form.values.get("column") or next(iter(form.values.get("columns") or []), None)
    known = form.frequent(str(chosen)) if form.column(chosen) else []
    options = list(dict.fromkeys([*st.session_state[key], *known]))
    return st.multiselect(
        param.label, options, key=key, accept_new_options=True, help=param.help or None,
        placeholder="Choose, or type and press Enter",
    )  # fmt: skip


def number_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw a number."""
    key, cast = form.key(param), int if param.kind == "int" else float
    seed(key, None if value is None else cast(value))
    ends = [None if end is None else cast(end) for end in (param.low, param.high)]
    return st.number_input(
        param.label, ends[0], ends[1], value=None, step=cast(1) if param.kind == "int" else None, key=key,
        help=param.help or None, format="%d" if param.kind == "int" else "%g",
    )  # fmt: skip


def numbers_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw numbers with commas between them; what is no number is given on as text, for the step to refuse."""
    key = form.key(param)
    seed(key, ", ".join(f"{v:.10g}" if isinstance(v, int | float) else str(v) for v in value or []))
    typed = str(st.text_input(param.label, key=key, help=param.help or None, placeholder="18, 30, 65") or "")
    return [_number(part) for part in typed.replace(";", ",").split(",") if part.strip()]


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.strip()


def bool_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw a switch."""
    key = form.key(param)
    seed(key, bool(value))
    return st.toggle(param.label, key=key, help=param.help or None)


def choice_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw one of a few: beside one another where their words are short, else as a list."""
    key, labels = form.key(param), dict(zip(param.choices, param.choice_labels, strict=False))
    seed(key, value if value in param.choices else param.default)
    words = [labels.get(choice, choice) for choice in param.choices]
    if len(words) <= 3 and sum(map(len, words)) <= 44:
        return st.segmented_control(
            param.label, param.choices, key=key, help=param.help or None, required=True,
            format_func=lambda choice: labels.get(choice, choice),
        )  # fmt: skip
    return st.selectbox(
        param.label, param.choices, key=key, help=param.help or None,
        format_func=lambda choice: labels.get(choice, choice),
    )  # fmt: skip


def table_field(form: Form, param: StepParam, value: Any) -> Any:
    """Draw the choice of another table of the project."""
    tables, key = other_tables(form.dataset), form.key(param)
    if not tables:
        st.info("This project has one table. Bring a second one on the Upload page.", icon=":material/info:")
        return None
    seed(key, value if value in tables else None)
    return st.selectbox(
        param.label, list(tables), index=None, key=key, help=param.help or None, placeholder="Choose a table",
        format_func=lambda i: f"{tables[i].name}, {tables[i].rows:,} rows" if i in tables else i,
    )  # fmt: skip


Field = Callable[[Form, StepParam, Any], Any]

FIELDS: Mapping[str, Field] = {
    "column": column_field,
    "columns": columns_field,
    "other_columns": other_columns_field,
    "name": text_field,
    "text": text_field,
    "expression": expression_field,
    "texts": texts_field,
    "number": number_field,
    "int": number_field,
    "numbers": numbers_field,
    "bool": bool_field,
    "choice": choice_field,
    "table": table_field,
}


def shown_columns(names: Sequence[str], most: int = 5) -> str:
    """Return names for a sentence, escaped, the first few of them."""
    rest = len(names) - most
    return ", ".join(plain(name) for name in names[:most]) + (f" and {rest:,} more" if rest > 0 else "")
