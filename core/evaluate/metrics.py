"""The metrics, each declared once and computed for many resamples of the rows at a time.

Every function takes an `Outcome` and returns one value a draw. They equal scikit-learn's functions of the same name
with ``sample_weight`` (tested); they exist because scikit-learn's take one weight vector at a time, which makes a
bootstrap slow. Declarations by theme: `metrics_labels` (classes called), `metrics_probabilities` (rankings and
probabilities), `metrics_numbers`.
"""

from __future__ import annotations

from core.data.task import Task
from core.errors import LatheError, NotFound
from core.evaluate import metrics_labels, metrics_numbers, metrics_probabilities
from core.evaluate.metric_spec import MetricSpec
from core.types import TaskKind

__all__ = [
    "METRICS",
    "MetricSpec",
    "default_metric",
    "get_metric",
    "metrics_for",
    "offered_metrics",
    "ordered_metrics",
    "with_intervals",
]

_ORDER = (
    *("roc_auc", "average_precision", "accuracy", "balanced_accuracy", "f1", "f1_macro", "precision", "recall"),
    *("matthews", "log_loss", "brier", "cost"),
)
_DECLARED = (*metrics_probabilities.METRICS, *metrics_labels.METRICS, *metrics_numbers.METRICS)

METRICS: tuple[MetricSpec, ...] = tuple(
    sorted(_DECLARED, key=lambda m: (not m.main, _ORDER.index(m.key) if m.key in _ORDER else len(_ORDER)))
)
"""The main ones first."""

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
    """Return the metrics that can judge a task of this kind, the main ones first."""
    return tuple(metric for metric in METRICS if kind in metric.tasks)


def offered_metrics(task: Task) -> tuple[MetricSpec, ...]:
    """Return the metrics that can rank the board of a task: those by cost only where it names costs."""
    return tuple(metric for metric in metrics_for(task.kind) if metric.key != "cost" or task.costs)


def default_metric(kind: TaskKind) -> MetricSpec:
    """Return the metric that ranks the board unless the person chooses another."""
    return get_metric(_DEFAULTS[kind])


def ordered_metrics(task: Task) -> tuple[MetricSpec, ...]:
    """Return the metrics of a task, the one that ranks the board first, then the main ones.

    Raises
    ------
    LatheError
        Where the chosen metric cannot judge this kind of task.
    """
    offered = offered_metrics(task)
    chosen = get_metric(task.metric) if task.metric else default_metric(task.kind)
    if chosen not in offered:
        without = " without costs" if task.kind in chosen.tasks else ""
        raise LatheError(
            f"{chosen.title} cannot judge a {task.kind.value} task{without}.",
            hint=f"Choose one of {', '.join(m.key for m in offered)}.",
            field="task.metric",
        )
    return (chosen, *(metric for metric in offered if metric is not chosen))


def with_intervals(metrics: tuple[MetricSpec, ...]) -> tuple[MetricSpec, ...]:
    """Return those of ``metrics`` that get an interval in every run: the first, and all that are quick to draw."""
    return tuple(metric for place, metric in enumerate(metrics) if place == 0 or not metric.costly)
