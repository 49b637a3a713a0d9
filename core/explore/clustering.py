"""An order of columns in which related ones stand together."""

from __future__ import annotations

import numpy as np


def cluster_order(matrix: np.ndarray, *, scaled: bool = True) -> list[int]:
    """Return places in an order in which related columns stand together.

    Average linkage (Sokal and Michener 1958) of 1 - |value|; of the four ways to join two rows of columns, the one is
    taken whose touching ends are most related. A covariance is divided by the spread of both columns first.
    """
    strength = np.nan_to_num(np.abs(matrix), nan=0.0, posinf=0.0)
    if not scaled:
        spread = np.sqrt(np.diag(strength))
        strength = np.divide(strength, np.outer(spread, spread), out=np.zeros_like(strength), where=strength > 0)
    distance = 1 - np.clip(strength, 0, 1)
    between = distance.copy()
    np.fill_diagonal(between, np.inf)
    rows = [[place] for place in range(len(matrix))]
    for _ in range(len(matrix) - 1):
        i, j = sorted(int(place) for place in np.unravel_index(np.argmin(between), between.shape))
        merged = (len(rows[i]) * between[i] + len(rows[j]) * between[j]) / (len(rows[i]) + len(rows[j]))
        merged[[i, j]] = np.inf
        rows[i], rows[j] = _joined(rows[i], rows[j], distance), []
        between[i], between[:, i] = merged, merged
        between[j], between[:, j] = np.inf, np.inf
    return next((row for row in rows if row), [])


def _joined(first: list[int], second: list[int], distance: np.ndarray) -> list[int]:
    ways = [(a, b) for a in (first, first[::-1]) for b in (second, second[::-1])]
    a, b = min(ways, key=lambda way: distance[way[0][-1], way[1][0]])
    return a + b
