"""Logistic regression with every penalty; the solver follows from the penalty."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from core.models.adapters.plain import PlainClassifier, logistic, weighted_sums
from core.models.remarks import in_words, tell

APART = (
    "The classes are told apart without a single error, so that without a penalty the weights have no best value: "
    "they are as far as the search came, and probabilities are too sure. Choose a penalty."
)


class LogisticLineClassifier(PlainClassifier):
    """Logistic regression.

    Parameters
    ----------
    penalty : {"l2", "l1", "elastic_net", "none"}
        What is held small: squares, absolute values, both, nothing.
    strength : float
        1 / C.
    l1_ratio : float
        Share of the absolute values in the elastic net.
    class_weight : {"none", "balanced"}
    seed : int
    """

    takes_sparse: ClassVar[bool] = True

    def __init__(
        self,
        penalty: str = "l2",
        strength: float = 1.0,
        l1_ratio: float = 0.5,
        fit_intercept: bool = True,
        class_weight: str = "none",
        max_iter: int = 2000,
        seed: int = 0,
    ) -> None:
        self.penalty = penalty
        self.strength = strength
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.max_iter = max_iter
        self.seed = seed

    def _solve(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> tuple[Any, Any]:
        from sklearn.linear_model import LogisticRegression

        shares = {"l2": 0.0, "none": 0.0, "l1": 1.0, "elastic_net": self.l1_ratio}
        model = LogisticRegression(
            C=np.inf if self.penalty == "none" else 1.0 / self.strength,
            l1_ratio=shares[self.penalty],
            # Absolute values have a corner at zero, where a search that follows slopes would not end.
            solver="lbfgs" if self.penalty in ("l2", "none") else "saga",
            fit_intercept=self.fit_intercept,
            class_weight=None if self.class_weight == "none" else self.class_weight,
            max_iter=self.max_iter,
            random_state=self.seed,
        )
        unfinished = f"The weights had not fully settled after {self.max_iter:,} rounds; the last ones are kept."
        with in_words(unfinished=unfinished):
            model.fit(X, y, sample_weight=weights)
        if self.penalty == "none" and _is_apart(model, X, y):
            tell(APART)
        return model.coef_, model.intercept_


def _is_apart(model: Any, X: Any, y: np.ndarray) -> bool:
    """Tell whether every row is called rightly: then longer weights would always be better still."""
    chances = logistic(weighted_sums(X, np.asarray(model.coef_)) + model.intercept_)
    return bool((chances.argmax(axis=1) == y).all())
