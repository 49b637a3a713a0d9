"""What a plan asks of the fit itself: weights and samples for rare classes, thresholds, a transformed target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.prepare.outline import PlannedStep
from core.types import TaskKind


def wrap(model: Any, steps: Sequence[PlannedStep], *, task: TaskKind, seed: int) -> Any:
    """Return ``model`` so that fitting it on a prepared matrix carries out the plan's FIT and TARGET steps.

    Parameters
    ----------
    model : scikit-learn estimator
        Unfitted.
    steps : sequence of PlannedStep
        `Compiled.fit_steps`.
    task : TaskKind
        Kind of the target.
    seed : int
        Seed of random draws.

    Returns
    -------
    scikit-learn estimator
        The model itself where there is nothing to do.
    """
    return model
