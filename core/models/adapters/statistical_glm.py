"""Generalised linear models of numbers, by statsmodels; only plain arrays are kept."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.base import RegressorMixin

from core.errors import LatheError
from core.models.adapters.plain import unit_of
from core.models.adapters.statistical import StatisticalModel
from core.models.adapters.statistical_design import Estimates, independent_columns, standard_errors, with_constant
from core.models.remarks import tell

_BEYOND = np.log(1000.0)
_SMALL_COUNT = 50.0
_SPREADS = 1.5
_SPREAD = "The counts spread more than Poisson counts do: errors of weights are too small. Try negative binomial."


class StatisticalGlm(RegressorMixin, StatisticalModel):  # type: ignore[misc]
    """A generalised linear model.

    Parameters
    ----------
    family : {"auto", "gaussian", "poisson", "negative_binomial", "gamma", "inverse_gaussian"}
        Distribution of the target around its mean. Gaussian has the identity as link, the others the logarithm.
    max_iter : int
        Rounds of iteratively reweighted least squares at most.

    Attributes
    ----------
    family_ : str
        The family used.
    low_, high_ : float
        Ends of the linear predictor: a thousandth of the lowest and a thousand times the highest mean of the training
        rows. Behind an exponential, a line that runs on would soon give infinities.
    """

    def __init__(self, family: str = "auto", max_iter: int = 100) -> None:
        self.family = family
        self.max_iter = max_iter

    def fit(self, X: Any, y: Any) -> StatisticalGlm:
        """Fit on X of shape (n_rows, n_features) and y of shape (n_rows,)."""
        X, y = self._checked(X, y, y_numeric=True)
        self.family_ = fitting_family(y) if self.family == "auto" else self.family
        _require_range(self.family_, y)
        keep = independent_columns(X)
        design = with_constant(X[:, keep])
        middle, spread = self._unit(y)
        target = (y - middle) / spread
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found, remark = self._iterate(design, target)
            values = np.asarray(found.params, dtype=np.float64).reshape(1, -1)
            freedom = len(X) - design.shape[1]
            errors = standard_errors(found.cov_params(), values.shape) if freedom > 0 else np.zeros(values.shape)
        if remark:
            tell(remark)
        if not found.converged:
            tell(f"The weights had not settled after {self.max_iter:,} rounds; the last ones are kept.")
        if self.is_log:
            predictor = (design @ values.T)[:, 0]
            values[:, 0] += np.log(spread)
            self.low_ = float(predictor.min() + np.log(spread) - _BEYOND)
            self.high_ = float(predictor.max() + np.log(spread) + _BEYOND)
        else:
            values, errors = values * spread, errors * spread
            values[:, 0] += middle
            self.low_, self.high_ = -np.inf, np.inf
        self._keep(Estimates(values, errors), keep)
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Predict the mean of every row of X, shape (n_rows,)."""
        scores = self._scores(self._rows(X))[:, 0]
        return np.asarray(np.exp(np.clip(scores, self.low_, self.high_)) if self.is_log else scores)

    @property
    def is_log(self) -> bool:
        """Whether the mean is the exponential of the weighted sum."""
        return self.family_ != "gaussian"

    def _unit(self, y: np.ndarray) -> tuple[float, float]:
        """Return what is taken from the target and what it is divided by; counts stay counts."""
        if self.family_ == "gaussian":
            return unit_of(y)
        if self.family_ in ("gamma", "inverse_gaussian"):
            return 0.0, float(np.exp(np.log(y).mean()))
        return 0.0, 1.0

    def _iterate(self, design: np.ndarray, y: np.ndarray) -> tuple[Any, str]:
        """Return what the library found, and what is to be told of it."""
        from statsmodels.api import GLM
        from statsmodels.genmod import families

        log = families.links.Log()
        kinds = {
            "gaussian": families.Gaussian,
            "poisson": families.Poisson,
            "gamma": families.Gamma,
            "inverse_gaussian": families.InverseGaussian,
            "negative_binomial": families.Poisson,
        }
        family = kinds[self.family_](link=log) if self.is_log else kinds[self.family_]()
        try:
            found = GLM(y, design, family=family).fit(maxiter=self.max_iter)
            if self.family_ == "poisson" and found.pearson_chi2 > _SPREADS * max(found.df_resid, 1):
                if self.family != "auto":
                    return found, _SPREAD
                self.family_ = "negative_binomial"
            if self.family_ == "negative_binomial":
                alpha = _spread_of_counts(y, np.asarray(found.fittedvalues))
                found = GLM(y, design, family=families.NegativeBinomial(link=log, alpha=alpha)).fit(
                    maxiter=self.max_iter
                )
        except (ValueError, np.linalg.LinAlgError) as error:
            raise LatheError(
                f"The {self.family_.replace('_', ' ')} model must find weights; its search came to no end.",
                hint="Choose another distribution, take out extreme values, or use fewer columns.",
                field="family",
            ) from error
        return found, ""


def fitting_family(y: np.ndarray) -> str:
    """Return the family that suits a target: small whole numbers, skewed positive numbers, or others."""
    is_count = bool((y >= 0).all() and (y == np.round(y)).all())
    if is_count and y.mean() < _SMALL_COUNT:
        return "poisson"
    if (y > 0).all():
        logs = np.log(y)
        spread = float(logs.std())
        # A target whose logarithm spreads is one whose errors grow with its size.
        return "gamma" if spread > 0.5 and float(y.mean()) > 1.1 * float(np.median(y)) else "gaussian"
    return "gaussian"


def _require_range(family: str, y: np.ndarray) -> None:
    needs_positive = family in ("gamma", "inverse_gaussian")
    if family == "gaussian" or (float(y.min()) > 0 if needs_positive else float(y.min()) >= 0):
        return
    bound = "above 0" if needs_positive else "0 or more"
    raise LatheError(
        f"The target must be {bound} for the {family.replace('_', ' ')} distribution; its lowest value is "
        f"{float(y.min()):g}.",
        hint="Choose the normal distribution, or let it be chosen.",
        field="family",
    )


def _spread_of_counts(y: np.ndarray, mean: np.ndarray) -> float:
    """Return how much counts spread beyond Poisson (Cameron and Trivedi's moment estimate)."""
    return max(float(((y - mean) ** 2 - mean).sum() / np.maximum((mean**2).sum(), 1e-12)), 1e-6)
