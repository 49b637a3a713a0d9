"""Findings as cards: mark, title, sentence, fixes with their effect, the rows concerned."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.messages import plain, show_error
from components.numbers import counted
from components.quality_data import effect_of, keep, kept, take
from core.data.schema import Dataset
from core.data.task import Task
from core.errors import LatheError
from core.quality.finding import Finding, Fix
from core.quality.mend import Effect
from core.quality.rows import MOST_DOWNLOADED, concerned_csv, concerned_rows
from core.types import Severity

MARKS: dict[Severity, tuple[str, str]] = {
    Severity.BAD: (":red[:material/error:]", "Spoils models"),
    Severity.WATCH: (":orange[:material/warning:]", "Worth a look"),
    Severity.NOTE: (":gray[:material/info:]", "Good to know"),
}
SHOWN_ROWS = 200
LONGEST = 400
NBSP = "\N{NO-BREAK SPACE}"
ARROW = "\N{RIGHTWARDS ARROW}"


def finding_card(dataset: Dataset, task: Task | None, finding: Finding) -> None:
    """Draw one finding with all that can be done about it."""
    mark, word = MARKS[finding.severity]
    with st.container(border=True, gap="xsmall", key=f"quality.card.{finding.key}"):
        st.markdown(f"{mark} **{plain(_cut(finding.title, 200))}** &nbsp; :gray[:small[{word.replace(' ', NBSP)}]]")
        st.markdown(f":gray[{plain(_cut(finding.sentence))}]")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            _actions(dataset, task, finding)
        _opened_fix(dataset, task, finding)
        if finding.where and state.recall("quality.rows") == finding.key:
            rows_table(dataset, finding.where, finding.columns, key=finding.key)


def _actions(dataset: Dataset, task: Task | None, finding: Finding) -> None:
    for place, fix in enumerate(finding.fixes[:1]):
        _fix_button(finding, place, fix)
    if len(finding.fixes) > 1:
        with st.popover("Other ways", type="tertiary", key=f"quality.ways.{finding.key}"):
            for place, fix in enumerate(finding.fixes[1:], start=1):
                _fix_button(finding, place, fix)
                if fix.why:
                    st.caption(plain(fix.why))
    if finding.where:
        opened = state.recall("quality.rows") == finding.key
        st.button(
            "Hide rows" if opened else "Show rows",
            key=f"quality.rows.{finding.key}",
            type="tertiary",
            icon=":material/table_rows:",
            on_click=state.remember,
            args=("quality.rows", None if opened else finding.key),
        )
    st.button(
        "Not a problem",
        key=f"quality.dismiss.{finding.key}",
        type="tertiary",
        icon=":material/close:",
        on_click=_dismiss,
        args=(dataset, finding.key),
        help="Takes it off the list; kept with the project, and brought back below the list.",
    )


def _fix_button(finding: Finding, place: int, fix: Fix) -> None:
    key = f"quality.fix.{finding.key}.{place}"
    label = plain(_cut(fix.label, 80))
    if fix.prepare:
        if st.button(label, key=key, icon=":material/arrow_forward:", icon_position="right", help=plain(fix.why)):
            state.go(nav.PLAN)
        return
    st.button(
        label,
        key=key,
        on_click=state.remember,
        args=("quality.open", [finding.key, place]),
        help="Shows first what it does.",
    )


def _dismiss(dataset: Dataset, key: str) -> None:
    keep(dataset, "dismissed", [*kept(dataset, "dismissed"), key])


def _opened_fix(dataset: Dataset, task: Task | None, finding: Finding) -> None:
    """Draw what the chosen fix does, and the button that does it."""
    opened = state.recall("quality.open")
    if not opened or opened[0] != finding.key or opened[1] >= len(finding.fixes):
        return
    fix = finding.fixes[opened[1]]
    ready = True
    with st.container(border=True, gap="xsmall", key="quality.effect"):
        st.markdown(f"**{plain(_cut(fix.label, 80))}**")
        if fix.why:
            st.caption(plain(_cut(fix.why)))
        if fix.ignore and task is None:
            st.caption("What takes part in training is settled with the goal: choose what to predict first.")
            ready = False
        elif fix.steps:
            ready = _effect_lines(dataset, fix)
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Do it", key="quality.apply", type="primary", disabled=not ready, on_click=take, args=(dataset, fix)
            )
            st.button("Cancel", key="quality.cancel", on_click=state.remember, args=("quality.open", None))


def _effect_lines(dataset: Dataset, fix: Fix) -> bool:
    try:
        found = effect_of(dataset, fix)
    except LatheError as error:
        show_error(error)
        return False
    for line in effect_words(found):
        st.caption(plain(_cut(line)))
    if not found.rows_after:
        st.caption("No row would be left, so it cannot be done.")
    return found.rows_after > 0


def effect_words(found: Effect) -> list[str]:
    """Return what a fix does in short lines."""
    lines = []
    if found.rows_after != found.rows_before:
        lines.append(f"Rows: {found.rows_before:,} {ARROW} {found.rows_after:,}")
    if found.added:
        lines.append(f"{counted(len(found.added), 'column')} more: {', '.join(found.added[:6])}")
    if found.removed:
        lines.append(f"{counted(len(found.removed), 'column')} fewer: {', '.join(found.removed[:6])}")
    if found.changed:
        cells = [f"{counted(count, 'cell')} of {name}" for name, count in list(found.changed.items())[:6]]
        lines.append(f"Changes {', '.join(cells)}{' and others' if len(found.changed) > 6 else ''}")
    lines += list(found.notes)
    return lines or ["Nothing in the cells changes."]


def rows_table(dataset: Dataset, where: str, columns: tuple[str, ...], *, key: str) -> None:
    """Draw rows for which a condition holds, the columns concerned first, with their download."""
    workspace = services.workspace()
    try:
        shown = concerned_rows(workspace, dataset, where, rows=SHOWN_ROWS, first=columns[:8])
    except LatheError as error:
        show_error(error)
        return
    st.dataframe(shown, key=f"quality.table.{key}", height=min(38 * (len(shown) + 1) + 2, 360))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.download_button(
            "CSV of these rows",
            data=lambda: concerned_csv(workspace, dataset, where),
            file_name="rows.csv",
            mime="text/csv",
            key=f"quality.csv.{key}",
            on_click="ignore",
            icon=":material/download:",
            type="tertiary",
            help=f"At most {MOST_DOWNLOADED:,} rows. Text that a spreadsheet would take for a formula gets a leading "
            "apostrophe.",
        )
        if len(shown) == SHOWN_ROWS:
            st.caption(f"The first {SHOWN_ROWS} are shown.")


def done_line() -> None:
    """Say what the last fix did, and where it is undone."""
    problem, done = state.recall("quality.problem"), state.recall("quality.done")
    if problem:
        from core.errors import ErrorInfo

        show_error(ErrorInfo.model_validate(problem))
    if done:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(f":green[:material/check:] {plain(_cut(str(done), 80))}: done.", width="content")
            layout.link(nav.SHAPE, "Undo at Clean and shape", icon=":material/undo:")


def _cut(text: str, longest: int = LONGEST) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
