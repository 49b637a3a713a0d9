"""The view "Right and wrong" of a model: what is taken for what, how far off, and the rows behind it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components import layout
from components.charts import show
from components.diagnosis_charts import quantile_figure, trend_figure
from components.diagnosis_data import Looked, look_at, trend_of
from components.model_charts import confusion_figure, residual_figure, truth_figure
from components.model_choice import Chosen
from components.model_colors import model_color
from components.model_data import bias_finding, confusion_finding, error_finding
from components.row_table import rows_table
from core.evaluate.class_report import class_report
from core.evaluate.curves import Confusion, confusion
from core.evaluate.judged import worst_rows
from core.evaluate.residuals import lean, quantile_plot
from core.words import share

WORST, ALL_WRONG = "worst", "wrong"
MOST_CELLS = 60
MOST_WORST = 100
FLAT, STRONG = 0.35, 0.8


def mistakes(chosen: Chosen) -> None:
    """Draw where the model is right and where it is wrong, on rows it had not seen."""
    looked = look_at(chosen)
    if looked.judged.classes:
        _classes(looked)
    else:
        _numbers(looked)


def _classes(looked: Looked) -> None:
    judged = looked.judged
    table = confusion(judged.truth, judged.prediction, judged.classes)
    key = f"mistakes.cell.{looked.key}"
    left, right = st.columns([3, 2], gap="large")
    with left:
        show(
            confusion_figure(table, clickable=True),
            title=confusion_finding(table),
            caption="Each row is a true class; its cells say what the model took it for. Click one to see its rows.",
            table=_confusion_table(table),
            key="model.confusion",
            on_select=lambda: _picked(key, table),
        )
    with right, st.container(gap="small"):
        st.markdown("**Class by class**")
        _report(table)
    _rows(looked, table, key)


def _picked(key: str, table: Confusion) -> None:
    """Show the rows of the cell that was clicked. Runs as a callback."""
    picked: Any = st.session_state.get("model.confusion")
    points = picked["selection"]["points"] if picked else ()
    for point in points:
        true, called = str(point.get("y", "")), str(point.get("x", ""))
        if true in table.classes and called in table.classes:
            st.session_state[key] = (table.classes.index(true), table.classes.index(called))


def _rows(looked: Looked, table: Confusion, key: str) -> None:
    """Draw the rows of a cell, of all mistakes, or the worst ones."""
    judged, classes = looked.judged, table.classes
    counts = np.asarray(table.counts)
    wrong = int(counts.sum() - np.trace(counts))
    cells = sorted(zip(*np.nonzero(counts), strict=True), key=lambda c: (c[0] == c[1], -counts[c]))
    offered: list[Any] = [WORST, ALL_WRONG, *((int(t), int(c)) for t, c in cells[:MOST_CELLS])]
    if st.session_state.get(key) not in offered:
        st.session_state[key] = WORST

    def words(option: Any) -> str:
        if option == WORST:
            return f"The {min(MOST_WORST, len(judged.rows))} rows it was most wrong about"
        if option == ALL_WRONG:
            return f"All {wrong:,} wrong rows"
        true, called = option
        verb = "rightly called" if true == called else "taken for"
        return f"{classes[true]} {verb} {classes[called]} ({counts[true, called]:,})"

    layout.section("Rows", "Raw cells, with what the model said. Least probability for the true class first.")
    option = st.selectbox("Rows to show", offered, format_func=words, key=key, width=420, label_visibility="collapsed")
    order = worst_rows(judged, len(judged.rows))
    if option == WORST:
        places = order[:MOST_WORST]
    elif option == ALL_WRONG:
        places = order[judged.is_wrong[order]]
    else:
        inside = (judged.truth == classes[option[0]]) & (judged.prediction == classes[option[1]])
        places = order[inside[order]]
    rows_table(looked, places, words=words(option), key="mistakes.rows")


def _report(table: Confusion) -> None:
    """Draw precision, recall and F1 of each class, and their averages."""
    lines = class_report(table)
    rows = pd.DataFrame(
        {
            "Class": [line.name for line in lines],
            "Rows": [line.support for line in lines],
            "Found": [100 * line.recall for line in lines],
            "Right": [100 * line.precision for line in lines],
            "F1": [line.f1 for line in lines],
        }
    )

    def percent(told: str) -> Any:
        return st.column_config.NumberColumn(format="%.0f %%", width=64, help=told)

    st.dataframe(
        rows,
        hide_index=True,
        key="model.classes",
        height="content" if len(rows) <= 16 else 420,
        column_config={
            "Rows": st.column_config.NumberColumn(format="localized", width=64),
            "Found": percent("The share of the class that is found (recall)."),
            "Right": percent("Right when it says so: the share of its calls that are right (precision)."),
            "F1": st.column_config.NumberColumn(format="%.2f", width=54, help="High only where both are."),
        },
        alt="Found, right and F1 by class, with their averages.",
    )
    st.caption(
        "Found is recall, right is precision: of the rows called so, the share that is. F1 is high only where both are."
    )


def _confusion_table(table: Confusion) -> pd.DataFrame:
    frame = pd.DataFrame(table.counts, columns=[f"predicted {c}" for c in table.classes])
    frame.insert(0, "True class", list(table.classes))
    return frame


def _numbers(looked: Looked) -> None:
    judged, target = looked.judged, looked.chosen.run.recipe.task.target
    color = model_color(looked.chosen.result.key)
    twin = pd.DataFrame({"True": judged.truth, "Predicted": judged.prediction, "True minus predicted": judged.residual})
    left, right = st.columns(2, gap="large")
    with left:
        show(
            truth_figure(judged.truth, judged.prediction, target=target, colour=color),
            title=error_finding(judged.truth, judged.prediction),
            caption="On the dotted line a prediction is exactly right.",
            table=twin[["True", "Predicted"]].head(2000),
            key="model.truth",
        )
        _against(looked, color)
    with right:
        show(
            residual_figure(judged.truth, judged.prediction, target=target, colour=color),
            title=bias_finding(judged.truth, judged.prediction),
            caption="Above the line the truth is higher than predicted. A pattern here is something left to learn.",
            table=twin.head(2000),
            key="model.residuals",
        )
        found = quantile_plot(judged.residual)
        heavy = f"{share(found.beyond)} are further than three spreads from the middle"
        show(
            quantile_figure(found, colour=color),
            title=f"{heavy}; 0.3 % would be usual" if found.beyond > 0.003 else "The errors have no heavy tails",
            caption="Sorted errors against those of a normal distribution (quantile-quantile plot). Ends that bend "
            "away from the line are rows that are far more wrong than the others.",
            table=pd.DataFrame({"If normal": found.x, "True minus predicted": found.y}),
            key="model.quantiles",
        )
    layout.section("Rows it was most wrong about", "Raw cells, with what the model said; the furthest off first.")
    rows_table(looked, worst_rows(judged, MOST_WORST), words="most wrong", key="mistakes.rows")


def _against(looked: Looked, color: str) -> None:
    """Draw the residuals along a column of the person's choice."""
    names = looked.ordered_columns
    if not names:
        return
    key = f"mistakes.along.{looked.key}"
    if st.session_state.get(key) not in names:
        st.session_state[key] = names[0]
    name = str(st.selectbox("Errors along", names, key=key, width=280))
    trend = trend_of(looked, name)
    if trend is None:
        st.caption("Too few rows with different values.")
        return
    told = lean(trend)
    title = "The errors do not depend on it" if told < FLAT else "The errors move with it"
    title = f"{title} much: something is left to learn" if told > STRONG else title
    twin = pd.DataFrame({name: trend.x, "Rows": trend.rows, "Lower quarter": trend.low, "Middle": trend.middle})
    show(
        trend_figure(trend, colour=color),
        title=f"{name}: {title[:1].lower()}{title[1:]}",
        caption="The line is the middle error in each range of the column, the band holds half of the errors.",
        table=twin.assign(**{"Upper quarter": trend.high}),
        key="model.along",
    )
