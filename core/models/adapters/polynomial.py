"""Polynomial regression and classification: powers and products of the prepared columns, held small by a penalty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from core.errors import LatheError
from core.models.adapters.plain import PlainClassifier, PlainRegressor
from core.models.remarks import in_words
from core.models.terms import MOST_TERMS
from core.prepare.transformers.numeric import spread_of, standard

_UNFINISHED = "The weights had not fully settled; the last ones are kept. A stronger penalty settles sooner."


class _Expansion:
    """Shared part: which terms there are, and what they are of a row.

    Parameters
    ----------
    degree : int
        Highest power of a column with more than two values.
    products : bool
        Also each pair of columns multiplied.
    alpha : float or None
        Penalty on squared weights; None is plain least squares.

    Attributes
    ----------
    mean_, deviation_ : ndarray of shape (n_features,)
        Columns are brought to one scale first, so that powers stay comparable.
    terms_ : ndarray of shape (n_terms, 3)
        Column, its power, and the column it is multiplied with (-1: none).
    centre_, spread_ : ndarray of shape (n_terms,)
        Terms are brought to one scale too.
    """

    mean_: np.ndarray
    deviation_: np.ndarray
    terms_: np.ndarray
    centre_: np.ndarray
    spread_: np.ndarray
    coef_: np.ndarray
    intercept_: np.ndarray

    def __init__(
        self, degree: int = 2, products: bool = True, alpha: float | None = 1.0, class_weight: str = "none"
    ) -> None:
        self.degree = degree
        self.products = products
        self.alpha = alpha
        self.class_weight = class_weight

    def _expand(self, X: np.ndarray) -> np.ndarray:
        """Learn the terms and return them for the rows of X."""
        self.mean_, self.deviation_ = spread_of(X)
        terms = _terms(X, self.degree, products=self.products)
        if len(terms) > MOST_TERMS:
            raise LatheError(
                f"The powers and products of columns must be at most {MOST_TERMS:,}; "
                f"{X.shape[1]:,} prepared columns make {len(terms):,}.",
                hint="Switch products off, lower the degree, or use fewer columns.",
                field="products",
            )
        made = np.column_stack(list(_values(standard(X, self.mean_, self.deviation_), terms)))
        self.centre_, self.spread_ = spread_of(made)
        # Products of two values of one category are 0 in every row.
        varies = made.std(axis=0) > 0
        varies[: X.shape[1]] = True
        self.terms_, self.centre_, self.spread_ = terms[varies], self.centre_[varies], self.spread_[varies]
        return np.asarray((made[:, varies] - self.centre_) / self.spread_)

    def _scores(self, X: Any) -> np.ndarray:
        """Return the weighted sum of each row's terms, term by term in one order."""
        scores = np.zeros((len(X), len(self.coef_)))
        parts = _values(standard(X, self.mean_, self.deviation_), self.terms_)
        for place, part in enumerate(parts):
            scores += ((part - self.centre_[place]) / self.spread_[place])[:, None] * self.coef_[:, place]
        return np.asarray(scores + self.intercept_)

    def term_names(self, names: Sequence[str]) -> list[str]:
        """Return what each weight is of, given the names of the prepared columns."""
        powers = {2: "²", 3: "³", 4: "⁴", 5: "⁵"}
        firsts = [names[column] + powers.get(int(power), "") for column, power, _ in self.terms_]
        return [
            first if other < 0 else f"{first} · {names[other]}"
            for first, other in zip(firsts, self.terms_[:, 2], strict=True)
        ]


class PolynomialRegressor(_Expansion, PlainRegressor):
    """Ridge regression on the terms."""

    def _solve(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> tuple[Any, Any]:
        from sklearn.linear_model import LinearRegression, Ridge

        model = LinearRegression() if self.alpha is None else Ridge(alpha=self.alpha)
        terms = self._expand(X)
        with in_words(unfinished=_UNFINISHED):
            model.fit(terms, y, sample_weight=weights)
        return model.coef_, model.intercept_


class PolynomialClassifier(_Expansion, PlainClassifier):
    """Logistic regression on the terms."""

    def _solve(self, X: Any, y: np.ndarray, weights: np.ndarray | None) -> tuple[Any, Any]:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(
            C=np.inf if self.alpha is None else 1.0 / self.alpha,
            class_weight=None if self.class_weight == "none" else self.class_weight,
            max_iter=2000,
        )
        terms = self._expand(X)
        with in_words(unfinished=_UNFINISHED):
            model.fit(terms, y, sample_weight=weights)
        return model.coef_, model.intercept_


def _terms(X: np.ndarray, degree: int, *, products: bool) -> np.ndarray:
    """Return the terms: each column, its higher powers where it is no yes-or-no column, and pairs."""
    width = X.shape[1]
    curved = [column for column in range(width) if _has_more_than_two(X[:, column])]
    terms = [(column, 1, -1) for column in range(width)]
    terms += [(column, power, -1) for power in range(2, degree + 1) for column in curved]
    if products and degree > 1:
        terms += [(first, 1, second) for first, second in combinations(range(width), 2)]
    return np.asarray(terms, dtype=np.int64).reshape(-1, 3)


def _has_more_than_two(column: np.ndarray) -> bool:
    return bool(((column != column.min()) & (column != column.max())).any())


def _values(scaled: np.ndarray, terms: np.ndarray) -> Iterator[np.ndarray]:
    for column, power, other in terms:
        made = scaled[:, column].copy()
        for _ in range(int(power) - 1):
            made *= scaled[:, column]
        yield made if other < 0 else made * scaled[:, other]
