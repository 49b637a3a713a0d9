"""``compare`` and ``project``: tests of differences and relations, and maps of points."""

from __future__ import annotations

import argparse
import json
from typing import Any

from core.cli.output import ProgressLine, print_json, print_table
from core.cli.scratch import scratch_dataset
from core.data.schema import Dataset
from core.errors import LatheError
from core.explore.hypothesis.result import TestResult
from core.explore.hypothesis.spec import Correction, Question, TestRequest
from core.params import ParamValue
from core.store.workspace import Workspace


def compare(parsed: argparse.Namespace) -> int:
    """Carry out one test, or one against every other column, and print what it found."""
    from core.explore.hypothesis.run import run_test

    with scratch_dataset(parsed.file) as (workspace, dataset):
        if parsed.all:
            return _screen(workspace, dataset, parsed)
        result = run_test(workspace, dataset, _request(dataset, parsed))
    if parsed.json:
        print_json(result.model_dump(mode="json", exclude={"picture"}))
    else:
        _print_result(result)
    return 0


def project(parsed: argparse.Namespace) -> int:
    """Project a table and write one line a row: its number from 1, and its coordinates."""
    from core.explore.projection.points import read_points
    from core.explore.projection.run import project as carry_out
    from core.explore.projection.spec import ProjectionRequest

    request = ProjectionRequest(
        method=parsed.method,
        params=dict(_assignment(text) for text in parsed.set),
        columns=tuple(name for name in parsed.columns.split(",") if name),
        seed=parsed.seed,
    )
    with scratch_dataset(parsed.file) as (workspace, dataset):
        result = carry_out(workspace, dataset, request, _Shown())
        points = read_points(workspace, dataset, request, every=True)
    names = ["row", *(f"c{place + 1}" for place in range(result.components))]
    parsed.out.parent.mkdir(parents=True, exist_ok=True)
    with parsed.out.open("w", encoding="utf-8", newline="\n") as file:
        file.write(",".join(names) + "\n")
        for place, values in zip(points.places, points.values, strict=True):
            file.write(f"{place + 1}," + ",".join(f"{value:.6g}" for value in values) + "\n")
    if parsed.json:
        print_json({"out": str(parsed.out), **result.model_dump(mode="json")})
        return 0
    print(f"{result.rows_used:,} rows of {len(result.features)} coordinates projected to {parsed.out}")
    if result.explained:
        shares = ", ".join(f"{100 * share:.1f} %" for share in result.explained[: result.components])
        print(f"share of the spread of each axis: {shares}")
    for note in (*result.notes, *(f"{one.column} left out: {one.reason}" for one in result.left_out)):
        print(f"note: {note}")
    return 0


class _Shown:
    """Tells progress on standard error; runs to its end."""

    threads = 1

    def __init__(self) -> None:
        self._line = ProgressLine()

    def report(self, fraction: float, stage: str, message: str = "", **values: ParamValue) -> None:
        """Show the progress."""
        self._line.show(f"{fraction:4.0%} {message or stage}")
        if fraction >= 1:
            self._line.close()

    def should_stop(self) -> bool:
        """Return False: Ctrl-C ends the process."""
        return False


def _request(dataset: Dataset, parsed: argparse.Namespace) -> TestRequest:
    known = [question.value for question in Question]
    if parsed.question and parsed.question not in known:
        raise LatheError(
            f"There is no question {parsed.question!r}.", hint=f"Known: {', '.join(known)}.", field="question"
        )
    return TestRequest(
        question=Question(parsed.question) if parsed.question else _question(dataset, parsed),
        test=parsed.test,
        value=parsed.value,
        other=parsed.other,
        group=parsed.group,
        level=parsed.level,
        levels=tuple(name for name in parsed.levels.split(",") if name),
        expected=parsed.expected,
        correction=Correction(parsed.correction),
        seed=parsed.seed,
    )


def _question(dataset: Dataset, parsed: argparse.Namespace) -> Question:
    """Return the question of the test named, else the one that fits the columns given."""
    from core.explore.hypothesis.checks import is_number
    from core.explore.hypothesis.registry import get_test

    if parsed.test:
        return get_test(parsed.test).question
    numbers = {column.name for column in dataset.columns if is_number(column)}
    if parsed.expected is not None:
        return Question.VALUE
    if parsed.group:
        return Question.DIFFERENCE
    if parsed.other:
        return Question.TOGETHER if {parsed.value, parsed.other} <= numbers else Question.RELATION
    return Question.NORMAL if parsed.value in numbers else Question.FREQUENCY


def _print_result(result: TestResult) -> None:
    print(result.sentence)
    df = ", ".join(f"{value:.4g}" for value in result.df)
    figures = f"{result.statistic_name} = {result.statistic:.4g}{f' (df {df})' if df else ''}"
    print(f"{result.title}: {figures}, p = {result.p:.3g}")
    print_table(["effect", "value", "low", "high"], [[e.term, e.value, e.low, e.high] for e in result.effects])
    for assumption in result.assumptions:
        instead = f" Take {assumption.instead} instead." if assumption.instead else ""
        print(f"{assumption.verdict.value}: {assumption.name}. {assumption.words}{instead}")
    for note in result.notes:
        print(f"note: {note}")


def _screen(workspace: Workspace, dataset: Dataset, parsed: argparse.Namespace) -> int:
    from core.explore.hypothesis.many import screen

    if parsed.value not in dataset.column_names:
        raise LatheError(f"The table has no column {parsed.value!r}.", field="value")
    found = screen(workspace, dataset, parsed.value, correction=Correction(parsed.correction), seed=parsed.seed)
    if parsed.json:
        print_json(found.model_dump(mode="json"))
        return 0
    print_table(
        ["column", "test", "strength", "p", "p corrected", "note"],
        [[c.column, c.test, c.strength, c.p, c.p_corrected, c.reason] for c in found.columns],
    )
    return 0


def _assignment(text: str) -> tuple[str, Any]:
    name, separator, value = text.partition("=")
    if not separator:
        raise LatheError(f"A parameter is set as NAME=VALUE. It is {text!r}.", field="set")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value
