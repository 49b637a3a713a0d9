"""Every metric equals scikit-learn's, with and without row weights."""

import numpy as np
import pytest
import sklearn.metrics as reference

from core.errors import NotFound
from core.evaluate.metrics import METRICS, default_metric, get_metric, metrics_for
from core.evaluate.outcome import Outcome, outcome
from core.models.fitted import Predictions
from core.types import TaskKind

BINARY, MULTI = ("no", "yes"), ("a", "b", "c")


def _labels(rng, classes, n):
    probabilities = rng.dirichlet(np.ones(len(classes)), size=n).round(2) + 1e-3
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    y = np.array(classes, dtype=object)[rng.integers(0, len(classes), n)]
    return y, Predictions(np.array(classes, dtype=object)[probabilities.argmax(axis=1)], probabilities)


def _sklearn(key, y, p, weight, classes):
    names = list(classes)
    scores = p.probabilities
    labels = p.values
    positive = classes[-1] if classes else None
    hit = None if positive is None else (y == positive)
    w = {"sample_weight": weight}
    match key:
        case "roc_auc" if len(classes) == 2:
            return reference.roc_auc_score(hit, scores[:, -1], **w)
        case "roc_auc":
            return reference.roc_auc_score(
                y.astype(str), scores, labels=names, multi_class="ovr", average="weighted", **w
            )
        case "average_precision":
            return reference.average_precision_score(hit, scores[:, -1], **w)
        case "accuracy":
            return reference.accuracy_score(y, labels, **w)
        case "balanced_accuracy":
            return reference.balanced_accuracy_score(y, labels, **w)
        case "f1":
            return reference.f1_score(y, labels, pos_label=positive, **w)
        case "f1_macro":
            return reference.f1_score(y, labels, average="macro", **w)
        case "precision":
            return reference.precision_score(y, labels, pos_label=positive, **w)
        case "recall":
            return reference.recall_score(y, labels, pos_label=positive, **w)
        case "matthews":
            return reference.matthews_corrcoef(y, labels, **w)
        case "log_loss":
            return reference.log_loss(y.astype(str), scores, labels=names, **w)
        case "brier":
            return reference.brier_score_loss(hit, scores[:, -1], **w)
        case "rmse":
            return reference.root_mean_squared_error(y, p.values, **w)
        case "mae":
            return reference.mean_absolute_error(y, p.values, **w)
        case "r2":
            return reference.r2_score(y, p.values, **w)
        case "mape":
            return reference.mean_absolute_percentage_error(y, p.values, **w)
    raise AssertionError(key)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("kind", "key"), [(kind, metric.key) for kind in TaskKind for metric in metrics_for(kind)])
def test_metric_equals_scikit_learn(kind, key, weighted):
    rng = np.random.default_rng(3)
    classes = {TaskKind.BINARY: BINARY, TaskKind.MULTICLASS: MULTI, TaskKind.REGRESSION: ()}[kind]
    if classes:
        y, predictions = _labels(rng, classes, 200)
    else:
        y = rng.normal(50, 9, 200)
        predictions = Predictions(y + rng.normal(0, 3, 200))
    whole = outcome(y, predictions, classes=classes)
    weight = rng.integers(0, 4, 200).astype(float) if weighted else np.ones(200)
    found = get_metric(key).function(whole.with_weights(np.stack([weight, weight])))
    assert found == pytest.approx([_sklearn(key, y, predictions, weight, classes)] * 2, rel=1e-9)


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


def test_keys_are_unique():
    assert len({m.key for m in METRICS}) == len(METRICS)
