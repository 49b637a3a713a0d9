"""A missing number filled with what the nearest rows have there."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.prepare.transformers.grid import GridTransformer, known_of
from core.prepare.transformers.numeric import medians_of, sample_places

_BLOCK_CELLS = 1 << 16


class NearestFill(GridTransformer):
    """Fills a gap with the mean of the column in the nearest training rows that have it.

    Distances are Euclidean over the cells that both rows have, each column divided by its standard deviation, and
    made up for the cells that are missing, as scikit-learn's ``KNNImputer`` does on scaled columns.

    Parameters
    ----------
    neighbours : int
        Rows that are averaged.
    weights : {"uniform", "distance"}
        All alike, or nearer ones more.
    most_rows : int
        Training rows remembered; of more, so many are drawn.
    seed : int
        Of that draw.

    Attributes
    ----------
    rows_ : ndarray of shape (n_remembered, n_columns)
        In the units of the columns, NaN where missing.
    centre_, scale_, medians_ : ndarray of shape (n_columns,)
    """

    def __init__(self, neighbours: int = 5, weights: str = "uniform", most_rows: int = 2000, seed: int = 0) -> None:
        self.neighbours = neighbours
        self.weights = weights
        self.most_rows = most_rows
        self.seed = seed

    def _learn(self, cells: np.ndarray, y: Any) -> None:
        known = [known_of(column) for column in cells.T]
        self.centre_ = np.asarray([float(k.mean()) if k.size else 0.0 for k in known])
        spread = np.asarray([float(k.std()) if k.size else 0.0 for k in known])
        self.scale_ = np.where((spread > 0) & np.isfinite(spread), spread, 1.0)
        self.medians_ = medians_of(cells)
        self.rows_ = cells[sample_places(len(cells), self.most_rows, self.seed)]

    def _change(self, cells: np.ndarray) -> np.ndarray:
        out = cells.copy()
        theirs = (self.rows_ - self.centre_) / self.scale_
        for rows in _alike(np.isnan(cells)):
            size = max(_BLOCK_CELLS // max(len(theirs), 1), 1)
            for start in range(0, len(rows), size):
                block = rows[start : start + size]
                out[block] = self._filled(cells[block], theirs)
        return out

    def _filled(self, cells: np.ndarray, theirs: np.ndarray) -> np.ndarray:
        """Fill rows that lack the same cells."""
        out, lacking = cells.copy(), np.isnan(cells[0])
        known = np.flatnonzero(~lacking)
        mine = (cells[:, known] - self.centre_[known]) / self.scale_[known]
        distances = _distances(mine, theirs[:, known], cells.shape[1])
        for place in np.flatnonzero(lacking):
            donors = np.flatnonzero(~np.isnan(theirs[:, place]))
            values = self._average(distances[:, donors], self.rows_[donors, place])
            out[:, place] = np.where(np.isnan(values), self.medians_[place], values)
        return out

    def _average(self, distances: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Return the mean of ``values`` over the nearest of each row, NaN where there is none."""
        k = min(self.neighbours, len(values))
        if not k:
            return np.full(len(distances), np.nan)
        nearest = np.argpartition(distances, k - 1, axis=1)[:, :k]
        near = np.take_along_axis(distances, nearest, axis=1)
        weights = np.where(np.isfinite(near), 1.0, 0.0)
        if self.weights == "distance":
            exact = near == 0.0
            by_distance = np.where(np.isfinite(near), 1.0 / np.sqrt(np.where(exact, 1.0, near)), 0.0)
            weights = np.where(exact.any(axis=1, keepdims=True), exact.astype(np.float64), by_distance)
        total, weight = np.zeros(len(distances)), np.zeros(len(distances))
        for place in range(k):
            total += weights[:, place] * values[nearest[:, place]]
            weight += weights[:, place]
        return np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), np.nan)


def _alike(lacking: np.ndarray) -> list[np.ndarray]:
    """Return the places of rows that lack cells, those that lack the same ones together."""
    asked = np.flatnonzero(lacking.any(axis=1))
    if not asked.size:
        return []
    _, pattern = np.unique(np.packbits(lacking[asked], axis=1), axis=0, return_inverse=True)
    order = np.argsort(pattern.ravel(), kind="stable")
    edges = np.flatnonzero(np.diff(pattern.ravel()[order])) + 1
    return [asked[part] for part in np.split(order, edges)]


def _distances(mine: np.ndarray, theirs: np.ndarray, columns: int) -> np.ndarray:
    """Return squared distances of shape (n_rows, n_theirs), made up for ``columns`` cells.

    Infinite where no cell is shared; ``mine`` lacks none. Summed column by column, so that the batch does not matter.
    """
    total, gap = np.zeros((len(mine), len(theirs))), np.empty((len(mine), len(theirs)))
    shared = np.zeros(len(theirs))
    for place in range(mine.shape[1]):
        known = ~np.isnan(theirs[:, place])
        np.subtract(mine[:, place : place + 1], np.where(known, theirs[:, place], 0.0), out=gap)
        np.multiply(gap, gap, out=gap)
        if not known.all():
            gap *= known
        total += gap
        shared += known
    total *= np.where(shared > 0, columns / np.maximum(shared, 1.0), 1.0)
    total[:, shared == 0] = np.inf
    return total
