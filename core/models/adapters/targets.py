"""What estimators of our own do with a target first: places of classes, numbers on a scale of their own."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.errors import LatheError


def learn_classes(y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the sorted classes, and the place of each row's class among them.

    Raises
    ------
    LatheError
        Where there is one class only.
    """
    from sklearn.utils.multiclass import check_classification_targets

    check_classification_targets(y)
    classes, places = np.unique(y, return_inverse=True)
    if len(classes) < 2:
        raise LatheError(
            f"There must be two classes to tell apart; every row learned from is {str(classes[0])!r}.",
            hint="Use fewer folds, or a stratified split, so that each part has rows of every class.",
        )
    return classes, places


def learn_scale(y: np.ndarray) -> np.ndarray:
    """Return what `to_unit` needs of a target: its largest size, then mean and deviation of it divided by that.

    Divided first, a target of 1e300 is squared without overflow.
    """
    largest = float(np.abs(y).max()) or 1.0
    parts = y / largest
    deviation = float(parts.std())
    # Rounding of a constant target is no deviation.
    return np.array([largest, parts.mean(), deviation if deviation > 1e-15 else 1.0])


def to_unit(y: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return ``y`` with mean 0 and deviation 1."""
    return np.asarray((y / scale[0] - scale[1]) / scale[2])


def from_unit(values: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return ``values`` of the standardised target in the target's own unit."""
    return np.asarray((values * scale[2] + scale[1]) * scale[0])
