"""Distances and directions on the globe. Angles are in degrees, distances in kilometres."""

from __future__ import annotations

import numpy as np

EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""

KM_PER_MILE = 1.609344


def haversine_km(
    latitude: np.ndarray, longitude: np.ndarray, other_latitude: np.ndarray, other_longitude: np.ndarray
) -> np.ndarray:
    """Return great-circle distances; NaN where a coordinate is missing or a latitude lies beyond a pole.

    Parameters
    ----------
    latitude, longitude, other_latitude, other_longitude : ndarray of float64
        Degrees; shapes are broadcast together.

    Notes
    -----
    R. W. Sinnott, "Virtues of the haversine", Sky and Telescope 68 (1984).
    """
    a, b = np.radians(on_globe(latitude)), np.radians(on_globe(other_latitude))
    across = np.radians(wrapped(other_longitude) - wrapped(longitude))
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(across / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))


def on_globe(latitude: np.ndarray) -> np.ndarray:
    """Return latitudes with NaN in the place of what lies beyond a pole."""
    values = np.asarray(latitude, dtype=np.float64)
    return np.where(np.abs(values) <= 90.0, values, np.nan)


def wrapped(longitude: np.ndarray) -> np.ndarray:
    """Return longitudes within [-180, 180); NaN for what is further than a full turn away."""
    values = np.asarray(longitude, dtype=np.float64)
    near = np.where(np.abs(values) <= 360.0, values, np.nan)
    return np.asarray((near + 180.0) % 360.0 - 180.0)


def on_sphere(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Return points as unit vectors of shape (n, 3)."""
    a, b = np.radians(on_globe(latitude)), np.radians(wrapped(longitude))
    return np.column_stack([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)])


def from_sphere(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the latitudes and longitudes of vectors of shape (n, 3), which need not have length 1."""
    flat = np.hypot(points[:, 0], points[:, 1])
    return np.degrees(np.arctan2(points[:, 2], flat)), np.degrees(np.arctan2(points[:, 1], points[:, 0]))
