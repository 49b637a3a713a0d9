"""UMAP, by umap-learn."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from core.explore.projection.listening import PrintedProgress, printed_to
from core.explore.projection.method import Drawn, Prepared
from core.explore.projection.spec import Watcher

EPOCH = re.compile(r"(\d+)/(\d+)")
FEW = 12
"""Rows below which the spectral start has no solution."""


def project(prepared: Prepared, watcher: Watcher) -> Drawn:
    """Place rows so that neighbours stay neighbours."""
    watcher.report(0.02, "reading", "Reading the rows")
    places, matrix = prepared.gather()
    watcher.report(0.05, "preparing", "Getting ready; the first time takes longer")
    umap = import_umap()
    params, notes = prepared.params, []
    neighbours, most = int(params["neighbours"] or 15), len(matrix) - 1
    if neighbours > most:
        notes.append(f"Neighbours that count were lowered from {neighbours} to {most}: there are too few rows.")
    stream = PrintedProgress(watcher, EPOCH, rounds=0, start=0.3)
    watcher.report(0.1, "neighbours", "Finding the neighbours of each row")
    model = umap.UMAP(
        n_components=int(params["components"] or 2),
        n_neighbors=min(neighbours, most),
        min_dist=float(params["min_distance"] or 0.0),
        metric=str(params["metric"]),
        init="spectral" if len(matrix) >= FEW else "random",
        random_state=prepared.seed,
        n_jobs=1,
        verbose=True,
        tqdm_kwds={"file": stream, "mininterval": 0.2},
    )
    with printed_to(stream):
        points: np.ndarray = model.fit_transform(matrix)
    if not np.isfinite(points).all():
        notes.append("Some rows have no neighbours and were put in the middle.")
        points = np.where(np.isfinite(points), points, np.nanmean(points, axis=0))
    return Drawn(places=places, points=points.astype(np.float32), notes=tuple(notes))


def import_umap() -> Any:
    """Import umap without TensorFlow, which it would bring in for a part that is not used here.

    That takes 10 s and 700 MB, and TensorFlow must not come into a process that may use another framework.
    """
    with _hidden("tensorflow"):
        import umap

    return umap


class _Hider:
    """A finder that does not know a package; unlike None in ``sys.modules`` it leaves no name behind."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse the package, pass on everything else."""
        if name.partition(".")[0] == self._name:
            raise ModuleNotFoundError(f"{name} is not imported here", name=name)


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    if name in sys.modules:
        yield
        return
    finder = _Hider(name)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
