"""New numbers from several columns: powers, products, ratios and differences."""

from __future__ import annotations

import itertools
from collections import Counter
from math import comb
from typing import Any

import numpy as np

from core.prepare.transformers.grid import GridTransformer


class Products(GridTransformer):
    """Powers of columns and products between them, up to a degree; the columns themselves are no part of it.

    The same terms in the same order as scikit-learn's ``PolynomialFeatures`` without those of degree 0 and 1.

    Parameters
    ----------
    degree : int
        Factors of a term, at most.
    interactions_only : bool
        Only products of different columns.

    Attributes
    ----------
    terms_ : list of list of int
        Places of the columns that each term multiplies.
    """

    def __init__(self, degree: int = 2, interactions_only: bool = False) -> None:
        self.degree = degree
        self.interactions_only = interactions_only

    def _learn(self, cells: np.ndarray, y: Any) -> None:
        choose = itertools.combinations if self.interactions_only else itertools.combinations_with_replacement
        places = range(cells.shape[1])
        self.terms_ = [list(term) for d in range(2, self.degree + 1) for term in choose(places, d)]

    def _change(self, cells: np.ndarray) -> np.ndarray:
        out = np.ones((len(cells), len(self.terms_)))
        for number, term in enumerate(self.terms_):
            for place in term:
                out[:, number] *= cells[:, place]
        return out

    def _names(self) -> list[str]:
        return [self._name(Counter(term)) for term in self.terms_]

    def _name(self, powers: Counter[int]) -> str:
        factors = [
            self.feature_names_in_[place] if power == 1 else f"{self.feature_names_in_[place]}^{power}"
            for place, power in powers.items()
        ]
        return " * ".join(factors)


def count_products(columns: int, degree: int, *, interactions_only: bool) -> int:
    """Return how many columns `Products` makes of ``columns``."""
    if interactions_only:
        return sum(comb(columns, d) for d in range(2, degree + 1))
    return sum(comb(columns + d - 1, d) for d in range(2, degree + 1))


class Pairs(GridTransformer):
    """Ratio and difference of pairs of columns.

    Parameters
    ----------
    ratio, difference : bool
        Which of them.
    first_only : bool
        The first column with each of the others, in place of all pairs.
    by_zero : {"missing", "zero"}
        What a division by 0 gives.

    Attributes
    ----------
    pairs_ : list of list of int
        Places of the two columns.
    """

    def __init__(
        self, ratio: bool = True, difference: bool = True, first_only: bool = False, by_zero: str = "missing"
    ) -> None:
        self.ratio = ratio
        self.difference = difference
        self.first_only = first_only
        self.by_zero = by_zero

    def _learn(self, cells: np.ndarray, y: Any) -> None:
        pairs = itertools.combinations(range(cells.shape[1]), 2)
        self.pairs_ = [[first, second] for first, second in pairs if first == 0 or not self.first_only]

    def _change(self, cells: np.ndarray) -> np.ndarray:
        columns = [np.ascontiguousarray(column) for column in cells.T]
        made = [new for first, second in self.pairs_ for new in self._pair(columns[first], columns[second])]
        return np.column_stack(made) if made else np.empty((len(cells), 0))

    def _pair(self, first: np.ndarray, second: np.ndarray) -> list[np.ndarray]:
        made = []
        if self.ratio:
            nothing = np.nan if self.by_zero == "missing" else 0.0
            without = np.where(np.isnan(first), np.nan, nothing)
            made.append(np.divide(first, second, out=without, where=second != 0.0))
        return [*made, first - second] if self.difference else made

    def _names(self) -> list[str]:
        signs = ["/"] * self.ratio + ["-"] * self.difference
        names = self.feature_names_in_
        return [f"{names[first]} {sign} {names[second]}" for first, second in self.pairs_ for sign in signs]


def count_pairs(columns: int, *, first_only: bool, each: int) -> int:
    """Return how many columns `Pairs` makes of ``columns``, ``each`` of a pair."""
    pairs = max(columns - 1, 0) if first_only else comb(columns, 2)
    return pairs * each
