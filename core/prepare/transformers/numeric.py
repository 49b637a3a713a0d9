"""Arithmetic on number columns that gives a row the same answer in any batch, bit for bit.

Matrix products of BLAS choose their order of summing by the number of rows; here it depends on the columns alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.prepare.transformers.matrix import LARGEST, finite

_BLOCK_CELLS = 1 << 18


def names_of(X: Any) -> np.ndarray:
    """Return the column names of a frame, or x0, x1 ... for a matrix without names."""
    names = X.columns if isinstance(X, pd.DataFrame) else [f"x{place}" for place in range(X.shape[1])]
    return np.asarray([str(name) for name in names], dtype=object)


def numbers_of(X: Any) -> np.ndarray:
    """Return the cells as float64 of shape (n_rows, n_columns); a csr matrix is filled out."""
    if hasattr(X, "toarray"):
        X = X.toarray()
    return np.asarray(X, dtype=np.float64)


def medians_of(values: np.ndarray) -> np.ndarray:
    """Return each column's median without its missing cells, 0 for an empty column."""
    medians = np.zeros(values.shape[1])
    for place in range(values.shape[1]):
        column = values[:, place]
        known = column[~np.isnan(column)]
        if known.size:
            medians[place] = np.median(known)
    return finite(medians, keep_missing=False)


def filled(values: np.ndarray, medians: np.ndarray) -> np.ndarray:
    """Return finite values: ``medians`` where cells are missing, and nothing beyond single precision."""
    missing = np.isnan(values)
    if missing.any():
        values = np.where(missing, medians, values)
    return finite(values, keep_missing=False)


def spread_of(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of each column; 1 where a column does not vary."""
    if not len(values):
        return np.zeros(values.shape[1]), np.ones(values.shape[1])
    deviation = values.std(axis=0)
    return values.mean(axis=0), np.where(deviation > 0, deviation, 1.0)


def standard(values: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Return ``values`` on the scale of the training rows, within single precision."""
    return np.asarray(np.clip((values - mean) / deviation, -LARGEST, LARGEST))


def row_products(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return ``values @ weights``, each row summed column by column in the same order.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
    weights : ndarray of shape (n_columns, n_out)

    Returns
    -------
    ndarray of shape (n_rows, n_out)
    """
    out = np.zeros((len(values), weights.shape[1]))
    for rows in _blocks(len(values), weights.shape[1]):
        part, block = out[rows], values[rows]
        for column in range(values.shape[1]):
            part += block[:, column : column + 1] * weights[column]
    return out


def squared_distances(values: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return squared Euclidean distances of shape (n_rows, n_centres), summed in the same order for each row."""
    out = np.zeros((len(values), len(centres)))
    for rows in _blocks(len(values), len(centres)):
        part, block = out[rows], values[rows]
        for column in range(values.shape[1]):
            part += (block[:, column : column + 1] - centres[:, column]) ** 2
    return out


def sample_places(rows: int, most: int, seed: int) -> np.ndarray:
    """Return at most ``most`` of ``rows`` places, drawn once and in order."""
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _blocks(rows: int, width: int) -> list[slice]:
    size = max(_BLOCK_CELLS // max(width, 1), 1)
    return [slice(start, start + size) for start in range(0, rows, size)]
