"""Text that stands for something else: amounts, codes of which the start matters, lists in one cell."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.cellwise import CellWise, distinct, object_table, texts_by_column
from core.prepare.transformers.matrix import LARGEST
from core.prepare.units import BARE, Amount, convert, read_amount

_WRAPPING = re.compile(r"^[\[({]\s*|\s*[\])}]$")
_QUOTES = "'\"` \t"


class Amounts(CellWise):
    """Amounts with currencies and units as numbers in one unit; what is no amount is missing.

    Parameters
    ----------
    decimal : {".", ","}
        The mark before decimals.
    unit : str
        The unit to give; empty for the most frequent one of the training rows. Bare numbers are taken to be in it.

    Attributes
    ----------
    units_ : list of str
        One a column; "" where no training row has a unit, and numbers with one are missing then.
    """

    def __init__(self, decimal: str = ".", unit: str = "") -> None:
        self.decimal = decimal
        self.unit = unit

    def _learn(self, X: pd.DataFrame) -> None:
        self.units_ = [self.unit or self._most_frequent(cells) for cells in texts_by_column(X)]

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_columns); NaN where a cell is no amount of the unit."""
        check_is_fitted(self)
        values = np.empty((len(X), self.n_features_in_))
        for place, (cells, unit) in enumerate(zip(texts_by_column(X), self.units_, strict=True)):
            values[:, place] = [_value(amount, unit) for amount in distinct(cells, self._read)]
        return values

    def _read(self, cells: list[str]) -> list[Amount | None]:
        decimal: Any = self.decimal
        return [read_amount(cell, decimal) for cell in cells]

    def _most_frequent(self, cells: list[str]) -> str:
        found = Counter(amount.unit for amount in distinct(cells, self._read) if amount and amount.unit != BARE)
        # Equally frequent ones: the first in the alphabet, whatever the order of the rows.
        return min(found, key=lambda unit: (-found[unit], unit)) if found else BARE


class Prefixes(CellWise):
    """The first characters of each cell, in capitals and without blanks and dashes.

    Parameters
    ----------
    length : int
        Characters kept.
    """

    def __init__(self, length: int = 2) -> None:
        self.length = length

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return an object array of shape (n_rows, n_columns) of str or None."""
        check_is_fitted(self)
        columns = [distinct(cells, self._cut) for cells in texts_by_column(X)]
        return object_table(columns, len(X))

    def _cut(self, cells: list[str]) -> list[str | None]:
        return ["".join(cell.replace("-", "").split()).upper()[: self.length] or None for cell in cells]


class ListItems(CellWise):
    """Cells that hold lists: how many items each has, and which of the frequent ones.

    Parameters
    ----------
    separator : str
        What stands between items.
    most : int
        Items that get a column: those of most training rows; all others share one. 0 gives the count alone.

    Attributes
    ----------
    items_ : list of list of str
        Items with a column, by column.
    """

    def __init__(self, separator: str = ";", most: int = 20) -> None:
        self.separator = separator
        self.most = most

    def _learn(self, X: pd.DataFrame) -> None:
        self.items_ = [self._frequent(cells) for cells in texts_by_column(X)]

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_made); zeros for a missing cell."""
        check_is_fitted(self)
        return np.hstack(
            [self._block(cells, items) for cells, items in zip(texts_by_column(X), self.items_, strict=True)]
        )

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "column: item" for each output column."""
        check_is_fitted(self)
        names: list[str] = []
        for column, items in zip(self.feature_names_in_, self.items_, strict=True):
            names.append(f"{column}: number of items")
            if self.most:
                names += [*(f"{column}: {item}" for item in items), f"{column}: (other items)"]
        return np.asarray(names, dtype=object)

    def _frequent(self, cells: list[str]) -> list[str]:
        found = Counter(item for items in distinct(cells, self._split) for item in set(items))
        ranked = sorted(found, key=lambda item: (-found[item], item))
        return ranked[: self.most]

    def _block(self, cells: list[str], items: list[str]) -> np.ndarray:
        place = {item: n for n, item in enumerate(items, start=1)}
        block = np.zeros((len(cells), len(items) + 2))
        for row, found in enumerate(distinct(cells, self._split)):
            block[row, 0] = len(found)
            block[row, [place.get(item, len(items) + 1) for item in found]] = 1.0
        return block if self.most else block[:, :1]

    def _split(self, cells: list[str]) -> list[list[str]]:
        return [split_list(cell, self.separator) for cell in cells]


def split_list(cell: str, separator: str) -> list[str]:
    """Return the items of a cell, each once, without brackets around the list and quotes around items."""
    bare = _WRAPPING.sub("", cell.strip())
    items = (item.strip(_QUOTES) for item in bare.split(separator))
    return list(dict.fromkeys(item for item in items if item))


def _value(amount: Amount | None, unit: str) -> float:
    value = convert(amount, unit) if amount else None
    return float("nan") if value is None or abs(value) > LARGEST else value
