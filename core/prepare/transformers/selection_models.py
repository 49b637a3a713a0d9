"""Selection of number columns by what a model makes of them; the model itself is not kept."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.prepare.transformers.numeric import spread_of, standard
from core.prepare.transformers.relation import best
from core.prepare.transformers.selection import Selector

_SMALLEST = 1e-5


class L1Selector(Selector):
    """Keep the columns to which a linear model with an L1 penalty gives a weight.

    Parameters
    ----------
    strength : float
        Weight of the penalty on standardised columns; the larger, the fewer stay.
    task : {"classification", "regression", ""}
    seed : int

    Attributes
    ----------
    scores_ : ndarray
        Largest absolute weight, over the classes.
    """

    score_name = "weight in the linear model"

    def __init__(self, strength: float = 0.01, task: str = "", seed: int = 0) -> None:
        self.strength = strength
        self.task = task
        self.seed = seed

    def _judge(self, values: np.ndarray, target: Any) -> tuple[np.ndarray, np.ndarray]:
        scores = np.abs(_linear(standardised(values), target, self.strength, self.seed)).max(axis=0)
        return scores, scores > _SMALLEST


class ForestSelector(Selector):
    """Keep the columns that a random forest found most useful.

    Parameters
    ----------
    keep : {"mean", "count"}
        Those above the mean importance, or the best ``count``.
    count : int
    trees : int
    task : {"classification", "regression", ""}
    seed : int

    Attributes
    ----------
    scores_ : ndarray
        Mean decrease of impurity; sums to 1.
    """

    score_name = "importance in the forest"

    def __init__(self, keep: str = "mean", count: int = 10, trees: int = 50, task: str = "", seed: int = 0) -> None:
        self.keep = keep
        self.count = count
        self.trees = trees
        self.task = task
        self.seed = seed

    def _judge(self, values: np.ndarray, target: Any) -> tuple[np.ndarray, np.ndarray]:
        scores = importances(values, target, self.trees, self.seed)
        return scores, (best(scores, self.count) if self.keep == "count" else scores >= scores.mean())


class EliminationSelector(Selector):
    """Fit a model, let the weakest columns go, and again, until ``count`` are left.

    Parameters
    ----------
    count : int
    model : {"linear", "forest"}
    drop : float
        Share of the columns that goes each time.
    task : {"classification", "regression", ""}
    seed : int

    Attributes
    ----------
    scores_ : ndarray
        1 over the round, counted from the end, in which a column went: 1 for those that stay.

    References
    ----------
    Guyon, Weston, Barnhill, Vapnik (2002), Gene selection for cancer classification.
    """

    score_name = "how long it stayed"

    def __init__(
        self, count: int = 10, model: str = "linear", drop: float = 0.1, task: str = "", seed: int = 0
    ) -> None:
        self.count = count
        self.model = model
        self.drop = drop
        self.task = task
        self.seed = seed

    def _judge(self, values: np.ndarray, target: Any) -> tuple[np.ndarray, np.ndarray]:
        left = np.arange(values.shape[1])
        gone: list[np.ndarray] = []
        while len(left) > self.count:
            weights = self._weights(values[:, left], target)
            most = max(int(self.drop * values.shape[1]), 1)
            weakest = np.argsort(weights, kind="stable")[: min(most, len(left) - self.count)]
            gone.append(left[weakest])
            left = np.delete(left, weakest)
        scores = np.ones(values.shape[1])
        for rank, places in enumerate(reversed(gone), start=2):
            scores[places] = 1 / rank
        return scores, scores == 1

    def _weights(self, values: np.ndarray, target: Any) -> np.ndarray:
        if self.model == "forest":
            return importances(values, target, 50, self.seed)
        weights: np.ndarray = np.abs(_ridge(standardised(values), target)).sum(axis=0)
        return weights


class ProbeSelector(Selector):
    """Keep columns that a forest finds more useful than shuffled copies of them.

    Parameters
    ----------
    rounds : int
        Forests, each with copies shuffled anew; a column stays if it beats the best copy in more than half of them.
    trees : int
    task : {"classification", "regression", ""}
    seed : int

    Attributes
    ----------
    scores_ : ndarray
        Mean importance.
    probe_ : float
        Mean importance of the best copy.

    References
    ----------
    Kursa, Rudnicki (2010), Feature selection with the Boruta package; Stoppiglia et al. (2003), Ranking a random
    feature for variable and feature selection.
    """

    score_name = "importance in the forest"
    most_rows = 10_000

    def __init__(self, rounds: int = 5, trees: int = 50, task: str = "", seed: int = 0) -> None:
        self.rounds = rounds
        self.trees = trees
        self.task = task
        self.seed = seed

    def _judge(self, values: np.ndarray, target: Any) -> tuple[np.ndarray, np.ndarray]:
        width = values.shape[1]
        found = np.zeros((self.rounds, 2 * width))
        for number in range(self.rounds):
            shuffled = np.random.default_rng([self.seed, number]).permuted(values, axis=0)
            found[number] = importances(np.hstack([values, shuffled]), target, self.trees, self.seed + number)
        probes = found[:, width:].max(axis=1)
        self.probe_ = float(probes.mean())
        wins = (found[:, :width] > probes[:, None]).sum(axis=0)
        return found[:, :width].mean(axis=0), wins > self.rounds / 2


def standardised(values: np.ndarray) -> np.ndarray:
    """Return the columns with mean 0 and spread 1 (0 where they do not vary)."""
    mean, deviation = spread_of(values)
    return standard(values, mean, deviation)


def importances(values: np.ndarray, target: np.ndarray, trees: int, seed: int) -> np.ndarray:
    """Return the impurity importances of a random forest, shape (n_columns,)."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    kind = RandomForestClassifier if target.dtype.kind == "i" else RandomForestRegressor
    forest = kind(n_estimators=trees, min_samples_leaf=3, max_features="sqrt", random_state=seed, n_jobs=1)
    wanted = target if target.dtype.kind == "i" else standardised(target[:, None])[:, 0]
    found: np.ndarray = forest.fit(values, wanted).feature_importances_
    return found


def _linear(values: np.ndarray, target: np.ndarray, strength: float, seed: int) -> np.ndarray:
    """Return the weights of the lasso or of one L1 logistic regression a class, shape (n_models, n_columns)."""
    from sklearn.linear_model import Lasso, LogisticRegression

    if target.dtype.kind != "i":
        wanted = standardised(target[:, None])[:, 0]
        return np.atleast_2d(Lasso(alpha=strength, max_iter=2000).fit(values, wanted).coef_)
    classes = np.unique(target)
    # In the loss of the logistic regression the rows are summed, in that of the lasso they are averaged.
    options = {"C": 1 / (strength * len(values)), "l1_ratio": 1.0, "solver": "liblinear", "random_state": seed}
    each = classes[1:] if len(classes) == 2 else classes
    return np.vstack([LogisticRegression(**options).fit(values, target == one).coef_ for one in each])


def _ridge(values: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the weights of a ridge regression on the target, or on one column of 0 and 1 a class."""
    from sklearn.linear_model import Ridge

    if target.dtype.kind == "i":
        wanted = (target[:, None] == np.unique(target)).astype(np.float64)
    else:
        wanted = standardised(target[:, None])
    return np.atleast_2d(Ridge(alpha=1.0).fit(values, wanted).coef_)
