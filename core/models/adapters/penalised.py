"""Linear regression in its plain, penalised, Bayesian and robust forms; scikit-learn solves, plain arrays stay."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from core.errors import LatheError
from core.models.adapters.plain import PlainRegressor
from core.models.remarks import in_words, tell

_NEAREST, _STILL = 1e-5, 1e-6
"""Errors below the first count as none; an improvement below the second is none."""


class LeastSquaresRegressor(PlainRegressor):
    """Ordinary least squares; of several equally good answers the one with the smallest weights."""

    def __init__(self, fit_intercept: bool = True) -> None:
        self.fit_intercept = fit_intercept

    def _solve(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> tuple[Any, Any]:
        from sklearn.linear_model import LinearRegression

        found = LinearRegression(fit_intercept=self.fit_intercept).fit(X, y, sample_weight=weights)
        return found.coef_, found.intercept_


class ShrunkenRegressor(PlainRegressor):
    """Lasso and elastic net.

    Parameters
    ----------
    alpha : float
        Strength of the penalty, for a target of spread 1: from 1 on the lasso keeps no column.
    l1_ratio : float
        1 is the lasso; below it part of the penalty is on squares.
    seed : int
    """

    takes_sparse: ClassVar[bool] = True

    def __init__(self, alpha: float = 0.01, l1_ratio: float = 1.0, max_iter: int = 5000, seed: int = 0) -> None:
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.max_iter = max_iter
        self.seed = seed

    def _solve(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> tuple[Any, Any]:
        from sklearn.linear_model import ElasticNet

        model = ElasticNet(
            alpha=self.alpha, l1_ratio=self.l1_ratio, max_iter=self.max_iter, tol=1e-6, random_state=self.seed
        )
        unfinished = (
            f"The weights had not fully settled after {self.max_iter:,} rounds; the last ones are kept. "
            "A stronger penalty settles sooner."
        )
        with in_words(unfinished=unfinished):
            model.fit(X, y, sample_weight=weights)
        return model.coef_, model.intercept_


class BayesianRegressor(PlainRegressor):
    """Ridge regression that finds its own penalty (evidence maximisation) and knows how sure it is of each weight.

    Attributes
    ----------
    covariance_ : ndarray of shape (n_features, n_features)
        Of the weights, in the unit of the target.
    """

    def __init__(self, max_iter: int = 300, prior_shape: float = 1e-6) -> None:
        self.max_iter = max_iter
        self.prior_shape = prior_shape

    def _solve(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> tuple[Any, Any]:
        from sklearn.linear_model import BayesianRidge

        prior = dict.fromkeys(("alpha_1", "alpha_2", "lambda_1", "lambda_2"), self.prior_shape)
        model = BayesianRidge(max_iter=self.max_iter, **prior)
        with in_words(unfinished="The penalty had not fully settled; the last one is kept. Allow more rounds."):
            model.fit(X, y, sample_weight=weights)
        self.covariance_ = np.asarray(model.sigma_)
        return model.coef_, model.intercept_

    def _finish(self, spread: float) -> None:
        self.covariance_ = self.covariance_ * spread * spread


class HuberLineRegressor(PlainRegressor):
    """Huber's regression: squared errors for most rows, absolute ones for rows far off.

    Parameters
    ----------
    epsilon : float
        Errors beyond this many spreads count as far off.
    alpha : float
        Penalty on squared weights.
    """

    def __init__(self, epsilon: float = 1.35, alpha: float = 1e-4, max_iter: int = 500) -> None:
        self.epsilon = epsilon
        self.alpha = alpha
        self.max_iter = max_iter

    def _solve(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> tuple[Any, Any]:
        from sklearn.linear_model import HuberRegressor

        model = HuberRegressor(epsilon=self.epsilon, alpha=self.alpha, max_iter=self.max_iter)
        sentence = f"The weights had not fully settled after {self.max_iter:,} rounds; the last ones are kept."
        try:
            with in_words(unfinished=sentence):
                model.fit(X, y, sample_weight=weights)
        except ValueError as error:
            raise LatheError(
                "Huber's regression must settle on weights; its search gave up.",
                hint="Take out extreme values of the columns, or hold the weights more strongly.",
            ) from error
        return model.coef_, model.intercept_


class QuantileLineRegressor(PlainRegressor):
    """The line below which a given share of rows lies (Koenker and Bassett 1978), with a penalty on squared weights.

    Notes
    -----
    Found by weighted least squares again and again, each round's weights the inverse of the last errors (Hunter and
    Lange 2000, an MM algorithm). A linear program is exact, but its time grows with the square of the rows.
    """

    def __init__(self, quantile: float = 0.5, alpha: float = 1e-4, max_iter: int = 300) -> None:
        self.quantile = quantile
        self.alpha = alpha
        self.max_iter = max_iter

    def _solve(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> tuple[Any, Any]:
        design = np.column_stack([np.ones(len(X)), X])
        share = np.ones(len(y)) if weights is None else weights / weights.mean()
        held = np.diag(np.r_[0.0, np.full(X.shape[1], 2.0 * len(y) * self.alpha)])
        pull = design.T @ (share * (2.0 * self.quantile - 1.0))
        found, before, near = np.zeros(design.shape[1]), np.inf, 0.1
        found[0] = np.quantile(y, self.quantile)
        for _ in range(self.max_iter):
            weight = share / (near + np.abs(y - design @ found))
            weighted = design * weight[:, None]
            # The smallest addition keeps columns that repeat each other solvable.
            curve = weighted.T @ design + held
            curve[np.diag_indices_from(curve)] += 1e-9 * np.trace(curve) / len(curve)
            found = np.linalg.solve(curve, weighted.T @ y + pull)
            error = y - design @ found
            loss = float(share @ np.maximum(self.quantile * error, (self.quantile - 1.0) * error))
            loss += len(y) * self.alpha * float(found[1:] @ found[1:]) / 2.0
            if near <= _NEAREST and before - loss <= _STILL * max(loss, 1e-12):
                return found[1:], found[0]
            before, near = loss, max(near / 2.0, _NEAREST)
        tell(f"The line had not fully settled after {self.max_iter:,} rounds; the last one is kept.")
        return found[1:], found[0]
