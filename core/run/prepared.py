"""Rows prepared once, and shared by all models of a run that want the same preparation."""

from __future__ import annotations

import hashlib
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import core.prepare
from core.prepare.compiler import Compiled
from core.prepare.fitting import fit_rows
from core.prepare.spec import StepContext
from core.run.prepared_files import is_kept, read_fold, write_fold
from core.store.cache import FolderCache
from core.store.workspace import Workspace

CACHE_FOLDER = ("cache", "prepared")


@dataclass(frozen=True)
class PreparedFold:
    """One fold's rows on the way to a model.

    Attributes
    ----------
    transformer : sklearn.pipeline.Pipeline or None
        Fitted on the fold's training rows; None where it was not asked for.
    matrix : ndarray or csr_matrix of shape (n_kept, n_features)
        Rows to learn from. Not to be written to: several processes may share it.
    rows : ndarray of int, shape (n_kept,)
        Which of the training rows they are.
    test : ndarray or csr_matrix of shape (n_test, n_features)
        Rows to judge on.
    fit_s, test_s : float
        Seconds that preparing the rows to learn from, and those to judge on, took when it was done.
    is_shared : bool
        They come from the cache.
    warnings : tuple of str
        Said while they were prepared.
    """

    transformer: Any
    matrix: Any
    rows: np.ndarray
    test: Any
    fit_s: float = 0.0
    test_s: float = 0.0
    is_shared: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoldCache:
    """Prepared folds of one table, kept on disk.

    Attributes
    ----------
    store : FolderCache
    table : str
        Fingerprint of the table's cells.
    """

    store: FolderCache
    table: str

    @classmethod
    def of(cls, workspace: Workspace, table: str) -> FoldCache | None:
        """Return the workspace's cache for a table; None where nothing is to be kept."""
        limit_mb = workspace.settings.cache_mb
        if limit_mb <= 0 or not table:
            return None
        return cls(FolderCache(workspace.folder(*CACHE_FOLDER), limit_mb * 2**20), table)


@dataclass(frozen=True)
class FoldRows:
    """Rows of a table on one fold.

    Attributes
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        The whole table.
    fit, test : ndarray of int
        Rows to learn from, and to judge on.
    labels : ndarray of shape (n_fit,)
        Target of the rows ``fit``.
    """

    frame: pd.DataFrame
    fit: np.ndarray
    test: np.ndarray
    labels: np.ndarray


def prepare_fold(
    compiled: Compiled,
    fold: FoldRows,
    *,
    folds: FoldCache | None = None,
    settings: str = "",
    whole: bool = True,
    waiting: Callable[[], None] = lambda: None,
) -> PreparedFold:
    """Fit the preparation on the fold's rows to learn from, and prepare its rows to judge on with it.

    Parameters
    ----------
    compiled : Compiled
        The plan for a model's needs.
    fold : FoldRows
        Which rows.
    folds : FoldCache, optional
        Where prepared folds are kept; each is prepared by one process, while others wait for it.
    settings : str
        All that ``compiled`` was compiled from; see `settings_of`.
    whole : bool
        The fitted transformer is wanted too.
    waiting : callable
        Called again and again while another process prepares the fold; may raise to give up.
    """
    if folds is None:
        return _computed(compiled, fold, whole=whole)
    key = _key(folds.table, settings, fold, whole)
    found = _kept(folds.store, key)
    if found is not None:
        return found
    with folds.store.alone(key, waiting):
        found = _kept(folds.store, key)
        if found is not None:
            return found
        made = _computed(compiled, fold, whole=whole)
        _keep(folds.store, key, made)
    return made


def settings_of(compiled: Compiled, target: str) -> str:
    """Return all that decides what a compiled plan makes of rows, as text.

    Plans that differ only in what they ask of the fit (weights, samples, a threshold) prepare the same rows.

    Parameters
    ----------
    compiled : Compiled
    target : str
        Name and kind of the target.
    """
    columns = [(c.name, c.kind.value, c.storage.value, c.unique, c.missing, c.levels) for c in compiled.columns]
    steps = [
        (step.place, step.spec.key, dict(step.params), _context(step.context), step.given)
        for step in compiled.outline.steps
        if step.spec.scope.has_columns
    ]
    stages = [(name, _described(stage)) for name, stage in compiled.transformer.steps]
    return repr((target, columns, steps, stages, compiled.outline.features, _files(compiled), _code()))


def _described(part: Any) -> Any:
    """Return the kind and the parameters of an estimator, and of those inside it."""
    if isinstance(part, list | tuple):
        return [_described(one) for one in part]
    if not hasattr(part, "get_params"):
        return part
    params = sorted(part.get_params(deep=False).items())
    return f"{type(part).__module__}.{type(part).__qualname__}", [(name, _described(value)) for name, value in params]


def _context(context: StepContext) -> str:
    # Whether a model would take a sparse matrix matters only where the matrix is one, which is told on its own.
    return repr(replace(context, needs=context.needs.model_copy(update={"sparse": False})))


def _files(compiled: Compiled) -> list[str]:
    """Return the hashes of files beside the table that transformers read: those of sentence models."""
    transformers = [one for _, stage in compiled.transformer.steps for one in getattr(stage, "transformers", ())]
    return [str(one.files) for one in transformers if hasattr(one, "files")]


def _key(table: str, settings: str, fold: FoldRows, whole: bool) -> str:
    digest = hashlib.sha256(repr((table, settings, whole, fold.labels.dtype.str)).encode())
    for part in (fold.fit, fold.test, fold.labels):
        digest.update(np.ascontiguousarray(part).tobytes())
        digest.update(b"|")
    return digest.hexdigest()[:32]


def _computed(compiled: Compiled, fold: FoldRows, *, whole: bool) -> PreparedFold:
    from sklearn.base import clone

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        transformer = clone(compiled.transformer)
        start = time.perf_counter()
        learned = fit_rows(transformer, fold.frame.iloc[fold.fit], fold.labels)
        middle = time.perf_counter()
        has_test = len(fold.test) > 0
        test = transformer.transform(fold.frame.iloc[fold.test]) if has_test else learned.matrix[:0]
        end = time.perf_counter()
    for item in caught:
        warnings.warn_explicit(item.message, item.category, item.filename, item.lineno)
    return PreparedFold(
        transformer if whole else None,
        _laid_out(learned.matrix),
        learned.rows,
        _laid_out(test),
        middle - start,
        end - middle,
        warnings=tuple(dict.fromkeys(str(item.message) for item in caught if issubclass(item.category, UserWarning))),
    )


def _kept(store: FolderCache, key: str) -> PreparedFold | None:
    """Return the fold from the cache; a damaged one is dropped with a warning, and prepared anew."""
    folder = store.find(key)
    if folder is None or not is_kept(folder):
        return None
    try:
        found = read_fold(folder)
    except FileNotFoundError:
        return None  # Another process made room meanwhile.
    except ValueError as error:
        warnings.warn(
            f"Prepared rows in the cache were damaged and are prepared anew: {error}", UserWarning, stacklevel=2
        )
        store.drop(key)
        return None
    for sentence in found.warnings:
        warnings.warn(sentence, UserWarning, stacklevel=2)
    return PreparedFold(
        found.transformer, found.matrix, found.rows, found.test, found.fit_s, found.test_s, True, found.warnings
    )


def _keep(store: FolderCache, key: str, made: PreparedFold) -> None:
    size = sum(_bytes(part) for part in (made.matrix, made.test, made.rows))
    if size > store.limit_bytes:
        return
    try:
        store.put(key, lambda folder: write_fold(folder, made))
    except OSError as error:
        warnings.warn(f"Prepared rows were not kept for other models: {error.strerror}.", UserWarning, stacklevel=2)


def _laid_out(matrix: Any) -> Any:
    """Return the matrix in one of the two layouts that files keep: sums depend on it in their last digits."""
    if hasattr(matrix, "tocsr") or matrix.flags.c_contiguous or matrix.flags.f_contiguous:
        return matrix
    return np.ascontiguousarray(matrix)


def _bytes(part: Any) -> int:
    if hasattr(part, "tocsr"):
        return int(part.data.nbytes + part.indices.nbytes + part.indptr.nbytes)
    return int(part.nbytes)


@cache
def _code() -> str:
    """Return a hash of the code that prepares, and of the libraries it calls: what they made before may differ."""
    from core.models.persistence import library_versions

    digest = hashlib.sha256(repr(library_versions(("numpy", "pandas", "scikit-learn", "scipy"))).encode())
    for folder in core.prepare.__path__:
        for path in sorted(Path(folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
