"""A map of the rows by UMAP, as columns: later rows take their place from the training rows nearest to them."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.common import table_tags
from core.prepare.transformers.components import PrincipalComponents
from core.prepare.transformers.numeric import (
    filled,
    medians_of,
    names_of,
    numbers_of,
    row_products,
    sample_places,
    spread_of,
    squared_distances,
    standard,
)

FEWEST = 30
_BLOCK = 2048


class NeighbourMap(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """UMAP of at most ``most_rows`` training rows; every row stands at the weighted mean of its nearest ones.

    umap-learn's own ``transform`` places the rows of a batch together, so that a row's place would depend on its
    company. Here a training row of the map keeps its place, and any other is put between the five nearest, weighted by
    the inverse of their squared distance.

    Parameters
    ----------
    count : int
        Coordinates.
    neighbours : int
        Rows that each row is compared with in making the map.
    min_distance : float
        How close points may lie.
    most_rows : int
    seed : int

    Attributes
    ----------
    points_ : ndarray of shape (n_map, n_columns)
        Standardised training rows of the map.
    places_ : ndarray of shape (n_map, count)
        Where they stand. With fewer than 30 rows these are principal components.

    References
    ----------
    McInnes, Healy, Melville (2018), UMAP: Uniform Manifold Approximation and Projection; Shepard (1968) for the
    inverse distance weights.
    """

    def __init__(
        self, count: int = 2, neighbours: int = 15, min_distance: float = 0.1, most_rows: int = 3000, seed: int = 0
    ) -> None:
        self.count = count
        self.neighbours = neighbours
        self.min_distance = min_distance
        self.most_rows = most_rows
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> NeighbourMap:
        """Make the map."""
        values = numbers_of(X)
        self.feature_names_in_ = names_of(X)
        self.n_features_in_ = values.shape[1]
        self.medians_ = medians_of(values)
        values = filled(values, self.medians_)
        self.mean_, self.scale_ = spread_of(values)
        chosen = values[sample_places(len(values), self.most_rows, self.seed)]
        self.points_ = np.unique(standard(chosen, self.mean_, self.scale_), axis=0)
        places = self._map() if len(self.points_) >= max(FEWEST, self.count + 2) else self._axes()
        self.places_ = np.nan_to_num(np.asarray(places, dtype=np.float64))
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return float64 of shape (n_rows, count)."""
        check_is_fitted(self)
        values = standard(filled(numbers_of(X), self.medians_), self.mean_, self.scale_)
        out = np.empty((len(values), self.places_.shape[1]))
        for start in range(0, len(values), _BLOCK):
            out[start : start + _BLOCK] = self._placed(values[start : start + _BLOCK])
        return out

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "map 1" and so on."""
        check_is_fitted(self)
        return np.asarray([f"map {n}" for n in range(1, self.places_.shape[1] + 1)], dtype=object)

    def _map(self) -> np.ndarray:
        from core.explore.projection.umap_map import import_umap

        axes = self._axes()
        model = import_umap().UMAP(
            n_components=self.count,
            # Its own start (a spectral one) differs from call to call where rows lie in clumps or on a line.
            init=10 * axes / max(float(np.abs(axes).max()), 1e-12),
            n_neighbors=min(self.neighbours, len(self.points_) - 1),
            min_dist=self.min_distance,
            random_state=self.seed,
            n_jobs=1,
        )
        made: np.ndarray = model.fit_transform(self.points_)
        return made

    def _axes(self) -> np.ndarray:
        axes = PrincipalComponents(share=0.0, count=self.count, standardise=False, seed=self.seed).fit(self.points_)
        made = row_products(self.points_ - axes.mean_, axes.components_.T)
        return np.hstack([made, np.zeros((len(made), self.count - made.shape[1]))])

    def _placed(self, values: np.ndarray) -> np.ndarray:
        distances = squared_distances(values, self.points_)
        nearest = np.argsort(distances, axis=1, kind="stable")[:, :5]
        near = np.take_along_axis(distances, nearest, axis=1)
        weights = np.where(near[:, :1] == 0, near == 0, near[:, :1] / np.where(near > 0, near, 1.0))
        out = np.zeros((len(values), self.places_.shape[1]))
        total = np.zeros(len(values))
        for place in range(nearest.shape[1]):
            out += weights[:, place, None] * self.places_[nearest[:, place]]
            total += weights[:, place]
        return out / total[:, None]

    def __sklearn_tags__(self) -> Any:
        """Declare that missing cells are welcome."""
        return table_tags(super().__sklearn_tags__())
