"""A small mixed table for tests, and strategies that draw awkward ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import hypothesis.strategies as st
import numpy as np
import pandas as pd

from core.data.schema import ColumnSchema
from core.types import ColumnKind, StorageType

STORAGES = {
    ColumnKind.NUMERIC: StorageType.FLOAT,
    ColumnKind.CATEGORICAL: StorageType.STRING,
    ColumnKind.BOOLEAN: StorageType.BOOL,
    ColumnKind.DATETIME: StorageType.DATETIME,
    ColumnKind.TEXT: StorageType.STRING,
    ColumnKind.IDENTIFIER: StorageType.STRING,
}


@dataclass(frozen=True)
class Table:
    """A typed frame and what is known about its columns."""

    frame: pd.DataFrame
    columns: tuple[ColumnSchema, ...]


def describe(frame: pd.DataFrame, kinds: dict[str, ColumnKind]) -> Table:
    """Describe ``frame`` as the reader would."""
    columns = tuple(
        ColumnSchema(
            name=name,
            kind=kind,
            storage=STORAGES[kind],
            missing=int(frame[name].isna().sum()),
            unique=int(frame[name].nunique()),
        )
        for name, kind in kinds.items()
    )
    return Table(frame, columns)


def mixed_frame(rows: int = 40, seed: int = 0) -> pd.DataFrame:
    """Return every kind of column, with gaps."""
    rng = np.random.default_rng(seed)
    gaps = rng.random(rows) < 0.2
    words = ["red", "green", "blue"]
    return pd.DataFrame(
        {
            "amount": rng.normal(50, 10, rows),
            "age": np.where(gaps, np.nan, rng.integers(18, 80, rows)),
            "town": pd.Series(rng.choice([*words, None], rows), dtype=object),
            "shop": pd.Series([f"shop {i % 14}" for i in range(rows)], dtype=object),
            "member": pd.Series(rng.choice(["true", "false"], rows), dtype=object),
            "when": pd.Series(pd.date_range("2024-01-01", periods=rows, freq="31h"))
            .astype("datetime64[us]")
            .mask(gaps),
            "note": pd.Series([None if g else f"{rng.choice(words)} paint" for g in gaps], dtype=object),
            "id": pd.Series([f"row-{i}" for i in range(rows)], dtype=object),
        }
    )


MIXED_KINDS = {
    "amount": ColumnKind.NUMERIC,
    "age": ColumnKind.NUMERIC,
    "town": ColumnKind.CATEGORICAL,
    "shop": ColumnKind.CATEGORICAL,
    "member": ColumnKind.BOOLEAN,
    "when": ColumnKind.DATETIME,
    "note": ColumnKind.TEXT,
    "id": ColumnKind.IDENTIFIER,
}


def mixed(rows: int = 40, seed: int = 0) -> Table:
    """Return a described table with every kind of column."""
    return describe(mixed_frame(rows, seed), MIXED_KINDS)


NAMES = st.one_of(
    st.sampled_from(["a[b]", "", "😀", "a", "a = b", "x__y", "remainder", "<script>", " spaced ", "target"]),
    st.text(max_size=6),
)
NUMBERS = st.one_of(
    st.none(),
    st.sampled_from([0.0, -1.0, 1e300, -1e300, np.inf, -np.inf, 1e-300]),
    st.floats(allow_nan=True, width=64),
)
LEVELS = st.one_of(
    st.none(), st.sampled_from(["a", "b", "b = c", "(missing)", "infrequent_sklearn", " a ", ""]), st.text(max_size=3)
)
TEXTS = st.one_of(st.none(), st.sampled_from(["", "!!", "two words", "ein Wort mehr"]), st.text(max_size=12))
DATES = st.one_of(st.none(), st.datetimes(dt.datetime(1700, 1, 1), dt.datetime(2200, 1, 1)))
CELLS = {
    ColumnKind.NUMERIC: NUMBERS,
    ColumnKind.CATEGORICAL: LEVELS,
    ColumnKind.BOOLEAN: st.sampled_from(["true", "false", None]),
    ColumnKind.DATETIME: DATES,
    ColumnKind.TEXT: TEXTS,
}


def typed(kind: ColumnKind, cells: list) -> pd.Series:
    """Return the cells in the frame's dtype for ``kind``."""
    if kind is ColumnKind.NUMERIC:
        return pd.Series(cells, dtype=np.float64)
    if kind is ColumnKind.DATETIME:
        return pd.Series(pd.to_datetime(pd.Series(cells, dtype=object)).astype("datetime64[us]"))
    return pd.Series(cells, dtype=object)


@st.composite
def tables(draw: st.DrawFn, min_rows: int = 1) -> tuple[Table, Table]:
    """Draw a training table and a test table of the same columns: gaps, constants, unseen levels, odd names."""
    kinds = draw(st.dictionaries(NAMES, st.sampled_from(list(CELLS)), min_size=1, max_size=5))
    sizes = draw(st.integers(min_rows, 9)), draw(st.integers(1, 5))
    parts: list[dict[str, pd.Series]] = [{}, {}]
    for name, kind in kinds.items():
        shape = draw(st.sampled_from(["free", "free", "constant", "empty"]))
        for part, rows in zip(parts, sizes, strict=True):
            if shape == "empty" and part is parts[0]:
                cells = [None] * rows
            elif shape == "constant" and part is parts[0]:
                cells = [draw(CELLS[kind])] * rows
            else:
                cells = draw(st.lists(CELLS[kind], min_size=rows, max_size=rows))
            part[name] = typed(kind, cells)
    train, test = (pd.DataFrame(part) for part in parts)
    return describe(train, kinds), describe(test, kinds)
