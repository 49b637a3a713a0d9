"""The cards beside the board: the model to take, and the locked hold-out."""

from __future__ import annotations

import streamlit as st

from components import services, state
from components.facts import Fact, fact_list
from components.leaderboard import Board, short_title, standing_words, title_of
from components.messages import plain
from components.numbers import counted, duration, interval
from core.run.runs import Run


def recommendation(board: Board) -> None:
    """Draw the model to take, and why."""
    chosen = board.recommended
    if chosen is None:
        return
    tied = sum(s.row.tied for s in board.standings)
    alone = "It leads clearly." if len(board.standings) > 2 else "It is better than guessing."
    why = alone if tied == 1 else f"The simplest of {tied} models that are tied with the best."
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


def look(run_id: str) -> None:
    """Open the hold-out once and count it. Runs as a callback."""
    state.remember(f"looked.{run_id}", services.runs().count_look(run_id))
