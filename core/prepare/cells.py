"""Cells in the dtypes of "A frame's types" (docs/architecture.md), each converted on its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from core.types import StorageType

_TRUTH = {"true": "true", "false": "false", "1": "true", "0": "false"}


def to_canonical(series: pd.Series, storage: str, *, largest: float) -> pd.Series:
    """Return ``series`` in the dtype of ``storage``; what cannot be read as such is missing.

    Parameters
    ----------
    series : Series of shape (n_rows,)
        Of any dtype a frame may have.
    storage : str
        A `StorageType` value.
    largest : float
        Numbers are cut to ``[-largest, largest]``; infinite ones are missing.
    """
    match StorageType(storage):
        case StorageType.INT | StorageType.FLOAT:
            return to_numbers(series, largest)
        case StorageType.DATETIME:
            return to_dates(series)
        case StorageType.BOOL:
            return _objects(series, _truth_text)
        case StorageType.STRING:
            return _objects(series, cell_text)


def to_numbers(series: pd.Series, largest: float) -> pd.Series:
    """Return float64; infinities, and text that is no number, become NaN."""
    if series.dtype == object or isinstance(series.dtype, pd.StringDtype | pd.CategoricalDtype):
        series = pd.Series([_number_of(cell) for cell in series], index=series.index, dtype=np.float64)
    values = series.to_numpy(dtype=np.float64, na_value=np.nan)
    if np.isfinite(values).all() and np.abs(values).max(initial=0.0) <= largest:
        return pd.Series(values, index=series.index)
    values = np.where(np.isinf(values), np.nan, np.clip(values, -largest, largest))
    return pd.Series(values, index=series.index)


def to_dates(series: pd.Series) -> pd.Series:
    """Return datetime64[us] without a zone (UTC where there was one); text must be in ISO format."""
    if not pd.api.types.is_datetime64_any_dtype(series):
        cells = [None if _is_missing(cell) else cell for cell in series]
        if all(cell is None or isinstance(cell, str) for cell in cells):
            series = pd.to_datetime(
                pd.Series(cells, index=series.index, dtype=object), format="ISO8601", errors="coerce", utc=True
            )
        else:
            series = pd.to_datetime(pd.Series(cells, index=series.index, dtype=object), errors="coerce", utc=True)
    if series.dt.tz is not None:
        series = series.dt.tz_convert("UTC").dt.tz_localize(None)
    return series.astype("datetime64[us]")


def to_category(series: pd.Series) -> list[str | None]:
    """Return the cells as text without surrounding blanks; empty text is missing."""
    codes, levels = category_codes(series)
    texts = np.asarray([*levels, None], dtype=object)
    cells: list[str | None] = texts[codes].tolist()
    return cells


def category_codes(series: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Return the place of each cell among the categories, -1 where missing, and the categories as `to_category` does.

    Each different cell is looked at once; a column has few of them.
    """
    values = series.to_numpy(dtype=object)
    # Numbers and truths may be equal and yet be different text, so that they are written out one by one.
    cells = values if _is_text(values) else np.asarray([*map(cell_text, values), ""], dtype=object)[:-1]
    codes, found = pd.factorize(cells)
    texts = [str(text).strip() for text in found]
    levels = list(dict.fromkeys(text for text in texts if text))
    if len(levels) == len(texts):
        return codes, levels
    place = {text: number for number, text in enumerate(levels)}
    return np.asarray([*(place.get(text, -1) for text in texts), -1], dtype=np.intp)[codes], levels


def cell_text(cell: Any) -> str | None:
    """Return a cell as text: None where missing, "3" for 3.0, "true" for True."""
    if isinstance(cell, str):
        return str(cell)
    if _is_missing(cell):
        return None
    if isinstance(cell, bool | np.bool_):
        return "true" if cell else "false"
    if isinstance(cell, float | np.floating) and float(cell).is_integer():
        return str(int(cell))
    return str(cell)


def _truth_text(cell: Any) -> str | None:
    text = cell_text(cell)
    if text is None:
        return None
    word = text.strip().lower()
    return _TRUTH.get(word, word or None)


def _number_of(cell: Any) -> float:
    text = cell_text(cell)
    if text is None:
        return float("nan")
    try:
        return float({"true": "1", "false": "0"}.get(text.strip().lower(), text))
    except ValueError:
        return float("nan")


def _objects(series: pd.Series, convert: Callable[[Any], str | None]) -> pd.Series:
    values = series.to_numpy(dtype=object, copy=True)
    if convert is cell_text and _is_text(values):
        values[pd.isna(values)] = None
    else:
        values[:] = [convert(cell) for cell in values]
    return pd.Series(values, index=series.index, dtype=object)


def _is_missing(cell: Any) -> bool:
    return cell is None or cell is pd.NA or cell is pd.NaT or cell != cell


def _is_text(values: np.ndarray) -> bool:
    """Tell whether every cell is text or missing."""
    return pd.api.types.infer_dtype(values, skipna=True) in ("string", "empty")
