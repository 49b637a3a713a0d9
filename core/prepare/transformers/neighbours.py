"""A missing number filled with what the nearest rows have there."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.prepare.transformers.grid import GridTransformer, known_of
from core.prepare.transformers.numeric import medians_of, sample_places

_BLOCK_CELLS = 1 << 18


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
        asked = np.flatnonzero(np.isnan(cells).any(axis=1))
        size = max(_BLOCK_CELLS // max(len(self.rows_), 1), 1)
        for start in range(0, len(asked), size):
            rows = asked[start : start + size]
            out[rows] = self._filled(cells[rows])
        return out

    def _filled(self, cells: np.ndarray) -> np.ndarray:
        out, distances = cells.copy(), self._distances(cells)
        for place in range(cells.shape[1]):
            rows = np.flatnonzero(np.isnan(cells[:, place]))
            donors = np.flatnonzero(~np.isnan(self.rows_[:, place]))
            if not rows.size:
                continue
            values = self._average(distances[np.ix_(rows, donors)], self.rows_[donors, place])
            out[rows, place] = np.where(np.isnan(values), self.medians_[place], values)
        return out

    def _distances(self, cells: np.ndarray) -> np.ndarray:
        """Return squared distances to the remembered rows; infinite where no cell is known in both."""
        theirs = (self.rows_ - self.centre_) / self.scale_
        mine = (cells - self.centre_) / self.scale_
        total, count = np.zeros((len(cells), len(theirs))), np.zeros((len(cells), len(theirs)))
        for place in range(cells.shape[1]):
            gap = (mine[:, place : place + 1] - theirs[:, place]) ** 2
            shared = ~np.isnan(gap)
            total += np.where(shared, gap, 0.0)
            count += shared
        return np.where(count > 0, total * (cells.shape[1] / np.maximum(count, 1.0)), np.inf)

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
