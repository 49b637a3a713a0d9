"""The points of a stored projection: reading them, finding those in a region, and the rows most like a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from core.data.schema import Dataset
from core.errors import NotFound
from core.explore.projection.run import MATRIX, POINTS, SCORES, folder_of
from core.explore.projection.spec import ProjectionRequest
from core.store.workspace import Workspace


@dataclass(frozen=True)
class Points:
    """Points of a projection.

    Attributes
    ----------
    places : ndarray of int64, shape (rows,)
        Rows of the table, from 0.
    values : ndarray of float32, shape (rows, components)
        Their coordinates.
    """

    places: np.ndarray
    values: np.ndarray


def read_points(workspace: Workspace, dataset: Dataset, request: ProjectionRequest, *, every: bool = False) -> Points:
    """Return the points kept for the screen, or of every projected row.

    Raises
    ------
    NotFound
        Where the projection is gone.
    """
    folder = folder_of(workspace, dataset, request)
    path = folder / SCORES if every and (folder / SCORES).exists() else folder / POINTS
    if not path.exists():
        raise NotFound("This projection is no longer in the workspace.", hint="Make it again.")
    table = pq.read_table(path)
    coordinates = [table.column(name).to_numpy() for name in table.column_names if name != "place"]
    return Points(table.column("place").to_numpy(), np.stack(coordinates, axis=1))


def in_box(points: Points, x: Sequence[float], y: Sequence[float], *, axes: tuple[int, int] = (0, 1)) -> np.ndarray:
    """Return which points lie in a rectangle given by two values of each axis."""
    across, up = points.values[:, axes[0]], points.values[:, axes[1]]
    inside: np.ndarray = (across >= min(x)) & (across <= max(x)) & (up >= min(y)) & (up <= max(y))
    return inside


def in_polygon(points: Points, x: Sequence[float], y: Sequence[float], *, axes: tuple[int, int] = (0, 1)) -> np.ndarray:
    """Return which points lie in a polygon, by the number of sides that a ray from them crosses."""
    across = points.values[:, axes[0]].astype(np.float64)
    up = points.values[:, axes[1]].astype(np.float64)
    inside = np.zeros(len(across), dtype=bool)
    for (x1, y1), (x2, y2) in zip(zip(x, y, strict=True), _turned(x, y), strict=True):
        spans = (y1 > up) != (y2 > up)
        if y1 != y2:
            inside ^= spans & (across < (x2 - x1) * (up - y1) / (y2 - y1) + x1)
    return inside


def nearest(
    workspace: Workspace, dataset: Dataset, request: ProjectionRequest, place: int, *, count: int = 10
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows most like the row at ``place``, and their distances in all projected columns.

    The distance is taken between the columns and not on the picture, which cannot hold it.

    Parameters
    ----------
    place : int
        A row whose point is kept.
    count : int
        How many rows.
    """
    folder: Path = folder_of(workspace, dataset, request)
    points = read_points(workspace, dataset, request)
    found = np.flatnonzero(points.places == place)
    if not len(found):
        raise NotFound(f"Row {place + 1:,} has no point in this projection.", hint="Choose another one.")
    matrix = np.load(folder / MATRIX, mmap_mode="r")
    distance = np.sqrt(np.square(matrix - matrix[found[0]], dtype=np.float64).sum(axis=1))
    distance[found[0]] = np.inf
    order = np.argsort(distance, kind="stable")[: min(count, len(distance) - 1)]
    return points.places[order], distance[order]


def _turned(x: Sequence[float], y: Sequence[float]) -> list[tuple[float, float]]:
    corners = list(zip(x, y, strict=True))
    return [*corners[1:], corners[0]]
