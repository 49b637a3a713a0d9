"""Columns that a person's decision adds to a table of predictions: intervals, sets of classes, rows for a person."""

from __future__ import annotations

import numpy as np

from core.models.decision import Decision
from core.models.fitted import FittedModel, Predictions

LOW, HIGH, SET, PERSON = "low", "high", "set", "person"
BETWEEN = " | "
"""Between the classes of a set."""


def decided_header(decision: Decision | None) -> list[str]:
    """Return the names of the added columns."""
    if decision is None:
        return []
    names = []
    if decision.conformal is not None:
        names += [LOW, HIGH] if decision.conformal.is_interval else [SET]
    return [*names, PERSON] if decision.certainty is not None else names


def decided_cells(fitted: FittedModel, predictions: Predictions) -> list[list[str]]:
    """Return the added cells of each row, in the order of `decided_header`."""
    decision, rows = fitted.decision, len(predictions.values)
    if decision is None:
        return [[] for _ in range(rows)]
    columns: list[list[str]] = []
    if decision.conformal is not None:
        if predictions.probabilities is None:
            columns += [[repr(float(v)) for v in edge] for edge in decision.conformal.interval(predictions.values)]
        else:
            members = decision.conformal.members(predictions.probabilities)
            columns.append([BETWEEN.join(np.asarray(fitted.classes)[inside]) for inside in members])
    if decision.certainty is not None and predictions.probabilities is not None:
        place = {label: index for index, label in enumerate(fitted.classes)}
        called = np.array([place[str(label)] for label in predictions.values], dtype=np.int64)
        given = predictions.probabilities[np.arange(rows), called]
        columns.append(["yes" if certain < decision.certainty else "no" for certain in given])
    return [list(cells) for cells in zip(*columns, strict=True)] if columns else [[] for _ in range(rows)]
