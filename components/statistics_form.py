"""The question first, then the columns: what is to be tested."""

from __future__ import annotations

from typing import Any

import streamlit as st

from components import statistics_state as asking
from components.controlled import controlled
from components.messages import plain
from components.task_form import likely_targets
from core.data.schema import Dataset
from core.explore.hypothesis.checks import columns_for, is_category, is_number
from core.explore.hypothesis.questions import QUESTIONS, get_question
from core.explore.hypothesis.spec import Field, FieldSpec, Question, TestRequest
from core.types import ColumnKind

COMPARED = (Question.DIFFERENCE, Question.SPREAD, Question.SAME)
NOTHING = "\N{EN DASH}"


def question_form(dataset: Dataset, request: TestRequest) -> None:
    """Draw the question and the inputs it needs."""
    titles = {question.key: question.title for question in QUESTIONS}
    controlled(
        st.selectbox,
        "What do you want to know?",
        list(titles),
        key=f"tests.question.{dataset.id}",
        value=request.question,
        save=lambda chosen: asking.ask_question(dataset, chosen),
        format_func=titles.__getitem__,
        help="\n\n".join(f"**{question.title}** {question.example}" for question in QUESTIONS),
    )
    fields = [spec for spec in get_question(request.question).fields if _is_drawn(dataset, spec, request)]
    with st.container():
        for cell, spec in zip(st.columns(len(fields), gap="medium"), fields, strict=True):
            with cell:
                _field(dataset, spec, request)
    _groups(dataset, request)


def starters(dataset: Dataset) -> tuple[TestRequest, ...]:
    """Return up to three questions to begin with, about the column that is likely to be the goal."""
    numbers = [c.name for c in dataset.columns if is_number(c) and not is_category(c) and _is_told(c.kind)]
    groups = sorted((c for c in dataset.columns if is_category(c)), key=lambda c: c.unique)
    target = next((name for name in likely_targets(dataset) if name in dataset.column_names), "")
    found = []
    others = [c.name for c in groups if c.name != target]
    if target in numbers:
        found += [TestRequest(question=Question.DIFFERENCE, value=target, group=name) for name in others[:2]]
        found += [TestRequest(question=Question.TOGETHER, value=n, other=target) for n in numbers if n != target][:1]
    else:
        if target in [c.name for c in groups]:
            found += [TestRequest(question=Question.RELATION, value=target, other=name) for name in others[:2]]
            found += [TestRequest(question=Question.DIFFERENCE, value=n, group=target) for n in numbers[:1]]
        elif numbers and others:
            found.append(TestRequest(question=Question.DIFFERENCE, value=numbers[0], group=others[0]))
    return tuple(found[:3]) or tuple(TestRequest(question=Question.NORMAL, value=n) for n in numbers[:1])


def starter_words(request: TestRequest) -> str:
    """Say a starting question in words."""
    if request.question is Question.DIFFERENCE:
        return f"Does {request.value} differ by {request.group}?"
    if request.question is Question.RELATION:
        return f"Does {request.value} depend on {request.other}?"
    if request.question is Question.TOGETHER:
        return f"Do {request.value} and {request.other} move together?"
    return f"Is {request.value} shaped like a bell?"


def draw_starters(dataset: Dataset) -> None:
    """Offer questions to begin with."""
    found = starters(dataset)
    with st.container(border=True, gap="small"):
        st.markdown(":gray[Choose the columns above, or begin with one of these.]")
        with st.container(horizontal=True, gap="small"):
            for place, request in enumerate(found):
                st.button(
                    plain(starter_words(request)),
                    key=f"tests.starter.{place}",
                    on_click=_start,
                    args=(dataset, request),
                )


def _start(dataset: Dataset, request: TestRequest) -> None:
    asking.save(dataset, request=request)


def _is_told(kind: ColumnKind) -> bool:
    return kind is not ColumnKind.IDENTIFIER


def _is_drawn(dataset: Dataset, spec: FieldSpec, request: TestRequest) -> bool:
    if spec.field is not Field.LEVEL:
        return True
    return request.value in dataset.column_names and is_category(dataset.column(request.value))


def _field(dataset: Dataset, spec: FieldSpec, request: TestRequest) -> None:
    name, held = spec.field.value, getattr(request, spec.field.value)
    if spec.accepts == "amount":
        _amount(dataset, spec, held)
        return
    if spec.accepts == "level":
        mean = is_number(dataset.column(request.value))
        options = [*([""] if mean else []), *asking.levels(dataset, request.value)]
        words = {"": "None: compare the mean"}
    else:
        options = [*([""] if spec.optional else []), *columns_for(dataset, spec)]
        words = {"": NOTHING}
    label = "What may depend" if spec.help == "What may depend." else spec.label
    controlled(
        st.selectbox,
        label,
        options,
        key=f"tests.{name}.{dataset.id}.{request.question}",
        value=held if held in options and (held or spec.optional or spec.accepts == "level") else None,
        save=lambda chosen: asking.ask(dataset, **{name: chosen or ""}),
        format_func=lambda option: words.get(option, option),
        placeholder="Choose a column" if spec.accepts != "level" else "Choose a value",
        help=spec.help or None,
    )


def _amount(dataset: Dataset, spec: FieldSpec, held: Any) -> None:
    controlled(
        st.number_input,
        spec.label,
        key=f"tests.expected.{dataset.id}",
        value=held,
        save=lambda chosen: asking.ask(dataset, expected=chosen),
        help=spec.help,
        format="%g",
        step=None,
        placeholder="A number",
    )


def _groups(dataset: Dataset, request: TestRequest) -> None:
    """Offer to compare some of the groups, where there are more than two."""
    name = request.other if request.question is Question.RELATION else request.group
    if name not in dataset.column_names or request.question not in (*COMPARED, Question.RELATION):
        return
    known = asking.levels(dataset, name)
    if len(known) <= 2:
        return
    controlled(
        st.multiselect,
        f"Values of {plain(name)} to compare",
        list(known),
        key=f"tests.levels.{dataset.id}.{name}",
        value=[level for level in request.levels if level in known],
        save=lambda chosen: asking.ask(dataset, levels=tuple(chosen)),
        placeholder=f"All {len(known)}",
    )
