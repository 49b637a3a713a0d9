"""The target as the engine uses it: text labels for classes, float64 for numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.errors import LatheError
from core.types import TaskKind


def label_text(value: Any) -> str | None:
    """Write one class label as text; None where it is missing.

    Whole-number floats lose their ".0", booleans become "true" / "false".
    """
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def target_values(series: pd.Series, kind: TaskKind) -> np.ndarray:
    """Return the target as an array.

    Parameters
    ----------
    series : Series of shape (n_rows,)
        The target column, typed as `load_frame` types it.
    kind : TaskKind
        Decides between labels and numbers.

    Returns
    -------
    ndarray of shape (n_rows,)
        ``object`` array of `str` or None for classification; float64 with NaN for regression.

    Raises
    ------
    LatheError
        Where a regression target holds text.
    """
    if kind.is_classification:
        levels = {value: label_text(value) for value in series.dropna().unique()}
        mapped = series.map(levels).to_numpy(dtype=object, copy=True)
        mapped[pd.isna(mapped)] = None
        return mapped
    numbers = pd.to_numeric(series, errors="coerce").to_numpy(dtype=np.float64)
    if np.isnan(numbers).sum() > series.isna().sum():
        raise LatheError(
            f"To predict a number, every value of {series.name!r} must be a number; some are text.",
            hint="Choose a class task, or correct the column's type on the Upload page.",
            field="task.kind",
        )
    return np.where(np.isfinite(numbers), numbers, np.nan)


def has_target(y: np.ndarray) -> np.ndarray:
    """Tell for each row whether its target is known; boolean of shape (n_rows,)."""
    return np.asarray(~pd.isna(y))
