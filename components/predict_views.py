"""What the Predict page draws: expected columns, the report of a file, the prediction of one row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from components import services
from components.explain_views import draw_explanation
from components.kinds import KIND_WORDS
from components.messages import plain
from components.numbers import counted, duration, number
from components.row_form import MOST_LEVELS
from core.data.schema import ColumnSchema, Dataset
from core.data.task import Task
from core.explain.rows import RowExplanation
from core.export.decided import HIGH, LOW, PERSON, SET
from core.export.outcome import PredictReport
from core.export.table import CHECK
from core.jobs.job import Job
from core.types import ColumnKind, JobState, StorageType
from core.words import share

PREVIEW_ROWS = 200
_TITLES = {
    "prediction": "Prediction",
    "check": "Check",
    "reason": "Reason",
    LOW: "Low",
    HIGH: "High",
    SET: "Set of classes",
    PERSON: "For a person",
}
_WORDS = (*CHECK, SET, PERSON)


def expected_columns(dataset: Dataset, task: Task) -> None:
    """Draw which columns the model reads."""
    used = [c for c in dataset.columns if task.is_used(c.name)]
    with st.container(border=True, gap="small"):
        st.markdown(f"**It reads {counted(len(used), 'column')}**")
        st.caption("In any order. Cells may be missing, columns may not.")
        table = pd.DataFrame(
            {
                "Column": [c.name for c in used],
                "Kind": [KIND_WORDS[c.kind] for c in used],
                "Example": [_example(c) for c in used],
            }
        )
        st.dataframe(table, hide_index=True, key="predict.columns", height=367 if len(used) > 10 else "content")


def _example(column: ColumnSchema) -> str:
    return column.examples[0] if column.examples else ""


def out_path(job: Job | None) -> Path | None:
    """Return the table of predictions that a job wrote, if it is there."""
    if job is None or job.state is not JobState.SUCCEEDED or "path" not in job.result:
        return None
    path = services.workspace().path(str(job.result["path"]))
    return path if path.exists() else None


def download_button(job: Job | None) -> None:
    """Draw the download of the predictions; it reads the file when it is pressed."""
    path = out_path(job)
    if path is None or job is None:
        st.button("Download predictions", key="predict.none", type="primary", icon=":material/download:", disabled=True)
        st.caption("Bring new rows first.", text_alignment="right")
        return
    name = Path(str(job.request.payload.get("name", "rows"))).stem
    st.download_button(
        "Download predictions",
        data=path.read_bytes,
        file_name=f"{name}-predictions.csv",
        mime="text/csv",
        key="predict.download",
        on_click="ignore",
        type="primary",
        icon=":material/download:",
    )


def draw_report(job: Job) -> None:
    """Draw what came of a file: how many rows, what was ignored or unreadable, and the first rows."""
    path = out_path(job)
    if path is None or "report" not in job.result:
        return
    report = PredictReport.model_validate(job.result["report"])
    name = str(job.request.payload.get("name") or "the file")
    with st.container(gap="small", key="predict.report"):
        title = f"{counted(report.rows, 'row')} of {name} predicted in {duration(report.seconds)}"
        st.markdown(f"**{plain(title)}**")
        for sentence in report.sentences():
            st.markdown(f":small[:gray[:material/info: {plain(sentence)}]]")
        _findings(report)
        st.dataframe(_preview(str(path), path.stat().st_mtime), hide_index=True, key="predict.preview")
        if report.rows > PREVIEW_ROWS:
            st.caption(f"The first {PREVIEW_ROWS} rows; the download has them all, in the order of the file.")


def _findings(report: PredictReport) -> None:
    """Draw what differs from the rows learned from, most frequent first."""
    if not report.findings:
        return
    with st.expander(f"What differs ({counted(len(report.findings), 'finding')})", key="predict.findings"):
        st.dataframe(
            pd.DataFrame(
                {
                    "Column": [f.column for f in report.findings],
                    "Rows": [f.rows for f in report.findings],
                    "Taken as": ["Refused" if f.refused else "Warning" for f in report.findings],
                    "For example": [f.example for f in report.findings],
                }
            ),
            hide_index=True,
            key="predict.findings.table",
        )
        st.caption("How odd cells of later rows are taken is chosen for each column on the Prepare page.")


@st.cache_data(max_entries=8, show_spinner=False)
def _preview(path: str, changed: float) -> pd.DataFrame:
    head = pd.read_csv(path, nrows=PREVIEW_ROWS, dtype=str, keep_default_na=False)
    # A row without a prediction has empty cells; the others are numbers, save the label of a class.
    predicted = [name for name in head.columns if name not in _WORDS]
    is_class = any(name.startswith("probability_") for name in predicted)
    numbers = predicted[1:] if is_class else predicted
    head[numbers] = head[numbers].apply(pd.to_numeric)
    head.insert(0, "Row", range(1, len(head) + 1))
    renamed = head.rename(columns=lambda c: _TITLES.get(c, c.replace("probability_", "Probability of ")))
    return renamed.round(4)


_NUMBERS = (StorageType.INT, StorageType.FLOAT)


def cell_words(value: object) -> str:
    """Write a cell as a person would type it."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def start_row(dataset: Dataset, columns: Sequence[ColumnSchema]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return a typical row (middle numbers, most frequent words) and the known values of categories."""
    profile = services.table_profile(dataset)
    typical = {}
    for column in columns:
        found = profile.column(column.name)
        frequent = found.top[0].value if found.top else next(iter(column.examples), "")
        middle = "" if found.median is None else cell_words(found.median)
        typical[column.name] = middle if column.storage in _NUMBERS else frequent
    levels = {
        c.name: list(services.labels(dataset, c.name))
        for c in columns
        if c.kind in (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)
        and c.storage not in _NUMBERS
        and c.unique <= MOST_LEVELS
    }
    return typical, levels


def draw_single(job: Job, task: Task) -> None:
    """Draw the prediction of a typed row and what each column adds to it."""
    if "explanation" not in job.result:
        return
    explanation = RowExplanation.model_validate(job.result["explanation"])
    reason = plain(str(job.result.get("reason", "")))
    if job.result.get("verdict") == "refused":
        st.error(f"By the rules for later rows this row gets no prediction in a file. {reason}")
    elif reason:
        st.warning(f"This row differs from those learned from. {reason}")
    if explanation.target_class:
        st.metric(f"Probability of {explanation.target_class}", share(explanation.prediction))
    else:
        st.metric(f"Predicted {task.target}", number(explanation.prediction))
    draw_explanation(explanation, target=task.target, key=f"predict.single.{job.id}")
