"""The metric that suits a task and its target, and why."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.data.target import has_target
from core.data.task import Task
from core.evaluate.metrics import get_metric
from core.types import TaskKind
from core.words import share

RARE = 0.2
"""A class with a smaller share of the rows is called rare."""

VERY_RARE = 0.05
UNEVEN = 4.0
"""The most frequent class is so many times the rarest: accuracy then hardly sees the rare one."""

MANY_CLASSES = 10
HEAVY = 4.0
"""Largest distance from the middle, in widths of the middle half, beyond which squared errors follow a few rows."""

RATIO = 50.0
"""Largest over middle value, both above 0: being off by a factor is what counts."""


class MetricSuggestion(BaseModel):
    """A metric and the reason for it, in a sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    reason: str

    @property
    def title(self) -> str:
        """Name of the metric on screens."""
        return get_metric(self.key).title


def suggest_metric(task: Task, y: np.ndarray) -> MetricSuggestion:
    """Suggest the metric that ranks the board.

    Parameters
    ----------
    task : Task
        The kind, the class asked for, and what mistakes cost.
    y : ndarray of shape (n_rows,)
        The target (`core.data.target.target_values`), missing where unknown.

    Notes
    -----
    Rare classes: Saito and Rehmsmeier (2015), The Precision-Recall Plot Is More Informative than the ROC Plot When
    Evaluating Binary Classifiers on Imbalanced Datasets. Several classes: Brodersen et al. (2010), The Balanced
    Accuracy and Its Posterior Distribution. Heavy tails: Huber (1964), Robust Estimation of a Location Parameter.
    """
    known = y[has_target(y)]
    if task.costs and task.kind.is_classification:
        return _say("cost", "The goal names what mistakes cost, so the model that costs least is the best one.")
    if not len(known):
        return _say("rmse" if task.kind is TaskKind.REGRESSION else "accuracy", "The target has no values yet.")
    if task.kind is TaskKind.REGRESSION:
        return _for_numbers(np.asarray(known, dtype=np.float64))
    labels, counts = np.unique(known.astype(str), return_counts=True)
    if task.kind is TaskKind.BINARY:
        return _for_two(
            dict(zip(labels.tolist(), counts.tolist(), strict=True)), task.positive_class or str(labels[-1])
        )
    return _for_many(counts)


def _say(key: str, reason: str) -> MetricSuggestion:
    return MetricSuggestion(key=key, reason=reason)


def _for_two(counts: dict[str, int], positive: str) -> MetricSuggestion:
    part = counts.get(positive, 0) / sum(counts.values())
    if part < RARE:
        words = "very rare" if part < VERY_RARE else "rare"
        return _say(
            "average_precision",
            f"Only {share(part)} of the rows are {positive}, which is {words}: accuracy would praise a model that "
            "never finds one, and ROC AUC forgives many false alarms.",
        )
    if part > 1 - RARE:
        return _say(
            "balanced_accuracy",
            f"{share(part)} of the rows are {positive}: the other class is rare, and here it counts as much.",
        )
    return _say(
        "roc_auc",
        f"{share(part)} of the rows are {positive}, so the classes are balanced enough to judge the ranking of rows "
        "without choosing a threshold first.",
    )


def _for_many(counts: np.ndarray) -> MetricSuggestion:
    uneven = float(counts.max() / counts.min())
    if uneven >= UNEVEN:
        return _say(
            "balanced_accuracy",
            f"The most frequent class has {uneven:,.0f} times the rows of the rarest: here each class counts the same.",
        )
    if len(counts) > MANY_CLASSES:
        return _say(
            "top_3",
            f"With {len(counts)} classes the right one is often the second or third guess, which is still of use.",
        )
    return _say("accuracy", "The classes are of similar size, so the share of right rows is a fair judge.")


def _for_numbers(y: np.ndarray) -> MetricSuggestion:
    low, middle, high = np.quantile(y, [0.25, 0.5, 0.75])
    width = float(high - low)
    reach = float(np.max(np.abs(y - middle))) / width if width > 0 else 0.0
    if y.min() >= 0 and middle > 0 and y.max() / middle >= RATIO:
        return _say(
            "rmsle",
            f"The largest value is {y.max() / middle:,.0f} times the middle one: being off by a factor says more than "
            "being off by an amount.",
        )
    if reach > HEAVY:
        return _say(
            "mae",
            "A few values lie far from the rest, and squared errors would follow those few rows alone.",
        )
    return _say("rmse", "The values spread evenly, so the usual squared error judges all rows fairly.")
