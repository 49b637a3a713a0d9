"""t-SNE, by scikit-learn."""

from __future__ import annotations

import re

import numpy as np

from core.explore.projection.listening import PrintedProgress, printed_to
from core.explore.projection.method import Drawn, Prepared
from core.explore.projection.pca import reduce
from core.explore.projection.spec import Watcher

MOST_FEATURES = 50
"""Coordinates beyond which the principal components are taken first, as the authors advise."""

ROUND = re.compile(r"Iteration (\d+):")


def project(prepared: Prepared, watcher: Watcher) -> Drawn:
    """Place rows so that neighbours stay neighbours."""
    watcher.report(0.05, "reading", "Reading the rows")
    places, matrix = prepared.gather()
    notes = []
    if matrix.shape[1] > MOST_FEATURES:
        notes.append(f"The {matrix.shape[1]} coordinates were first reduced to their {MOST_FEATURES} main components.")
        matrix = reduce(matrix.astype(np.float64), MOST_FEATURES).astype(np.float32)
    asked, most = float(prepared.params["perplexity"] or 30), max((len(matrix) - 1) / 3, 1.0)
    if asked > most:
        notes.append(f"Neighbours that count were lowered from {asked:g} to {most:.1f}: there are too few rows.")
    watcher.report(0.1, "neighbours", "Finding the neighbours of each row")
    points = _fit(prepared, watcher, matrix, min(asked, most))
    return Drawn(places=places, points=points.astype(np.float32), notes=tuple(notes))


def _fit(prepared: Prepared, watcher: Watcher, matrix: np.ndarray, perplexity: float) -> np.ndarray:
    from sklearn.manifold import TSNE

    params, rounds = prepared.params, int(prepared.params["iterations"] or 1000)
    components = int(params["components"] or 2)
    model = TSNE(
        n_components=components,
        perplexity=perplexity,
        early_exaggeration=float(params["exaggeration"] or 12),
        max_iter=rounds,
        metric=str(params["metric"]),
        init="pca" if min(matrix.shape) >= components else "random",
        random_state=prepared.seed,
        n_jobs=watcher.threads,
        verbose=2,
    )
    with printed_to(PrintedProgress(watcher, ROUND, rounds=rounds, start=0.2)):
        points: np.ndarray = model.fit_transform(matrix)
    return points
