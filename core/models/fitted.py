"""A fitted model: one pipeline from raw columns to predictions, with the schema it expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.data.schema import ColumnSchema
from core.models.decision import Decision, least_cost_classes
from core.prepare.contract import Contract
from core.types import TaskKind


@dataclass(frozen=True)
class Predictions:
    """Predictions of some rows.

    Attributes
    ----------
    values : ndarray of shape (n_rows,)
        Labels (str) or numbers (float64).
    probabilities : ndarray of shape (n_rows, n_classes) or None
        In the order of `FittedModel.classes`; None for regression.
    """

    values: np.ndarray
    probabilities: np.ndarray | None = None


@dataclass(frozen=True)
class Threshold:
    """Rows whose probability of ``label`` is at least ``value`` are called so; the others get the other class."""

    label: str
    value: float


@dataclass(frozen=True)
class FittedModel:
    """What a run produces and a passport carries.

    Attributes
    ----------
    pipeline : sklearn.pipeline.Pipeline
        From a frame of raw columns (see "A frame's types" in docs/architecture.md) to predictions.
    task : TaskKind
        Kind of the target.
    target : str
        Name of the target column.
    columns : tuple of ColumnSchema
        Columns the pipeline reads.
    classes : tuple of str
        Labels in the order of the probability columns; empty for regression.
    key : str
        Key of the `ModelSpec`.
    contract : Contract or None
        What its columns held when it learned; rows to predict are held against it.
    decision : Decision or None
        What a person decided after training: it comes before the threshold that the plan learned.
    """

    pipeline: Any
    task: TaskKind
    target: str
    columns: tuple[ColumnSchema, ...]
    classes: tuple[str, ...] = ()
    key: str = ""
    contract: Contract | None = None
    decision: Decision | None = None

    def predict(self, frame: pd.DataFrame) -> Predictions:
        """Predict every row of ``frame``; columns in any order, extra ones ignored.

        Parameters
        ----------
        frame : DataFrame of shape (n_rows, >= n_columns)
            Typed as `core.data.conform.conform` types it.

        Returns
        -------
        Predictions
            One value a row, in row order.

        Raises
        ------
        LatheError
            Where a column is missing.
        """
        if not self.task.is_classification:
            return Predictions(np.asarray(self.pipeline.predict(frame), dtype=np.float64).reshape(-1))
        probabilities = align_probabilities(self.pipeline.predict_proba(frame), self.pipeline.classes_, self.classes)
        return Predictions(np.asarray(self.classes, dtype=object)[self._chosen(probabilities)], probabilities)

    @property
    def threshold(self) -> Threshold | None:
        """Where the labels part, if a person or the plan moved it; None where the likeliest class is the label."""
        if self.decision is not None and self.decision.threshold is not None:
            return Threshold(self.decision.label, self.decision.threshold)
        steps = getattr(self.pipeline, "steps", None)
        model = steps[-1][1] if steps else self.pipeline  # in a fold it is the model alone
        value = getattr(model, "moved_threshold_", None)
        return None if value is None else Threshold(str(model.positive), float(value))

    def _chosen(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the place of each row's label among the classes."""
        if self.decision is not None and self.decision.costs:
            return least_cost_classes(probabilities, np.asarray(self.decision.costs))
        moved = self.threshold
        if moved is None or len(self.classes) != 2:
            return np.asarray(probabilities.argmax(axis=1))
        positive = self.classes.index(moved.label)
        return np.where(probabilities[:, positive] >= moved.value, positive, 1 - positive)


def align_probabilities(probabilities: Any, seen: Any, classes: tuple[str, ...]) -> np.ndarray:
    """Spread the columns of an estimator that saw only ``seen`` classes over all ``classes``; others get 0."""
    given = np.asarray(probabilities, dtype=np.float64)
    full = np.zeros((len(given), len(classes)))
    place = {label: index for index, label in enumerate(classes)}
    for column, label in enumerate(seen):
        full[:, place[str(label)]] = given[:, column]
    return full
