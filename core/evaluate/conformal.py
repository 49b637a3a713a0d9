"""Conformal prediction: intervals and sets of classes that hold the truth for a chosen share of rows.

Rules are learned on rows that a model had not seen (out-of-fold predictions) and are put around the answers of the
model fitted on all rows. With folds this is the cross-validated conformal prediction of Vovk (2015), Cross-Conformal
Predictors, with the residuals of all folds taken together; it holds its promise where the folds' models and the final
one are alike, which is nearly so on all but the smallest tables. An exact promise needs the models of the folds
themselves (CV+; Barber, Candes, Ramdas and Tibshirani, Predictive Inference with the Jackknife+, 2021). What a rule
really covers is therefore measured: on each fold with a rule learned from the others.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.errors import LatheError
from core.evaluate.calibration import wilson
from core.evaluate.judged import Judged, probability_of_truth
from core.models.decision import ConformalRule, class_scores

COVERAGES = (0.8, 0.9, 0.95)
Method = Literal["plain", "scaled", "lac", "aps"]

_MOST_KNOTS = 10
_ROWS_A_KNOT = 30
_LEAST_SCALE = 0.1
"""Of the mean error: where the scale is smaller, intervals would be nothing."""


class GroupCoverage(BaseModel):
    """What a rule covers in one group of rows, with a 95 % Wilson interval, and how wide it is there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    rows: int
    covered: float
    low: float
    high: float
    size: float


class Conformal(BaseModel):
    """A rule, and what it covers on rows it was not learned from.

    Attributes
    ----------
    rule : ConformalRule
        Learned on all judged rows.
    measured : GroupCoverage
        On all rows: share covered; ``size`` is the mean width of intervals or the mean number of classes in a set.
    groups : tuple of GroupCoverage
        By true class, or by quarter of the predictions.
    single : float
        Share of rows whose set holds one class; 0 for intervals.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: ConformalRule
    measured: GroupCoverage
    groups: tuple[GroupCoverage, ...] = ()
    single: float = 0.0

    @property
    def falls_short(self) -> bool:
        """The share covered is clearly less than what was chosen."""
        return self.measured.high < self.rule.coverage


def methods_for(classes: tuple[str, ...]) -> tuple[Method, ...]:
    """Return the methods for classes, or for numbers where there are none; the usual one first."""
    return ("lac", "aps") if classes else ("plain", "scaled")


def fit_rule(judged: Judged, *, coverage: float, method: Method) -> ConformalRule:
    """Learn a rule from rows that the model had not seen.

    Parameters
    ----------
    judged : Judged
        Out-of-fold predictions.
    coverage : float
        Share of rows whose truth shall lie inside, above 0 and below 1.
    method : {"plain", "scaled", "lac", "aps"}

    Raises
    ------
    LatheError
        Where the method is not for this task, or there are too few rows for so high a coverage.

    Notes
    -----
    The quantile is the ceil((n + 1) coverage)-th smallest score (Vovk, Gammerman and Shafer, 2005). "scaled" divides
    residuals by their mean size at similar predictions (Lei, G'Sell, Rinaldo, Tibshirani and Wasserman, 2018).
    """
    if method not in methods_for(judged.classes):
        raise LatheError(f"{method} is not for this kind of target.", field="method")
    knots: tuple[float, ...] = ()
    scales: tuple[float, ...] = ()
    if method == "scaled":
        knots, scales = _scales(np.asarray(judged.prediction, dtype=np.float64), np.abs(judged.residual))
    blank = ConformalRule(method=method, coverage=coverage, quantile=0.0, knots=knots, scales=scales)
    return blank.model_copy(update={"quantile": _quantile(_scores(judged, blank), coverage)})


def conformal(judged: Judged, *, coverage: float, method: Method | None = None) -> Conformal:
    """Learn a rule and measure it, on each fold with a rule learned from the others.

    Parameters are those of `fit_rule`; without a method the usual one is taken.
    """
    chosen = method or methods_for(judged.classes)[0]
    rule = fit_rule(judged, coverage=coverage, method=chosen)
    inside = np.zeros(len(judged.rows), dtype=bool)
    size = np.zeros(len(judged.rows))
    parts = _parts(judged)
    for part in parts:
        other = fit_rule(judged.only(~part), coverage=coverage, method=chosen) if len(parts) > 1 else rule
        inside[part], size[part] = _applied(other, judged.only(part))
    return Conformal(
        rule=rule,
        measured=_measured("All rows", inside, size),
        groups=tuple(_measured(name, inside[mask], size[mask]) for name, mask in _groups(judged)),
        single=float((size == 1).mean()) if judged.classes else 0.0,
    )


def least_rows(coverage: float) -> int:
    """Return how many rows a coverage needs at least."""
    return math.ceil(coverage / (1 - coverage) - 1e-9)


def _scores(judged: Judged, rule: ConformalRule) -> np.ndarray:
    if rule.is_interval:
        return np.asarray(np.abs(judged.residual) / rule.scale(np.asarray(judged.prediction, dtype=np.float64)))
    if rule.method == "lac":
        return 1.0 - probability_of_truth(judged)
    place = {label: index for index, label in enumerate(judged.classes)}
    truth = np.array([place[str(label)] for label in judged.truth])
    return np.asarray(class_scores(judged.probabilities, rule.method)[np.arange(len(truth)), truth])


def _quantile(scores: np.ndarray, coverage: float) -> float:
    rank = math.ceil((len(scores) + 1) * coverage - 1e-9)
    if rank > len(scores):
        raise LatheError(
            f"To cover {coverage:.0%} at least {least_rows(coverage)} judged rows are needed; there are {len(scores)}.",
            hint="Choose a smaller coverage, or bring more rows.",
            field="coverage",
        )
    return float(np.partition(scores, rank - 1)[rank - 1])


def _scales(values: np.ndarray, errors: np.ndarray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the mean error at some predictions, groups of equally many rows."""
    order = np.argsort(values, kind="stable")
    parts = np.array_split(order, max(1, min(_MOST_KNOTS, len(order) // _ROWS_A_KNOT)))
    knots = [float(values[part].mean()) for part in parts]
    floor = _LEAST_SCALE * float(errors.mean()) or 1.0
    scales = [max(float(errors[part].mean()), floor) for part in parts]
    return tuple(knots), tuple(scales)


def _applied(rule: ConformalRule, judged: Judged) -> tuple[np.ndarray, np.ndarray]:
    """Return whether each row's truth is inside, and the width of its interval or the size of its set."""
    if rule.is_interval:
        low, high = rule.interval(np.asarray(judged.prediction, dtype=np.float64))
        truth = np.asarray(judged.truth, dtype=np.float64)
        slack = 1e-9 * np.maximum(np.abs(low), np.abs(high))
        return (truth >= low - slack) & (truth <= high + slack), high - low
    members = rule.members(judged.probabilities)
    place = {label: index for index, label in enumerate(judged.classes)}
    truth_at = np.array([place[str(label)] for label in judged.truth], dtype=np.int64)
    return members[np.arange(len(truth_at)), truth_at], members.sum(axis=1).astype(np.float64)


def _parts(judged: Judged) -> list[np.ndarray]:
    """Return a mask for each fold; halves where there is one fold alone."""
    folds = np.unique(judged.folds)
    if len(folds) > 1:
        return [judged.folds == fold for fold in folds]
    first = np.arange(len(judged.rows)) % 2 == 0
    return [first, ~first] if len(first) > 1 else [first]


def _groups(judged: Judged) -> list[tuple[str, np.ndarray]]:
    if judged.classes:
        return [(label, judged.truth == label) for label in judged.classes if (judged.truth == label).any()]
    values = np.asarray(judged.prediction, dtype=np.float64)
    edges = np.quantile(values, [0.25, 0.5, 0.75])
    place = np.searchsorted(edges, values, side="left")
    names = ("Lowest quarter of predictions", "Second quarter", "Third quarter", "Highest quarter")
    return [(name, place == at) for at, name in enumerate(names) if (place == at).any()]


def _measured(name: str, inside: np.ndarray, size: np.ndarray) -> GroupCoverage:
    rows, hits = np.array([float(len(inside))]), np.array([float(inside.sum())])
    low, high = wilson(hits, rows)
    return GroupCoverage(
        name=name,
        rows=len(inside),
        covered=float(inside.mean()),
        low=float(low[0]),
        high=float(high[0]),
        size=float(size.mean()),
    )
