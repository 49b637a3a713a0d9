"""The weights of a fitted linear model as arrays, whichever library it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

Effect = Literal["number", "odds", "mean", "score"]

_ODDS = {
    "LogisticRegression",
    "LogisticLineClassifier",
    "LinearDiscriminant",
    "PolynomialClassifier",
    "StatisticalLogit",
}


@dataclass(frozen=True)
class Weights:
    """What a linear model learned.

    Attributes
    ----------
    values : ndarray of shape (n_equations, 1 + n_terms)
        The base level first.
    errors : ndarray of shape (n_equations, 1 + n_terms) or None
        Standard errors; 0 where one is not known.
    freedom : float
        Degrees of freedom of the t distribution; 0 for the normal one.
    effect : {"number", "odds", "mean", "score"}
        What a weight acts on: the number itself, the logarithm of the odds, the logarithm of the mean, or a score
        without a unit.
    labels : tuple of str
        The class of each equation; empty text for numbers.
    reference : str
        The class that the others are held against; empty for the rest of all.
    follows : ndarray of bool, shape (n_terms,)
        Columns without a weight of their own: they follow from those before them.
    terms : Any
        Has ``term_names`` where terms are not the columns themselves; None elsewhere.
    tested : bool
        Errors are of a sampling distribution, so that p-values have a meaning.
    """

    values: np.ndarray
    errors: np.ndarray | None
    freedom: float
    effect: Effect
    labels: tuple[str, ...]
    reference: str
    follows: np.ndarray
    terms: Any
    tested: bool


def weights_of(model: Any) -> Weights | None:
    """Return the weights of a fitted estimator; None where it has none.

    What a plan wraps around a model (rare classes, a transformed target) is looked through; of a bag of several models
    there are no single weights.
    """
    members = getattr(model, "members_", None)
    if type(model).__name__ == "RareClassClassifier" and members is not None:
        return weights_of(members[0]) if len(members) == 1 else None
    if type(model).__name__ == "TransformedTargetRegressor":
        inner, shape = weights_of(model.regressor_), model.transformer_
        # Under another shape of the target the weights stay in the unit of that shape.
        if inner is None or type(shape).__name__ != "StandardScaler":
            return inner
        return _in_unit(inner, float(shape.mean_[0]), float(shape.scale_[0]))
    coef, base = getattr(model, "coef_", None), getattr(model, "intercept_", None)
    if coef is None or base is None or hasattr(coef, "tocsr"):
        return None
    coef = np.atleast_2d(np.asarray(coef, dtype=np.float64))
    base = np.broadcast_to(np.asarray(base, dtype=np.float64), (len(coef),))
    known = getattr(model, "known_", np.ones(coef.shape[1], dtype=bool))
    labels, reference = _labels(model, len(coef))
    found = Weights(
        values=np.column_stack([base, coef]),
        errors=_errors(model, coef),
        freedom=float(getattr(model, "freedom_", 0.0)),
        effect=_effect(model),
        labels=labels,
        reference=reference,
        follows=~np.asarray(known, dtype=bool),
        terms=model if hasattr(model, "term_names") else None,
        tested=hasattr(model, "errors_"),
    )
    if type(model).__name__ == "LinearMarginRegressor":
        largest, middle, deviation = (float(part) for part in model.scale_)
        return _in_unit(found, largest * middle, largest * deviation)
    return found


def _effect(model: Any) -> Effect:
    name = type(model).__name__
    if not hasattr(model, "classes_"):
        return "mean" if getattr(model, "is_log", False) else "number"
    is_logistic = name in _ODDS or (name == "DescentClassifier" and model.loss == "smooth")
    return "odds" if is_logistic else "score"


def _errors(model: Any, coef: np.ndarray) -> np.ndarray | None:
    if hasattr(model, "errors_"):
        return np.column_stack([model.intercept_errors_, model.errors_])
    covariance = getattr(model, "covariance_", None)
    if covariance is None or np.shape(covariance) != (coef.shape[1], coef.shape[1]):
        return None
    spread = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    return np.concatenate([[0.0], spread]).reshape(1, -1)


def _labels(model: Any, equations: int) -> tuple[tuple[str, ...], str]:
    classes = [str(label) for label in getattr(model, "classes_", ())]
    if not classes:
        return ("",) * equations, ""
    if equations == len(classes) - 1:
        return tuple(classes[1:]), classes[0]
    return tuple(classes), ""


def _in_unit(found: Weights, middle: float, spread: float) -> Weights:
    """Return weights of a standardised target in the target's own unit."""
    values = found.values * spread
    values[:, 0] += middle
    errors = None if found.errors is None else found.errors * spread
    return replace(found, values=values, errors=errors)
