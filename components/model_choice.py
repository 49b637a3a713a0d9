"""Choose one trained model of the project: shared by the screens that look at, explain, export or use it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.leaderboard import Board, Standing, make_board, title_of
from components.numbers import counted, interval
from components.words import ago
from core.jobs.follow import board_results
from core.run.result import ModelResult
from core.run.run_list import newest_run_ids
from core.run.runs import Run


@dataclass(frozen=True)
class Chosen:
    """A trained model, its run and the board it stands on."""

    run: Run
    board: Board
    standing: Standing

    @property
    def result(self) -> ModelResult:
        """The model's row."""
        return self.standing.result

    @property
    def title(self) -> str:
        """Its name on screens."""
        return title_of(self.result)


def current_model() -> Chosen | None:
    """Return the model named in the URL, else the recommended one of the run in the URL or of the newest run."""
    if not state.project_id():
        return None
    ids = newest_run_ids(services.workspace(), state.project_id())
    for run_id in sorted(ids, key=lambda one: one != state.run_id()):
        run = services.runs().get(run_id)
        board = make_board(run, board_results(services.workspace(), run.id))
        if not board.standings:
            continue
        wanted = state.model_label() if run.id == state.run_id() else ""
        named = next((s for s in board.standings if s.result.label == wanted), None)
        standing = named or board.recommended or board.standings[0]
        return Chosen(run, board, standing)
    return None


def need_model() -> Chosen:
    """Return the model being looked at, or draw the empty state and stop."""
    layout.need_project()
    chosen = current_model()
    if chosen is None:
        layout.empty_state(
            "There is no trained model yet",
            "Train a few models first; they take seconds to minutes. Then they can be looked at, explained and used.",
            button="Train models",
            page=nav.TRAIN,
        )
        st.stop()
    state.open_run(chosen.run.id)
    return chosen


def model_select(chosen: Chosen, *, key: str) -> None:
    """Draw the picker of the run's models, best first; the choice goes into the URL."""
    by_label = {s.result.label: s for s in chosen.board.standings}
    st.session_state[key] = chosen.result.label
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.selectbox(
            "Model",
            list(by_label),
            format_func=lambda label: f"{title_of(by_label[label].result)}   {interval(by_label[label].score)}",
            key=key,
            label_visibility="collapsed",
            width=420,
            on_change=lambda: state.open_model(st.session_state[key]),
        )
        st.caption(
            f"of a run with {counted(len(chosen.run.recipe.models), 'model')} predicting "
            f"{chosen.run.recipe.task.target}, {ago(chosen.run.created)}",
            width="content",
        )
