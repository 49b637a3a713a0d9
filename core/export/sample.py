"""The sample inside a passport: a few raw rows, written as a person would upload them."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from core.data.schema import ColumnSchema, ParseSettings

MOST_ROWS = 20


def sample_parse(parse: ParseSettings) -> ParseSettings:
    """Return how the sample is read: plain CSV, with the missing words of the data it was taken from."""
    return ParseSettings(missing_words=parse.missing_words)


def write_sample(path: Path, frame: pd.DataFrame, columns: tuple[ColumnSchema, ...]) -> None:
    """Write the columns of ``frame`` that a model reads as CSV in UTF-8.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, >= n_columns)
        Raw rows in the canonical types; numbers are written in full, dates by ISO 8601, missing cells empty.
    """
    names = [column.name for column in columns]
    texts = [[_text(value) for value in frame[name]] for name in names]
    with path.open("w", encoding="utf-8", newline="") as file:
        # Everything is quoted: a row whose cells are all missing must not look like an empty line.
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(names)
        writer.writerows(zip(*texts, strict=True))


def _text(value: object) -> str:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(float(value))
    if isinstance(value, pd.Timestamp):
        return value.isoformat(sep=" ")
    return str(value)
