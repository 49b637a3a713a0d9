"""What a split comes to: a line for each part, rows that are equal, and whether the sides are alike."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from components import services, state
from components.columns_editor import table_height
from components.layout import section
from components.messages import plain, show_error
from components.numbers import counted, number
from components.split_choices import Save
from core.data.schema import Dataset
from core.data.split_checks import SplitReport, times_of
from core.data.split_drift import DriftReport, find_drift
from core.data.splits.equal import can_stay_together
from core.data.task import Split, Task
from core.errors import LatheError
from core.types import EqualRows, SplitKind
from core.words import share

_MOST_CLASSES = 6


def random_or_time(dataset: Dataset, task: Task, save: Save) -> None:
    """Ask whether time matters where the table has dates and rows are mixed; silent otherwise."""
    if not task.split.kind.is_shuffled:
        return
    times = _times(str(services.workspace().root), dataset.view_key, dataset)
    if not times:
        return
    name = next((name for name, ordered in times.items() if ordered), next(iter(times)))
    ordered = ", and its rows stand in that order" if times[name] else ""
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f":small[**Random or by time?** The table has times ({plain(name)}){ordered}. Where later rows will be "
            "predicted from earlier ones, judge so.]"
        )
        st.button(
            f"Divide by {plain(name)}",
            key=f"split.by_time.{dataset.id}",
            on_click=save,
            kwargs={"kind": SplitKind.TIME, "time": name},
        )


def part_table(report: SplitReport) -> pd.DataFrame:
    """Return a line for each part: rows, their share, and the shares of the classes (mean and spread of a number)."""
    classes = report.classes[:_MOST_CLASSES]
    lines = []
    for part in report.parts:
        line: dict[str, object] = {"Part": part.name, "Rows": part.rows, "Share": 100 * part.share}
        if report.classes:
            line |= dict(zip(classes, (100 * value for value in part.mix), strict=False))
        else:
            line |= dict(zip(("Mean", "Spread"), part.mix, strict=False))
        if part.first:
            line |= {"From": part.first.removesuffix(" 00:00:00"), "To": part.last.removesuffix(" 00:00:00")}
        lines.append(line)
    return pd.DataFrame(lines)


def parts_view(report: SplitReport, task: Task) -> None:
    """Draw the line for each part, with small bars for the classes."""
    folds = len(report.judged) // task.split.rounds
    shown = part_table(report)
    if task.split.rounds > 1:
        shown = shown.iloc[[*range(1 + folds), *range(1 + len(report.judged), len(shown))]]
    bars = {
        label: st.column_config.ProgressColumn(label, format="%.1f %%", min_value=0, max_value=100, width=110)
        for label in (*report.classes[:_MOST_CLASSES], "Share")
        if label in shown.columns
    }
    st.dataframe(
        shown,
        hide_index=True,
        height=table_height(len(shown), 340),
        column_config={
            "Part": st.column_config.TextColumn(width=120, pinned=True),
            "Rows": st.column_config.NumberColumn(format="localized", width=80),
            "Mean": st.column_config.NumberColumn(format="%.4g"),
            "Spread": st.column_config.NumberColumn(format="%.4g", help="Standard deviation."),
            **bars,
        },
    )
    notes = []
    if report.is_sample:
        notes.append(f"Counted in {counted(report.rows, 'row')} of {report.of:,}; equal rows come into it together.")
    if len(report.classes) > _MOST_CLASSES:
        notes.append(f"The first {_MOST_CLASSES} of {len(report.classes)} classes are shown.")
    if task.split.rounds > 1:
        notes.append(f"The first of {task.split.rounds} drawings is shown.")
    if notes:
        st.caption(" ".join(notes))


def equal_view(report: SplitReport, dataset: Dataset, task: Task, save: Save) -> None:
    """Draw what was found of equal rows, with the switch that keeps them in one part."""
    found, split = report.equal, task.split
    if not found.count.sets:
        st.caption("No two rows are equal in all columns used.")
        return
    st.markdown(f":small[{plain(equal_finding(report, split))}]")
    if not can_stay_together(split):
        return

    def changed() -> None:
        on = st.session_state[key]
        save(equal_rows=EqualRows.TOGETHER if on else EqualRows.APART)

    key = f"split.together.{dataset.id}"
    st.session_state[key] = found.together
    st.toggle(
        "Keep equal rows in one part",
        key=key,
        on_change=changed,
        help="A copy on the other side is a question whose answer is known. At first this is on where at most a tenth "
        "of the rows have an equal one: so few are copies rather than different cases with the same cells.",
    )


def equal_finding(report: SplitReport, split: Split) -> str:
    """Say how many rows have an equal one, and how many of those stand on another side."""
    count = report.equal.count
    sample = " of those looked at" if report.is_sample else ""
    portion = share(count.rows / max(count.of, 1))
    head = f"{counted(count.rows, 'row')}{sample} ({portion}) have an equal one in all columns used"
    if report.equal.straddling:
        return f"{head}; {report.equal.straddling:,} of them are judged by models that learned from their copy."
    if not can_stay_together(split) and split.kind is SplitKind.TIME:
        return f"{head}; by time none of them has its copy on the other side."
    return f"{head}; none has its copy on the other side."


def drift_view(dataset: Dataset, task: Task) -> None:
    """Draw the comparison of the two sides, once it is asked for."""
    name, key = f"split.compared.{dataset.id}", task.model_dump_json()
    if state.recall(name) != key:
        st.button(
            "Compare the sides",
            key=f"split.compare.{dataset.id}",
            icon=":material/compare_arrows:",
            on_click=state.remember,
            args=(name, key),
            help="Each column, and a model that tries to tell the sides apart. Takes a second or two.",
        )
        return
    found = _drift(str(services.workspace().root), dataset.view_key, key, dataset, task)
    if isinstance(found, LatheError):
        show_error(found)
        return
    st.markdown(f":small[{plain(drift_finding(found))}]")
    differing = found.found
    if differing:
        st.dataframe(
            pd.DataFrame(
                {
                    "Column": [f.column if f.what == "values" else f"{f.column} (missing cells)" for f in differing],
                    "How far apart": [f.effect for f in differing],
                    "p (corrected)": [number(f.p_value) if f.p_value >= 0.0001 else "under 0.0001" for f in differing],
                }
            ),
            hide_index=True,
            height=table_height(len(differing), 280),
            column_config={
                "How far apart": st.column_config.ProgressColumn(
                    format="%.2f",
                    min_value=0,
                    max_value=1,
                    help="Kolmogorov-Smirnov distance for numbers and dates, Cramer's V for labels. 0 is alike.",
                ),
                "p (corrected)": st.column_config.TextColumn(help="After Holm's correction for all columns compared."),
            },
        )
    looked = f"{found.learned:,} rows learned from against {found.judged:,} {found.side}"
    st.caption(f"{looked}{', drawn at random' if found.is_sample else ''}.")


def drift_finding(found: DriftReport) -> str:
    """Say whether the sides are alike, column by column and together."""
    columns = len({f.column for f in found.found})
    if columns:
        differ = "differs" if columns == 1 else "differ"
        head = f"{counted(columns, 'column')} {differ} between the rows {found.side} and those learned from."
    else:
        head = f"No column differs between the rows {found.side} and those learned from."
    if math.isnan(found.auc):
        return head
    figure = f"{found.auc:.2f} ({found.auc_low:.2f} to {found.auc_high:.2f})"
    if found.auc_low <= 0.5 or found.auc < 0.55:
        return f"{head} From all columns together a model cannot tell the sides apart: {figure}, where 0.5 is a coin."
    return (
        f"{head} From all columns together a model tells the sides apart: {figure}, where 0.5 is a coin and 1 certain."
    )


def findings(dataset: Dataset, task: Task, save: Save) -> None:
    """Draw all that a split comes to; nothing where the goal or the split must be mended first."""
    report = services.split_report(dataset, task) if not services.task_check(dataset, task).problems else None
    if not isinstance(report, SplitReport):
        st.caption("What the parts hold is shown here once what is marked is mended.")
        return
    section("What each part holds")
    parts_view(report, task)
    section("Equal rows", help="Exact duplicates across parts. Columns set aside do not count.")
    equal_view(report, dataset, task, save)
    section("Are the sides alike?", help="Drift between the rows that are learned from and those that judge.")
    drift_view(dataset, task)


@st.cache_resource(max_entries=16, show_spinner="Comparing the sides")
def _drift(root: str, fingerprint: str, task_json: str, _dataset: Dataset, _task: Task) -> DriftReport | LatheError:
    try:
        return find_drift(services.workspace(), _dataset, _task)
    except LatheError as error:
        return error


@st.cache_resource(max_entries=32, show_spinner=False)
def _times(root: str, fingerprint: str, _dataset: Dataset) -> dict[str, bool]:
    return times_of(services.workspace(), _dataset)
