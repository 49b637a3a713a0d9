"""Curves and tables behind the charts of a model's page, as data."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict

MAX_POINTS = 200


class Curve(BaseModel):
    """Points of a line, with the area or score it stands for.

    Attributes
    ----------
    x, y, threshold : tuple of float
        Equal lengths.
    area : float
        Area under the curve, of all points before thinning.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    x: tuple[float, ...]
    y: tuple[float, ...]
    threshold: tuple[float, ...]
    area: float


class Confusion(BaseModel):
    """Counts of true class (row) against predicted class (column)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


def roc_curve(is_positive: np.ndarray, score: np.ndarray) -> Curve:
    """Receiver operating characteristic.

    Parameters
    ----------
    is_positive : bool ndarray of shape (n_rows,)
        Whether the row is of the class asked for.
    score : ndarray of shape (n_rows,)
        Its probability.

    Returns
    -------
    Curve
        False alarms (x) against hits (y) by threshold, thinned to at most 200 points.
    """
    from sklearn.metrics import auc
    from sklearn.metrics import roc_curve as sklearn_roc

    x, y, threshold = sklearn_roc(is_positive, score)
    return thinned(x, y, threshold, float(auc(x, y)))


def precision_recall_curve(is_positive: np.ndarray, score: np.ndarray) -> Curve:
    """Share found (x) against precision (y) by threshold; arguments as for `roc_curve`."""
    from sklearn.metrics import average_precision_score
    from sklearn.metrics import precision_recall_curve as sklearn_curve

    precision, recall, threshold = sklearn_curve(is_positive, score)
    return thinned(recall, precision, np.append(threshold, 1.0), float(average_precision_score(is_positive, score)))


def thinned(x: np.ndarray, y: np.ndarray, threshold: np.ndarray, area: float) -> Curve:
    """Keep at most `MAX_POINTS` points, evenly along the line's length so that steep parts stay smooth."""
    if len(x) > MAX_POINTS:
        along = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))])
        wanted = np.linspace(0, along[-1], MAX_POINTS)
        keep = np.unique(np.concatenate([np.searchsorted(along, wanted).clip(0, len(x) - 1), [0, len(x) - 1]]))
        x, y, threshold = x[keep], y[keep], threshold[keep]
    finite = np.where(np.isfinite(threshold), threshold, 1.0)
    return Curve(x=tuple(x.tolist()), y=tuple(y.tolist()), threshold=tuple(finite.tolist()), area=area)


def confusion(truth: np.ndarray, predicted: np.ndarray, classes: tuple[str, ...]) -> Confusion:
    """Count true against predicted labels; both of shape (n_rows,), labels as in ``classes``."""
    place = {label: index for index, label in enumerate(classes)}
    k = len(classes)
    pairs = [place[str(t)] * k + place[str(p)] for t, p in zip(truth, predicted, strict=True)]
    counts = np.bincount(np.array(pairs, dtype=np.int64), minlength=k * k).reshape(k, k)
    return Confusion(classes=classes, counts=tuple(tuple(int(n) for n in row) for row in counts))
