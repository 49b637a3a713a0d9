"""Categories as numbers, without a look at the target."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.categories import MISSING_LEVEL, RARE_LEVEL
from core.prepare.transformers.common import columns_of
from core.prepare.transformers.history import group_texts
from core.prepare.transformers.table import TableTransformer


class OneHotLevels(TableTransformer):
    """One column of 0 and 1 for each category of one column; missing is a category.

    Parameters
    ----------
    max_levels : int
        Most columns; the rarest categories share one.
    min_rows : int
        Categories in fewer rows share it too.
    drop : {"none", "two", "most_frequent"}
        Which column is left out as the one that others are compared with: none, the second of two, or always the most
        frequent category's. One column always stays.
    unseen : {"rare", "zeros"}
        Categories never seen: counted as rare where there are rare ones, or zeros in every column.
    sparse : bool
        Give a csr matrix.

    Attributes
    ----------
    levels_ : list of str
        Categories with a column of their own, or the dropped one.
    rare_ : list of str
        Categories that share a column.
    dropped_ : str
        Category without a column; empty where there is none.

    Notes
    -----
    scikit-learn's OneHotEncoder drops the first category by name and warns where a dropped category and an unseen one
    look alike.
    """

    def __init__(
        self,
        max_levels: int = 30,
        min_rows: int = 1,
        drop: str = "none",
        unseen: str = "rare",
        sparse: bool = False,
    ) -> None:
        self.max_levels = max_levels
        self.min_rows = min_rows
        self.drop = drop
        self.unseen = unseen
        self.sparse = sparse

    def fit(self, X: pd.DataFrame, y: Any = None) -> OneHotLevels:
        """Learn the categories."""
        name = self._remember(X)[0]
        counts = pd.Series(level_texts(columns_of(X)[0]), dtype=object).value_counts()
        ranked = sorted(counts.index, key=lambda level: (-counts[level], level))
        kept = [level for level in ranked if counts[level] >= self.min_rows]
        if len(kept) > self.max_levels or (len(kept) == self.max_levels and len(kept) < len(ranked)):
            kept = kept[: self.max_levels - 1]
        self.rare_ = sorted(str(level) for level in set(ranked) - set(kept))
        self.dropped_ = self._dropped(kept)
        self.levels_ = sorted(str(level) for level in kept if level != self.dropped_)
        self.names_ = [f"{name} = {level}" for level in [*self.levels_, *([RARE_LEVEL] if self.rare_ else [])]]
        return self

    def transform(self, X: pd.DataFrame) -> Any:
        """Return a float64 array (or csr matrix) of shape (n_rows, n_levels)."""
        from scipy.sparse import csr_matrix

        check_is_fitted(self)
        places = self._places(level_texts(columns_of(X)[0]))
        hit = places >= 0
        shape = (len(places), len(self.names_))
        if not self.sparse:
            matrix = np.zeros(shape)
            matrix[np.flatnonzero(hit), places[hit]] = 1.0
            return matrix
        starts = np.concatenate([[0], np.cumsum(hit)])
        return csr_matrix((np.ones(int(hit.sum())), places[hit], starts), shape=shape)

    def _places(self, texts: np.ndarray) -> np.ndarray:
        """Return the column of each cell, -1 where none is 1."""
        rare = len(self.levels_) if self.rare_ else -1
        places = {**dict.fromkeys(self.rare_, rare), **{level: n for n, level in enumerate(self.levels_)}}
        if self.dropped_:
            places[self.dropped_] = -1
        unseen = rare if self.unseen == "rare" else -1
        codes, levels = pd.factorize(texts)
        return np.asarray([places.get(str(level), unseen) for level in levels], dtype=np.int64)[codes]

    def _dropped(self, kept: Sequence[str]) -> str:
        columns = len(kept) + bool(self.rare_)
        wanted = {"none": False, "two": columns == 2, "most_frequent": columns > 1}[self.drop]
        if not wanted or not kept:
            return ""
        return str(kept[0])


class OrderedLevels(TableTransformer):
    """The place of each category in an order, from 0.

    Parameters
    ----------
    levels : sequence of str
        The order, from low to high; empty: found in ``fit``.
    order : {"name", "target", "frequency"}
        How it is found: by name (numbers inside names by size), by the mean of the target (by name where there is no
        target or it has no two ends), or from rare to frequent.
    lowest : bool
        Categories outside the order, and missing cells, are -1 rather than missing.
    scale : bool
        Places are divided by the highest, so that they lie between 0 and 1.

    Attributes
    ----------
    levels_ : list of str
        From low to high.
    """

    def __init__(
        self, levels: Sequence[str] = (), order: str = "name", lowest: bool = False, scale: bool = False
    ) -> None:
        self.levels = levels
        self.order = order
        self.lowest = lowest
        self.scale = scale

    def fit(self, X: pd.DataFrame, y: Any = None) -> OrderedLevels:
        """Learn the order."""
        self.names_ = self._remember(X)[:1]
        given = list(dict.fromkeys(str(level) for level in self.levels))
        self.levels_ = given or self._found(group_texts(columns_of(X)[0]), y)
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, 1)."""
        check_is_fitted(self)
        seen = pd.Index(self.levels_, dtype=object)
        places = seen.get_indexer(pd.Index(group_texts(columns_of(X)[0]), dtype=object)).astype(np.float64)
        inside = places >= 0
        places[~inside] = -1.0 if self.lowest else np.nan
        if self.scale:
            places[inside] /= max(len(self.levels_) - 1, 1)
        return np.asarray(places[:, np.newaxis])

    def _found(self, texts: np.ndarray, y: Any) -> list[str]:
        known = texts != ""
        names = sorted({str(text) for text in texts[known]}, key=natural)
        if self.order == "frequency":
            counts = pd.Series(texts[known], dtype=object).value_counts()
            return sorted(names, key=lambda name: int(counts[name]))
        size = _sizes(y)
        if self.order != "target" or size is None or not names:
            return names
        means = pd.Series(size[known]).groupby(texts[known]).mean()
        return sorted(names, key=lambda name: float(means[name]))


def natural(name: str) -> tuple[tuple[int, float, str], ...]:
    """Return a key that sorts names as people do: "9-10" before "10-11", whatever the capital letters."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    # What is long enough to be no finite number is no quantity either.
    return tuple(
        (0, float(part), "") if place % 2 and len(part) < 300 else (1, 0.0, part.casefold())
        for place, part in enumerate(parts)
        if part
    )


def _sizes(y: Any) -> np.ndarray | None:
    """Return the target as numbers that have an order: its numbers, or 1 for the second of two classes."""
    if y is None:
        return None
    values = np.asarray(y)
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    classes = np.unique(values.astype(str))
    return (values.astype(str) == classes[1]).astype(np.float64) if len(classes) == 2 else None


class LevelCounts(TableTransformer):
    """How often each category stands in the rows of ``fit``; missing is a category, one never seen counts 0.

    Parameters
    ----------
    measure : {"share", "count", "log"}
        Share of the rows, number of rows, or its logarithm (of one more, so that 0 stays 0).

    Attributes
    ----------
    counts_ : list of dict of str to int
        For each column.
    rows_ : int
    """

    def __init__(self, measure: str = "share") -> None:
        self.measure = measure

    def fit(self, X: pd.DataFrame, y: Any = None) -> LevelCounts:
        """Count the categories."""
        self.names_ = [f"{name} {self.measure}" for name in self._remember(X)]
        self.rows_ = len(X)
        self.counts_ = [
            {str(level): int(count) for level, count in pd.Series(level_texts(column)).value_counts().items()}
            for column in columns_of(X)
        ]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_columns)."""
        check_is_fitted(self)
        out = np.empty((len(X), self.n_features_in_))
        for place, (column, counts) in enumerate(zip(columns_of(X), self.counts_, strict=True)):
            codes, levels = pd.factorize(level_texts(column))
            out[:, place] = np.asarray([counts.get(str(level), 0) for level in levels], dtype=np.float64)[codes]
        if self.measure == "log":
            return np.log1p(out)
        return out if self.measure == "count" else out / max(self.rows_, 1)


class HashedLevels(TableTransformer):
    """Categories spread over a fixed number of columns by a hash of their text; nothing is learned.

    Parameters
    ----------
    width : int
        Columns. Different categories may fall on the same one; half of them count negatively, so that they cancel out.
    sparse : bool
        Give a csr matrix.

    Notes
    -----
    The hash is scikit-learn's (MurmurHash3 with a fixed seed): the same in every process and on every machine.
    """

    def __init__(self, width: int = 16, sparse: bool = False) -> None:
        self.width = width
        self.sparse = sparse

    def fit(self, X: pd.DataFrame, y: Any = None) -> HashedLevels:
        """Learn nothing but the column's name."""
        name = self._remember(X)[0]
        self.names_ = [f"{name} hash {place}" for place in range(1, self.width + 1)]
        return self

    def transform(self, X: pd.DataFrame) -> Any:
        """Return a float64 array (or csr matrix) of shape (n_rows, width)."""
        from sklearn.feature_extraction import FeatureHasher

        check_is_fitted(self)
        codes, levels = pd.factorize(level_texts(columns_of(X)[0]))
        if not len(levels):
            return np.empty((0, self.width))
        hashed = FeatureHasher(n_features=self.width, input_type="string").transform([[str(level)] for level in levels])
        return hashed[codes] if self.sparse else hashed.toarray()[codes]


def level_texts(column: pd.Series) -> np.ndarray:
    """Return the cells of a category column as text; a missing one is the category "(missing)"."""
    texts = group_texts(column)
    return np.where(texts == "", MISSING_LEVEL, texts)
