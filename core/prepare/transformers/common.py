"""What our transformers share."""

from __future__ import annotations

from typing import Any

import pandas as pd

from core.prepare.cells import to_category


def columns_of(X: Any) -> list[pd.Series]:
    """Return the columns of a frame or array as Series."""
    # Arrays of cells stay cells: pandas would make another kind of text of them, one by one.
    frame = X if isinstance(X, pd.DataFrame) else pd.DataFrame(X, dtype=getattr(X, "dtype", None))
    return [frame.iloc[:, place] for place in range(frame.shape[1])]


def texts_of(X: Any) -> list[str]:
    """Return the first column as text; a missing cell is an empty text."""
    return [cell or "" for cell in to_category(columns_of(X)[0])]


def table_tags(tags: Any) -> Any:
    """Declare mixed tables with text and missing cells, not plain number arrays, as input."""
    tags.input_tags.two_d_array = False
    tags.input_tags.string = True
    tags.input_tags.categorical = True
    tags.input_tags.allow_nan = True
    return tags
