"""Carrying out a test: read, check, choose, compute, look at the assumptions, and say what came out."""

from __future__ import annotations

from importlib import import_module

from core.data.schema import Dataset
from core.errors import LatheError
from core.explore.hypothesis import assumptions, pictures, words
from core.explore.hypothesis.checks import check_data, check_fit, check_request
from core.explore.hypothesis.registry import get_test, tests_for
from core.explore.hypothesis.result import Outcome, TestResult
from core.explore.hypothesis.samples import (
    LIMIT,
    Counts,
    Groups,
    Moments,
    Pairs,
    read_counts,
    read_groups,
    read_pairs,
)
from core.explore.hypothesis.spec import Question, TestRequest, TestSpec
from core.explore.hypothesis.suggest import Suggestion, suggest_for
from core.store.workspace import Workspace


def suggest_test(workspace: Workspace, dataset: Dataset, request: TestRequest) -> Suggestion:
    """Suggest a test for a question and its columns.

    Raises
    ------
    InvalidInput, LatheError
        As `run_test`.
    """
    check_request(dataset, request)
    data = read(workspace, dataset, request)
    check_data(data, request)
    return suggest_for(data, request)


def run_test(workspace: Workspace, dataset: Dataset, request: TestRequest) -> TestResult:
    """Carry out a test on a stored table.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    request : TestRequest
        Question and columns; the suggested test is taken where none is named.

    Returns
    -------
    TestResult
        Computed on all rows where the test's formula needs aggregates only or the table has at most `LIMIT` rows; else
        on a random sample of that many, which the notes say.

    Raises
    ------
    InvalidInput
        With one problem a field of the request.
    LatheError
        Where the data do not allow the test: a group with one row, a constant column, too many groups.
    """
    check_request(dataset, request)
    data = read(workspace, dataset, request)
    check_data(data, request)
    suggestion = suggest_for(data, request)
    spec = get_test(request.test or suggestion.test)
    check_fit(spec, data, _better(data, request))
    outcome = carry_out(spec, data, request)
    return _result(spec, data, request, outcome)


def carry_out(spec: TestSpec, data: Groups | Pairs | Counts, request: TestRequest) -> Outcome:
    """Call the function of a test on data that were read."""
    module, _, name = spec.function.partition(":")
    outcome: Outcome = getattr(import_module(module), name)(data, request)
    return outcome


def read(workspace: Workspace, dataset: Dataset, request: TestRequest) -> Groups | Pairs | Counts:
    """Read the data of a question."""
    match request.question:
        case Question.RELATION:
            return read_counts(workspace, dataset, request.value, request.other, levels=request.levels)
        case Question.FREQUENCY:
            return read_counts(workspace, dataset, request.value)
        case Question.TOGETHER | Question.CHANGE:
            return read_pairs(workspace, dataset, request.value, request.other, seed=request.seed)
        case Question.VALUE if request.level:
            return read_counts(workspace, dataset, request.value)
        case Question.SAME if request.other and not request.group:
            return _two_columns(workspace, dataset, request)
        case _:
            by = request.group if request.question is not Question.NORMAL else ""
            return read_groups(workspace, dataset, request.value, by, levels=request.levels, seed=request.seed)


def _two_columns(workspace: Workspace, dataset: Dataset, request: TestRequest) -> Groups:
    parts = [read_groups(workspace, dataset, name, seed=request.seed) for name in (request.value, request.other)]
    moments = tuple(Moments(part.column, m.n, m.mean, m.variance) for part in parts for m in part.moments)
    return Groups(
        column="values",
        by="",
        moments=moments,
        values=tuple(values for part in parts for values in part.values),
        total=dataset.rows,
        missing=max(part.missing for part in parts),
        sampled=parts[0].sampled,
    )


def _better(data: Groups | Pairs | Counts, request: TestRequest) -> str:
    groups = len(data.labels) if isinstance(data, Groups) else 0
    fitting = [spec.title for spec in tests_for(request.question) if not groups or spec.groups[1] >= groups]
    return fitting[0] if fitting else "another test"


def _result(spec: TestSpec, data: Groups | Pairs | Counts, request: TestRequest, outcome: Outcome) -> TestResult:
    sampled = not spec.whole_table and not isinstance(data, Counts) and data.sampled
    if not outcome.p == outcome.p:
        raise LatheError(
            f"{spec.title} gives no answer for these data: too little varies.",
            hint="Choose other columns or another test.",
            field="test",
        )
    return TestResult(
        test=spec.key,
        title=spec.title,
        question=request.question,
        request=request,
        statistic_name=outcome.statistic_name,
        statistic=outcome.statistic,
        df=outcome.df,
        p=outcome.p,
        effects=outcome.effects,
        rows_total=data.total,
        rows_missing=data.missing,
        rows_used=outcome.rows,
        sampled=sampled,
        groups=pictures.summaries(data) if isinstance(data, Groups) else (),
        table=outcome.table,
        pairs=outcome.pairs,
        pair_method=outcome.pair_method,
        correction=request.correction,
        assumptions=assumptions.check(spec.assumptions, data, outcome),
        sentence=outcome.sentence,
        notes=(*_notes(data, sampled), *outcome.notes, *words.huge_note(outcome.rows, outcome.p)),
        working=outcome.working,
        picture=pictures.picture(data, request),
    )


def _notes(data: Groups | Pairs | Counts, sampled: bool) -> tuple[str, ...]:
    notes: list[str] = []
    if data.missing:
        noun = "row was" if data.missing == 1 else "rows were"
        notes.append(f"{data.missing:,} of {data.total:,} {noun} left out because a cell is missing.")
    if isinstance(data, Groups) and data.dropped:
        have = "has" if len(data.dropped) == 1 else "have"
        notes.append(f"{words.listed(data.dropped)} {have} a single row and cannot be compared; left out.")
    if sampled:
        notes.append(f"Computed on a random sample of {LIMIT:,} rows: this test needs the values themselves.")
    elif not isinstance(data, Counts) and data.sampled:
        notes.append(f"Computed on all rows; assumptions and the picture come from a random sample of {LIMIT:,}.")
    return tuple(notes)
