"""The metrics, each declared once and computed for many resamples of the rows at a time.

Every function takes an `Outcome` and returns one value a draw. They equal scikit-learn's functions of the same name
with ``sample_weight`` (tested); they exist because scikit-learn's take one weight vector at a time, which makes a
bootstrap slow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.data.task import Task
from core.errors import LatheError, NotFound
from core.evaluate.outcome import Outcome
from core.types import TaskKind

_EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class MetricSpec:
    """Declaration of one metric.

    Attributes
    ----------
    key, title : str
        Name in the recipe; name on the screen.
    meaning : str
        One line in plain words.
    greater_is_better : bool
        Direction.
    function : callable
        `Outcome` to ndarray of shape (n_draws,); NaN where a draw cannot be judged.
    """

    key: str
    title: str
    tasks: tuple[TaskKind, ...]
    meaning: str
    greater_is_better: bool
    function: Callable[[Outcome], np.ndarray]

    @property
    def sign(self) -> int:
        """+1 where greater is better, else -1."""
        return 1 if self.greater_is_better else -1


def _safe_divide(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    return np.asarray(np.divide(top, bottom, out=np.zeros_like(top, dtype=np.float64), where=bottom > 0))


def accuracy(o: Outcome) -> np.ndarray:
    """Share of rows whose class is right."""
    return np.asarray(np.trace(o.confusion, axis1=1, axis2=2) / o.total)


def balanced_accuracy(o: Outcome) -> np.ndarray:
    """Mean over classes of the share found; classes absent from a draw are left out."""
    support = o.confusion.sum(axis=2)
    hits = np.diagonal(o.confusion, axis1=1, axis2=2)
    recall = np.divide(hits, support, out=np.full_like(hits, np.nan), where=support > 0)
    return np.asarray(np.nanmean(recall, axis=1))


def _f1_by_class(o: Outcome) -> np.ndarray:
    hits = np.diagonal(o.confusion, axis1=1, axis2=2)
    return _safe_divide(2 * hits, o.confusion.sum(axis=1) + o.confusion.sum(axis=2))


def f1(o: Outcome) -> np.ndarray:
    """F1 of the class asked for."""
    return np.asarray(_f1_by_class(o)[:, o.positive])


def f1_macro(o: Outcome) -> np.ndarray:
    """Unweighted mean of the classes' F1, over classes that occur or are predicted."""
    present = (o.confusion.sum(axis=1) + o.confusion.sum(axis=2)) > 0
    return np.asarray((_f1_by_class(o) * present).sum(axis=1) / present.sum(axis=1))


def precision(o: Outcome) -> np.ndarray:
    """Share of rows called the class asked for that are it."""
    return _safe_divide(o.confusion[:, o.positive, o.positive], o.confusion[:, :, o.positive].sum(axis=1))


def recall(o: Outcome) -> np.ndarray:
    """Share of the class asked for that is found."""
    return _safe_divide(o.confusion[:, o.positive, o.positive], o.confusion[:, o.positive, :].sum(axis=1))


def matthews(o: Outcome) -> np.ndarray:
    """Matthews correlation coefficient (Gorodkin 2004 for several classes)."""
    truth, predicted, total = o.confusion.sum(axis=2), o.confusion.sum(axis=1), o.total
    covariance = np.trace(o.confusion, axis1=1, axis2=2) * total - (truth * predicted).sum(axis=1)
    spread = np.sqrt((total**2 - (predicted**2).sum(axis=1)) * (total**2 - (truth**2).sum(axis=1)))
    return _safe_divide(covariance, spread)


def log_loss(o: Outcome) -> np.ndarray:
    """Mean of minus the logarithm of the probability given to the true class."""
    assert o.probabilities is not None
    clipped = np.clip(o.probabilities, _EPS, 1 - _EPS)
    given = clipped[np.arange(len(o.truth)), o.truth] / clipped.sum(axis=1)
    return o.mean(-np.log(given))


def brier(o: Outcome) -> np.ndarray:
    """Mean squared distance between the probability of the class asked for and what happened."""
    assert o.probabilities is not None
    return o.mean((o.probabilities[:, o.positive] - (o.truth == o.positive)) ** 2)


def _area_under_roc(o: Outcome, label: int) -> np.ndarray:
    hits, misses, found = o.ranked(label)
    # Each miss counts the hits ranked above it, and half of those ranked alike.
    area = np.einsum("ij,ij->i", misses, found - hits / 2)
    whole = found[:, -1] * misses.sum(axis=1)
    return np.asarray(np.divide(area, whole, out=np.full(len(area), np.nan), where=whole > 0))


def roc_auc(o: Outcome) -> np.ndarray:
    """Area under the ROC curve; for several classes one against the rest, weighted by class size."""
    if o.n_classes == 2:
        return _area_under_roc(o, o.positive)
    areas = np.stack([_area_under_roc(o, label) for label in range(o.n_classes)], axis=1)
    share = np.where(np.isnan(areas), 0.0, o.confusion.sum(axis=2))
    return _safe_divide(np.nansum(areas * share, axis=1), share.sum(axis=1))


def average_precision(o: Outcome) -> np.ndarray:
    """Area under the precision-recall curve of the class asked for (step-wise sum)."""
    hits, misses, found = o.ranked(o.positive)
    called = found + np.cumsum(misses, axis=1)
    area = np.einsum("ij,ij->i", hits, _safe_divide(found, called))
    whole = found[:, -1]
    return np.asarray(np.divide(area, whole, out=np.full(len(area), np.nan), where=whole > 0))


def _squared_error(o: Outcome) -> np.ndarray:
    return o.mean((o.truth - o.values) ** 2)


def rmse(o: Outcome) -> np.ndarray:
    """Root of the mean squared error."""
    return np.asarray(np.sqrt(_squared_error(o)))


def mae(o: Outcome) -> np.ndarray:
    """Mean absolute error."""
    return o.mean(np.abs(o.truth - o.values))


def mape(o: Outcome) -> np.ndarray:
    """Mean absolute error as a share of the true value."""
    return o.mean(np.abs(o.truth - o.values) / np.maximum(np.abs(o.truth), _EPS))


def r2(o: Outcome) -> np.ndarray:
    """Share of the target's variance that is explained."""
    # Centring first keeps the variance of large targets exact.
    centred = o.truth - o.truth.mean()
    variance = o.mean(centred**2) - o.mean(centred) ** 2
    explained = variance - _squared_error(o)
    return np.asarray(np.divide(explained, variance, out=np.full(len(variance), np.nan), where=variance > 0))


_BINARY = (TaskKind.BINARY,)
_MULTI = (TaskKind.MULTICLASS,)
_CLASSES = (TaskKind.BINARY, TaskKind.MULTICLASS)
_NUMBER = (TaskKind.REGRESSION,)

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        "roc_auc",
        "Ranking quality (ROC AUC)",
        _CLASSES,
        "How often a row of the class asked for is ranked above one that is not; 0.5 is chance, 1 is perfect.",
        True,
        roc_auc,
    ),
    MetricSpec(
        "average_precision",
        "Precision-recall area (PR AUC)",
        _BINARY,
        "How clean the top of the ranking is; chance equals the share of the class asked for.",
        True,
        average_precision,
    ),
    MetricSpec("accuracy", "Accuracy", _CLASSES, "Share of rows whose class is right.", True, accuracy),
    MetricSpec(
        "balanced_accuracy",
        "Balanced accuracy",
        _CLASSES,
        "Share found, averaged over classes, so that rare ones count alike.",
        True,
        balanced_accuracy,
    ),
    MetricSpec(
        "f1", "F1 of the class asked for", _BINARY, "Balance between catching the class and not crying wolf.", True, f1
    ),
    MetricSpec(
        "f1_macro", "F1, averaged over classes", _MULTI, "F1 of each class, each counting alike.", True, f1_macro
    ),
    MetricSpec(
        "precision", "Precision", _BINARY, "Of the rows called the class asked for, the share that is.", True, precision
    ),
    MetricSpec("recall", "Recall", _BINARY, "Of the rows of the class asked for, the share found.", True, recall),
    MetricSpec(
        "matthews",
        "Matthews correlation",
        _CLASSES,
        "Correlation between truth and prediction; 0 is chance, 1 is perfect.",
        True,
        matthews,
    ),
    MetricSpec(
        "log_loss",
        "Log loss",
        _CLASSES,
        "How wrong the probabilities are; confident mistakes cost most.",
        False,
        log_loss,
    ),
    MetricSpec("brier", "Brier score", _BINARY, "Mean squared error of the probabilities.", False, brier),
    MetricSpec(
        "rmse",
        "Typical error (RMSE)",
        _NUMBER,
        "Root of the mean squared error; large errors weigh more.",
        False,
        rmse,
    ),
    MetricSpec(
        "mae",
        "Mean absolute error",
        _NUMBER,
        "How far off a prediction is on average.",
        False,
        mae,
    ),
    MetricSpec(
        "r2", "Explained share (R²)", _NUMBER, "Share of the target's ups and downs that is explained.", True, r2
    ),
    MetricSpec("mape", "Mean percentage error", _NUMBER, "Mean error as a share of the true value.", False, mape),
)

_DEFAULTS = {TaskKind.BINARY: "roc_auc", TaskKind.MULTICLASS: "accuracy", TaskKind.REGRESSION: "rmse"}


def get_metric(key: str) -> MetricSpec:
    """Return the metric called ``key``.

    Raises
    ------
    NotFound
        With the known keys.
    """
    for metric in METRICS:
        if metric.key == key:
            return metric
    raise NotFound(
        f"There is no metric {key!r}.", hint=f"Known: {', '.join(m.key for m in METRICS)}.", field="task.metric"
    )


def metrics_for(kind: TaskKind) -> tuple[MetricSpec, ...]:
    """Return the metrics that can judge a task of this kind."""
    return tuple(metric for metric in METRICS if kind in metric.tasks)


def default_metric(kind: TaskKind) -> MetricSpec:
    """Return the metric that ranks the board unless the person chooses another."""
    return get_metric(_DEFAULTS[kind])


def ordered_metrics(task: Task) -> tuple[MetricSpec, ...]:
    """Return the metrics of a task, the one that ranks the board first.

    Raises
    ------
    LatheError
        Where the chosen metric cannot judge this kind of task.
    """
    offered = metrics_for(task.kind)
    chosen = get_metric(task.metric) if task.metric else default_metric(task.kind)
    if chosen not in offered:
        raise LatheError(
            f"{chosen.title} cannot judge a {task.kind.value} task.",
            hint=f"Choose one of {', '.join(m.key for m in offered)}.",
            field="task.metric",
        )
    return (chosen, *(metric for metric in offered if metric is not chosen))
