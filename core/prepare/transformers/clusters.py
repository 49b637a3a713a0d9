"""Distances to the centres of clusters."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.common import table_tags
from core.prepare.transformers.numeric import (
    filled,
    medians_of,
    names_of,
    numbers_of,
    sample_places,
    spread_of,
    squared_distances,
    standard,
)

_MOST_ROWS = 20_000


class ClusterDistances(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Distance of each row to the ``count`` centres that k-means finds, on columns brought to one scale.

    Parameters
    ----------
    count : int
        Centres.
    seed : int

    Attributes
    ----------
    centres_ : ndarray of shape (count, n_columns)
        With fewer different rows than centres, the last one is repeated.

    References
    ----------
    Lloyd (1982), Least squares quantization in PCM; scikit-learn, KMeans.
    """

    def __init__(self, count: int = 8, seed: int = 0) -> None:
        self.count = count
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> ClusterDistances:
        """Find the centres, on at most 20,000 rows."""
        self.feature_names_in_ = names_of(X)
        self.n_features_in_ = X.shape[1]
        values = numbers_of(X)
        self.medians_ = medians_of(values)
        values = filled(values, self.medians_)
        self.mean_, self.scale_ = spread_of(values)
        values = standard(values, self.mean_, self.scale_)
        self.centres_ = self._centres(values[sample_places(len(values), _MOST_ROWS, self.seed)])
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return float64 of shape (n_rows, count)."""
        check_is_fitted(self)
        values = standard(filled(numbers_of(X), self.medians_), self.mean_, self.scale_)
        return np.asarray(np.sqrt(squared_distances(values, self.centres_)))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "distance to cluster 1" and so on."""
        check_is_fitted(self)
        return np.asarray([f"distance to cluster {n}" for n in range(1, self.count + 1)], dtype=object)

    def _centres(self, values: np.ndarray) -> np.ndarray:
        from sklearn.cluster import KMeans

        different = np.unique(values, axis=0)
        if len(different) <= self.count:
            centres = different if len(different) else np.zeros((1, values.shape[1]))
            return np.vstack([centres, np.repeat(centres[-1:], self.count - len(centres), axis=0)])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = KMeans(n_clusters=self.count, n_init=3, random_state=self.seed).fit(values)
        return np.asarray(found.cluster_centers_)

    def __sklearn_tags__(self) -> Any:
        """Declare that missing cells are welcome."""
        return table_tags(super().__sklearn_tags__())
