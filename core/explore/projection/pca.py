"""Principal components of a table of any length: two passes over it, never the whole in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import RunCancelled
from core.explore.projection.method import Drawn, Prepared
from core.explore.projection.spec import Watcher

SCREE = 20
"""Components whose share is kept for the picture of shares."""


@dataclass(frozen=True)
class Components:
    """What was learned: centre, axes as columns, share of the spread and correlation of each feature with each axis."""

    centre: np.ndarray
    axes: np.ndarray
    shares: np.ndarray
    loadings: np.ndarray


def project(prepared: Prepared, watcher: Watcher) -> Drawn:
    """Project all rows on their principal components."""
    wanted = int(prepared.params["components"] or 2)
    found = learn(prepared, watcher, components=wanted)
    places, points = [], []
    for place, block in prepared.batches():
        _heed(watcher)
        places.append(place)
        points.append(((block - found.centre) @ found.axes).astype(np.float32))
        done = sum(len(part) for part in places) / max(prepared.rows, 1)
        watcher.report(0.5 + 0.45 * done, "projecting", f"Projecting row {sum(len(p) for p in places):,}")
    notes = (
        (f"The columns make only {found.axes.shape[1]} axes; {wanted} were asked for.",)
        if found.axes.shape[1] < wanted
        else ()
    )
    return Drawn(
        places=np.concatenate(places),
        points=_two_at_least(np.concatenate(points)),
        explained=tuple(float(share) for share in found.shares[:SCREE]),
        loadings=tuple(tuple(float(v) for v in row) for row in found.loadings),
        notes=notes,
    )


def learn(prepared: Prepared, watcher: Watcher, *, components: int) -> Components:
    """Learn the axes from the covariance, summed up block by block."""
    count, total, squares = 0, 0.0, 0.0
    for _, block in prepared.batches():
        _heed(watcher)
        count += len(block)
        total = total + block.sum(axis=0)
        squares = squares + block.T @ block
        watcher.report(0.05 + 0.4 * count / max(prepared.rows, 1), "measuring", f"Measuring row {count:,}")
    centre = np.asarray(total) / count
    covariance = (squares - count * np.outer(centre, centre)) / max(count - 1, 1)
    values, vectors = np.linalg.eigh(covariance)
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    spread = np.sqrt(np.diag(covariance))
    kept = min(components, int((values > values[0] * 1e-12).sum()) or 1)
    axes = vectors[:, :kept]
    # An axis has no direction of its own: its heaviest feature points up, so that equal tables give equal pictures.
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(kept)])
    axes = axes * np.where(signs == 0, 1, signs)
    with np.errstate(divide="ignore", invalid="ignore"):
        loadings = np.nan_to_num(axes * np.sqrt(values[:kept]) / spread[:, None])
    return Components(centre, axes, values / max(values.sum(), 1e-300), loadings)


def reduce(matrix: np.ndarray, components: int) -> np.ndarray:
    """Return the first principal components of a matrix in memory."""
    centred = matrix - matrix.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    reduced: np.ndarray = centred @ vectors[:, ::-1][:, :components]
    return reduced


def _two_at_least(points: np.ndarray) -> np.ndarray:
    return points if points.shape[1] > 1 else np.column_stack([points, np.zeros(len(points), dtype=np.float32)])


def _heed(watcher: Watcher) -> None:
    if watcher.should_stop():
        raise RunCancelled
