"""Tests: is a difference or a relation more than chance, and how large is it."""

from __future__ import annotations

import streamlit as st

from components import layout, state
from components import navigation as nav
from components import statistics_state as asking
from components.layout import Primary
from components.messages import show_error
from components.statistics_answer import draw_answer, draw_ground
from components.statistics_form import draw_starters, question_form
from components.statistics_lists import against_all, kept_results
from core.data.schema import Dataset
from core.errors import LatheError
from core.explore.hypothesis.result import TestResult

SENTENCE = "Ask whether a difference is more than chance, and how large it is."


def header(dataset: Dataset | None, result: TestResult | None) -> None:
    """Draw title and primary action."""
    reason = "Bring a table first." if dataset is None else "" if result is not None else "Choose the columns first."
    layout.page_header(
        "Tests",
        SENTENCE,
        primary=Primary("Keep this result", "tests.keep", reason, on_click=asking.keep, args=(dataset, result)),
    )


def ask(dataset: Dataset) -> tuple[TestResult | None, LatheError | None]:
    """Return the answer to what is asked, or why there is none; neither while something is not chosen yet."""
    request = asking.asked(dataset).request
    if not asking.is_complete(dataset, request):
        return None, None
    try:
        return asking.answer(dataset, request), None
    except LatheError as error:
        return None, error


def page(dataset: Dataset) -> None:
    """Draw the page of a project with a table."""
    result, error = ask(dataset)
    request = asking.asked(dataset).request
    header(dataset, result)
    layout.context_strip(dataset)
    question_form(dataset, request)
    if error is not None:
        show_error(error)
        if request.test:
            st.button("Take the suggested test", key="tests.retry", on_click=asking.ask, args=(dataset,),
                      kwargs={"test": ""})  # fmt: skip
    elif result is None:
        draw_starters(dataset)
    left, right = layout.two_columns()
    with right:
        if result is not None:
            draw_ground(dataset, result, asking.suggestion(dataset, request))
        kept_results(dataset)
    with left:
        if result is not None:
            draw_answer(dataset, result)
        against_all(dataset)
    layout.next_step("Projections", nav.PROJECTIONS)


if state.project() is None or state.dataset() is None:
    header(None, None)
page(layout.need_dataset())
