"""Linear models learned by stochastic gradient descent: a row at a time, for long tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.errors import LatheError
from core.models.adapters.plain import PlainClassifier, PlainRegressor, logistic
from core.models.remarks import in_words

_LOSSES = {"smooth": ("log_loss", "squared_error"), "robust": ("modified_huber", "huber")}
_PENALTIES = {"l2": "l2", "l1": "l1", "elastic_net": "elasticnet", "none": None}


class _Descent:
    """Shared part: parameters of the search.

    Parameters
    ----------
    loss : {"smooth", "robust"}
        Log loss or squared error; modified Huber or Huber.
    penalty : {"l2", "l1", "elastic_net", "none"}
    alpha : float
        Strength of the penalty.
    schedule : {"library", "constant", "adaptive"}
        How the step shrinks: as the library advises for the task, not at all, or when nothing improves.
    step : float
        First step of the last two.
    average : bool
        Keep the mean of the weights over all steps.
    max_iter : int
        Passes over the rows at most.
    seed : int
    """

    def __init__(
        self,
        loss: str = "smooth",
        penalty: str = "l2",
        alpha: float = 1e-4,
        schedule: str = "library",
        step: float = 0.01,
        average: bool = False,
        max_iter: int = 1000,
        class_weight: str = "none",
        seed: int = 0,
    ) -> None:
        self.loss = loss
        self.penalty = penalty
        self.alpha = alpha
        self.schedule = schedule
        self.step = step
        self.average = average
        self.max_iter = max_iter
        self.class_weight = class_weight
        self.seed = seed

    def _descend(self, kind: Any, advised: str, X: Any, y: np.ndarray, weights: Any, **more: Any) -> tuple[Any, Any]:
        model = kind(
            loss=_LOSSES[self.loss][advised == "invscaling"],
            penalty=_PENALTIES[self.penalty],
            alpha=self.alpha,
            learning_rate=advised if self.schedule == "library" else self.schedule,
            eta0=self.step,
            average=self.average,
            max_iter=self.max_iter,
            random_state=self.seed,
            **more,
        )
        unfinished = f"It was still getting better after {self.max_iter:,} passes over the rows. Allow more of them."
        try:
            with in_words(unfinished=unfinished):
                model.fit(X, y, sample_weight=weights)
        except ValueError as error:
            raise LatheError(
                "The steps must stay small enough to settle; the weights grew without end.",
                hint="Bring the columns to one scale, take out extreme values, or make the first step smaller.",
            ) from error
        return model.coef_, model.intercept_


class DescentClassifier(_Descent, PlainClassifier):
    """Classes by stochastic gradient descent; more than two are each told from the rest."""

    def _solve(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> tuple[Any, Any]:
        from sklearn.linear_model import SGDClassifier

        balance = None if self.class_weight == "none" else self.class_weight
        return self._descend(SGDClassifier, "optimal", X, y, weights, class_weight=balance)

    def _probabilities(self, scores: np.ndarray) -> np.ndarray:
        if self.loss == "robust":
            # Zadrozny and Elkan: the margin cut to -1 .. 1 is an estimate of the probability on that scale.
            shares = (np.clip(scores, -1.0, 1.0) + 1.0) / 2.0
        else:
            shares = logistic(scores.reshape(-1, 1))[:, 1].reshape(scores.shape)
        if shares.shape[1] == 1:
            return np.hstack([1.0 - shares, shares])
        total = np.zeros((len(shares), 1))
        for column in range(shares.shape[1]):
            total += shares[:, column : column + 1]
        even = np.full_like(shares, 1.0 / shares.shape[1])
        return np.asarray(np.where(total > 0, shares / np.where(total > 0, total, 1.0), even))


class DescentRegressor(_Descent, PlainRegressor):
    """A number by stochastic gradient descent."""

    def _solve(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> tuple[Any, Any]:
        from sklearn.linear_model import SGDRegressor

        return self._descend(SGDRegressor, "invscaling", X, y, weights)
