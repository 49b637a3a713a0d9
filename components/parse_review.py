"""How a file was understood: the raw lines beside the table they give, the settings found, and what is to be asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from components import layout
from components.draft import Pending
from components.messages import show_error, show_notes
from components.numbers import counted
from components.parse_settings import parse_settings
from components.reading_questions import reading_questions
from components.rejected_rows import rejected_rows
from components.waiting_file import path_of
from core.data.kinds import infer_columns
from core.data.questions import Question, questions
from core.data.read import TextTable, raw_lines, read_text
from core.data.schema import FileFormat, ParseSettings
from core.data.sources import containers
from core.errors import ErrorInfo, LatheError

PREVIEW_ROWS = 50
WHOLE_BYTES = 8 << 20
"""A file up to this size is read whole for the preview, so that broken rows anywhere in it are told at once."""

FIRST_ROWS = 5_000
"""Rows of a larger file that are looked at."""

ASKED_COLUMNS = 300
"""Columns that questions are looked for in."""

RAW_LINES = 9
LONG_NAME = 60
MOST_COLUMNS = 300
"""Columns of the preview that are drawn; a browser takes seconds for thousands."""


def parse_review(pending: Pending) -> bool:
    """Draw the settings beside the raw lines and the preview; changes take effect at once.

    Returns
    -------
    bool
        Whether the file can be read with these settings.
    """
    path = path_of(pending)
    found, problem = _look_over(path, pending.parse)
    left, right = layout.two_columns()
    with right:
        layout.section("How it is read", "Found by looking at the file. Change what is wrong.")
        columns = [str(name) for name in found.table.frame.columns] if found is not None else []
        parse_settings(pending.parse, tables=_tables(path, pending.parse), columns=columns)
    with left:
        if found is not None:
            reading_questions(pending, found.questions)
        _raw(path, pending.parse)
        if problem is not None:
            show_error(problem)
        if found is not None:
            _table(found.table)
    return found is not None


@dataclass(frozen=True)
class Look:
    """The first rows of a file, what could not be read, and what is to be asked."""

    table: TextTable
    questions: tuple[Question, ...]


def _look_over(path: Path, parse: ParseSettings) -> tuple[Look | None, ErrorInfo | None]:
    """Return what is found in the file, or why it cannot be read."""
    try:
        stat = path.stat()
        rows = None if stat.st_size <= WHOLE_BYTES else FIRST_ROWS
        return _look(str(path), stat.st_mtime_ns, parse.model_dump_json(), rows, parse), None
    except (LatheError, UnicodeError) as error:
        known = error if isinstance(error, LatheError) else _wrong_encoding(parse.encoding)
        return None, ErrorInfo.from_exception(known)


@st.cache_resource(max_entries=16, show_spinner=False)
def _look(path: str, changed: int, settings: str, rows: int | None, _parse: ParseSettings) -> Look:
    found = read_text(Path(path), _parse, rows=rows)
    some = replace(found, frame=found.frame.iloc[:FIRST_ROWS, :ASKED_COLUMNS])
    asked = questions(some, _parse, infer_columns(some, _parse))
    # Only what is drawn is kept.
    return Look(replace(found, frame=found.frame.head(PREVIEW_ROWS).copy()), asked)


def _tables(path: Path, parse: ParseSettings) -> tuple[str, ...]:
    """Return the sheets or tables that can be chosen in the file."""
    try:
        return _containers(str(path), path.stat().st_mtime_ns, parse.format)
    except LatheError:
        return ()


@st.cache_resource(max_entries=16, show_spinner=False)
def _containers(path: str, changed: int, file_format: FileFormat) -> tuple[str, ...]:
    return () if file_format in ("csv", "fixed", "sql") else containers(Path(path), file_format)


def _raw(path: Path, parse: ParseSettings) -> None:
    """Draw the first lines of a text file with their numbers and what each is taken for."""
    if parse.format not in ("csv", "fixed"):
        return
    layout.section("The file", "Its first lines, as they are: - is left out, = names the columns.")
    try:
        lines = raw_lines(path, parse, RAW_LINES + parse.skip_lines if parse.skip_lines < 20 else RAW_LINES)
    except (LatheError, UnicodeError):
        return
    named = parse.skip_lines + (parse.header_rows if parse.header else 0)
    marks = ["-" if n < parse.skip_lines else "=" if n < named else " " for n in range(len(lines))]
    text = [f"{n:>3} {mark} {line[:400]}" for n, (mark, line) in enumerate(zip(marks, lines, strict=True), 1)]
    st.code("\n".join(text).replace("\t", "\N{RIGHTWARDS ARROW}   "), language=None)


def _table(table: TextTable) -> None:
    width = len(table.frame.columns)
    layout.section(
        "The table it gives", f"{counted(width, 'column')}, and the first {counted(len(table.frame), 'row')}."
    )
    shown = table.frame.iloc[:, :MOST_COLUMNS]
    st.dataframe(
        shown,
        hide_index=True,
        height=min(320, 35 * (len(shown) + 1) + 2),
        key="parse.preview",
        column_config={name: st.column_config.Column(width=240) for name in shown if len(name) > LONG_NAME},
        alt="The first rows as they are read",
    )
    if width > MOST_COLUMNS:
        st.caption(f"The first {MOST_COLUMNS} of {width:,} columns.")
    rejected_rows(table.rejected, table.rejected_total, key="parse")
    show_notes(table.notes[:20])


def _wrong_encoding(encoding: str) -> LatheError:
    return LatheError(
        f"The file must be written in the encoding it is read with; {encoding} does not fit it.",
        hint="Choose another one.",
        field="parse.encoding",
    )
