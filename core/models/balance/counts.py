"""How many rows each class has, and how many it is to have."""

from __future__ import annotations

import numpy as np


def class_counts(y: np.ndarray) -> dict[str, int]:
    """Return how many rows each class has, by label in sorted order."""
    labels, counts = np.unique(y, return_counts=True)
    return {str(label): int(count) for label, count in zip(labels, counts, strict=True)}


def over_targets(y: np.ndarray, ratio: float) -> dict[str, int]:
    """Return the classes to be made larger, with their rows afterwards: ``ratio`` times the largest class."""
    counts = class_counts(y)
    wanted = round(ratio * max(counts.values()))
    return {label: wanted for label, count in counts.items() if count < wanted}


def under_targets(y: np.ndarray, ratio: float) -> dict[str, int]:
    """Return the classes to be made smaller, with their rows afterwards: the rarest class over ``ratio``."""
    counts = class_counts(y)
    wanted = max(round(min(counts.values()) / ratio), 1)
    return {label: wanted for label, count in counts.items() if count > wanted}


def listed(labels: list[str], most: int = 4) -> str:
    """Name some classes."""
    shown = ", ".join(repr(label) for label in labels[:most])
    return shown + (f" and {len(labels) - most} more" if len(labels) > most else "")
