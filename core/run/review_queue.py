"""The review queue of a run: rows for a person to look at, and the person's marks."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.data.schema import Dataset
from core.data.target import has_target, label_text
from core.errors import LatheError
from core.evaluate.judged import Judged
from core.evaluate.review import (
    FAR_OUT,
    NEIGHBOURS,
    ReviewItem,
    ReviewKind,
    doubtful_labels,
    doubtful_numbers,
    spread_of,
)
from core.evaluate.slices import number_words
from core.evaluate.twins import MOST_COMPARED, as_numbers, equal_rows, near_rows, nearest
from core.run.context import RunContext, SilentContext
from core.run.diagnosis import judged_rows
from core.run.recipe import Recipe
from core.store.artifacts import read_json, write_json
from core.store.locks import FileLock
from core.store.workspace import Workspace

if TYPE_CHECKING:
    from core.run.data import TrainingData

REVIEW_FILE, MARKS_FILE = "review.json", "review_marks.json"
MOST_ITEMS = 200
"""Of each kind; the total is told."""
LOCKED, NOT_USED = -1, -2
LEARNED = 10_000
"""Part of rows that are learned from and never judged, as where a single part is judged."""


class Mark(StrEnum):
    """What a person says of a row in the queue."""

    RIGHT = "right"
    WRONG = "wrong"
    LATER = "later"


class ReviewQueue(BaseModel):
    """Rows to look at, the surest first within each kind.

    Attributes
    ----------
    totals : dict of ReviewKind to int
        How many there are of each kind; ``items`` holds at most 200 of each.
    rows, compared : int
        Rows looked at; rows whose nearest ones were looked for (a sample in large tables).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: tuple[ReviewItem, ...]
    totals: dict[ReviewKind, int]
    rows: int
    compared: int


def build_review(
    workspace: Workspace, dataset: Dataset, recipe: Recipe, folder: Path, *, context: RunContext | None = None
) -> ReviewQueue:
    """Find the rows to look at with the model in ``folder`` and keep the queue there (``review.json``).

    Raises
    ------
    NotFound
        Where the model's predictions are gone; `LatheError` where the table has changed since.
    """
    from core.run.execute import training_data

    told = context or SilentContext()
    if recipe.dataset and recipe.dataset != dataset.fingerprint:
        raise LatheError(
            "The queue needs the table that the model was trained on; that one has changed since.",
            hint="Train again on the table as it is now.",
            field="dataset",
        )
    judged = judged_rows(folder)
    told.report(0.1, "reading", f"Reading {dataset.rows:,} rows")
    data, _ = training_data(workspace, dataset, recipe)
    numbers = as_numbers(data.frame, data.columns)
    told.report(0.3, "labels", "Looking for labels that are likely wrong")
    doubted = doubtful_labels(judged) if judged.classes else _numbers(judged, numbers, recipe.seed)
    parts, truth = _parts(data, judged), _texts(data.y)
    told.report(0.5, "equal", "Looking for equal rows on both sides of a division")
    equal = equal_rows(data.frame, [c.name for c in data.columns], parts, truth)
    told.report(0.6, "near", "Looking for almost equal rows")
    near = near_rows(numbers, parts, truth, seed=recipe.seed)
    kinds = {ReviewKind.LABEL: list(doubted), ReviewKind.EQUAL: equal, ReviewKind.NEAR: near}
    queue = ReviewQueue(
        items=tuple(item for items in kinds.values() for item in items[:MOST_ITEMS]),
        totals={kind: len(items) for kind, items in kinds.items()},
        rows=len(judged.rows),
        compared=min(int((parts > NOT_USED).sum()), MOST_COMPARED),
    )
    write_json(folder / REVIEW_FILE, queue)
    return queue


def _numbers(judged: Judged, numbers: np.ndarray, seed: int) -> tuple[ReviewItem, ...]:
    """Doubt numbers that are far out, with the rows most like them."""
    every = np.arange(len(judged.rows))
    among = every
    if len(every) > MOST_COMPARED:
        among = np.sort(np.random.default_rng(seed).choice(every, MOST_COMPARED, replace=False))
    near = np.full((len(every), min(NEIGHBOURS, len(among) - 1)), -1, dtype=np.int64)
    residual, spread = judged.residual, spread_of(judged.residual)
    out = np.flatnonzero(np.abs(residual - np.median(residual)) >= FAR_OUT * spread) if spread > 0 else every[:0]
    if len(out) and near.shape[1]:
        near[out] = nearest(numbers[judged.rows], among, out, near.shape[1])[0]
    return doubtful_numbers(judged, near) if near.shape[1] else ()


def _parts(data: TrainingData, judged: Judged) -> np.ndarray:
    parts = np.full(len(data.frame), NOT_USED, dtype=np.int64)
    parts[data.split.train] = LEARNED
    parts[judged.rows] = judged.folds
    parts[data.split.holdout] = LOCKED
    return parts


def _texts(y: np.ndarray) -> np.ndarray:
    known = has_target(y)
    words = [
        (number_words(float(v)) if isinstance(v, float | np.floating) else label_text(v)) if ok else "missing"
        for v, ok in zip(y, known, strict=True)
    ]
    return np.array(words, dtype=object)


def read_review(folder: Path) -> ReviewQueue | None:
    """Return what `build_review` kept, None where it has not been asked for."""
    path = folder / REVIEW_FILE
    return ReviewQueue.model_validate(read_json(path)) if path.exists() else None


def read_marks(run_folder: Path) -> dict[str, Mark]:
    """Return the marks of a run by the items' keys; marks are of rows, so all models of a run share them."""
    path = run_folder / MARKS_FILE
    return {key: Mark(mark) for key, mark in read_json(path).items()} if path.exists() else {}


def set_mark(run_folder: Path, key: str, mark: Mark | None) -> dict[str, Mark]:
    """Keep a person's mark of an item, or (None) take it back; returns all marks."""
    with FileLock(run_folder / f".{MARKS_FILE}.lock"):
        marks = read_marks(run_folder)
        marks.pop(key, None)
        if mark is not None:
            marks[key] = mark
        write_json(run_folder / MARKS_FILE, {name: one.value for name, one in marks.items()})
    return marks


def rows_marked(marks: dict[str, Mark], mark: Mark) -> np.ndarray:
    """Return the rows (from 0) that were marked so, sorted."""
    return np.array(sorted({int(key.split("-")[1]) for key, one in marks.items() if one is mark}), dtype=np.int64)
