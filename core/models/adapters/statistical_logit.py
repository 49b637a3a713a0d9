"""Logistic regression with the table that statisticians read, by statsmodels; only plain arrays are kept."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from core.models.adapters.plain import ClassChooser, logistic, softmax
from core.models.adapters.statistical import StatisticalModel
from core.models.adapters.statistical_design import Estimates, independent_columns, standard_errors, with_constant
from core.models.remarks import tell

_SEPARATED = (
    "Some columns tell the class of some rows without error (separation), so that plain maximum likelihood has no "
    "finite weights. A weak penalty (lambda 0.1) holds them; take their errors and p-values as rough."
)
_PENALTY = 0.1
_WILD = 50.0
_MOST_WEIGHTS = 2000


class StatisticalLogit(StatisticalModel, ClassChooser):
    """Logit for two classes, multinomial logit for more; the first class is the reference.

    Parameters
    ----------
    max_iter : int
        Newton steps at most.
    """

    def __init__(self, max_iter: int = 100) -> None:
        self.max_iter = max_iter

    def fit(self, X: Any, y: Any) -> StatisticalLogit:
        """Fit on X of shape (n_rows, n_features) and labels y of shape (n_rows,)."""
        X, y = self._checked(X, y)
        codes = self._learn_classes(y)
        keep = independent_columns(X)
        design = with_constant(X[:, keep])
        with np.errstate(all="ignore"):
            found = self._newton(design, codes)
            if found is None or not found.are_finite or _is_wild(found, design):
                tell(_SEPARATED)
                found = _held(design, codes)
        self._keep(found, keep)
        return self

    def _newton(self, design: np.ndarray, codes: np.ndarray) -> Estimates | None:
        """Return what maximum likelihood gives; None where it gives nothing."""
        from statsmodels.api import Logit, MNLogit
        from statsmodels.tools.sm_exceptions import PerfectSeparationError

        count = len(self.classes_) - 1
        if count * design.shape[1] > _MOST_WEIGHTS:
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                kind = Logit if count == 1 else MNLogit
                found = kind(codes, design).fit(method="newton", maxiter=self.max_iter, disp=0)
                covariance = np.asarray(found.cov_params())
        except (np.linalg.LinAlgError, PerfectSeparationError):
            return None
        if not found.mle_retvals["converged"]:
            return None
        values = np.asarray(found.params).reshape(design.shape[1], count).T
        return Estimates(values, standard_errors(covariance, values.shape))

    def _probabilities(self, scores: np.ndarray) -> np.ndarray:
        if len(self.classes_) == 2:
            return logistic(scores)
        return softmax(np.column_stack([np.zeros(len(scores)), scores]))


def _is_wild(found: Estimates, design: np.ndarray) -> bool:
    """Tell whether a weight is as good as unknown over its column's whole range: the mark of separation."""
    reach = np.ptp(design, axis=0)
    reach[0] = 1.0
    return bool((found.errors * reach > _WILD).any())


def _held(design: np.ndarray, codes: np.ndarray) -> Estimates:
    """Return the weights under a weak penalty, and errors from the curvature of what is maximised."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1 / _PENALTY, max_iter=2000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(design[:, 1:] if design.shape[1] > 1 else np.zeros((len(design), 1)), codes)
    values = np.column_stack([model.intercept_, model.coef_])[:, : design.shape[1]]
    if len(values) > 1:
        values = values[1:] - values[0]
    if values.size > _MOST_WEIGHTS:
        return Estimates(values, np.zeros(values.shape))
    curvature = _curvature(design, values) + _PENALTY * np.eye(values.size)
    return Estimates(values, standard_errors(np.linalg.inv(curvature), values.shape))


def _curvature(design: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the information matrix of the (multinomial) logit at ``values``."""
    shares = softmax(np.column_stack([np.zeros(len(design)), design @ values.T]))[:, 1:]
    width, count = design.shape[1], len(values)
    out = np.empty((count * width, count * width))
    for one in range(count):
        for other in range(count):
            weight = shares[:, one] * (float(one == other) - shares[:, other])
            place = slice(one * width, (one + 1) * width), slice(other * width, (other + 1) * width)
            out[place] = design.T @ (design * weight[:, None])
    return out
