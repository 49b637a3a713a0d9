"""How the rule of an ensemble is learned from what its members say of rows they did not learn from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from core.evaluate.metrics import MetricSpec
from core.evaluate.outcome import outcome
from core.models.ensembles import STACKING
from core.models.fitted import Predictions
from core.models.spec import ModelSpec
from core.params import ParamValue

if TYPE_CHECKING:
    from core.models.adapters.combined import Blend

MOST_ROWS = 20_000
"""Greedy selection judges every pick on a sample of at most so many rows."""


def needs_answers(spec: ModelSpec, params: Mapping[str, ParamValue]) -> bool:
    """Tell whether the rule is learned from the members' answers on rows that they did not learn from."""
    return spec.key == STACKING.key or params.get("weights") == "greedy"


def learn_blend(
    spec: ModelSpec,
    params: Mapping[str, ParamValue],
    stack: np.ndarray,
    y: np.ndarray,
    *,
    classes: tuple[str, ...],
    positive: str,
    metric: MetricSpec,
    seed: int,
    costs: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> Blend:
    """Learn how to join the members.

    Parameters
    ----------
    spec, params : ModelSpec, mapping
        Voting or stacking.
    stack : ndarray of shape (n_rows, n_members, n_classes or 1)
        What the members say of rows that they did not learn from; no rows where nothing is learned.
    y : ndarray of shape (n_rows,)
        What is true of them.
    metric : MetricSpec
        What greedy selection improves.
    costs : ndarray of shape (n_classes, n_classes), optional
        What mistakes cost, for a metric that asks for it.
    weights : ndarray of shape (n_rows,), optional
        How much each row counts in the metric.
    """
    from core.models.adapters.combined import Blend

    members, n_classes = stack.shape[1], len(classes)
    if spec.key == STACKING.key:
        return Blend(None, _on_top(stack, y, classes, float(params["penalty"] or 1.0)), n_classes)
    if params.get("weights") != "greedy":
        return Blend(np.full(members, 1 / members), None, n_classes)
    rows = np.arange(len(y))
    if len(rows) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_ROWS, replace=False))

    own = None if weights is None else weights[rows]

    def judge(parts: np.ndarray) -> float:
        joined = answers(Blend(parts, None, n_classes), stack[rows], classes)
        judged = outcome(y[rows], joined, classes=classes, positive=positive, costs=costs, own=own)
        value = float("nan") if metric.undefined(judged) else float(metric.function(judged)[0])
        return metric.sign * value if np.isfinite(value) else -np.inf

    return Blend(greedy_weights(members, judge, picks=int(params.get("picks") or 25)), None, n_classes)


def greedy_weights(members: int, judge: object, *, picks: int) -> np.ndarray:
    """Pick members one after another, with return, and take the best set on the way as weights.

    Source: Caruana et al. (2004), Ensemble selection from libraries of models, section 2.1 (selection with
    replacement). The first of equal members is taken, so that the same answers give the same weights.

    Parameters
    ----------
    members : int
        How many there are.
    judge : callable
        Weights of shape (n_members,) to a score; greater is better.
    picks : int
        How often one is picked.

    Returns
    -------
    float64 ndarray of shape (n_members,)
        Non-negative, summing to 1.
    """
    assert callable(judge)
    counts, best, kept = np.zeros(members), -np.inf, np.full(members, 1 / members)
    for _ in range(picks):
        tried = [counts + np.eye(members)[one] for one in range(members)]
        values = [judge(one / one.sum()) for one in tried]
        place = int(np.argmax(values))
        counts = tried[place]
        if values[place] > best:
            best, kept = values[place], counts / counts.sum()
    return kept


def answers(blend: Blend, stack: np.ndarray, classes: tuple[str, ...]) -> Predictions:
    """Return what the ensemble says where its members say ``stack``."""
    joined = blend.join(stack)
    if not classes:
        return Predictions(joined)
    return Predictions(np.asarray(classes, dtype=object)[joined.argmax(axis=1)], joined)


def _on_top(stack: np.ndarray, y: np.ndarray, classes: tuple[str, ...], penalty: float) -> object:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.dummy import DummyClassifier
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    from core.models.adapters.combined import features

    X = features(stack, len(classes))
    if not classes:
        # Scaled, so that neither the unit of the target nor that of the answers decides how strong the penalty is.
        ridge = Pipeline([("scale", StandardScaler()), ("ridge", Ridge(alpha=penalty))])
        return TransformedTargetRegressor(ridge, transformer=StandardScaler()).fit(X, np.asarray(y, dtype=np.float64))
    place = {label: str(number) for number, label in enumerate(classes)}
    coded = np.asarray([place[str(label)] for label in y])
    if len(set(coded)) < 2:
        return DummyClassifier(strategy="prior").fit(X, coded)
    return LogisticRegression(C=1 / penalty, max_iter=1000).fit(X, coded)
