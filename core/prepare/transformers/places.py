"""Places as numbers. Each transformer reads a latitude first and its longitude behind it, both in degrees."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.geometry import KM_PER_MILE, from_sphere, haversine_km, on_globe, on_sphere, wrapped
from core.prepare.transformers.common import table_tags

MOST_LEARNED = 50_000
"""Rows that centres are learned from; of more, evenly spaced ones."""


class PlaceStep(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """What transformers of places share: they learn nothing but the columns' names unless a subclass says otherwise."""

    def fit(self, X: pd.DataFrame, y: Any = None) -> PlaceStep:
        """Remember the columns."""
        self.feature_names_in_ = np.asarray([str(name) for name in X.columns], dtype=object)
        self.n_features_in_ = X.shape[1]
        return self

    def __sklearn_tags__(self) -> Any:
        """Declare a table with missing cells as input."""
        return table_tags(super().__sklearn_tags__())


class PlaceDistance(PlaceStep):
    """Great-circle distance from each place to one place, or to the place in two further columns.

    Parameters
    ----------
    latitude, longitude : float or None
        The one place; None where the further columns say it.
    miles : bool
        Give miles instead of kilometres.
    """

    def __init__(self, latitude: float | None = 0.0, longitude: float | None = 0.0, miles: bool = False) -> None:
        self.latitude = latitude
        self.longitude = longitude
        self.miles = miles

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, 1); NaN where a coordinate is missing or no place on the globe."""
        check_is_fitted(self)
        if self.latitude is None or self.longitude is None:
            table = _coordinates(X, behind=3)
            other = table[:, 2], table[:, 3]
        else:
            table = _coordinates(X)
            other = np.asarray(self.latitude), np.asarray(self.longitude)
        distance = haversine_km(table[:, 0], table[:, 1], *other)
        return np.asarray(distance / (KM_PER_MILE if self.miles else 1.0))[:, None]

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the name of the distance."""
        check_is_fitted(self)
        unit = "miles" if self.miles else "km"
        if self.latitude is None or self.longitude is None:
            target = ", ".join(self.feature_names_in_[-2:])
        else:
            target = f"{self.latitude:g}, {self.longitude:g}"
        names = ", ".join(self.feature_names_in_[:2])
        return np.asarray([f"distance from {names} to {target} ({unit})"], dtype=object)


class PlaceCentres(PlaceStep):
    """Distances from each place to centres learned from the training rows (k-means on the sphere), in kilometres.

    Parameters
    ----------
    centres : int
        Columns given. Where there are fewer different places in training, the last ones repeat the last centre.
    seed : int
        Of the start.

    Attributes
    ----------
    latitudes_, longitudes_ : ndarray of shape (n_centres,)
        Empty where no training row has a place; the distances are missing then.
    """

    def __init__(self, centres: int = 5, seed: int = 0) -> None:
        self.centres = centres
        self.seed = seed

    def fit(self, X: pd.DataFrame, y: Any = None) -> PlaceCentres:
        """Learn the centres."""
        super().fit(X)
        table = _coordinates(X)
        points = on_sphere(table[:, 0], table[:, 1])
        points = points[np.isfinite(points).all(axis=1)]
        points = points[:: max(len(points) // MOST_LEARNED, 1)]
        found = _centres(points, self.centres, self.seed)
        latitudes, longitudes = from_sphere(found)
        # From west to east, so that the order does not hang on the start.
        order = np.lexsort((latitudes, longitudes))
        self.latitudes_, self.longitudes_ = latitudes[order], longitudes[order]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, centres); NaN where a row has no place."""
        check_is_fitted(self)
        table = _coordinates(X)
        if not len(self.latitudes_):
            return np.full((len(X), self.centres), np.nan)
        places = np.minimum(np.arange(self.centres), len(self.latitudes_) - 1)
        columns = [haversine_km(table[:, 0], table[:, 1], self.latitudes_[n], self.longitudes_[n]) for n in places]
        return np.column_stack(columns)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the name of each distance, with the centre where it is known."""
        check_is_fitted(self)
        names = []
        for n in range(self.centres):
            known = n < len(self.latitudes_)
            where = f" ({self.latitudes_[n]:.2f}, {self.longitudes_[n]:.2f})" if known else ""
            names.append(f"distance from {self.feature_names_in_[0]} to centre {n + 1}{where}")
        return np.asarray(names, dtype=object)


class PlaceTurned(PlaceStep):
    """Coordinates in turned axes, for models that cut along one number at a time.

    Parameters
    ----------
    angles : sequence of float
        Degrees, counted from the east towards the north.
    """

    def __init__(self, angles: Sequence[float] = (45.0,)) -> None:
        self.angles = angles

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, 2 * n_angles), in degrees; NaN where a row has no place."""
        check_is_fitted(self)
        table = _coordinates(X)
        north, east = on_globe(table[:, 0]), wrapped(table[:, 1])
        columns = []
        for angle in np.radians(np.asarray(self.angles, dtype=np.float64)):
            columns += [east * np.cos(angle) + north * np.sin(angle), north * np.cos(angle) - east * np.sin(angle)]
        return np.column_stack(columns)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "columns turned by angle, along / across" for each output column."""
        check_is_fitted(self)
        pair = ", ".join(self.feature_names_in_[:2])
        names = [f"{pair} turned by {angle:g}, {axis}" for angle in self.angles for axis in ("along", "across")]
        return np.asarray(names, dtype=object)


class PlaceCells(PlaceStep):
    """The cell of a grid that each place lies in, as a category; None where a row has no place.

    Parameters
    ----------
    size : float
        Height and width of a cell in degrees.
    """

    def __init__(self, size: float = 1.0) -> None:
        self.size = size

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return an object array of shape (n_rows, 1): the south-west corner of the cell, as text."""
        check_is_fitted(self)
        table = _coordinates(X)
        south = np.floor(on_globe(table[:, 0]) / self.size) * self.size
        west = np.floor(wrapped(table[:, 1]) / self.size) * self.size
        cells = np.empty((len(X), 1), dtype=object)
        cells[:, 0] = [
            f"{a + 0.0:.7g}, {b + 0.0:.7g}" if a == a and b == b else None for a, b in zip(south, west, strict=True)
        ]
        return cells

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the name of the cell."""
        check_is_fitted(self)
        return np.asarray([f"grid cell of {', '.join(self.feature_names_in_[:2])}"], dtype=object)


def _coordinates(X: Any, behind: int = 1) -> np.ndarray:
    """Return the latitude and the ``behind`` columns that parameters name, which stand last.

    An earlier step may have left the latitude without a column in these rows; it is missing then.
    """
    table = np.asarray(X, dtype=np.float64)
    named = table[:, table.shape[1] - behind :]
    first = table[:, :1] if table.shape[1] > behind else np.full((len(table), 1), np.nan)
    return np.hstack([first, named])


def _centres(points: np.ndarray, wanted: int, seed: int) -> np.ndarray:
    """Return at most ``wanted`` centres of ``points``, of shape (n_centres, 3)."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    different = np.unique(points.round(9), axis=0)
    if len(different) <= wanted:
        return different
    with warnings.catch_warnings():
        # Points that differ by next to nothing make fewer centres than asked for; that is no harm here.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return np.asarray(KMeans(wanted, n_init=4, random_state=seed).fit(points).cluster_centers_)
