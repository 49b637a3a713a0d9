"""Combine models of a run: tick members, choose how they are joined, and train the vote or the stack as one more."""

from __future__ import annotations

import streamlit as st

from components import services
from components.leaderboard import Board, Standing, title_of
from components.messages import plain, show_error
from components.numbers import counted, number
from core.errors import LatheError
from core.models.ensembles import STACKING, VOTING
from core.models.registry import get_model
from core.params import ParamValue
from core.run.added import free_label, label_of
from core.run.members import LEAST, member_problems, ready_members
from core.run.recipe import ModelChoice
from core.run.runs import Run

WAYS = {"voting": "Vote, all equal", "greedy": "Vote, weighted by what helps", "stacking": "Stack"}
_WORDS = {
    "voting": "The mean of what they say. Nothing more is learned on top.",
    "greedy": "Models are picked one by one, each time the one that improves the common answer most.",
    "stacking": "A simple model learns whom to trust, from answers on rows that the members did not learn from.",
}
_FIRST = 3


def combine_models(run: Run, board: Board) -> None:
    """Draw the choice of members and of the way, and the button that trains them; nothing with too few models.

    Parameters
    ----------
    run : Run
        A stored run; the new model joins it and is judged on its folds.
    board : Board
        Its board.
    """
    able = {one.result.label: one for one in board.standings if ready_members(get_model(one.result.key))}
    if len(able) < LEAST:
        return
    with st.expander("Combine models into one", icon=":material/join_inner:", key=f"results.combine.{run.id}"):
        st.caption("Models that are wrong on different rows make up for each other. The new one joins this board.")
        members = _members(able, run.id)
        left, right = st.columns([3, 2], gap="large")
        with left:
            way = str(
                st.segmented_control(
                    "How they are joined",
                    list(WAYS),
                    format_func=WAYS.__getitem__,
                    default="voting",
                    required=True,
                    key="results.combine.way",
                )
            )
            st.caption(_WORDS[way])
        with right:
            name = st.text_input(
                "Name on the board", key="results.combine.name", placeholder=_proposed(run, way), max_chars=60
            )
        choice = choice_of(run, way, members, name)
        problems = member_problems(choice, run.recipe)
        if st.button(
            f"Train the {'stack' if way == 'stacking' else 'vote'} of {counted(len(members), 'model')}",
            key="results.combine.train",
            icon=":material/play_arrow:",
            disabled=bool(problems),
        ):
            _train(run, choice)
        for problem in problems[:1]:
            st.caption(plain(f"{problem.message} {problem.hint}"))


def choice_of(run: Run, way: str, members: tuple[str, ...], name: str = "") -> ModelChoice:
    """Return the new model as a choice of the run, under a name that is still free."""
    params: dict[str, ParamValue] = {"weights": "greedy"} if way == "greedy" else {}
    key = STACKING.key if way == "stacking" else VOTING.key
    label = free_label(run.recipe, label_of(name) if name.strip() else _proposed(run, way))
    return ModelChoice(key=key, name=label, params=params, members=members)


def _members(able: dict[str, Standing], run_id: str) -> tuple[str, ...]:
    chosen = st.pills(
        "Members",
        list(able),
        selection_mode="multi",
        format_func=lambda label: f"{title_of(able[label].result)} {number(able[label].score.value)}",
        default=list(able)[:_FIRST],
        key=f"results.combine.members.{run_id}",
        wrap=True,
        help="Best first. Two or more; the naive baseline and other combinations cannot be members.",
    )
    return tuple(label for label in able if label in chosen)


def _proposed(run: Run, way: str) -> str:
    titles = {"voting": VOTING.title, "greedy": "Weighted vote of models", "stacking": STACKING.title}
    return free_label(run.recipe, titles[way])


def _train(run: Run, choice: ModelChoice) -> None:
    from core.jobs.training import add_model

    try:
        add_model(services.workspace(), services.executor(), run.id, choice)
    except LatheError as error:
        show_error(error)
        return
    st.rerun()
