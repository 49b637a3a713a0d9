"""Models suggested for a table: reasons from its figures, only what suits, and what a person wishes."""

from __future__ import annotations

import pytest

from core.models.registry import models_for
from core.models.suggest import TableFacts, suggest_models
from core.types import TaskKind


def keys(task: TaskKind, *, most: int = 3, **facts) -> list[str]:
    found = TableFacts(**{"rows": 5_000, "columns": 10, "width": 20, "numbers": 10, **facts})
    return [one.key for one in suggest_models(found, task, most=most)]


def reason(key: str, task: TaskKind, **facts) -> str:
    found = TableFacts(**{"rows": 5_000, "columns": 10, "width": 20, "numbers": 10, **facts})
    return next(one.reason for one in suggest_models(found, task, most=20) if one.key == key)


@pytest.mark.parametrize("task", TaskKind)
def test_three_different_models_with_reasons_come_in_order(task: TaskKind) -> None:
    facts = TableFacts(rows=5_000, columns=10, width=20, classes=2 if task.is_classification else 0)
    found = suggest_models(facts, task)
    assert [one.order for one in found] == [1, 2, 3]
    assert {one.key for one in found} <= {spec.key for spec in models_for(task)}
    assert all(one.reason.endswith(".") for one in found)


def test_reasons_hold_figures_of_the_table() -> None:
    assert reason("lightgbm", TaskKind.REGRESSION, missing_share=0.3) == (
        "5,000 rows are enough for boosting, which is the strongest on most tables of this size. "
        "It takes missing cells as they are; 30 % are missing here."
    )


def test_a_wish_for_a_model_that_can_be_read_leaves_only_such() -> None:
    specs = {spec.key: spec for spec in models_for(TaskKind.BINARY)}
    for key in keys(TaskKind.BINARY, readable=True, classes=2, width=50):
        assert specs[key].interpretability == "high" or key == "tree"


@pytest.mark.parametrize(
    ("key", "task", "facts"),
    [
        ("lasso", TaskKind.REGRESSION, {"rows": 100, "width": 300}),
        ("naive_bayes", TaskKind.BINARY, {"words": 300, "width": 310, "classes": 2}),
        ("catboost", TaskKind.BINARY, {"many_levels": 2, "classes": 2}),
        ("glm", TaskKind.REGRESSION, {"counts": True}),
        ("huber", TaskKind.REGRESSION, {"far_off": True}),
        ("knn", TaskKind.MULTICLASS, {"classes": 4, "rows": 800}),
        ("sgd", TaskKind.BINARY, {"rows": 2_000_000, "classes": 2}),
    ],
)
def test_what_is_odd_about_a_table_brings_the_model_for_it(key: str, task: TaskKind, facts: dict) -> None:
    assert key in keys(task, **facts)


def test_what_does_not_suit_is_never_suggested_and_of_look_alikes_one() -> None:
    assert "knn" not in keys(TaskKind.MULTICLASS, most=20, classes=4, rows=9_000, width=9_000)
    many = keys(TaskKind.REGRESSION, most=20, missing_share=0.5, many_levels=3)
    assert len({"lightgbm", "hist_boosting", "xgboost", "catboost"} & set(many)) == 1
