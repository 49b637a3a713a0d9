"""Least squares with the table that statisticians read, by statsmodels; only plain arrays are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin

from core.errors import LatheError
from core.models.adapters.plain import PlainModel, unit_of
from core.models.adapters.statistical_design import (
    Estimates,
    independent_columns,
    laid_out,
    standard_errors,
    with_constant,
)
from core.models.remarks import tell


class StatisticalModel(PlainModel):
    """Base: weights with their standard errors.

    Attributes
    ----------
    coef_, errors_ : ndarray of shape (n_equations, n_features)
        A column that follows from those before it has weight and error 0.
    intercept_, intercept_errors_ : ndarray of shape (n_equations,)
    known_ : ndarray of bool, shape (n_features,)
        Columns that have a weight of their own.
    freedom_ : float
        Degrees of freedom of the t distribution; 0 where the normal distribution is meant.
    """

    def _keep(self, found: Estimates, keep: np.ndarray, *, freedom: float = 0.0) -> None:
        if not np.isfinite(found.values).all():
            raise LatheError(
                "The weights must come out as finite numbers; the equations had no answer.",
                hint="Leave out columns that resemble each other, or use a model that holds weights small.",
            )
        self.known_ = keep
        self.freedom_ = float(freedom)
        self.coef_, self.errors_ = (laid_out(part[:, 1:], keep) for part in (found.values, found.errors))
        self.intercept_, self.intercept_errors_ = found.values[:, 0].copy(), found.errors[:, 0].copy()


class StatisticalLeastSquares(RegressorMixin, StatisticalModel):  # type: ignore[misc]
    """Ordinary least squares with standard errors.

    Parameters
    ----------
    errors : {"classic", "robust"}
        Robust ones (HC3) hold where the spread differs between rows.
    """

    def __init__(self, errors: str = "classic") -> None:
        self.errors = errors

    def fit(self, X: Any, y: Any) -> StatisticalLeastSquares:
        """Fit on X of shape (n_rows, n_features) and y of shape (n_rows,)."""
        from statsmodels.api import OLS

        X, y = self._checked(X, y, y_numeric=True)
        keep = independent_columns(X)
        middle, spread = unit_of(y)
        design = with_constant(X[:, keep])
        with np.errstate(all="ignore"):
            found = OLS((y - middle) / spread, design).fit(method="qr")
            freedom = len(X) - design.shape[1]
            errors = np.zeros((1, design.shape[1]))
            if freedom > 0:
                covariance = found.cov_HC3 if self.errors == "robust" else found.cov_params()
                errors = standard_errors(covariance, errors.shape)
        if freedom <= 0:
            tell("There are as many weights as rows, so that no error of a weight can be known. Use fewer columns.")
        values = np.asarray(found.params).reshape(1, -1) * spread
        values[:, 0] += middle
        self._keep(Estimates(values, errors * spread), keep, freedom=max(freedom, 0))
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Predict every row of X, shape (n_rows,)."""
        return self._scores(self._rows(X))[:, 0]
