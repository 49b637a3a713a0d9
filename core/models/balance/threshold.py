"""From which probability on a row counts as the class asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

HALF = 0.5


def best_threshold(probability: np.ndarray, is_positive: np.ndarray, params: Mapping[str, Any]) -> float:
    """Return the threshold that does best on rows the model had not seen.

    Parameters
    ----------
    probability : ndarray of shape (n_rows,)
        Of the class asked for.
    is_positive : ndarray of bool, shape (n_rows,)
        Whether the row is of that class.
    params : mapping
        Of the step "move_threshold": ``criterion``, for costs ``miss`` and ``alarm``, for a share ``wanted``.

    Returns
    -------
    float
        Between 0 and 1; rows at or above it count as the class. Of several equally good ones the nearest to a half.
    """
    if not len(probability):
        return HALF
    levels, counts = np.unique(probability, return_inverse=True)
    positives = np.bincount(counts, weights=is_positive, minlength=len(levels))
    negatives = np.bincount(counts, weights=~is_positive, minlength=len(levels))
    # Cut number i calls every level from i on positive; the last cut calls none so.
    hits = np.append(np.cumsum(positives[::-1])[::-1], 0.0)
    alarms = np.append(np.cumsum(negatives[::-1])[::-1], 0.0)
    cuts = np.concatenate([[levels[0] / 2], (levels[1:] + levels[:-1]) / 2, [(levels[-1] + 1) / 2]])
    if params["criterion"] in ("recall", "precision", "share"):
        return float(cuts[_wanted(hits, alarms, float(positives.sum()), params)])
    gain = _gain(hits, alarms, float(positives.sum()), float(negatives.sum()), params)
    best = np.flatnonzero(gain >= gain.max() - 1e-12)
    return float(cuts[best[np.argmin(np.abs(cuts[best] - HALF))]])


def _wanted(hits: np.ndarray, alarms: np.ndarray, positives: float, params: Mapping[str, Any]) -> int:
    """Return the place of the cut that meets a wanted share, and gives away least for it."""
    wish, called = float(params["wanted"]), hits + alarms
    if params["criterion"] == "recall":
        return int(np.flatnonzero(hits >= wish * positives - 1e-9)[-1])
    if params["criterion"] == "share":
        return int(np.flatnonzero(called <= wish * called[0] + 1e-9)[0])
    right = np.divide(hits, called, out=np.zeros_like(hits), where=called > 0)
    met = np.flatnonzero((right >= wish - 1e-12) & (called > 0))
    return int(met[np.argmax(hits[met])]) if len(met) else int(right.argmax())


def _gain(
    hits: np.ndarray, alarms: np.ndarray, positives: float, negatives: float, params: Mapping[str, Any]
) -> np.ndarray:
    misses = positives - hits
    match params["criterion"]:
        case "f1":
            return np.asarray(2 * hits / np.maximum(2 * hits + alarms + misses, 1.0))
        case "balanced_accuracy":
            return np.asarray((hits / max(positives, 1.0) + (negatives - alarms) / max(negatives, 1.0)) / 2)
        case _:
            return np.asarray(-(float(params["miss"]) * misses + float(params["alarm"]) * alarms))
