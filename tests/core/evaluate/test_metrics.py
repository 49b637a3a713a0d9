"""Every metric equals scikit-learn's, with and without row weights."""

import numpy as np
import pytest

from core.data.task import MistakeCost, Task
from core.errors import LatheError, NotFound
from core.evaluate.metrics import (
    METRICS,
    default_metric,
    get_metric,
    metrics_for,
    offered_metrics,
    ordered_metrics,
    with_intervals,
)
from core.evaluate.outcome import Outcome, outcome
from core.models.fitted import Predictions
from core.types import TaskKind
from tests.core.evaluate.sklearn_metrics import COSTS, REFERENCE, Case

CLASSES = {TaskKind.BINARY: ("no", "yes"), TaskKind.MULTICLASS: ("a", "b", "c"), TaskKind.REGRESSION: ()}


def _case(kind, weighted, seed=3, n=200):
    rng = np.random.default_rng(seed)
    classes = CLASSES[kind]
    if classes:
        probabilities = rng.dirichlet(np.ones(len(classes)), size=n).round(2) + 1e-3
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        labels = np.array(classes, dtype=object)
        y, predictions = labels[rng.integers(0, len(classes), n)], Predictions(labels[probabilities.argmax(1)])
        predictions = Predictions(predictions.values, probabilities)
    else:
        y = rng.gamma(3.0, 9.0, n)
        predictions = Predictions(y * rng.uniform(0.6, 1.5, n))
    # In quarters, so that sums of weights come out exactly and medians fall on the same row.
    weight = rng.integers(0, 4, n).astype(float) if weighted else np.ones(n)
    k = len(classes)
    return outcome(y, predictions, classes=classes, costs=COSTS[:k, :k] if k else None), Case(
        y, predictions, weight, classes
    )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("kind", "key"), [(kind, metric.key) for kind in TaskKind for metric in metrics_for(kind)])
def test_metric_equals_scikit_learn(kind, key, weighted):
    whole, case = _case(kind, weighted)
    metric = get_metric(key)
    if metric.undefined(whole):
        assert key in {"top_3", "top_5"}
        return
    found = metric.function(whole.with_weights(np.stack([case.w, case.w])))
    assert found == pytest.approx([REFERENCE[key](case)] * 2, rel=1e-9)


@pytest.mark.parametrize("kind", list(TaskKind))
def test_rows_own_weights_count_like_scikit_learns(kind):
    _, case = _case(kind, True)
    whole = outcome(case.y, case.p, classes=CLASSES[kind], own=case.w)
    metric = default_metric(kind)
    assert metric.function(whole)[0] == pytest.approx(REFERENCE[metric.key](case))
    twice = metric.function(whole.with_weights(np.full((1, 200), 2.0)))
    assert twice[0] == pytest.approx(metric.function(whole)[0])


@pytest.mark.parametrize("key", [metric.key for metric in METRICS if metric.needs])
@pytest.mark.filterwarnings("error")
def test_a_metric_that_is_not_defined_says_why(key):
    metric = get_metric(key)
    if TaskKind.REGRESSION in metric.tasks:
        whole = outcome(np.array([-3.0, 2.0]), Predictions(np.array([1.0, 2.0])))
        assert "-3" in metric.undefined(whole)
        assert "predictions" in metric.undefined(outcome(np.array([3.0, 2.0]), Predictions(np.array([-1.0, 2.0]))))
        return
    labels = np.array(["a", "b"], dtype=object)
    whole = outcome(labels, Predictions(labels, np.eye(2)), classes=("a", "b"))
    if key == "roc_auc_pairs":
        whole = Outcome(np.arange(30), np.arange(30), np.eye(30), 0, np.ones((1, 30)))
    assert metric.undefined(whole).endswith((".", "kappa."))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", list(TaskKind))
def test_every_defined_metric_is_silent_on_one_row_and_on_perfect_predictions(kind):
    classes = CLASSES[kind]
    for n in (1, 30):
        y = np.array([classes[i % len(classes)] for i in range(n)], dtype=object) if classes else np.ones(n)
        p = np.eye(len(classes))[np.arange(n) % len(classes)] if classes else None
        whole = outcome(y, Predictions(y, p), classes=classes)
        for metric in metrics_for(kind):
            if not metric.undefined(whole):
                assert metric.function(whole).shape == (1,)


def test_a_draw_without_both_classes_cannot_be_ranked():
    whole = Outcome(np.array([0, 1]), np.array([0, 1]), np.array([[0.9, 0.1], [0.2, 0.8]]), 1, np.array([[1.0, 0.0]]))
    assert np.isnan(get_metric("roc_auc").function(whole)[0])


def test_an_unknown_metric_is_named_with_the_known_ones():
    with pytest.raises(NotFound, match="speed") as caught:
        get_metric("speed")
    assert "roc_auc" in caught.value.hint


@pytest.mark.parametrize("kind", list(TaskKind))
def test_the_default_metric_can_judge_its_task(kind):
    assert kind in default_metric(kind).tasks


def test_keys_and_titles_are_unique_and_each_says_what_it_means():
    assert len({m.key for m in METRICS}) == len({m.title for m in METRICS}) == len(METRICS)
    assert all(m.meaning.endswith(".") and "\n" not in m.meaning for m in METRICS)
    assert set(REFERENCE) == {m.key for m in METRICS}


def test_the_cost_ranks_only_where_costs_are_named():
    task = Task(kind=TaskKind.BINARY, target="y", metric="cost")
    assert "cost" not in {m.key for m in offered_metrics(task)}
    with pytest.raises(LatheError, match="without costs"):
        ordered_metrics(task)
    priced = task.model_copy(update={"costs": (MistakeCost(true="yes", called="no", cost=5.0),)})
    assert ordered_metrics(priced)[0].key == "cost"


def test_an_interval_is_drawn_for_what_ranks_and_for_what_is_quick():
    ranked = ordered_metrics(Task(kind=TaskKind.MULTICLASS, target="y", metric="roc_auc_pairs"))
    drawn = {m.key for m in with_intervals(ranked)}
    assert "roc_auc_pairs" in drawn
    assert "roc_auc_macro" not in drawn
