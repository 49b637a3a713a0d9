"""What is made of predictions of rows that a model had not seen: scores with intervals, and a table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from core.evaluate.metrics import with_intervals
from core.evaluate.outcome import Outcome, outcome
from core.evaluate.scoring import FoldScores, judgeable, score_folds
from core.models.fitted import Predictions
from core.run.data import TrainingData
from core.run.result import Score
from core.store.artifacts import write_atomic


def scores_of(
    predictions: list[Predictions | None], rows: list[np.ndarray], data: TrainingData, seed: int
) -> tuple[FoldScores, ...]:
    """Score what was predicted of the ``rows`` of each fold, with intervals."""
    judged = [(one, where) for one, where in zip(predictions, rows, strict=True) if one is not None and len(where)]
    folds = [judged_outcome(one, where, data) for one, where in judged]
    metrics = judgeable(folds, data.metrics)
    return score_folds(folds, metrics, seed=seed, rows=[where for _, where in judged], drawn=with_intervals(metrics))


def judged_outcome(predictions: Predictions, rows: np.ndarray, data: TrainingData) -> Outcome:
    """Return what was true and predicted of some rows of a run, with its costs and row weights."""
    return outcome(
        data.y[rows],
        predictions,
        classes=data.classes,
        positive=data.task.positive_class,
        costs=data.costs,
        own=None if data.weights is None else data.weights[rows],
    )


def as_score(scores: FoldScores) -> Score:
    """Return a metric's value and interval as the board keeps them."""
    return Score(metric=scores.metric, value=scores.value, low=scores.low, high=scores.high, folds=scores.folds)


def save_predictions(
    path: Path, predictions: list[Predictions | None], rows: list[tuple[int, np.ndarray]], data: TrainingData
) -> None:
    """Write row number, fold, truth, prediction and probabilities of rows the model had not seen.

    A row that several repeats predict is written once, as the first of them predicted it: a mean over repeats would
    be the answer of several models, better than the one that is scored and kept.
    """
    parts = []
    for one, (fold, where) in zip(predictions, rows, strict=True):
        if one is None:
            continue
        part = pd.DataFrame({"row": where, "fold": fold, "truth": data.y[where], "prediction": one.values})
        if one.probabilities is not None:
            names = [f"probability_{label}" for label in data.classes]
            part = pd.concat([part, pd.DataFrame(one.probabilities, columns=names)], axis=1)
        parts.append(part)
    if parts:
        table = pd.concat(parts, ignore_index=True).drop_duplicates("row", ignore_index=True)
        write_atomic(path, lambda temporary: table.to_parquet(temporary, index=False))
