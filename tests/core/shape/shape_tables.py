"""A table with all kinds of columns, missing cells and names that no query may trip over."""

from __future__ import annotations

import numpy as np
import pandas as pd

QUOTES, MARKUP, LONG = 'it\'s "a" `b` [c]', '<b>x</b>"; DROP TABLE q0; --', "n" * 10_000


def people() -> pd.DataFrame:
    """All storages, missing cells, names that differ by case only, quotes, markup and one of 10,000 characters."""
    rows = 60
    place = np.arange(rows)
    return pd.DataFrame(
        {
            "id": place.astype(float),
            "Age": np.where(place % 7 == 0, np.nan, 20.0 + place % 40),
            "age": [None if i % 5 == 0 else f" Name{i % 6},  X{i % 3} " for i in place],
            QUOTES: place * 1.5 - 20,
            MARKUP: [None if i % 11 == 0 else ("low", "mid", "high")[i % 3] for i in place],
            "ok": [None if i % 9 == 0 else ("true" if i % 2 else "false") for i in place],
            "when": pd.to_datetime("2024-01-01") + pd.to_timedelta(place * 7, unit="h"),
            LONG: [f"{i % 4}" for i in place],
        }
    )
