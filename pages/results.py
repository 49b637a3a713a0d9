"""Results: the board of a run, the recommendation, the locked hold-out."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.draft import Draft
from components.facts import Fact, fact_list
from components.job_panel import is_active, panel_rows, resume, run_panel
from components.layout import Primary
from components.leaderboard import (
    Board,
    draw_board_chart,
    draw_board_table,
    draw_unscored,
    make_board,
    short_title,
    standing_words,
    title_of,
)
from components.messages import plain
from components.numbers import counted, duration, interval
from components.words import ago
from core.errors import NotFound
from core.jobs.follow import board_results
from core.run.runs import Run


def pick_run(runs: tuple[Run, ...], run: Run) -> None:
    """Draw the picker of earlier runs, and the way to a new one."""
    by_id = {r.id: r for r in runs}
    st.session_state["results.run"] = run.id
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", wrap=False):
        st.selectbox(
            "Run",
            list(by_id),
            format_func=lambda i: run_words(by_id[i]),
            key="results.run",
            label_visibility="collapsed",
            width=420,
            on_change=lambda: state.open_run(st.session_state["results.run"]),
        )
        layout.link(nav.TRAIN, "Train more models", icon=":material/add:")


def run_at_hand(runs: tuple[Run, ...]) -> Run | None:
    """Return the run in the URL, else the newest; None without any."""
    return next((r for r in runs if r.id == state.run_id()), runs[0] if runs else None)


def run_words(run: Run) -> str:
    """Name a run in the picker."""
    name = run.name or f"Predict {run.recipe.task.target}, {counted(len(run.recipe.models), 'model')}"
    return f"{name}, {ago(run.created)}"


def look(run_id: str) -> None:
    """Open the hold-out once and count it. Runs as a callback."""
    state.remember(f"looked.{run_id}", services.runs().count_look(run_id))


def open_primary(run: Run) -> Primary | None:
    """Return the primary action: open the recommended model."""
    chosen = make_board(run, board_results(services.workspace(), run.id)).recommended
    if chosen is None:
        return None
    label = f"Open {title_of(chosen.result)}"
    return Primary(label, "results.open", on_click=open_model, args=(run.id, chosen.result.label), page=nav.MODEL)


def open_model(run_id: str, label: str) -> None:
    """Look at a model. Runs as a callback."""
    state.open_run(run_id)
    state.open_model(label)


def recommendation(board: Board) -> None:
    """Draw the model to take, and why."""
    chosen = board.recommended
    if chosen is None:
        return
    tied = sum(s.row.tied for s in board.standings)
    why = "It leads clearly." if tied == 1 else f"The simplest of {tied} models that are tied with the best."
    with st.container(border=True, gap="small"):
        with st.container(gap="xxsmall"):
            st.caption("Recommended")
            st.subheader(plain(title_of(chosen.result)), anchor=False)
            st.caption(why if board.baseline is not chosen else "No model is better than guessing.")
        fact_list(
            [
                Fact(
                    short_title(board.metric), interval(chosen.score), f"{board.metric.title}. {board.metric.meaning}"
                ),
                Fact("Against the best", standing_words(chosen)),
                Fact("Time to fit", duration(chosen.result.fit_s)),
            ]
        )


def holdout(run: Run, board: Board, rows: int) -> None:
    """Draw the locked hold-out: closed until asked for, each look counted."""
    best = board.best
    if best is None or not best.result.holdout:
        return
    looked = state.recall(f"looked.{run.id}", 0)
    with st.container(border=True, gap="small"):
        with st.container(gap="xxsmall"):
            st.caption("Hold-out")
            if looked:
                st.subheader(f":material/lock_open: {interval(best.result.holdout[0])}", anchor=False)
                st.caption(
                    f"{plain(title_of(best.result))}, the best, on about {rows:,} locked rows. "
                    f"On the folds it had {interval(best.score)}."
                )
            else:
                st.subheader(":material/lock: Locked", anchor=False)
                st.caption(f"About {rows:,} rows that no model has seen. Look once, when you have decided.")
        if not looked:
            st.button("Look at the hold-out score", key="results.look", width="stretch", on_click=look, args=(run.id,))
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


def context_of(run: Run) -> None:
    """Draw what the run worked on, which need not be what is being worked on now."""
    try:
        dataset = services.catalog().get(run.dataset_id)
    except NotFound:
        st.caption("The table of this run is no longer in the workspace.")
        return
    layout.context_strip(dataset, Draft(task=run.recipe.task, plan=run.recipe.plan))


def resume_part(run_id: str) -> None:
    """Offer to train again what has no score."""
    missing = sum(not row.is_scored for row in panel_rows(run_id))
    if missing:
        st.button(
            f"Run {counted(missing, 'model')} again",
            key="results.resume",
            icon=":material/replay:",
            on_click=resume,
            args=(run_id,),
            help="Trains only the models without a score; the others keep theirs.",
        )


def locked_rows(run: Run) -> int:
    """Return about how many rows are locked away."""
    try:
        rows = services.catalog().get(run.dataset_id).rows
    except NotFound:
        return 0
    return round(rows * run.recipe.task.split.holdout)


history = services.runs().list(state.project_id()) if state.project_id() else ()
run = run_at_hand(history)
layout.page_header(
    "Results",
    "Who earned their place, how sure that is, and what it costs.",
    primary=open_primary(run) if run else None,
)
layout.need_project()
if run is None:
    layout.empty_state(
        "No models have been trained yet",
        "A race takes seconds to minutes. The board fills as models finish.",
        button="Train models",
        page=nav.TRAIN,
    )
    st.stop()
state.open_run(run.id)
run_id = run.id
context_of(run)
pick_run(history, run)
if is_active(run_id):
    run_panel(run_id, below=lambda: body(services.runs().get(run_id)))
else:
    body(run)
    resume_part(run_id)
layout.next_step("See why it predicts what it predicts", nav.EXPLAIN)
