"""The findings of a table as a whole: the verdict, filters, the list, what was dismissed and what was looked for."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import layout
from components.messages import plain
from components.numbers import counted
from components.quality_data import ignored, keep, kept
from components.quality_findings import MARKS, finding_card
from core.data.schema import Dataset
from core.data.task import Task
from core.quality.finding import Finding, QualityReport
from core.quality.registry import CHECKS
from core.quality.report import is_settled, open_findings
from core.types import Severity

MOST_SHOWN = 15
EVERY_COLUMN = "All columns"


def verdict(findings: Sequence[Finding]) -> str:
    """Return in one sentence how a table stands."""
    if not findings:
        return "Nothing speaks against this table."
    forms = {
        Severity.BAD: ("will spoil a model", "will spoil a model"),
        Severity.WATCH: ("is worth a look", "are worth a look"),
        Severity.NOTE: ("is good to know", "are good to know"),
    }
    counts = {severity: sum(f.severity is severity for f in findings) for severity in forms}
    said = [(n, forms[severity][n != 1]) for severity, n in counts.items() if n]
    parts = [f"{counted(n, 'thing') if place == 0 else n} {words}" for place, (n, words) in enumerate(said)]
    return f"{', '.join(parts[:-1])} and {parts[-1]}." if len(parts) > 1 else f"{parts[0]}."


def findings_list(dataset: Dataset, task: Task | None, report: QualityReport) -> None:
    """Draw the findings that are open, by severity and column as chosen."""
    open_ones = open_findings(report, ignored=ignored(task), dismissed=kept(dataset, "dismissed"))
    layout.section(verdict(open_ones))
    if not open_ones:
        with st.container(border=True):
            st.markdown(
                f":green[:material/check_circle:] {counted(len(report.checked), 'check')} went through the table and "
                "found nothing to mend."
            )
    shown = _filtered(dataset, open_ones)
    for finding in shown[:MOST_SHOWN]:
        finding_card(dataset, task, finding)
    if len(shown) > MOST_SHOWN:
        with st.expander(f"{len(shown) - MOST_SHOWN} more"):
            for finding in shown[MOST_SHOWN:]:
                finding_card(dataset, task, finding)
    _settled(dataset, task, report)
    _looked_for(report)


def _filtered(dataset: Dataset, findings: Sequence[Finding]) -> list[Finding]:
    if len(findings) < 4:
        return list(findings)
    present = [severity for severity in Severity if any(f.severity is severity for f in findings)]
    columns = [name for name in dataset.column_names if any(name in f.columns for f in findings)]
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        wanted = st.pills(
            "Show",
            present,
            format_func=lambda s: f"{MARKS[s][1]} ({sum(f.severity is s for f in findings)})",
            selection_mode="multi",
            key=f"quality.severity.{dataset.id}",
            label_visibility="collapsed",
        )
        column = st.selectbox(
            "Column",
            [EVERY_COLUMN, *columns],
            key=f"quality.column.{dataset.id}",
            label_visibility="collapsed",
            width=220,
        )
    kept_ones = [f for f in findings if not wanted or f.severity in wanted]
    return [f for f in kept_ones if column == EVERY_COLUMN or column in f.columns]


def _settled(dataset: Dataset, task: Task | None, report: QualityReport) -> None:
    """Draw what is off the list: left out of training, or called no problem."""
    dismissed = kept(dataset, "dismissed")
    gone = [f for f in report.findings if f.key in dismissed]
    done = [f for f in report.findings if f not in gone and is_settled(f, ignored(task))]
    if not gone and not done:
        return
    with st.expander(f"Off the list ({len(gone) + len(done)})"):
        for finding in done:
            st.markdown(f":green[:material/check:] {plain(finding.title)} :gray[left out of training]")
        for finding in gone:
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.markdown(f"{plain(finding.title)} :gray[not a problem, you said]", width="content")
                rest = [key for key in dismissed if key != finding.key]
                st.button(
                    "Bring back",
                    key=f"quality.back.{finding.key}",
                    type="tertiary",
                    on_click=keep,
                    args=(dataset, "dismissed", rest),
                )


def _looked_for(report: QualityReport) -> None:
    with st.expander(f"What was looked for ({counted(len(report.checked), 'check')})"):
        found = {finding.check for finding in report.findings}
        for check in CHECKS:
            if check.title in report.skipped:
                state = (
                    f":gray[:material/remove:] **{check.title}** :gray[not looked for: {report.skipped[check.title]}]"
                )
            else:
                mark = ":orange[:material/flag:]" if check.key in found else ":green[:material/check:]"
                state = f"{mark} **{check.title}** :gray[{check.looks_for} {check.why}]"
            st.markdown(state)
