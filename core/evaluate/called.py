"""Scores of the classes that were called: arithmetic on weighted confusion matrices, one value a draw."""

from __future__ import annotations

import numpy as np

from core.evaluate.metric_spec import known_share, share_of
from core.evaluate.outcome import Outcome


def _hits(o: Outcome) -> np.ndarray:
    return np.asarray(np.diagonal(o.confusion, axis1=1, axis2=2))


def _true(o: Outcome) -> np.ndarray:
    return np.asarray(o.confusion.sum(axis=2))


def _called(o: Outcome) -> np.ndarray:
    return np.asarray(o.confusion.sum(axis=1))


def accuracy(o: Outcome) -> np.ndarray:
    """Share of rows whose class is right."""
    return np.asarray(np.trace(o.confusion, axis1=1, axis2=2) / o.total)


def zero_one_loss(o: Outcome) -> np.ndarray:
    """Share of rows whose class is wrong."""
    return np.asarray(1.0 - accuracy(o))


def balanced_accuracy(o: Outcome) -> np.ndarray:
    """Mean over classes of the share found; classes absent from a draw are left out."""
    recall = known_share(_hits(o), _true(o))
    return np.asarray(np.nanmean(recall, axis=1))


def _by_class_fbeta(o: Outcome, beta: float = 1.0) -> np.ndarray:
    """F-beta of each class, shape (n_draws, n_classes) (van Rijsbergen 1979)."""
    weight = beta**2
    return share_of((1 + weight) * _hits(o), weight * _true(o) + _called(o))


def _by_class_precision(o: Outcome) -> np.ndarray:
    return share_of(_hits(o), _called(o))


def _by_class_recall(o: Outcome) -> np.ndarray:
    return share_of(_hits(o), _true(o))


def _by_class_jaccard(o: Outcome) -> np.ndarray:
    return share_of(_hits(o), _true(o) + _called(o) - _hits(o))


_BY_CLASS = {
    "f1": _by_class_fbeta,
    "precision": _by_class_precision,
    "recall": _by_class_recall,
    "jaccard": _by_class_jaccard,
}


def asked_for(o: Outcome, of: str) -> np.ndarray:
    """Value of the class asked for."""
    return np.asarray(_BY_CLASS[of](o)[:, o.positive])


def fbeta(o: Outcome, beta: float) -> np.ndarray:
    """F-beta of the class asked for: above 1 what is found counts more, below 1 being right counts more."""
    return np.asarray(_by_class_fbeta(o, beta)[:, o.positive])


def macro(o: Outcome, of: str) -> np.ndarray:
    """Unweighted mean over classes that occur or are predicted."""
    present = (_true(o) + _called(o)) > 0
    return np.asarray((_BY_CLASS[of](o) * present).sum(axis=1) / present.sum(axis=1))


def weighted(o: Outcome, of: str) -> np.ndarray:
    """Mean over classes, each as heavy as it is frequent."""
    support = _true(o)
    return share_of((_BY_CLASS[of](o) * support).sum(axis=1), support.sum(axis=1))


def micro_jaccard(o: Outcome) -> np.ndarray:
    """Jaccard of all classes counted together; micro F1, precision and recall are the accuracy."""
    hits = _hits(o).sum(axis=1)
    return share_of(hits, 2 * o.total - hits)


def specificity(o: Outcome) -> np.ndarray:
    """Share of the other rows that are left alone."""
    wrong = _called(o)[:, o.positive] - _hits(o)[:, o.positive]
    others = o.total - _true(o)[:, o.positive]
    return share_of(others - wrong, others)


def negative_value(o: Outcome) -> np.ndarray:
    """Share of rows not called that are rightly left alone (negative predictive value)."""
    missed = _true(o)[:, o.positive] - _hits(o)[:, o.positive]
    left = o.total - _called(o)[:, o.positive]
    return share_of(left - missed, left)


def matthews(o: Outcome) -> np.ndarray:
    """Matthews correlation coefficient (Gorodkin 2004 for several classes)."""
    truth, predicted, total = _true(o), _called(o), o.total
    covariance = np.trace(o.confusion, axis1=1, axis2=2) * total - (truth * predicted).sum(axis=1)
    spread = np.sqrt((total**2 - (predicted**2).sum(axis=1)) * (total**2 - (truth**2).sum(axis=1)))
    return share_of(covariance, spread)


def kappa(o: Outcome, weights: str = "") -> np.ndarray:
    """Cohen's kappa (1960), with the distance between classes where they have an order (1968)."""
    truth, called = _true(o), _called(o)
    if not weights:
        others = called.sum(axis=1, keepdims=True) - called
        return np.asarray(1.0 - known_share((truth - _hits(o)).sum(axis=1), (truth * others).sum(axis=1) / o.total))
    # Classes that neither occur nor are predicted are no classes, as scikit-learn has it: distances skip them.
    place = np.cumsum((truth + called) > 0, axis=1, dtype=np.float64)
    apart = np.abs(place[:, :, None] - place[:, None, :])
    if weights == "quadratic":
        np.square(apart, out=apart)
    seen = np.einsum("dij,dij->d", apart, o.confusion)
    chance = (truth * (apart @ called[:, :, None])[:, :, 0]).sum(axis=1) / o.total
    return np.asarray(1.0 - known_share(seen, chance))


def cost(o: Outcome) -> np.ndarray:
    """Expected cost of 1,000 rows, by the cost of each pair of true and predicted class."""
    assert o.costs is not None
    return np.asarray(1000.0 * (o.confusion * o.costs).sum(axis=(1, 2)) / o.total)
