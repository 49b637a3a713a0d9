"""How a file was understood: the raw lines, the settings found with their reasons, and the table they give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from components import layout, services, state
from components.draft import Pending
from components.messages import plain, show_error, show_notes
from components.numbers import counted
from core.data.read import raw_lines, read_text
from core.data.schema import MISSING_WORDS, ParseSettings
from core.data.sheets import sheet_names
from core.errors import LatheError

PREVIEW_ROWS = 50
RAW_LINES = 8
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "cp1252",
    "latin-1",
    "utf-16",
    "mac-roman",
    "cp1250",
    "cp1251",
    "shift_jis",
    "gb18030",
)
DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar", " ": "Blank", ":": "Colon"}
THOUSANDS = {"": "None", ",": "Comma", ".": "Point", " ": "Blank", "'": "Apostrophe"}
DECIMALS = {".": "Point", ",": "Comma"}


def parse_review(pending: Pending) -> bool:
    """Draw the settings beside the raw lines and the preview; changes take effect at once.

    Returns
    -------
    bool
        Whether the file can be read with these settings.
    """
    left, right = layout.two_columns()
    with right:
        layout.section("How it is read", "Found by looking at the file. Change what is wrong.")
        parse = _settings(services.workspace().path(pending.path), pending.parse)
    if parse != pending.parse:
        state.save_pending(pending.model_copy(update={"parse": parse}))
    with left:
        return _preview(pending, parse)


def _preview(pending: Pending, parse: ParseSettings) -> bool:
    path = services.workspace().path(pending.path)
    try:
        if parse.format == "csv":
            layout.section("The file", "Its first lines, as they are.")
            st.code("\n".join(line[:400] for line in raw_lines(path, parse, RAW_LINES)), language=None)
        table = read_text(path, parse, rows=PREVIEW_ROWS)
    except (LatheError, UnicodeError) as error:
        show_error(error if isinstance(error, LatheError) else _wrong_encoding(parse.encoding))
        return False
    layout.section(
        "The table it gives",
        f"{counted(len(table.frame.columns), 'column')}, and the first {counted(len(table.frame), 'row')}.",
    )
    st.dataframe(table.frame, hide_index=True, height=320, key="parse.preview")
    show_notes(table.notes)
    return True


def _wrong_encoding(encoding: str) -> LatheError:
    return LatheError(
        f"The file must be written in the encoding it is read with; {encoding} does not fit it.",
        hint="Choose another one.",
        field="parse.encoding",
    )


def _settings(path: Path, parse: ParseSettings) -> ParseSettings:
    changes: dict[str, Any] = {}
    with st.container(gap="small"):
        if parse.format == "csv":
            changes |= _csv_settings(parse)
        if parse.format == "excel":
            changes["sheet"] = _choice(parse, "sheet", "Sheet", {name: name for name in sheet_names(path)})
        if parse.format != "parquet":
            changes["header"] = _field(
                parse, "header", st.toggle, "The first line names the columns", value=parse.header
            )
            changes |= _advanced(parse)
    return parse.model_copy(update=changes)


def _csv_settings(parse: ParseSettings) -> dict[str, Any]:
    return {
        "delimiter": _choice(parse, "delimiter", "Columns are separated by", DELIMITERS),
        "decimal": _choice(parse, "decimal", "Decimal mark", DECIMALS),
        "encoding": _choice(parse, "encoding", "Characters (encoding)", {e: e for e in ENCODINGS}),
    }


def _advanced(parse: ParseSettings) -> dict[str, Any]:
    with st.expander("More settings", type="compact", key="parse.more"):
        changes: dict[str, Any] = {
            "thousands": _choice(parse, "thousands", "Thousands mark", THOUSANDS),
            "skip_lines": _field(
                parse,
                "skip_lines",
                st.number_input,
                "Lines before the table",
                value=parse.skip_lines,
                min_value=0,
                max_value=max(1000, parse.skip_lines),
            ),
            "day_first": _field(
                parse, "day_first", st.toggle, "01/02/2026 is the first of February", value=parse.day_first
            ),
        }
        words = st.multiselect(
            "Cells read as missing",
            list(dict.fromkeys((*MISSING_WORDS, *parse.missing_words))),
            list(parse.missing_words),
            format_func=lambda word: word or "(empty)",
            accept_new_options=True,
            key="parse.missing_words",
        )
    changes["missing_words"] = tuple(words)
    return changes


def _choice(parse: ParseSettings, name: str, label: str, words: dict[str, str]) -> str:
    now = str(getattr(parse, name))
    options = [*words, *([now] if now not in words else [])]
    return str(
        _field(
            parse,
            name,
            st.selectbox,
            label,
            options=options,
            index=options.index(now),
            format_func=lambda value: words.get(value, value),
        )
    )


def _field(parse: ParseSettings, name: str, widget: Callable[..., Any], label: str, **options: Any) -> Any:
    with st.container(gap="xxsmall"):
        value = widget(label, key=f"parse.{name}", **options)
        if parse.reasons.get(name):
            st.caption(plain(parse.reasons[name]))
    return value
