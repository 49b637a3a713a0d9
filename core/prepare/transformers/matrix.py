"""Numbers that every model can take: finite, within single precision, with unique names."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

LARGEST = float(np.finfo(np.float32).max) / 4
"""Numbers beyond this are cut, so that models that work in single precision do not see an infinity."""


def finite(values: np.ndarray, *, keep_missing: bool) -> np.ndarray:
    """Return ``values`` as float64 without infinities, and without NaN (0 instead) unless ``keep_missing``."""
    values = np.asarray(values, dtype=np.float64)
    # Neither holds where a value is missing or infinite, and no copy is made to find out.
    if values.max(initial=0.0) <= LARGEST and values.min(initial=0.0) >= -LARGEST:
        return values
    missing = np.nan if keep_missing else 0.0
    cleaned: np.ndarray = np.nan_to_num(values, nan=missing, posinf=LARGEST, neginf=-LARGEST)
    np.clip(cleaned, -LARGEST, LARGEST, out=cleaned)
    return cleaned


def unique_names(names: Iterable[str]) -> np.ndarray:
    """Return ``names`` with a number behind each that was there before."""
    taken: set[str] = set()
    unique = []
    for name in names:
        candidate, count = str(name), 1
        while candidate in taken:
            count += 1
            candidate = f"{name} ({count})"
        taken.add(candidate)
        unique.append(candidate)
    return np.asarray(unique, dtype=object)
