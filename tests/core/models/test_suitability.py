"""A model that does not suit a table is refused before it is trained, with the reason and the remedy."""

from __future__ import annotations

import pytest

from core.models.registry import MODELS, get_model
from core.models.spec import ModelSpec
from core.models.suitability import check_suitability
from core.types import TaskKind


def refusal(key: str, task: TaskKind = TaskKind.REGRESSION, **found):
    return check_suitability(get_model(key), **{"rows": 1000, "columns": 20, "classes": 0, **found}, task=task)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
def test_a_usual_table_suits_every_model(model: ModelSpec) -> None:
    for task in model.tasks:
        classes = {TaskKind.BINARY: 2, TaskKind.MULTICLASS: 4, TaskKind.REGRESSION: 0}[task]
        assert check_suitability(model, rows=1000, columns=20, classes=classes, task=task) is None


@pytest.mark.parametrize("model", [model for model in MODELS if model.limits], ids=lambda model: model.key)
def test_every_limit_holds_from_the_first_count_beyond_it(model: ModelSpec) -> None:
    usual = {"rows": 1000, "columns": 20, "classes": 2}
    for limit in model.limits:
        bound = (limit.most or 0) + 1 if limit.most is not None else (limit.least or 0) - 1
        beyond = {"rows": bound, "columns": 1} if limit.of == "cells" else {limit.of: bound}
        found = check_suitability(model, **{**usual, **beyond}, task=model.tasks[0])
        assert found is not None
        assert found.reason
        assert found.remedy


def test_a_refusal_says_what_must_hold_what_is_there_and_why() -> None:
    found = refusal("knn", rows=200_000)
    assert found is not None
    assert found.reason.startswith(
        "Nearest neighbours can be trained on at most 100,000 rows to learn from; there are 200,000. "
    )
    assert found.remedy == "Sample 100,000 rows, or use a forest or boosting."


def test_a_task_that_a_model_cannot_do_is_refused_in_words() -> None:
    found = refusal("isotonic", TaskKind.MULTICLASS, classes=3)
    assert found is not None
    assert found.reason == (
        "Isotonic regression can tell two classes apart or predict a number; "
        "this task is to tell more than two classes apart."
    )


def test_classes_that_are_not_known_refuse_nothing() -> None:
    assert refusal("logit_stats", TaskKind.MULTICLASS, classes=0) is None
    assert refusal("logit_stats", TaskKind.MULTICLASS, classes=21) is not None


@pytest.mark.parametrize(
    ("columns", "params", "suits"),
    [(80, {}, True), (100, {}, False), (100, {"products": False}, True), (800, {"products": False, "degree": 5}, True)],
)
def test_what_a_polynomial_takes_depends_on_its_parameters(columns: int, params: dict, *, suits: bool) -> None:
    found = check_suitability(
        get_model("polynomial"), rows=1000, columns=columns, classes=0, task=TaskKind.REGRESSION, params=params
    )
    assert (found is None) is suits
