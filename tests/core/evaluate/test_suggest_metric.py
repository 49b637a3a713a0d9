"""The metric suggested follows from the mix of classes, the tail of numbers and named costs, and says why."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.task import MistakeCost, Task
from core.evaluate.metrics import offered_metrics
from core.evaluate.suggest_metric import suggest_metric
from core.types import TaskKind

RNG = np.random.default_rng(0)


def _classes(*counts):
    return np.repeat(np.array([f"c{i}" for i in range(len(counts))], dtype=object), counts)


@pytest.mark.parametrize(
    ("kind", "y", "key", "word"),
    [
        (TaskKind.BINARY, _classes(60, 40), "roc_auc", "40 %"),
        (TaskKind.BINARY, _classes(97, 3), "average_precision", "very rare"),
        (TaskKind.BINARY, _classes(10, 90), "balanced_accuracy", "other class is rare"),
        (TaskKind.MULTICLASS, _classes(30, 30, 35), "accuracy", "similar size"),
        (TaskKind.MULTICLASS, _classes(100, 30, 10), "balanced_accuracy", "10 times"),
        (TaskKind.MULTICLASS, _classes(*[10] * 15), "top_3", "15 classes"),
        (TaskKind.REGRESSION, RNG.normal(50, 5, 500), "rmse", "evenly"),
        (TaskKind.REGRESSION, RNG.standard_t(1.5, 500), "mae", "few rows"),
        (TaskKind.REGRESSION, RNG.lognormal(5, 2.5, 500), "rmsle", "factor"),
    ],
)
def test_the_suggestion_follows_from_the_target(kind, y, key, word):
    task = Task(kind=kind, target="y")
    found = suggest_metric(task, y)
    assert found.key == key
    assert word in found.reason
    assert found.key in {metric.key for metric in offered_metrics(task)}


def test_named_costs_decide():
    task = Task(kind=TaskKind.BINARY, target="y", costs=(MistakeCost(true="c1", called="c0", cost=5),))
    assert suggest_metric(task, _classes(97, 3)).key == "cost"


@pytest.mark.parametrize("kind", list(TaskKind))
def test_a_target_without_values_has_a_suggestion(kind):
    y = np.full(3, np.nan) if kind is TaskKind.REGRESSION else np.array([None, None], dtype=object)
    assert suggest_metric(Task(kind=kind, target="y"), y).key
