"""Carrying out a projection and keeping what it leaves, so that it is found again."""

from __future__ import annotations

import time
from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from core.data.query import open_table
from core.data.schema import Dataset
from core.errors import LatheError, RunCancelled
from core.explore.projection.features import choose_columns, filled_notes, learn
from core.explore.projection.method import Drawn, Prepared
from core.explore.projection.registry import get_method
from core.explore.projection.spec import ProjectionRequest, ProjectionResult, Watcher
from core.params import validate_params
from core.store.artifacts import read_json, remove_tree, write_atomic, write_json
from core.store.workspace import Workspace

FEWEST = 5
SHOWN = 50_000
"""Points kept for the screen; beyond it a random sample of all rows."""

KEPT = 12
"""Projections kept a table; the oldest go first."""

RESULT, POINTS, MATRIX, SCORES = "result.json", "points.parquet", "matrix.npy", "scores.parquet"


def project(workspace: Workspace, dataset: Dataset, request: ProjectionRequest, watcher: Watcher) -> ProjectionResult:
    """Project a table, or return what an equal request left.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    request : ProjectionRequest
        Method, parameters and columns.
    watcher : Watcher
        Told the progress; asked whether to stop.

    Returns
    -------
    ProjectionResult
        The points lie beside it: ``points.parquet`` (place, c1, c2 ...; at most `SHOWN` rows), ``matrix.npy`` (the
        coordinates they were made from) and, where there are more rows, ``scores.parquet`` (all of them).

    Raises
    ------
    InvalidInput, LatheError
        Where a parameter or the columns do not suit, or there are fewer than 5 rows.
    RunCancelled
        Where the person pressed Stop.
    """
    found = stored(workspace, dataset, request)
    if found is not None:
        return found
    spec, started = get_method(request.method), time.monotonic()
    params = validate_params(spec.params, request.params)
    columns, left_out = choose_columns(dataset, request.columns)
    if dataset.rows < FEWEST:
        raise LatheError(f"A projection needs at least {FEWEST} rows; the table has {dataset.rows}.")
    watcher.report(0.0, "columns", "Looking at the columns")
    rng = np.random.default_rng(request.seed)
    places = _sampled(rng, dataset.rows, dataset.rows if spec.whole_table else int(params["rows"] or 0))
    with open_table(workspace, dataset) as query:
        encoder = learn(query, dataset, columns, scale=bool(params["scale"]))
        count = dataset.rows if places is None else len(places)
        prepared = Prepared(lambda: encoder.batches(query, places), count, params, request.seed)
        module, _, name = spec.function.partition(":")
        drawn: Drawn = getattr(import_module(module), name)(prepared, watcher)
        if watcher.should_stop():
            raise RunCancelled
        shown = _sampled(rng, len(drawn.places), SHOWN)
        shown = np.arange(len(drawn.places)) if shown is None else shown
        matrix = np.concatenate([block for _, block in encoder.batches(query, drawn.places[shown])])
    notes = (*filled_notes(encoder), *_row_notes(dataset.rows, count, len(shown)), *drawn.notes)
    result = ProjectionResult(
        request=request,
        fingerprint=dataset.fingerprint,
        key=request.key(dataset.fingerprint),
        components=drawn.points.shape[1],
        rows_total=dataset.rows,
        rows_used=count,
        rows_shown=len(shown),
        features=encoder.features,
        left_out=left_out,
        explained=drawn.explained,
        loadings=drawn.loadings,
        notes=notes,
        seconds=time.monotonic() - started,
    )
    _store(folder_of(workspace, dataset, request), result, drawn, shown, matrix.astype(np.float32))
    _prune(folder_of(workspace, dataset, request).parent)
    watcher.report(1.0, "done", f"{count:,} rows projected")
    return result


def stored(workspace: Workspace, dataset: Dataset, request: ProjectionRequest) -> ProjectionResult | None:
    """Return what an equal request on equal content left, None where there is nothing."""
    return _read(folder_of(workspace, dataset, request))


def stored_all(workspace: Workspace, dataset: Dataset) -> tuple[ProjectionResult, ...]:
    """Return the projections kept for this content of a table, newest first."""
    folder = _home(workspace, dataset)
    found = [(path.stat().st_mtime, _read(path)) for path in folder.glob("*") if (path / RESULT).exists()]
    known = [(moment, one) for moment, one in found if one is not None and one.fingerprint == dataset.fingerprint]
    return tuple(one for _, one in sorted(known, key=lambda item: -item[0]))


def folder_of(workspace: Workspace, dataset: Dataset, request: ProjectionRequest) -> Path:
    """Return the folder of a projection; it need not exist."""
    return _home(workspace, dataset) / request.key(dataset.fingerprint)


def _home(workspace: Workspace, dataset: Dataset) -> Path:
    return workspace.path(f"datasets/{dataset.id}/projections")


def _read(folder: Path) -> ProjectionResult | None:
    if not (folder / RESULT).exists():
        return None
    try:
        return ProjectionResult.model_validate(read_json(folder / RESULT))
    except (ValidationError, ValueError):
        return None  # Written by another version of Lathe.


def _sampled(rng: np.random.Generator, rows: int, most: int) -> np.ndarray | None:
    if rows <= most:
        return None
    return np.sort(rng.choice(rows, size=most, replace=False))


def _row_notes(total: int, used: int, shown: int) -> tuple[str, ...]:
    notes = []
    if used < total:
        notes.append(f"A random sample of {used:,} of the {total:,} rows was projected.")
    if shown < used:
        notes.append(f"All {used:,} rows were projected; {shown:,} of them, drawn at random, are kept for the picture.")
    return tuple(notes)


def _store(folder: Path, result: ProjectionResult, drawn: Drawn, shown: np.ndarray, matrix: np.ndarray) -> None:
    def write(temporary: Path) -> None:
        temporary.mkdir()
        pq.write_table(_table(drawn, shown), temporary / POINTS)
        np.save(temporary / MATRIX, matrix)
        if len(shown) < len(drawn.places):
            pq.write_table(_table(drawn, np.arange(len(drawn.places))), temporary / SCORES, compression="zstd")
        write_json(temporary / RESULT, result)

    write_atomic(folder, write)


def _table(drawn: Drawn, rows: np.ndarray) -> pa.Table:
    columns = {f"c{place + 1}": drawn.points[rows, place] for place in range(drawn.points.shape[1])}
    return pa.table({"place": drawn.places[rows], **columns})


def _prune(home: Path) -> None:
    folders = sorted((path for path in home.iterdir() if (path / RESULT).exists()), key=lambda p: -p.stat().st_mtime)
    for old in folders[KEPT:]:
        remove_tree(old)
