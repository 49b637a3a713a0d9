"""Typical differences of ranks tests: Hodges and Lehmann's estimates, counted and never listed.

The differences of all pairs of rows are too many to hold (10,000 million for two groups of 100,000). The one of a given
rank is found by bisection: how many lie below a value is counted with two sorted columns.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from core.explore.hypothesis.intervals import Z95

STEPS = 70
"""Halvings of the span: beyond the precision of a float64."""


def shift(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """Return the median of all differences x - y, with its 95 % interval (Moses).

    Parameters
    ----------
    x, y : ndarray of shape (m,) and (n,)
        Two groups.
    """
    x, y = np.sort(x), np.sort(y)
    m, n = len(x), len(y)

    def at_most(value: float) -> int:
        return int((n - np.searchsorted(y, x - value, "left")).sum())

    count = m * n
    half = Z95 * math.sqrt(m * n * (m + n + 1) / 12)
    return _middle(at_most, count, half, x[0] - y[-1], x[-1] - y[0])


def pseudo_median(d: np.ndarray) -> tuple[float, float, float]:
    """Return the median of all averages of two changes (each with itself too), with its 95 % interval."""
    d = np.sort(d)
    n = len(d)

    def at_most(value: float) -> int:
        ordered_pairs = int(np.searchsorted(d, 2 * value - d, "right").sum())
        return (ordered_pairs + int(np.searchsorted(d, value, "right"))) // 2

    half = Z95 * math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    return _middle(at_most, n * (n + 1) // 2, half, d[0], d[-1])


def _middle(
    at_most: Callable[[float], int], count: int, half: float, low: float, high: float
) -> tuple[float, float, float]:
    first = max(1, math.floor(count / 2 - half + 0.5))
    middle = (_ranked(at_most, (count + 1) // 2, low, high) + _ranked(at_most, count // 2 + 1, low, high)) / 2
    return middle, _ranked(at_most, first, low, high), _ranked(at_most, count + 1 - first, low, high)


def _ranked(at_most: Callable[[float], int], rank: int, low: float, high: float) -> float:
    """Return the smallest value that at least ``rank`` differences do not exceed."""
    low, high = float(low), float(high)
    if at_most(low) >= rank:
        return low
    for _ in range(STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (low, middle) if at_most(middle) >= rank else (middle, high)
    return high
