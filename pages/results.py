"""Results: the board of a run, the recommendation, the locked hold-out."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.facts import Fact, fact_list
from components.job_panel import is_active, panel_rows, run_panel
from components.layout import Primary
from components.leaderboard import (
    Board,
    Standing,
    draw_board_chart,
    draw_board_table,
    draw_unscored,
    make_board,
    standing_words,
    title_of,
)
from components.messages import plain
from components.numbers import counted, duration, interval
from components.words import ago
from core.errors import NotFound
from core.jobs.follow import board_results
from core.run.runs import Run


def pick_run(runs: tuple[Run, ...]) -> Run:
    """Draw the picker of earlier runs and return the run being looked at."""
    by_id = {run.id: run for run in runs}
    current = state.run_id() if state.run_id() in by_id else runs[0].id
    if len(runs) > 1:
        st.session_state["results.run"] = current
        st.selectbox(
            "Run",
            list(by_id),
            format_func=lambda i: run_words(by_id[i]),
            key="results.run",
            label_visibility="collapsed",
            width=420,
            on_change=lambda: state.open_run(st.session_state["results.run"]),
        )
    return by_id[current]


def run_words(run: Run) -> str:
    """Name a run in the picker."""
    name = run.name or f"Predict {run.recipe.task.target}, {counted(len(run.recipe.models), 'model')}"
    return f"{name}, {ago(run.created)}"


def look(run_id: str) -> None:
    """Open the hold-out once and count it. Runs as a callback."""
    state.remember(f"looked.{run_id}", services.runs().count_look(run_id))


def open_model(standing: Standing) -> None:
    """Look at a model. Runs as a callback."""
    state.open_model(standing.result.label)


def recommendation(board: Board) -> None:
    """Draw the model to take, and why."""
    chosen = board.recommended
    if chosen is None or board.best is None:
        return
    tied = sum(s.row.tied for s in board.standings)
    why = "It leads clearly." if tied == 1 else f"The simplest of {tied} models that are tied with the best."
    with st.container(border=True, gap="small"):
        st.caption("Recommended")
        st.markdown(f"**{plain(title_of(chosen.result))}**")
        st.caption(why if board.baseline is not chosen else "No model is better than guessing.")
        fact_list(
            [
                Fact(board.metric.title, interval(chosen.score), board.metric.meaning + " With its 95 % interval."),
                Fact("Against the best", standing_words(chosen)),
                Fact("Fit", duration(chosen.result.fit_s)),
            ]
        )
        if st.button("Open the model", key="results.open", width="stretch", on_click=open_model, args=(chosen,)):
            state.go(nav.MODEL)


def holdout(run: Run, board: Board, rows: int) -> None:
    """Draw the locked hold-out: closed until asked for, each look counted."""
    best = board.best
    if best is None or not best.result.holdout:
        return
    looked = state.recall(f"looked.{run.id}", 0)
    with st.container(border=True, gap="small"):
        st.caption("Hold-out")
        if not looked:
            st.markdown(":material/lock: **Locked**")
            st.caption(f"About {rows:,} rows that no model has seen. Look once, when you have decided.")
            st.button("Look at the hold-out score", key="results.look", width="stretch", on_click=look, args=(run.id,))
        else:
            st.markdown(f":material/lock_open: **{interval(best.result.holdout[0])}**")
            st.caption(
                f"{plain(title_of(best.result))} on about {rows:,} locked rows. "
                f"On the folds it was {interval(best.score)}."
            )
        if run.holdout_looks:
            st.caption(f"Looked at {counted(run.holdout_looks, 'time')}; each look makes it a little less honest.")


def body(run: Run) -> None:
    """Draw the board with what follows from it."""
    board = make_board(run, board_results(services.workspace(), run.id))
    if board.standings:
        left, right = layout.two_columns()
        with left:
            draw_board_chart(board, key=f"board.{run.id}")
        with right:
            recommendation(board)
            holdout(run, board, locked_rows(run))
    if board.standings or board.others:
        layout.section("All models", "Pick a row to open the model.")
        picked = draw_board_table(board, key=f"board.table.{run.id}")
        draw_unscored(board)
        if picked:
            state.open_model(picked)
            state.go(nav.MODEL)


def locked_rows(run: Run) -> int:
    """Return about how many rows are locked away."""
    try:
        rows = services.catalog().get(run.dataset_id).rows
    except NotFound:
        return 0
    return round(rows * run.recipe.task.split.holdout)


layout.page_header(
    "Results",
    "Who earned their place, how sure that is, and what it costs.",
    primary=Primary("Train again", "results.train", page=nav.TRAIN) if state.project_id() else None,
)
project = layout.need_project()
history = services.runs().list(project.id)
if not history:
    layout.empty_state(
        "No models have been trained yet",
        "A race takes seconds to minutes. The board fills as models finish.",
        button="Train models",
        page=nav.TRAIN,
    )
    st.stop()
layout.context_strip()
run = pick_run(history)
state.open_run(run.id)
if is_active(run.id):
    run_panel(run.id, below=lambda: body(services.runs().get(run.id)))
else:
    if any(row.error is not None or not row.is_scored for row in panel_rows(run.id)):
        run_panel(run.id)
    body(run)
layout.next_step("See why it predicts what it predicts", nav.EXPLAIN)
