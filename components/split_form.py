"""How rows are divided: the choice, and a picture of what is learned on and judged on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from components import charts, state
from components.controlled import controlled
from components.kinds import SPLIT_HELP, SPLIT_REASONS, SPLIT_WORDS
from components.plan_edit import with_split
from components.theme import faint, palette
from core.data.schema import Dataset
from core.data.task import Split, Task
from core.types import ColumnKind, SplitKind

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


def split_form(dataset: Dataset, task: Task) -> None:
    """Draw the choice of the split."""

    def save(**changes: object) -> None:
        state.save_draft(task=with_split(dataset, task, **changes))

    kinds = [k for k in SPLIT_WORDS if task.kind.is_classification or k is not SplitKind.STRATIFIED]
    with st.container(gap="xsmall"):
        controlled(
            st.segmented_control,
            "Rows are divided",
            kinds,
            key=f"split.kind.{dataset.id}.{task.kind.is_classification}",
            value=task.split.kind,
            save=lambda kind: save(kind=kind) if kind else None,
            format_func=lambda kind: SPLIT_WORDS[kind],
            required=True,
            help=SPLIT_HELP,
        )
        st.caption(SPLIT_REASONS[task.split.kind])
    _needed_column(dataset, task)
    left, right = st.columns(2, gap="large")
    with left:
        controlled(
            st.slider,
            "Locked away for the last word (hold-out), %",
            0,
            50,
            key=f"split.holdout.{dataset.id}",
            value=round(100 * task.split.holdout),
            save=lambda percent: save(holdout=percent / 100),
            step=5,
            help="Rows that no model sees until you ask for the final score. 0 locks nothing away.",
        )
    with right:
        controlled(
            st.slider,
            "Folds",
            2,
            20,
            key=f"split.folds.{dataset.id}",
            value=task.split.folds,
            save=lambda folds: save(folds=folds),
            help="Each model is trained this many times, each time judged on rows it has not seen (cross-validation).",
        )


def _needed_column(dataset: Dataset, task: Task) -> None:
    name = {SplitKind.GROUP: "group", SplitKind.TIME: "time"}.get(task.split.kind)
    if name is None:
        return
    wanted = (ColumnKind.DATETIME, ColumnKind.NUMERIC) if name == "time" else tuple(ColumnKind)
    options = [c.name for c in dataset.columns if c.kind in wanted and c.name != task.target]
    value = getattr(task.split, name)
    controlled(
        st.selectbox,
        "Column that says when" if name == "time" else "Column that names the group",
        options,
        key=f"split.{name}.{dataset.id}",
        value=value if value in options else None,
        save=lambda column: state.save_draft(task=with_split(dataset, task, **{name: column or ""})),
        index=None,
        placeholder="Choose a column",
    )


def rows_with_target(dataset: Dataset, task: Task) -> int:
    """Return how many rows take part: those whose target is known."""
    missing = next((c.missing for c in dataset.columns if c.name == task.target), 0)
    return dataset.rows - missing


def parts(rows: int, split: Split) -> tuple[int, int]:
    """Return about how many rows are trained on and how many are locked away."""
    locked = round(split.holdout * rows)
    return rows - locked, locked


def fold_table(rows: int, split: Split) -> pd.DataFrame:
    """Return about how many rows each fold learns on and is judged on.

    Returns
    -------
    DataFrame of shape (folds, 3)
        Columns "Fold", "Learned on", "Judged on".
    """
    import pandas as pd

    train, _ = parts(rows, split)
    if split.kind is SplitKind.TIME:
        block = train / (split.folds + 1)
        learn = [round(block * (i + 1)) for i in range(split.folds)]
        judge = [round(block)] * split.folds
    else:
        judge = [round(train / split.folds)] * split.folds
        learn = [train - j for j in judge]
    return pd.DataFrame({"Fold": range(1, split.folds + 1), "Learned on": learn, "Judged on": judge})


def split_figure(split: Split) -> go.Figure:
    """Draw one line a fold: learned on (pale), judged on (strong), locked away (hatched)."""
    import plotly.graph_objects as go

    colors = palette()
    free = 1 - split.holdout
    fig = go.Figure()
    styles: dict[str, dict[str, Any]] = {
        "Learned on": {"color": faint(colors.accent, 0.28)},
        "Judged on": {"color": colors.accent},
        "Unused": {"color": faint(colors.muted, 0.1)},
        "Locked": {"color": faint(colors.muted, 0.5), "pattern": {"shape": "/", "size": 4, "bgcolor": "rgba(0,0,0,0)"}},
    }
    bars: dict[str, list[tuple[int, float, float]]] = {name: [] for name in styles}
    for fold in range(split.folds):
        for name, start, width in _pieces(fold, split, free):
            bars[name].append((fold, start, width))
    for name, pieces in bars.items():
        if pieces:
            fig.add_bar(
                y=[p[0] + 1 for p in pieces],
                base=[p[1] for p in pieces],
                x=[p[2] for p in pieces],
                orientation="h",
                name=name,
                marker={**styles[name], "line": {"width": 0}},
                hovertemplate=f"{name}: %{{x:.0%}}<extra>Fold %{{y}}</extra>",
            )
    fig.update_layout(barmode="overlay", bargap=0.28, height=56 + max(18 * split.folds, 70), showlegend=True)
    fig.update_xaxes(visible=False, range=[0, 1])
    fig.update_yaxes(visible=False, autorange="reversed")
    fig.update_layout(legend={"traceorder": "normal", "font": {"size": 11}})
    return fig


def _pieces(fold: int, split: Split, free: float) -> list[tuple[str, float, float]]:
    pieces: list[tuple[str, float, float]] = []
    if split.kind is SplitKind.TIME:
        block = free / (split.folds + 1)
        pieces = [("Learned on", 0.0, block * (fold + 1)), ("Judged on", block * (fold + 1), block)]
        rest = free - block * (fold + 2)
        if rest > 1e-9:
            pieces.append(("Unused", block * (fold + 2), rest))
    else:
        block = free / split.folds
        pieces = [
            ("Learned on", 0.0, block * fold),
            ("Judged on", block * fold, block),
            ("Learned on", block * (fold + 1), free - block * (fold + 1)),
        ]
    if split.holdout:
        pieces.append(("Locked", free, split.holdout))
    return [p for p in pieces if p[2] > 1e-9]


def split_picture(dataset: Dataset, task: Task) -> None:
    """Draw the picture of the split with its numbers."""
    rows = rows_with_target(dataset, task)
    train, locked = parts(rows, task.split)
    title = f"{train:,} rows to learn from" + (f", {locked:,} locked away" if locked else ", none locked away")
    caption = "One line a fold. The locked rows speak last." if locked else "One line a fold."
    charts.show(split_figure(task.split), title=title, caption=caption, table=fold_table(rows, task.split), key="split")
