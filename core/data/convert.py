"""From text cells to typed ones, in the dtypes of "A frame's types" (docs/architecture.md)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.data.cells import TEXT, text_array, trim
from core.data.dates import parse_dates
from core.data.numbers import parse_numbers
from core.data.schema import ColumnSchema, ParseSettings
from core.types import StorageType

TRUE_FALSE = frozenset({"true", "false"})
TRUTH_PAIRS = (("true", "false"), ("yes", "no"), ("t", "f"), ("y", "n"))
_TRUE = (*(pair[0] for pair in TRUTH_PAIRS), "1", "1.0")
_FALSE = (*(pair[1] for pair in TRUTH_PAIRS), "0", "0.0")


def to_typed(series: pd.Series, column: ColumnSchema, parse: ParseSettings) -> tuple[pd.Series, np.ndarray]:
    """Convert text cells to the column's type; every cell on its own, so one row gives what a batch gives.

    Parameters
    ----------
    series : Series of str of shape (n_rows,)
        Text cells.
    column : ColumnSchema
        Decides the type by its storage.
    parse : ParseSettings
        Marks in numbers, order in dates, missing words.

    Returns
    -------
    (Series, ndarray of bool), both of shape (n_rows,)
        float64 with NaN, ``object`` of `str` or None, or datetime64[us] with NaT; and which cells are neither
        missing nor readable (they are missing in the Series).
    """
    encoded = text_array(series).dictionary_encode()
    own = column_parse(parse, column.name)
    values, bad = typed_values(trim(encoded.dictionary, own.missing_words), column.storage, own, column.name)
    missing: object = {"f": np.nan, "M": np.datetime64("NaT")}.get(values.dtype.kind)
    # An extra value at the end stands for cells that were null from the start.
    values = np.append(values, np.array([missing], dtype=values.dtype))
    bad = np.append(bad, False)
    codes = pc.fill_null(encoded.indices, len(values) - 1).to_numpy(zero_copy_only=False)
    return pd.Series(values[codes], index=series.index, name=series.name, dtype=values.dtype), bad[codes]


def column_parse(parse: ParseSettings, name: str) -> ParseSettings:
    """Return the settings of one column: its own missing words and order of day and month where it has them."""
    own: dict[str, object] = {}
    if name in parse.column_missing:
        own["missing_words"] = parse.column_missing[name]
    if name in parse.column_day_first:
        own["day_first"] = parse.column_day_first[name]
    return parse.model_copy(update=own) if own else parse


def typed_values(
    values: pa.Array, storage: StorageType, parse: ParseSettings, name: str = ""
) -> tuple[np.ndarray, np.ndarray]:
    """Convert trimmed cells (null is missing) of the column called ``name``.

    Returns typed values and which of them could not be read. ``parse`` is that of the column (`column_parse`).
    """
    present = values.is_valid().to_numpy(zero_copy_only=False)
    match storage:
        case StorageType.INT | StorageType.FLOAT:
            numbers = parse_numbers(values, parse, parse.units.get(name, ""))
            return numbers, present & np.isnan(numbers)
        case StorageType.DATETIME:
            instants = parse_dates(values, day_first=parse.day_first)
            return instants, present & np.isnat(instants)
        case StorageType.BOOL:
            truths = _truths(values)
            return truths, present & (truths == None)  # noqa: E711 - elementwise
        case StorageType.STRING:
            return np.asarray(values.to_numpy(zero_copy_only=False), dtype=object), np.zeros(len(values), dtype=bool)


def _truths(values: pa.Array) -> np.ndarray:
    lower = pc.utf8_lower(values)
    true = pc.is_in(lower, value_set=pa.array(_TRUE, TEXT)).to_numpy(zero_copy_only=False)
    false = pc.is_in(lower, value_set=pa.array(_FALSE, TEXT)).to_numpy(zero_copy_only=False)
    truths = np.full(len(values), None, dtype=object)
    truths[true] = "true"
    truths[false] = "false"
    return truths
