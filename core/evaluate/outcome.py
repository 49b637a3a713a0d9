"""Targets and predictions of some rows in the form that every metric reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.models.fitted import Predictions


@dataclass(frozen=True)
class Outcome:
    """What was true and what was predicted, with row weights for resampling.

    Attributes
    ----------
    truth : ndarray of shape (n_rows,)
        Class index (int) or number (float64).
    values : ndarray of shape (n_rows,)
        Predicted class index or number.
    probabilities : ndarray of shape (n_rows, n_classes) or None
        None for regression.
    positive : int
        Index of the class asked for (binary tasks).
    weights : float64 ndarray of shape (n_draws, n_rows)
        Each draw counts every row that often; a single row of ones scores the data as they are. The rows' own weights
        are in them.
    costs : ndarray of shape (n_classes, n_classes) or None
        Cost of each pair of true (row) and called class (column).
    own : ndarray of shape (n_rows,) or None
        The rows' own weights; None counts every row alike.
    """

    truth: np.ndarray
    values: np.ndarray
    probabilities: np.ndarray | None
    positive: int
    weights: np.ndarray
    costs: np.ndarray | None = None
    own: np.ndarray | None = None

    def with_weights(self, weights: np.ndarray) -> Outcome:
        """Return the same rows under other draws; their own weights still count."""
        return replace(self, weights=weights if self.own is None else weights * self.own)

    def only(self, rows: np.ndarray) -> Outcome:
        """Return the rows of a boolean mask, under the same draws."""
        return replace(
            self,
            truth=self.truth[rows],
            values=self.values[rows],
            probabilities=None if self.probabilities is None else self.probabilities[rows],
            weights=self.weights[:, rows],
            own=None if self.own is None else self.own[rows],
        )

    @cached_property
    def total(self) -> np.ndarray:
        """Sum of weights of each draw, shape (n_draws,)."""
        return np.asarray(self.weights.sum(axis=1))

    @cached_property
    def n_classes(self) -> int:
        """Number of classes; 0 for regression."""
        return 0 if self.probabilities is None else self.probabilities.shape[1]

    @cached_property
    def confusion(self) -> np.ndarray:
        """Weighted confusion matrices, shape (n_draws, n_classes, n_classes), truth by row."""
        k = self.n_classes
        # Counted draw by draw: a matrix of rows by pairs of classes would take gigabytes for 200 classes.
        pairs = self.truth * k + self.values
        counts = [np.bincount(pairs, weights=draw, minlength=k * k) for draw in self.weights]
        return np.stack(counts).reshape(-1, k, k)

    @cached_property
    def _rankings(self) -> dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]]:
        return {}

    def ranked(self, label: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rank the rows by the probability of class ``label``, best first, rows of equal probability as one.

        Returns
        -------
        hits, misses, found : ndarray of shape (n_draws, n_distinct)
            Weight of rows that are and that are not of the class at each place, and the hits down to it. Kept, since
            several metrics ask for it.
        """
        if label not in self._rankings:
            assert self.probabilities is not None
            score = self.probabilities[:, label]
            order = np.argsort(-score, kind="stable")
            starts = np.append(0, np.flatnonzero(np.diff(score[order])) + 1)
            weights = np.take(self.weights, order, axis=1)
            hits = weights * (self.truth[order] == label)
            if len(starts) < len(order):
                hits, weights = (np.add.reduceat(part, starts, axis=1) for part in (hits, weights))
            self._rankings[label] = (hits, weights - hits, np.cumsum(hits, axis=1))
        return self._rankings[label]

    def mean(self, per_row: np.ndarray) -> np.ndarray:
        """Weighted mean of a value per row, shape (n_draws,)."""
        return np.asarray((self.weights @ per_row) / self.total)


def outcome(
    y: np.ndarray,
    predictions: Predictions,
    *,
    classes: tuple[str, ...] = (),
    positive: str = "",
    costs: np.ndarray | None = None,
    own: np.ndarray | None = None,
) -> Outcome:
    """Build an `Outcome` from labels or numbers.

    Parameters
    ----------
    y : ndarray of shape (n_rows,)
        As `core.data.target.target_values` gives it, without missing values.
    predictions : Predictions
        Of the same rows.
    classes : tuple of str
        Labels in the order of the probability columns; empty for regression.
    positive : str
        The class asked for; empty means the last one.
    costs : ndarray of shape (n_classes, n_classes), optional
        Cost of each pair of true and called class (`core.evaluate.costs.cost_matrix`).
    own : ndarray of shape (n_rows,), optional
        How much each row counts.
    """
    weights = np.ones((1, len(y))) if own is None else np.asarray(own, dtype=np.float64)[None, :]
    if predictions.probabilities is None:
        return Outcome(np.asarray(y, dtype=np.float64), predictions.values, None, 0, weights, own=own)
    place = {label: index for index, label in enumerate(classes)}
    truth = np.fromiter((place[label] for label in y), dtype=np.int64, count=len(y))
    asked = place.get(positive, len(classes) - 1)
    # The labels as given: a moved threshold may have called a row by the less likely class.
    given = np.fromiter((place[label] for label in predictions.values), dtype=np.int64, count=len(y))
    return Outcome(truth, given, predictions.probabilities, asked, weights, costs, own)
