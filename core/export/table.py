"""The table of predictions: one form for the passport's sample and for every downloaded file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TextIO

import numpy as np

from core.errors import LatheError
from core.models.fitted import Predictions

PREDICTION = "prediction"


def header(classes: tuple[str, ...]) -> list[str]:
    """Return the column names: ``prediction`` and ``probability_<class>`` for each class."""
    return [PREDICTION, *(f"probability_{label}" for label in classes)]


CHECK = ("check", "reason")
"""Columns behind the predictions of a downloaded file: ok, warning or refused, and why."""


def lines(predictions: Predictions) -> list[list[str]]:
    """Write predictions as text cells, one list a row; numbers in full, so that reading them gives the same ones."""
    if predictions.probabilities is None:
        return [[repr(float(value))] for value in predictions.values]
    return [
        [str(label), *(repr(float(share)) for share in shares)]
        for label, shares in zip(predictions.values, predictions.probabilities, strict=True)
    ]


def write_rows(file: TextIO, rows: list[list[str]]) -> None:
    """Append rows by the rules of CSV (RFC 4180), with a plain line end.

    Cells are left exactly as they are. A label that begins with ``=``, ``+``, ``-`` or ``@`` is the user's own text and
    predictions must equal the labels; a spreadsheet may take such a cell for a formula.
    """
    csv.writer(file, lineterminator="\n").writerows(rows)


def write_table(path: Path, classes: tuple[str, ...], predictions: Predictions) -> None:
    """Write a whole table of predictions in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        write_rows(file, [header(classes), *lines(predictions)])


def read_table(path: Path, classes: tuple[str, ...]) -> Predictions:
    """Read what `write_table` wrote.

    Raises
    ------
    LatheError
        Where the columns are not those of ``classes`` or a cell is no number.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if not rows or rows[0] != header(classes) or any(len(row) != len(rows[0]) for row in rows):
        raise LatheError("The passport's sample predictions do not have the columns of its classes.")
    body = rows[1:]
    try:
        numbers = np.array([[float(cell) for cell in (row[1:] if classes else row)] for row in body], dtype=np.float64)
    except ValueError as error:
        raise LatheError("The passport's sample predictions hold a cell that is no number.") from error
    numbers = numbers.reshape(len(body), len(classes) or 1)
    if not classes:
        return Predictions(numbers[:, 0])
    return Predictions(np.array([row[0] for row in body], dtype=object), numbers)
