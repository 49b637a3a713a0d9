"""What is set column by column while a file waits: missing words, the order in dates, units."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from components.controlled import controlled
from components.messages import plain
from components.parse_words import value_word
from core.data.schema import ParseSettings

ORDERS = {None: "As everywhere", True: "Day first", False: "Month first"}


def column_settings(parse: ParseSettings, columns: Sequence[str], *, save: Callable[..., None]) -> None:
    """Draw the settings of one column, and below them which columns have settings of their own.

    Parameters
    ----------
    parse : ParseSettings
        As it is now.
    columns : sequence of str
        Names of the columns.
    save : callable
        Takes changed settings by their names.
    """
    own = {name: getattr(parse, name) for name in ("column_missing", "column_day_first", "units")}
    count = len({column for settings in own.values() for column in settings})
    title = f"Columns read in a way of their own: {count}" if count else "Read a column in a way of its own"
    with st.expander(title, type="compact", key="parse.columns"):
        name = st.selectbox("Column", list(columns), key="parse.column", format_func=lambda c: c[:80])
        if name is not None:
            _one(parse, name, save)
        for setting, found in own.items():
            if found:
                st.caption(plain(value_word(parse, setting)))


def _one(parse: ParseSettings, name: str, save: Callable[..., None]) -> None:
    controlled(
        st.multiselect,
        "Missing words of this column",
        list(dict.fromkeys((*parse.missing_words, *parse.column_missing.get(name, ())))),
        key=f"parse.column_missing.{name}",
        value=list(parse.column_missing.get(name, parse.missing_words)),
        save=lambda words: save(column_missing=_entered(parse.column_missing, name, tuple(words), parse.missing_words)),
        format_func=lambda word: word or "(empty)",
        accept_new_options=True,
    )
    controlled(
        st.selectbox,
        "Order in its dates",
        list(ORDERS),
        key=f"parse.column_day_first.{name}",
        value=parse.column_day_first.get(name),
        save=lambda order: save(column_day_first=_entered(parse.column_day_first, name, order, None)),
        format_func=lambda order: ORDERS[order],
    )
    controlled(
        st.text_input,
        "Unit or sign taken off its numbers",
        key=f"parse.units.{name}",
        value=parse.units.get(name, ""),
        save=lambda unit: save(units=_entered(parse.units, name, unit.strip(), "")),
        placeholder="$, %, kg",
    )


def _entered(settings: dict[str, Any], name: str, value: Any, usual: Any) -> dict[str, Any]:
    """Return the settings of all columns with the one of ``name`` changed, or taken out where it is as usual."""
    rest = {column: entry for column, entry in settings.items() if column != name}
    return rest if value == usual else {**rest, name: value}
