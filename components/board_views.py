"""The board as a picture: scores with intervals, score against speed, fold by fold."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components.board_charts import ScoreMark, SpeedMark, folds_figure, score_figure, speed_figure
from components.charts import show
from components.leaderboard import Board, Standing, title_of
from components.model_colors import model_color
from components.numbers import microseconds


def draw_board_chart(found: Board, *, key: str) -> None:
    """Draw the board as a picture: scores, score against speed, or fold by fold; the finding is the title."""
    views = {"Scores": _scores, "Speed": _speed, "Fold by fold": _folds}
    view = st.segmented_control(
        "View", list(views), default="Scores", required=True, key=f"{key}.view", label_visibility="collapsed"
    )
    views[str(view or "Scores")](found, key)


def _speed(found: Board, key: str) -> None:
    """Draw what each model's score costs at predicting."""
    marks = [
        SpeedMark(title_of(s.result), s.result.predict_us_per_row, s.score, model_color(s.result.key), s.row.tied)
        for s in found.standings
        if s is not found.baseline
    ]
    if not marks:
        st.caption("There is no model but the baseline.")
        return
    tied = [s for s in found.standings if s.row.tied]
    fastest = min(tied, key=lambda s: s.result.predict_us_per_row)
    show(
        speed_figure(marks, axis=found.metric.title, sign=found.metric.sign),
        title=f"{title_of(fastest.result)} is the quickest of those tied with the best"
        if len(tied) > 1
        else f"{title_of(fastest.result)} needs {microseconds(fastest.result.predict_us_per_row)} a row",
        caption="Time to predict one row against the score. Filled dots are tied with the best; those "
        "that no other beats in both are named.",
        table=numbers_of(found),
        key=f"{key}.speed",
    )


def _folds(found: Board, key: str) -> None:
    """Draw the score of every fold of every model."""
    lines = [(title_of(s.result), model_color(s.result.key), s.score) for s in found.standings if s.score.folds]
    if not lines:
        st.caption("The folds were not kept.")
        return
    spreads = {name: max(score.folds) - min(score.folds) for name, _, score in lines}
    show(
        folds_figure(lines, axis=found.metric.title),
        title=f"{max(spreads, key=lambda n: spreads[n])} changes most from fold to fold",
        caption="One faint dot a fold, the line is their mean. Dots far apart: it depends on the rows it gets.",
        table=numbers_of(found, folds=True),
        key=f"{key}.folds",
    )


def numbers_of(found: Board, *, folds: bool = False) -> pd.DataFrame:
    """Return the numbers behind a picture of the board."""
    if folds:
        return pd.DataFrame([{"Model": title_of(s.result), **_fold_cells(s)} for s in found.standings])
    return pd.DataFrame(
        [
            {"Model": title_of(s.result), "Score": s.score.value, "Microseconds a row": s.result.predict_us_per_row}
            for s in found.standings
        ]
    )


def _fold_cells(standing: Standing) -> dict[str, float]:
    return {f"Fold {number}": value for number, value in enumerate(standing.score.folds, start=1)}


def _scores(found: Board, key: str) -> None:
    baseline = found.baseline
    marks = [ScoreMark(title_of(s.result), s.score, model_color(s.result.key), s.row.tied) for s in found.standings]
    direction = "to the right" if found.metric.greater_is_better else "to the left"
    line = " The dotted line is the naive baseline." if baseline else ""
    show(
        score_figure(marks, axis=found.metric.title, baseline=baseline.score if baseline else None),
        title=found.finding,
        caption=f"Dots are scores on rows the model had not seen, bars their 95 % intervals; better is {direction}. "
        f"Filled dots are tied with the best.{line}",
        table=None,
        key=key,
    )
