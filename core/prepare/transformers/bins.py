"""Numbers cut into intervals."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from core.prepare.transformers.grid import GridTransformer, known_of

_LEAF_SHARE = 0.02
"""A bin of the tree has at least this share of the training rows."""

_LEAF_ROWS = 5


class Bins(GridTransformer):
    """Which interval each number falls into; intervals include their lower end.

    Parameters
    ----------
    method : {"width", "count", "tree"}
        Intervals of equal width; of about equal count (quantiles, repeated ones once); or where a decision tree on
        the target splits. Without a target, "tree" does as "count".
    bins : int
        Intervals, at most.
    one_hot : bool
        A column of 0 and 1 for each interval (all 0 where missing); otherwise the interval's place from 0, with
        missing cells kept missing.
    classes : bool
        The target is a class.
    seed : int
        Of the tree.

    Attributes
    ----------
    edges_ : list of ndarray
        Inner edges of each column, ascending.
    """

    def __init__(
        self, method: str = "count", bins: int = 5, one_hot: bool = False, classes: bool = False, seed: int = 0
    ) -> None:
        self.method = method
        self.bins = bins
        self.one_hot = one_hot
        self.classes = classes
        self.seed = seed

    def _learn(self, cells: np.ndarray, y: Any) -> None:
        self.edges_ = [self._edges(column, y) for column in cells.T]

    def _edges(self, column: np.ndarray, y: Any) -> np.ndarray:
        known = known_of(column)
        if not known.size or known.min() == known.max():
            return np.empty(0)
        if self.method == "tree" and y is not None:
            return self._splits(column, np.asarray(y))
        low, high = float(known.min()), float(known.max())
        shares = np.linspace(0.0, 1.0, self.bins + 1)[1:-1]
        edges = low + (high - low) * shares if self.method == "width" else np.quantile(known, shares)
        edges = np.unique(edges)
        # An edge at the lowest value would leave nothing below it.
        return np.asarray(edges[(edges > low) & (edges <= high)])

    def _splits(self, column: np.ndarray, y: np.ndarray) -> np.ndarray:
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        rows = ~np.isnan(column)
        kind = DecisionTreeClassifier if self.classes else DecisionTreeRegressor
        leaf = max(_LEAF_ROWS, int(_LEAF_SHARE * rows.sum()))
        tree = kind(max_leaf_nodes=self.bins, min_samples_leaf=leaf, random_state=self.seed)
        tree.fit(column[rows].reshape(-1, 1), y[rows])
        inner = tree.tree_.feature >= 0
        return np.unique(np.asarray(tree.tree_.threshold[inner], dtype=np.float64))

    def _change(self, cells: np.ndarray) -> np.ndarray:
        pairs = zip(self.edges_, cells.T, strict=True)
        places = [np.searchsorted(edges, column, side="right") for edges, column in pairs]
        if not self.one_hot:
            codes = np.column_stack(places).astype(np.float64) if places else np.empty((len(cells), 0))
            return np.where(np.isnan(cells), np.nan, codes)
        out = np.zeros((len(cells), sum(self._counts())))
        start = 0
        for place, column, count in zip(places, cells.T, self._counts(), strict=True):
            rows = np.flatnonzero(~np.isnan(column))
            out[rows, start + place[rows]] = 1.0
            start += count
        return out

    def _counts(self) -> list[int]:
        return [len(edges) + 1 for edges in self.edges_]

    def _names(self) -> list[str]:
        if not self.one_hot:
            return super()._names()
        return [
            f"{name} {words}"
            for name, edges in zip(self.feature_names_in_, self.edges_, strict=True)
            for words in interval_words(edges)
        ]


def interval_words(edges: np.ndarray) -> list[str]:
    """Return "below 18", "18 to 25", "25 and above" for inner edges 18 and 25."""
    if not len(edges):
        return ["any number"]
    digits = next((d for d in (4, 6, 9, 17) if len({f"{edge:.{d}g}" for edge in edges}) == len(edges)), 17)
    texts = [f"{edge:.{digits}g}" for edge in edges]
    between = [f"{low} to {high}" for low, high in itertools.pairwise(texts)]
    return [f"below {texts[0]}", *between, f"{texts[-1]} and above"]
