"""Categories that stay words: spellings merged, rare ones grouped."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.categories import RARE_LEVEL
from core.prepare.transformers.common import columns_of
from core.prepare.transformers.history import group_texts
from core.prepare.transformers.table import TableTransformer


class MergeSpellings(TableTransformer):
    """Give one spelling to categories that differ only in what does not matter; the most frequent spelling wins.

    Parameters
    ----------
    case, blanks, accents, marks : bool
        Whether capital letters, blanks, accents, and signs such as ``. - _ /`` are looked through.

    Attributes
    ----------
    spellings_ : list of dict of str to str
        For each column: the spelling of each folded form seen. A form never seen keeps its own.
    """

    def __init__(self, case: bool = True, blanks: bool = True, accents: bool = False, marks: bool = False) -> None:
        self.case = case
        self.blanks = blanks
        self.accents = accents
        self.marks = marks

    def fit(self, X: pd.DataFrame, y: Any = None) -> MergeSpellings:
        """Learn the spelling of each form."""
        self.names_ = self._remember(X)
        self.spellings_ = [self._spellings(column) for column in columns_of(X)]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return an object array of shape (n_rows, n_columns) of str or None."""
        check_is_fitted(self)
        out = np.empty((len(X), self.n_features_in_), dtype=object)
        for place, (column, spellings) in enumerate(zip(columns_of(X), self.spellings_, strict=True)):
            codes, levels = pd.factorize(group_texts(column))
            out[:, place] = _cells(codes, [spellings.get(self._fold(str(level)), str(level)) for level in levels])
        return out

    def _spellings(self, column: pd.Series) -> dict[str, str]:
        counts = Counter(group_texts(column))
        ranked = sorted((level for level in counts if level), key=lambda level: (-counts[level], level))
        spellings: dict[str, str] = {}
        for level in ranked:
            spellings.setdefault(self._fold(level), level)
        return spellings

    def _fold(self, level: str) -> str:
        text = unicodedata.normalize("NFKC", level)
        if self.accents:
            parts = unicodedata.normalize("NFKD", text)
            text = "".join(sign for sign in parts if not unicodedata.combining(sign))
        if self.marks:
            text = re.sub(r"[^\w\s]|_", " ", text)
        if self.blanks or self.marks:
            text = " ".join(text.split())
        text = text.casefold() if self.case else text
        # "+" and "-" are nothing but marks; they are not the same.
        return text or level


class GroupRare(TableTransformer):
    """Put the categories with few rows into one category, "(rare)".

    Parameters
    ----------
    rule : {"share", "count", "top"}
        What keeps a category: a share of the rows at least, so many rows at least, or being among the most frequent.
    least_share : float
        For "share"; of the rows with a category.
    least_rows : int
        For "count".
    most_levels : int
        For "top".
    unseen : bool
        Categories never seen in ``fit`` count as rare; otherwise they keep their name.

    Attributes
    ----------
    kept_ : list of list of str
        For each column, sorted.
    rare_ : list of list of str
        Seen, and grouped.
    """

    def __init__(
        self,
        rule: str = "share",
        least_share: float = 0.01,
        least_rows: int = 10,
        most_levels: int = 20,
        unseen: bool = True,
    ) -> None:
        self.rule = rule
        self.least_share = least_share
        self.least_rows = least_rows
        self.most_levels = most_levels
        self.unseen = unseen

    def fit(self, X: pd.DataFrame, y: Any = None) -> GroupRare:
        """Learn which categories stay."""
        self.names_ = self._remember(X)
        counts = [Counter(text for text in group_texts(column) if text) for column in columns_of(X)]
        self.kept_ = [sorted(self._kept(one)) for one in counts]
        self.rare_ = [sorted(set(one) - set(kept)) for one, kept in zip(counts, self.kept_, strict=True)]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return an object array of shape (n_rows, n_columns) of str or None."""
        check_is_fitted(self)
        out = np.empty((len(X), self.n_features_in_), dtype=object)
        for place, column in enumerate(columns_of(X)):
            kept, rare = set(self.kept_[place]), set(self.rare_[place])
            codes, levels = pd.factorize(group_texts(column))
            out[:, place] = _cells(codes, [self._becomes(str(level), kept, rare) for level in levels])
        return out

    def _becomes(self, level: str, kept: set[str], rare: set[str]) -> str:
        if not level or level in kept:
            return level
        return RARE_LEVEL if self.unseen or level in rare else level

    def _kept(self, counts: Counter[str]) -> list[str]:
        match self.rule:
            case "top":
                return sorted(counts, key=lambda level: (-counts[level], level))[: self.most_levels]
            case "count":
                least = float(self.least_rows)
            case _:
                # A share of 0.1 of 30 rows is 3 rows, however the product is rounded.
                least = math.ceil(self.least_share * counts.total() - 1e-9)
        return [level for level, count in counts.items() if count >= least]


def _cells(codes: np.ndarray, levels: Iterable[str]) -> np.ndarray:
    """Return the level of each code as object array; an empty level is None."""
    cells = np.asarray([*(level or None for level in levels), None], dtype=object)
    return np.asarray(cells[codes], dtype=object)
