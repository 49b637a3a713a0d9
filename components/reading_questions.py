"""What only the person can know about a file ("Is NA in country Namibia or missing?"), answered with one click."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import state
from components.draft import Pending
from components.messages import plain
from components.numbers import counted
from core.data.questions import Question

MOST_SHOWN = 4


def reading_questions(pending: Pending, asked: Sequence[Question]) -> None:
    """Draw the questions of a waiting file that are not answered yet; nothing where all is clear.

    Parameters
    ----------
    pending : Pending
        The file, with the answers given so far.
    asked : sequence of Question
        What can be read in two ways; the first option of each is what is taken now.
    """
    open_ones = [question for question in asked if question.key not in pending.answered]
    if not open_ones:
        return
    with st.container(border=True, gap="small", key="parse.questions"):
        st.markdown(f":orange[:material/help:] **{counted(len(open_ones), 'question')} only you can answer**")
        for question in open_ones[:MOST_SHOWN]:
            _question(question)
        if len(open_ones) > MOST_SHOWN:
            st.caption(
                f"{len(open_ones) - MOST_SHOWN} more follow. What is not answered is read as the first answer says."
            )
        else:
            st.caption("What is not answered is read as the first answer says.")


def _question(question: Question) -> None:
    with st.container(gap="xxsmall"):
        st.markdown(plain(question.text[:400]))
        with st.container(horizontal=True, gap="small"):
            for place, option in enumerate(question.options):
                st.button(
                    plain(option.label[:120]),
                    key=f"parse.answer.{question.key}.{place}",
                    on_click=answer,
                    args=(question, place),
                )


def answer(question: Question, place: int) -> None:
    """Read the waiting file as an option of a question says. A callback."""
    waiting = state.pending()
    if waiting is None:
        return
    changes = {"parse": question.options[place].apply(waiting.parse), "answered": (*waiting.answered, question.key)}
    state.save_pending(waiting.model_copy(update=changes))
