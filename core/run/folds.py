"""What is finished of a model while it trains, kept on disk: after a Stop or a crash it goes on from there."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

import core.models
import core.prepare
import core.run
from core.models.fitted import Predictions
from core.run.environment import environment
from core.run.recipe import Budget, Recipe
from core.run.result import EpochRecord
from core.store.artifacts import remove_tree, write_atomic

PROGRESS = "progress"
SAVE_EVERY_S = 3.0
"""A network's state is written at most this often: an epoch may take a millisecond."""

_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile)


@dataclass(frozen=True)
class JudgedFold:
    """What a fold leaves when its model is gone.

    Attributes
    ----------
    fold : int
        Its place among the folds of the split.
    predictions : Predictions or None
        Of the rows to judge on.
    predict_s : float
        Seconds that predicting them took, from raw cells.
    learned, learned_rows : Predictions or None, ndarray of int
        Predictions of a sample of the rows it learned from, and which rows of the table they are.
    epochs : tuple of EpochRecord
        What a network told.
    warnings : tuple of str
        What libraries said.
    """

    fold: int
    predictions: Predictions | None
    predict_s: float = 0.0
    learned: Predictions | None = None
    learned_rows: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    epochs: tuple[EpochRecord, ...] = ()
    warnings: tuple[str, ...] = ()


class FoldStore:
    """Finished folds of one model, and how far the one at work is.

    Parameters
    ----------
    folder : Path or None
        Where they are kept, see `progress_folder`; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def load(self, fold: int) -> JudgedFold | None:
        """Return a finished fold; None where it is not there or cannot be read."""
        if self.folder is None:
            return None
        try:
            with np.load(self._path(fold), allow_pickle=False) as arrays:
                return _unpacked(dict(arrays))
        except _UNREADABLE:
            return None

    def save(self, judged: JudgedFold) -> None:
        """Keep a finished fold, and forget the state of its fit."""
        if self.folder is None:
            return
        arrays = _packed(judged)
        write_atomic(self._path(judged.fold), lambda path: _write(path, arrays))
        self._forget(f"state.{judged.fold}.*npz")

    def checkpoints(self, fold: int) -> FitState | None:
        """Return where the fit of ``fold`` keeps its place; -1 is the final fit."""
        return None if self.folder is None else FitState(self._state(fold))

    def forget_states(self) -> None:
        """Forget how far unfinished fits were, because one of them failed; finished folds stay."""
        self._forget("state.*.npz")

    def _forget(self, pattern: str) -> None:
        for path in list(self.folder.glob(pattern)) if self.folder is not None else ():
            remove_tree(path)

    def _path(self, fold: int) -> Path:
        assert self.folder is not None
        return self.folder / f"fold.{fold}.npz"

    def _state(self, fold: int) -> Path:
        assert self.folder is not None
        return self.folder / f"state.{fold}.npz"


class FitState:
    """The state of a fold's fits as files of plain arrays: a `core.models.checkpoints.Checkpoints`.

    A fit asks once for what was kept, when it begins. A fold may fit a model several times (a threshold is found on
    parts of the rows), so that each question begins the file of the next fit.

    Parameters
    ----------
    path : Path
        The file of the first fit; the others lie beside it.
    every_s : float
        Saves that follow sooner are skipped.
    clock : callable
        Seconds that only grow.
    """

    def __init__(
        self, path: Path, *, every_s: float = SAVE_EVERY_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path, self._every_s, self._clock = path, every_s, clock
        self._saved = clock()
        self._fit = -1

    def load(self) -> dict[str, np.ndarray] | None:
        """Return what the fit that begins has kept; None where there is nothing that can be read."""
        self._fit += 1
        try:
            with np.load(self._file(), allow_pickle=False) as arrays:
                return dict(arrays)
        except _UNREADABLE:
            return None

    def save(self, state: dict[str, np.ndarray]) -> None:
        """Keep ``state`` in the place of what was kept before, at most every few seconds."""
        if self._clock() - self._saved < self._every_s:
            return
        write_atomic(self._file(), lambda path: _write(path, state))
        self._saved = self._clock()

    def _file(self) -> Path:
        return self._path if self._fit <= 0 else self._path.with_suffix(f".{self._fit}.npz")


def progress_folder(folder: Path, recipe: Recipe, *, label: str, table: str) -> Path:
    """Return where a model keeps its folds: another folder for everything that would change their numbers.

    Parameters
    ----------
    folder : Path
        The model's folder.
    recipe, label : Recipe, str
        The run and the model's name. Other models and the time allowed make no difference.
    table : str
        Fingerprint of all cells that are read.
    """
    alone = recipe.only(label).model_copy(update={"budget": Budget(device=recipe.budget.device)})
    parts = (alone.fingerprint(), table, environment(), _code())
    return folder / PROGRESS / hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@cache
def _code() -> str:
    """Return a hash of the code that makes the numbers: folds of the same version may be of other code."""
    digest = hashlib.sha256()
    for package in (core.models, core.prepare, core.run):
        for path in sorted(Path(package.__path__[0]).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def clear_progress(folder: Path) -> None:
    """Remove what a model has kept while it trained, now that its result is stored."""
    remove_tree(folder / PROGRESS)


def clear_results(folder: Path) -> None:
    """Remove what an earlier attempt left in a model's folder; what it kept to go on from stays."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name != PROGRESS:
            remove_tree(path)


def _write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    # Through a file object: by name numpy would add an ending of its own.
    with path.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # the stubs take the arrays for the flag allow_pickle


def _packed(judged: JudgedFold) -> dict[str, np.ndarray]:
    about = {
        "fold": judged.fold,
        "predict_s": judged.predict_s,
        "epochs": [epoch.model_dump() for epoch in judged.epochs],
        "warnings": judged.warnings,
    }
    arrays = {"about": np.asarray(json.dumps(about)), "learned_rows": judged.learned_rows}
    for name, predictions in (("test", judged.predictions), ("learned", judged.learned)):
        if predictions is not None:
            values = predictions.values
            arrays[f"{name}_values"] = values.astype(str) if values.dtype == object else values
            if predictions.probabilities is not None:
                arrays[f"{name}_probabilities"] = predictions.probabilities
    return arrays


def _unpacked(arrays: dict[str, np.ndarray]) -> JudgedFold:
    about: dict[str, Any] = json.loads(str(arrays["about"]))
    return JudgedFold(
        fold=int(about["fold"]),
        predictions=_predictions(arrays, "test"),
        predict_s=float(about["predict_s"]),
        learned=_predictions(arrays, "learned"),
        learned_rows=arrays["learned_rows"],
        epochs=tuple(EpochRecord.model_validate(epoch) for epoch in about["epochs"]),
        warnings=tuple(about["warnings"]),
    )


def _predictions(arrays: dict[str, np.ndarray], name: str) -> Predictions | None:
    values = arrays.get(f"{name}_values")
    if values is None:
        return None
    labels = values.astype(object) if values.dtype.kind == "U" else values
    return Predictions(labels, arrays.get(f"{name}_probabilities"))
