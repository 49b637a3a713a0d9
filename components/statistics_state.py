"""What is asked on the Tests page, and the results kept there: with the project, so that a refresh shows the same."""

from __future__ import annotations

from typing import Any

import streamlit as st
from pydantic import BaseModel, ConfigDict, ValidationError

from components import services, state
from core.data.schema import Dataset
from core.explore.hypothesis.many import Screening, screen
from core.explore.hypothesis.questions import get_question
from core.explore.hypothesis.result import TestResult
from core.explore.hypothesis.run import run_test, suggest_test
from core.explore.hypothesis.samples import read_levels
from core.explore.hypothesis.spec import Correction, Question, TestRequest
from core.explore.hypothesis.suggest import Suggestion

DRAFT_KEY = "tests"
MOST_KEPT = 50


class Kept(BaseModel):
    """A result kept in the list."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    request: TestRequest
    title: str
    sentence: str
    p: float
    effect: str
    fingerprint: str


class Asked(BaseModel):
    """What is asked of one table, and what was kept of it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    request: TestRequest = TestRequest(question=Question.DIFFERENCE)
    kept: tuple[Kept, ...] = ()
    correction: Correction = Correction.HOLM


def asked(dataset: Dataset) -> Asked:
    """Return what is asked of ``dataset``; the plain first question where nothing is or it no longer fits."""
    project = state.project()
    stored = project.draft.get(DRAFT_KEY, {}).get(dataset.id, {}) if project else {}
    try:
        found = Asked.model_validate(stored)
    except ValidationError:
        return Asked()
    request = found.request
    gone = {request.value, request.other, request.group} - {"", *dataset.column_names}
    return found.model_copy(update={"request": TestRequest(question=request.question)}) if gone else found


def save(dataset: Dataset, **changes: Any) -> None:
    """Change what is asked and save it. Safe in a callback."""
    project = state.project()
    if project is None:
        return
    changed = asked(dataset).model_copy(update=changes)
    tables = {**project.draft.get(DRAFT_KEY, {}), dataset.id: changed.model_dump(mode="json")}
    services.projects().save_draft(project.id, {**project.draft, DRAFT_KEY: tables})


def ask(dataset: Dataset, **changes: Any) -> None:
    """Change some fields of the request; a test chosen before is kept only where nothing but it changed."""
    before = asked(dataset).request
    if set(changes) - {"test"}:
        changes = {"test": "", **changes}
    if "value" in changes or "other" in changes or "group" in changes:
        changes = {"levels": (), **changes}
    if "value" in changes:
        changes = {"level": "", **changes}
    save(dataset, request=before.model_copy(update=changes))


def ask_question(dataset: Dataset, question: Question) -> None:
    """Ask another question, with the columns that still fit it."""
    from core.explore.hypothesis.checks import columns_for

    before, fresh = asked(dataset).request, TestRequest(question=question)
    kept = {}
    for spec in get_question(question).fields:
        old = getattr(before, spec.field.value)
        if spec.accepts in ("number", "category", "either") and old in columns_for(dataset, spec):
            kept[spec.field.value] = old
    save(dataset, request=fresh.model_copy(update=kept))


def is_complete(dataset: Dataset, request: TestRequest) -> bool:
    """Tell whether everything that the question needs was chosen."""
    from core.explore.hypothesis.checks import is_number

    needed = [
        spec.field.value
        for spec in get_question(request.question).fields
        if spec.accepts in ("number", "category", "either") and not spec.optional
    ]
    if not all(getattr(request, name) for name in needed):
        return False
    if request.question is Question.SAME:
        return bool(request.group or request.other)
    if request.question is Question.VALUE:
        needs_level = not is_number(dataset.column(request.value))
        return request.expected is not None and (bool(request.level) or not needs_level)
    return True


def keep(dataset: Dataset, result: TestResult) -> None:
    """Put a result on the list; one of an equal request is replaced. Runs as a callback."""
    main = result.effects[0]
    one = Kept(
        request=result.request.model_copy(update={"test": result.test}),
        title=result.title,
        sentence=result.sentence,
        p=result.p,
        effect=f"{main.term} {main.value:.3g}",
        fingerprint=dataset.fingerprint,
    )
    others = [old for old in asked(dataset).kept if old.request != one.request]
    save(dataset, kept=tuple([*others, one][-MOST_KEPT:]))


def forget(dataset: Dataset, place: int | None = None) -> None:
    """Take one result, or (None) all, off the list. Runs as a callback."""
    kept = asked(dataset).kept
    save(dataset, kept=() if place is None else (*kept[:place], *kept[place + 1 :]))


def answer(dataset: Dataset, request: TestRequest) -> TestResult:
    """Return the result of a test, computed once for equal content and request; a `LatheError` where it cannot be."""
    return _answer(str(services.workspace().root), dataset.view_key, request.model_dump_json(), dataset)


def suggestion(dataset: Dataset, request: TestRequest) -> Suggestion:
    """Return the suggested test and its alternatives."""
    plain = request.model_copy(update={"test": ""})
    return _suggestion(str(services.workspace().root), dataset.view_key, plain.model_dump_json(), dataset)


def screening(dataset: Dataset, column: str, correction: Correction) -> Screening:
    """Return a column tested against every other."""
    return _screening(str(services.workspace().root), dataset.view_key, column, correction, dataset)


def levels(dataset: Dataset, column: str) -> tuple[str, ...]:
    """Return the values of a category."""
    return _levels(str(services.workspace().root), dataset.view_key, column, dataset)


@st.cache_resource(max_entries=128, show_spinner="Testing")
def _answer(root: str, fingerprint: str, request: str, _dataset: Dataset) -> TestResult:
    return run_test(services.workspace(), _dataset, TestRequest.model_validate_json(request))


@st.cache_resource(max_entries=128, show_spinner=False)
def _suggestion(root: str, fingerprint: str, request: str, _dataset: Dataset) -> Suggestion:
    return suggest_test(services.workspace(), _dataset, TestRequest.model_validate_json(request))


@st.cache_resource(max_entries=32, show_spinner="Testing every column")
def _screening(root: str, fingerprint: str, column: str, correction: Correction, _dataset: Dataset) -> Screening:
    return screen(services.workspace(), _dataset, column, correction=correction)


@st.cache_resource(max_entries=64, show_spinner=False)
def _levels(root: str, fingerprint: str, column: str, _dataset: Dataset) -> tuple[str, ...]:
    return read_levels(services.workspace(), _dataset, column)
