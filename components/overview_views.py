"""The other parts of the Overview page: the target, missing cells, what stands out, the report."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import charts, overview_data, state
from components.controlled import controlled
from components.messages import plain, show_notes
from components.numbers import counted
from components.overview_charts import missing_cells, strength_bars
from components.single_job import follow, is_running, show_ending
from components.spec_chart import spec_chart
from components.words import shortened
from core.data.schema import Dataset
from core.explore.missing import MissingMap
from core.explore.standouts import StandOut, StandOutKind
from core.words import share

SHOWN_BARS = 15
TELLING = 0.05
MISSING_CAPTION = "From the first row on the left to the last; the stronger the colour, the more is missing."


def target_view(dataset: Dataset, target: str) -> None:
    """Draw every column against the target, ranked."""
    controlled(
        st.selectbox,
        "Held against",
        list(dataset.column_names),
        key=f"explore.target.{dataset.id}",
        value=target,
        save=lambda chosen: state.remember("explore.target", chosen),
        format_func=lambda text: shortened(text, 80),
        help="The column to predict, or any other one.",
        width=320,
    )
    ranked = overview_data.against_target(dataset, target)
    if not ranked:
        charts.words_only(title="There is no other column", caption="A target needs columns to be held against.")
        return
    left, right = st.columns([1, 1], gap="large")
    with left:
        best = ranked[0]
        charts.show(
            strength_bars(ranked[:SHOWN_BARS]),
            title=f"{shortened(best.column, 60)} alone tells most about {shortened(target, 60)}"
            if best.strength >= TELLING
            else f"No column alone tells much about {shortened(target, 60)}",
            caption="0: nothing. 1: everything. One scale for every kind of column; missing cells count as a group.",
            table=pd.DataFrame({"Column": [r.column for r in ranked], "Strength": [r.strength for r in ranked]}),
            key="explore.against",
        )
    with right:
        table = pd.DataFrame(
            {
                "Column": [r.column for r in ranked],
                "Strength": [r.strength for r in ranked],
                "In words": [r.sentence for r in ranked],
            }
        )
        picked = st.dataframe(
            table,
            hide_index=True,
            height=min(35 * len(table) + 38, 300),
            key=f"explore.ranked.{dataset.fingerprint[:12]}.{dataset.column_names.index(target)}",
            on_select="rerun",
            selection_mode="single-row",
            selection_default={"selection": {"rows": [0], "columns": [], "cells": []}},
            alt="Columns ranked by what they tell about the target; choose one to see its chart",
            column_config={
                "Strength": st.column_config.ProgressColumn(format="%.2f", min_value=0, max_value=1, width=90),
                "Column": st.column_config.TextColumn(width=130),
                "In words": st.column_config.TextColumn(width=620),
            },
        )
        chosen = ranked[min((picked["selection"]["rows"] or [0])[0], len(ranked) - 1)]
        st.caption(plain(chosen.sentence))
        spec_chart(dataset, chosen.chart, key="explore.against.chart", height=300)


def missing_view(dataset: Dataset) -> None:
    """Draw where cells are missing."""
    found = overview_data.missing(dataset)
    if not found.columns:
        charts.words_only(title="No cell is missing", caption="Every row has a value in every column.")
        return
    most = max(range(len(found.columns)), key=lambda place: found.totals[place])
    charts.show(
        missing_cells(found),
        title=f"{shortened(found.columns[most], 60)} is missing most, "
        f"in {share(found.totals[most] / max(found.rows, 1))} of the rows",
        caption=f"{MISSING_CAPTION} {found.note}".strip(),
        table=_missing_table(found),
        key="explore.missing",
    )
    show_notes([group.sentence for group in found.groups], title="Missing together")
    show_notes([link.sentence for link in found.links], title="Where cells are missing depends on other columns")


def _missing_table(found: MissingMap) -> pd.DataFrame:
    shares = [total / max(found.rows, 1) for total in found.totals]
    return pd.DataFrame({"Column": found.columns, "Missing cells": found.totals, "Share": shares})


def stand_outs_view(dataset: Dataset, target: str) -> None:
    """Draw the findings most worth knowing, each a click from its chart."""
    found = overview_data.stand_outs(dataset, target)
    if not found:
        charts.words_only(title="Nothing out of the ordinary was found", caption="Look at the columns one by one.")
        return
    left, right = st.columns([1, 1], gap="large")
    with left:
        place = st.radio(
            "Findings",
            range(len(found)),
            key=f"explore.standout.{dataset.fingerprint[:12]}.{len(found)}",
            format_func=lambda place: plain(found[place].sentence),
            label_visibility="collapsed",
        )
        st.caption(
            f"Chosen from relations, shapes, groups, trends, missing cells{' and the target' if target else ''} by how "
            f"much one would want to know it: {found[place].score:.2f} of 1 for this one."
        )
    with right:
        _picture(dataset, found[place])


def _picture(dataset: Dataset, one: StandOut) -> None:
    if one.kind is StandOutKind.MISSING:
        whole = overview_data.missing(dataset)
        part = whole.only(one.columns)
        charts.show(
            missing_cells(part),
            title=one.sentence.rstrip("."),
            caption=MISSING_CAPTION,
            table=_missing_table(part),
            key="explore.gaps",
        )
    elif one.chart is None:
        charts.words_only(title=one.sentence.rstrip("."), caption="This concerns whole rows; there is no chart of it.")
    else:
        spec_chart(dataset, one.chart, key="explore.standout.chart", height=380)


def report_button(dataset: Dataset, target: str) -> None:
    """Draw the way to a report: have it written, follow it, download it."""
    job = overview_data.newest_report(dataset, target=target)
    path = overview_data.report_path(job) if job and job.state.is_finished else None
    if is_running(job) and job is not None:
        follow(job, waiting="Writing the report")
    elif path is not None:
        st.download_button(
            "Download report",
            data=path.read_bytes,
            file_name=f"{dataset.name[:60]} report.html",
            mime="text/html",
            key="explore.report.download",
            icon=":material/download:",
            on_click="ignore",
            help="One HTML file that needs no network.",
        )
    else:
        st.button(
            "Write a report",
            key="explore.report",
            icon=":material/description:",
            on_click=overview_data.submit_report,
            args=(dataset,),
            kwargs={"target": target},
            help=f"All of this about {counted(len(dataset.columns), 'column')} as one HTML file that needs no network.",
        )
        show_ending(job)


def wait_for_profile(dataset: Dataset) -> None:
    """Draw the job that looks a large table over, and start it where none works."""
    job = overview_data.newest_report(dataset, profile_only=True)
    if job is None:
        job = overview_data.submit_report(dataset, profile_only=True)
    if is_running(job):
        follow(job, waiting=f"Looking over {dataset.rows:,} rows in {counted(len(dataset.columns), 'column')}")
        return
    show_ending(job)
    st.button(
        "Look the table over",
        key="explore.look",
        type="primary",
        on_click=overview_data.submit_report,
        args=(dataset,),
        kwargs={"profile_only": True},
    )
