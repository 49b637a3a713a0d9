"""Stored predictions of rows that a model had not seen, with the numbers of those rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

PREFIX = "probability_"


@dataclass(frozen=True)
class Judged:
    """Rows that a model has judged.

    Attributes
    ----------
    rows : int64 ndarray of shape (n_rows,)
        Row numbers in the table of the run, from 0.
    folds : int64 ndarray of shape (n_rows,)
        Fold that each row was left out of.
    truth, prediction : ndarray of shape (n_rows,)
        Labels (str) or numbers (float64).
    probabilities : float64 ndarray of shape (n_rows, n_classes)
        Columns follow ``classes``; no columns for numbers.
    classes : tuple of str
        Empty for numbers.
    """

    rows: np.ndarray
    folds: np.ndarray
    truth: np.ndarray
    prediction: np.ndarray
    probabilities: np.ndarray
    classes: tuple[str, ...]

    @property
    def is_wrong(self) -> np.ndarray:
        """Whether the class called is not the true one; bool ndarray of shape (n_rows,)."""
        return np.asarray(self.truth != self.prediction)

    @property
    def residual(self) -> np.ndarray:
        """True minus predicted; for numbers only."""
        return np.asarray(self.truth - self.prediction, dtype=np.float64)

    @property
    def loss(self) -> np.ndarray:
        """Error of each row: 1 where the class is wrong, or how far off the number is; shape (n_rows,)."""
        return self.is_wrong.astype(np.float64) if self.classes else np.abs(self.residual)

    def given_to(self, label: str) -> np.ndarray:
        """Probability given to one class, shape (n_rows,)."""
        return np.asarray(self.probabilities[:, self.classes.index(label)])

    def only(self, keep: np.ndarray) -> Judged:
        """Return some of the rows, by a mask or by places."""
        parts = (self.rows, self.folds, self.truth, self.prediction, self.probabilities)
        rows, folds, truth, prediction, probabilities = (part[keep] for part in parts)
        return Judged(rows, folds, truth, prediction, probabilities, self.classes)


def read_judged(path: Path) -> Judged:
    """Read ``oof.parquet`` or ``holdout.parquet`` of a trained model."""
    table = pd.read_parquet(path)
    shown = [name for name in table.columns if name.startswith(PREFIX)]
    dtype = object if shown else np.float64
    return Judged(
        rows=table["row"].to_numpy(np.int64),
        folds=table["fold"].to_numpy(np.int64),
        truth=table["truth"].to_numpy(dtype),
        prediction=table["prediction"].to_numpy(dtype),
        probabilities=table[shown].to_numpy(np.float64),
        classes=tuple(name.removeprefix(PREFIX) for name in shown),
    )


def worst_rows(judged: Judged, most: int) -> np.ndarray:
    """Return the places of the rows that are judged worst, the worst first.

    For classes those whose true class was given the least probability; for numbers those that are furthest off.

    Parameters
    ----------
    judged : Judged
        Of a model.
    most : int
        How many at most.

    Returns
    -------
    ndarray of int, shape (min(most, n_rows),)
        Places in ``judged``, not row numbers of the table.
    """
    if not judged.classes:
        return np.argsort(-np.abs(judged.residual), kind="stable")[:most]
    return np.argsort(probability_of_truth(judged), kind="stable")[:most]


def probability_of_truth(judged: Judged) -> np.ndarray:
    """Return the probability that each row's true class was given; shape (n_rows,)."""
    place = {label: index for index, label in enumerate(judged.classes)}
    given = np.fromiter((place[label] for label in judged.truth), dtype=np.int64, count=len(judged.truth))
    return np.asarray(judged.probabilities[np.arange(len(given)), given])
