"""A number as smooth humps along its range, so that a linear model can bend."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.prepare.transformers.grid import GridTransformer, known_of


class Splines(GridTransformer):
    """B-splines of each column (de Boor 1978), constant beyond what was seen.

    The same numbers as scikit-learn's ``SplineTransformer`` without its last column, which follows from the others
    as all of them sum to 1. A column with one value only stays as it is.

    Parameters
    ----------
    knots : int
        Points at which the pieces meet, both ends included; repeated ones count once.
    degree : int
        Degree of the pieces.
    by_count : bool
        Knots at quantiles, in place of equal distances.

    Attributes
    ----------
    knots_ : list of ndarray
        With ``degree`` further ones beyond each end; empty for a column that stays.
    """

    def __init__(self, knots: int = 5, degree: int = 3, by_count: bool = True) -> None:
        self.knots = knots
        self.degree = degree
        self.by_count = by_count

    def _learn(self, cells: np.ndarray, y: Any) -> None:
        self.knots_ = [self._knots(known_of(column)) for column in cells.T]

    def _knots(self, known: np.ndarray) -> np.ndarray:
        if not known.size or known.min() == known.max():
            return np.empty(0)
        shares = np.linspace(0.0, 1.0, self.knots)
        low, high = float(known.min()), float(known.max())
        inner = np.unique(np.quantile(known, shares) if self.by_count else low + (high - low) * shares)
        degree = self.degree
        first, last = inner[1] - inner[0], inner[-1] - inner[-2]
        before = np.linspace(inner[0] - degree * first, inner[0] - first, degree)
        after = np.linspace(inner[-1] + last, inner[-1] + degree * last, degree)
        knots = np.concatenate([before, inner, after])
        # Knots too near each other for floats to tell apart.
        return knots if (np.diff(knots) > 0).all() else np.empty(0)

    def _change(self, cells: np.ndarray) -> np.ndarray:
        made = [self._column(column, knots) for column, knots in zip(cells.T, self.knots_, strict=True)]
        return np.hstack(made) if made else np.empty((len(cells), 0))

    def _column(self, column: np.ndarray, knots: np.ndarray) -> np.ndarray:
        if not len(knots):
            return column.reshape(-1, 1)
        inside = np.clip(column, knots[self.degree], knots[-self.degree - 1])
        return np.where(np.isnan(column).reshape(-1, 1), np.nan, basis(inside, knots, self.degree)[:, :-1])

    def _names(self) -> list[str]:
        return [
            f"{name} spline {number}" if len(knots) else str(name)
            for name, knots in zip(self.feature_names_in_, self.knots_, strict=True)
            for number in range(1, self._width(knots) + 1)
        ]

    def _width(self, knots: np.ndarray) -> int:
        return len(knots) - self.degree - 2 if len(knots) else 1


def basis(values: np.ndarray, knots: np.ndarray, degree: int) -> np.ndarray:
    """Return the B-splines of ``degree`` over ``knots`` at ``values``, by the recursion of Cox and de Boor.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        From ``knots[degree]`` to ``knots[-degree - 1]``, both included.
    knots : ndarray of shape (n_knots,)
        Ascending.

    Returns
    -------
    ndarray of shape (n_rows, n_knots - degree - 1)
    """
    count = len(knots) - degree - 1
    piece = np.clip(np.searchsorted(knots, values, side="right") - 1, degree, count - 1)
    below = [values - knots.take(piece + 1 - order) for order in range(1, degree + 1)]
    above = [knots.take(piece + order) - values for order in range(1, degree + 1)]
    # In each piece only degree + 1 of the splines are not 0.
    humps = [np.ones(len(values))]
    for order in range(1, degree + 1):
        carried = np.zeros(len(values))
        for place in range(order):
            share = humps[place] / (above[place] + below[order - 1 - place])
            humps[place] = carried + above[place] * share
            carried = below[order - 1 - place] * share
        humps.append(carried)
    out = np.zeros((len(values), count))
    starts = np.arange(len(values)) * count + piece - degree
    for place, hump in enumerate(humps):
        out.ravel()[starts + place] = hump
    return out
