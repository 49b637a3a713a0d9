"""Precision, recall and F1 of each class, with their averages."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.evaluate.curves import Confusion

AVERAGE, WEIGHTED = "mean of classes", "mean of rows"


class ClassLine(BaseModel):
    """One class, or an average over them; 0 where a class is never called.

    Attributes
    ----------
    precision, recall, f1 : float
        Right when it says so; found; the harmonic mean of the two.
    support, called : int
        Rows that are of the class, and that were called so.
    is_average : bool
        An average over the classes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    precision: float
    recall: float
    f1: float
    support: int
    called: int
    is_average: bool = False


def class_report(table: Confusion) -> tuple[ClassLine, ...]:
    """Return a line for each class, then the plain (macro) and the row-weighted averages.

    Equal to scikit-learn's ``precision_recall_fscore_support`` with ``zero_division=0`` (tested).
    """
    counts = np.asarray(table.counts, dtype=np.float64)
    hits, support, called = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    precision, recall = hits / np.maximum(called, 1), hits / np.maximum(support, 1)
    f1 = 2 * hits / np.maximum(support + called, 1)
    figures = np.column_stack([precision, recall, f1])
    lines = [_line(name, figures[i], int(support[i]), int(called[i])) for i, name in enumerate(table.classes)]
    whole = int(support.sum())
    if whole:
        seen = support + called > 0
        lines.append(_line(AVERAGE, figures[seen].mean(axis=0), whole, whole, is_average=True))
        lines.append(_line(WEIGHTED, support @ figures / whole, whole, whole, is_average=True))
    return tuple(lines)


def _line(name: str, figures: np.ndarray, support: int, called: int, *, is_average: bool = False) -> ClassLine:
    precision, recall, f1 = (float(value) for value in figures)
    return ClassLine(
        name=name, precision=precision, recall=recall, f1=f1, support=support, called=called, is_average=is_average
    )
