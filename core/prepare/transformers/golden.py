"""Golden features: differences and ratios of two numbers that say more about the target than each alone."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.common import table_tags
from core.prepare.transformers.matrix import LARGEST, finite
from core.prepare.transformers.numeric import filled, medians_of, names_of, numbers_of, sample_places
from core.prepare.transformers.relation import best, target_of
from core.prepare.transformers.selection import FEWEST

_MOST_ROWS = 5000
_MOST_COLUMNS = 30
_BINS = 10
_TINY = 1e-12


class GoldenFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """The ``count`` differences and ratios of two columns that gain most over the better of the two.

    How much a column says is the share of the target's spread between its tenths (the correlation ratio); it needs no
    straight line and no model. At most 30 columns, the best by that share, are paired.

    Parameters
    ----------
    count : int
    differences, ratios : bool
        Which pairs are tried.
    task : {"classification", "regression", ""}
    seed : int
        Of the sample taken of many rows.

    Attributes
    ----------
    pairs_ : list of (int, int, str)
        Left and right column, and "-" or "/"; fewer than ``count`` where there are not so many.
    scores_ : ndarray
        Gain of each pair.

    References
    ----------
    Pearson (1905) for the correlation ratio; the idea is that of mljar-supervised's golden features.
    """

    def __init__(
        self, count: int = 5, differences: bool = True, ratios: bool = True, task: str = "", seed: int = 0
    ) -> None:
        self.count = count
        self.differences = differences
        self.ratios = ratios
        self.task = task
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> GoldenFeatures:
        """Try the pairs; without a usable target the first ones are taken."""
        self.feature_names_in_ = names_of(X)
        self.n_features_in_ = X.shape[1]
        values = numbers_of(X)
        values = filled(values, medians_of(values))
        target = None
        if y is not None:
            known = np.flatnonzero(~pd.isna(np.asarray(y)))
            known = known[sample_places(len(known), _MOST_ROWS, self.seed)]
            target = target_of(np.asarray(y)[known], self.task)
            values = values[known]
        usable = target is not None and len(target) >= FEWEST and len(np.unique(target)) > 1
        pairs, scores = self._scored(values, target) if usable else (self._pairs(np.arange(X.shape[1])), np.zeros(0))
        chosen = np.argsort(-scores, kind="stable") if usable else np.arange(len(pairs))
        self.pairs_ = [pairs[place] for place in chosen[: self.count].tolist()]
        self.scores_ = scores[chosen[: self.count]] if usable else np.zeros(len(self.pairs_))
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return float64 of shape (n_rows, count); a missing number makes the pair missing, what lacks is zeros."""
        check_is_fitted(self)
        values = finite(numbers_of(X), keep_missing=True)
        out = np.zeros((len(values), self.count))
        for place, pair in enumerate(self.pairs_):
            out[:, place] = pair_of(values, pair)
        return out

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "a - b", "a / b", and "no pair" for what lacks."""
        check_is_fitted(self)
        names = self.feature_names_in_
        found = [f"{names[left]} {sign} {names[right]}" for left, right, sign in self.pairs_]
        return np.asarray([*found, *["no pair"] * (self.count - len(found))], dtype=object)

    def _pairs(self, places: np.ndarray) -> list[tuple[int, int, str]]:
        found: list[tuple[int, int, str]] = []
        for left, right in itertools.combinations(sorted(places.tolist()), 2):
            found += [(left, right, "-")] if self.differences else []
            found += [(left, right, "/"), (right, left, "/")] if self.ratios else []
        return found

    def _scored(self, values: np.ndarray, target: Any) -> tuple[list[tuple[int, int, str]], np.ndarray]:
        wanted = _columns_of_target(target)
        alone = np.asarray([told(values[:, place], wanted) for place in range(values.shape[1])])
        pairs = self._pairs(np.flatnonzero(best(alone, _MOST_COLUMNS)))
        gains = [told(pair_of(values, pair), wanted) - max(alone[pair[0]], alone[pair[1]]) for pair in pairs]
        return pairs, np.asarray(gains)

    def __sklearn_tags__(self) -> Any:
        """Declare that missing cells are welcome."""
        return table_tags(super().__sklearn_tags__())


def pair_of(values: np.ndarray, pair: tuple[int, int, str]) -> np.ndarray:
    """Return the difference, or the ratio (0 where the lower number is nearly 0), of two columns."""
    left, right, sign = values[:, pair[0]], values[:, pair[1]], pair[2]
    if sign == "-":
        return np.asarray(np.clip(left - right, -LARGEST, LARGEST))
    small = np.abs(right) < _TINY
    ratio = np.clip(left, -LARGEST, LARGEST) / np.where(small, 1.0, right)
    return np.where(small & ~np.isnan(left), 0.0, np.clip(ratio, -LARGEST, LARGEST))


def told(column: np.ndarray, target: np.ndarray) -> float:
    """Return the share of the target's spread that lies between the tenths of ``column``, 0 to 1."""
    edges = np.unique(np.quantile(column, np.linspace(0, 1, _BINS + 1)[1:-1]))
    tenth = np.searchsorted(edges, column, side="right")
    counts = np.bincount(tenth, minlength=len(edges) + 1)
    total = float((target**2).sum())
    between = 0.0
    for place in range(target.shape[1]):
        sums = np.bincount(tenth, weights=target[:, place], minlength=len(edges) + 1)
        between += float((sums**2 / np.maximum(counts, 1)).sum())
    return between / total if total > 0 else 0.0


def _columns_of_target(target: np.ndarray) -> np.ndarray:
    """Return the target centred: itself, or a column of 0 and 1 for each class."""
    if target.dtype.kind == "i":
        wanted = (target[:, None] == np.unique(target)).astype(np.float64)
    else:
        wanted = target[:, None] / max(float(np.abs(target).max()), np.finfo(np.float64).tiny)
    return np.asarray(wanted - wanted.mean(axis=0))
