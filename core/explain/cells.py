"""Tables put together cell by cell, and words for a cell: what both explanations are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import pandas as pd

from core.errors import RunCancelled
from core.models.fitted import FittedModel, Predictions

ROWS_PER_PREDICTION = 20_000
"""Rows of one predict call: enough to make the fixed cost of a network's call vanish, few enough to fit in memory."""


class Watcher(Protocol):
    """What an explanation needs of a `core.run.context.RunContext`."""

    def report(self, fraction: float, stage: str, message: str = "") -> None:
        """Record progress; ``fraction`` is 0 to 1."""
        ...

    def should_stop(self) -> bool:
        """Tell whether the person pressed Stop."""
        ...


def check_stop(context: Watcher | None) -> None:
    """Raise `RunCancelled` where the person pressed Stop."""
    if context is not None and context.should_stop():
        raise RunCancelled


def gather(frame: pd.DataFrame, sources: np.ndarray) -> pd.DataFrame:
    """Put a table together from the cells of another one.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Where the cells come from.
    sources : ndarray of int, shape (n_out, n_columns)
        For each cell of the result, the row of ``frame`` that it is taken from, in the same column.

    Returns
    -------
    DataFrame of shape (n_out, n_columns)
        With the dtypes of ``frame``, so that a pipeline cannot tell it from an uploaded table.
    """
    cells = {
        # The dtype is named, since pandas would turn object cells into its own text type, and None into NaN.
        name: pd.Series(frame[name].array.take(sources[:, place]), dtype=frame[name].dtype)
        for place, name in enumerate(frame.columns)
    }
    return pd.DataFrame(cells, columns=frame.columns)


def predict_in_parts(fitted: FittedModel, frame: pd.DataFrame, *, context: Watcher | None = None) -> Predictions:
    """Predict ``frame`` in parts of `ROWS_PER_PREDICTION` rows, asking for Stop before each."""
    parts = []
    for start in range(0, len(frame), ROWS_PER_PREDICTION):
        check_stop(context)
        parts.append(fitted.predict(frame.iloc[start : start + ROWS_PER_PREDICTION]))
    probabilities = [part.probabilities for part in parts if part.probabilities is not None]
    return Predictions(
        np.concatenate([part.values for part in parts]), np.concatenate(probabilities) if probabilities else None
    )


def cell_text(value: object) -> str:
    """Write a cell of a canonical frame as a person would: ``71.2833``, ``3``, ``2026-11-20``, ``missing``."""
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return "missing"
    if isinstance(value, pd.Timestamp | np.datetime64):
        moment = pd.Timestamp(value)
        return moment.date().isoformat() if moment == moment.normalize() else moment.isoformat(sep=" ")
    if isinstance(value, float | int | np.number) and not isinstance(value, bool):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number:.6g}"
    return str(value)


def in_words(names: list[str]) -> str:
    """Join names: ``a``, ``a and b``, ``a, b and c``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def batches(tasks: int, rows: int) -> Iterator[range]:
    """Divide ``tasks`` that predict ``rows`` rows each into ranges of at most `ROWS_PER_PREDICTION` rows."""
    size = max(1, ROWS_PER_PREDICTION // max(1, rows))
    return (range(start, min(start + size, tasks)) for start in range(0, tasks, size))
