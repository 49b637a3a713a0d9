"""The settings of a waiting file: what is unusual first, the rest folded; each with its reason, changed at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from components import state
from components.controlled import controlled
from components.messages import plain
from components.parse_columns import column_settings
from components.parse_words import CHOICES, FORMAT_WORDS, LABELS, SETTINGS, is_unusual
from core.data.schema import MISSING_WORDS, ParseSettings

CHOSEN = "Chosen by you."
MOST_LINES = 100_000
SHOWN_FIRST = ("sheet", "query", "table", "delimiter", "widths", "header")
"""Settings that are drawn unfolded whatever they are."""

COLUMN_SETTINGS = ("column_missing", "column_day_first", "units")


def parse_settings(parse: ParseSettings, *, tables: Sequence[str], columns: Sequence[str]) -> None:
    """Draw the settings of the waiting file; a change is saved with it and drawn in the next run of the page.

    Parameters
    ----------
    parse : ParseSettings
        As it is now.
    tables : sequence of str
        Names of the sheets or tables in the file; the choice is drawn where there are several.
    columns : sequence of str
        Names of the columns that the settings give, for what is set column by column.
    """
    names = [name for name in SETTINGS[parse.format] if name not in COLUMN_SETTINGS]
    if not tables:
        names = [name for name in names if name not in ("sheet", "query")]
    if parse.table or "table" in parse.reasons:
        names = ["table", *names]
    if not parse.header:
        names = [name for name in names if name != "header_rows"]
    first = [name for name in names if name in SHOWN_FIRST or is_unusual(parse, name)]
    with st.container(gap="small"):
        st.caption(f"{FORMAT_WORDS[parse.format]}.")
        for name in first:
            _setting(parse, name, tables)
        rest = [name for name in names if name not in first]
        if rest:
            with st.expander(f"{len(rest)} more settings, all as usual", type="compact", key="parse.more"):
                for name in rest:
                    _setting(parse, name, tables)
        if columns and SETTINGS[parse.format]:
            column_settings(parse, columns, save=save)


def save(**changes: Any) -> None:
    """Change settings of the waiting file. A callback."""
    waiting = state.pending()
    if waiting is None:
        return
    reasons = {**waiting.parse.reasons, **dict.fromkeys(changes, CHOSEN)}
    parse = waiting.parse.model_copy(update={**changes, "reasons": reasons})
    state.save_pending(waiting.model_copy(update={"parse": parse}))


def _setting(parse: ParseSettings, name: str, tables: Sequence[str]) -> None:
    with st.container(gap="xxsmall"):
        _widget(parse, name, tables)
        if parse.reasons.get(name):
            st.caption(plain(parse.reasons[name]))


def _widget(parse: ParseSettings, name: str, tables: Sequence[str]) -> None:
    value = getattr(parse, name)
    if name in CHOICES:
        _choice(parse, name, list(CHOICES[name]), lambda v: CHOICES[name].get(v, v))
    elif name == "sheet":
        _choice(parse, name, list(tables), str)
    elif name == "table":
        _table(parse)
    elif isinstance(value, bool):
        _draw(st.toggle, parse, name)
    elif isinstance(value, int):
        low = 1 if name == "header_rows" else 0
        _draw(st.number_input, parse, name, min_value=low, max_value=max(MOST_LINES, value), step=1)
    elif name == "missing_words":
        _missing_words(parse)
    elif name == "widths":
        _widths(parse)
    else:
        _draw(st.text_area, parse, name, height=90, placeholder="SELECT ...; empty takes the whole table")


def _choice(parse: ParseSettings, name: str, options: list[str], words: Callable[[str], str]) -> None:
    now = str(getattr(parse, name))
    options = options if now in options else [*options, now]
    _draw(st.selectbox, parse, name, options, format_func=words)


def _draw(widget: Callable[..., Any], parse: ParseSettings, name: str, *options: Any, **more: Any) -> None:
    controlled(
        widget,
        LABELS[name],
        *options,
        key=f"parse.{name}",
        value=getattr(parse, name),
        save=lambda value: save(**{name: value}),
        **more,
    )


def _table(parse: ParseSettings) -> None:
    controlled(
        st.number_input,
        LABELS["table"],
        key="parse.table",
        value=max(parse.table, 0) + 1,
        save=lambda number: save(table=int(number) - 1),
        min_value=1,
        max_value=1_000,
        step=1,
    )


def _missing_words(parse: ParseSettings) -> None:
    controlled(
        st.multiselect,
        LABELS["missing_words"],
        list(dict.fromkeys((*MISSING_WORDS, *parse.missing_words))),
        key="parse.missing_words",
        value=list(parse.missing_words),
        save=lambda words: save(missing_words=tuple(words)),
        format_func=lambda word: word or "(empty)",
        accept_new_options=True,
    )


def _widths(parse: ParseSettings) -> None:
    controlled(
        st.text_input,
        LABELS["widths"],
        key="parse.widths",
        value=", ".join(map(str, parse.widths)),
        save=_save_widths,
        help="Characters of each column, in order: 8, 12, 5",
    )


def _save_widths(text: str) -> None:
    numbers = [int(word) for word in text.replace(";", ",").replace(" ", ",").split(",") if word.isdecimal()]
    if numbers and all(numbers):
        save(widths=tuple(numbers))
