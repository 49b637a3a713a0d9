"""What a fitted step tells about features: scores and choices of a selection, shares of components."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.prepare.flow import Flow
from core.prepare.preview_types import FeatureScore

_MOST_COMPONENTS = 50


def scores_of(stage: Any, before: Flow) -> tuple[FeatureScore, ...]:
    """Return the features that a selection step weighed, best first; empty for other steps.

    Parameters
    ----------
    stage : Stage
        Fitted, with one transformer that has ``get_support``.
    before : Flow
        What the step was given.
    """
    transformer = next((one for one in _fitted(stage) if hasattr(one, "get_support")), None)
    if transformer is None:
        return ()
    kept = np.asarray(transformer.get_support(), dtype=bool)
    names = before.names([root for root in stage.roots if root in before.places])
    if len(kept) != len(names):
        return ()
    scores = np.asarray(getattr(transformer, "scores_", np.full(len(kept), np.nan)), dtype=np.float64)
    if scores.shape != kept.shape:
        scores = np.full(len(kept), np.nan)
    order = (
        np.lexsort((-np.nan_to_num(scores, nan=-np.inf), ~kept))
        if np.isnan(scores).all()
        else np.argsort(-np.nan_to_num(scores, nan=-np.inf), kind="stable")
    )
    return tuple(
        FeatureScore(names[n], float(scores[n]) if np.isfinite(scores[n]) else None, bool(kept[n])) for n in order
    )


def scree_of(stage: Any) -> tuple[float, ...]:
    """Return the share of the variance that each component explains; empty where there are no components."""
    for one in _fitted(stage):
        ratios = getattr(one, "explained_variance_ratio_", None)
        if ratios is not None:
            return tuple(float(ratio) for ratio in np.asarray(ratios)[:_MOST_COMPONENTS])
    return ()


def _fitted(stage: Any) -> Iterator[Any]:
    """Give the fitted transformers of a stage, and what they hold."""
    fitted = getattr(stage, "fitted_", None)
    for transformer in fitted if isinstance(fitted, list) else ():
        yield transformer
        for _, part in getattr(transformer, "steps", ()):
            yield part
        inner = [value for name, value in vars(transformer).items() if name.endswith("_")] if transformer else []
        yield from (value for value in inner if hasattr(value, "get_params"))
