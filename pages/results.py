"""Results: the board of a run, the recommendation, the locked hold-out."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.board_cards import holdout, recommendation
from components.board_views import draw_board_chart
from components.combine_models import combine_models
from components.draft import Draft
from components.layout import Primary
from components.leaderboard import draw_board_table, draw_unscored, make_board, title_of
from components.numbers import counted
from components.run_controls import resume
from components.run_panel import run_panel
from components.run_rows import is_active, panel_rows
from components.split_form import part_rows
from components.words import ago
from core.errors import NotFound
from core.jobs.follow import board_results
from core.run.run_list import RunSummary, list_runs, run_summary
from core.run.runs import Run

PICKED = 25
"""Runs in the picker; the page of runs has all of them."""


def pick_run(runs: tuple[RunSummary, ...], run: Run) -> None:
    """Draw the picker of the newest runs, the way to all of them, and to a new one."""
    by_id = {r.id: r for r in runs}
    if run.id not in by_id:
        by_id = {run.id: run_summary(services.workspace(), run.id), **by_id}
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
        with st.container(horizontal=True, width="content", gap="small"):
            layout.link(nav.RUNS, "All runs, notes and comparisons", icon=":material/history:")
            layout.link(nav.TRAIN, "Train more models", icon=":material/add:")


def run_at_hand(runs: tuple[RunSummary, ...]) -> Run | None:
    """Return the run in the URL, else the newest; None without any."""
    if not runs:
        return None
    wanted = state.run_id()
    try:
        found = services.runs().get(wanted) if wanted else None
    except NotFound:
        found = None
    if found is None or found.project_id != state.project_id():
        return services.runs().get(runs[0].id)
    return found


def run_words(run: RunSummary) -> str:
    """Name a run in the picker."""
    name = run.name or f"Predict {run.target}, {counted(run.models, 'model')}"
    return f"{name}, {ago(run.created)}"


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
        combine_models(run, board)
        if picked:
            state.open_model(picked)
            state.go(nav.MODEL)


def context_of(run: Run) -> None:
    """Draw what the run worked on, which need not be what is being worked on now."""
    try:
        dataset = services.table_of_run(run)
    except NotFound:
        st.caption("The table of this run is no longer in the workspace.")
        return
    layout.context_strip(dataset, Draft(task=run.recipe.task, plan=run.recipe.plan))


def resume_part(run_id: str) -> None:
    """Offer to train again what has no score."""
    missing = sum(not row.is_scored for row in panel_rows(run_id))
    if missing:
        st.button(
            f"Resume {counted(missing, 'model')}",
            key="results.resume",
            icon=":material/replay:",
            on_click=resume,
            args=(run_id,),
            help="Trains only the models without a score; the others keep theirs.",
        )


def locked_rows(run: Run) -> int:
    """Return about how many rows are locked away."""
    try:
        dataset = services.table_of_run(run)
    except NotFound:
        return 0
    return part_rows(dataset, run.recipe.task)[1]


history = list_runs(services.workspace(), state.project_id(), limit=PICKED).runs if state.project_id() else ()
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
