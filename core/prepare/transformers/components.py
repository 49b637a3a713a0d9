"""Number columns replaced by fewer ones: principal components and truncated SVD.

Scikit-learn finds the directions; they are stored as arrays and applied so that a row has the same answer in any batch.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.common import table_tags
from core.prepare.transformers.numeric import (
    filled,
    medians_of,
    names_of,
    numbers_of,
    row_products,
    spread_of,
    standard,
)

_ALL_SHARES_UP_TO = 200


class Components(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Base: centre, scale, turn.

    Attributes
    ----------
    medians_, mean_, scale_ : ndarray of shape (n_columns,)
        What fills gaps, is subtracted, and is divided by.
    components_ : ndarray of shape (n_components, n_columns)
        Directions.
    explained_variance_ratio_ : ndarray
        Share of the variance of each component, also of some that were not kept (for a scree plot).
    """

    title = "component"

    def transform(self, X: Any) -> np.ndarray:
        """Return float64 of shape (n_rows, n_components)."""
        check_is_fitted(self)
        return row_products(self._prepared(X), self.components_.T)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "component 1" and so on."""
        check_is_fitted(self)
        return np.asarray([f"{self.title} {n}" for n in range(1, len(self.components_) + 1)], dtype=object)

    def _prepared(self, X: Any) -> np.ndarray:
        return standard(filled(numbers_of(X), self.medians_), self.mean_, self.scale_)

    def _nothing_varies(self, width: int) -> None:
        self.components_ = np.eye(1, width)
        self.explained_variance_ratio_ = np.ones(1)

    def __sklearn_tags__(self) -> Any:
        """Declare that missing cells are welcome."""
        return table_tags(super().__sklearn_tags__())


class PrincipalComponents(Components):
    """Directions in which the rows differ most, in descending order.

    Parameters
    ----------
    share : float
        Keep as many as hold this share of the variance; 0 means that ``count`` says how many.
    count : int
    standardise : bool
        Bring the columns to one spread first.
    seed : int

    References
    ----------
    Jolliffe, Cadima (2016), Principal component analysis: a review and recent developments; scikit-learn, PCA.
    """

    def __init__(self, share: float = 0.95, count: int = 2, standardise: bool = True, seed: int = 0) -> None:
        self.share = share
        self.count = count
        self.standardise = standardise
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> PrincipalComponents:
        """Find the directions; rows that do not differ give one column of zeros."""
        values = numbers_of(X)
        self.feature_names_in_ = names_of(X)
        self.n_features_in_ = values.shape[1]
        self.medians_ = medians_of(values)
        values = filled(values, self.medians_)
        self.mean_, deviation = spread_of(values)
        self.scale_ = deviation if self.standardise else np.ones(values.shape[1])
        values = standard(values, self.mean_, self.scale_)
        if len(values) < 2 or not values.var(axis=0).sum() > 0:
            self._nothing_varies(values.shape[1])
            return self
        self._find(values)
        return self

    def _find(self, values: np.ndarray) -> None:
        from sklearn.decomposition import PCA

        most = min(values.shape)
        every = self.share > 0 or values.shape[1] <= _ALL_SHARES_UP_TO
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = PCA(n_components=most if every else min(self.count, most), random_state=self.seed).fit(values)
        ratio = np.nan_to_num(found.explained_variance_ratio_)
        kept = min(self.count, most)
        if self.share > 0:
            kept = min(int(np.searchsorted(np.cumsum(ratio), self.share, side="right")) + 1, most)
        self.components_ = np.nan_to_num(found.components_[:kept])
        self.explained_variance_ratio_ = ratio


class SingularComponents(Components):
    """Truncated SVD: like principal components without centring, so that sparse columns stay cheap.

    Parameters
    ----------
    count : int
    seed : int

    References
    ----------
    Halko, Martinsson, Tropp (2011), Finding structure with randomness; scikit-learn, TruncatedSVD.
    """

    def __init__(self, count: int = 50, seed: int = 0) -> None:
        self.count = count
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> SingularComponents:
        """Find the directions; one column, or rows of zeros, stay as they are."""
        width = X.shape[1]
        self.feature_names_in_ = names_of(X)
        self.n_features_in_ = width
        sparse = hasattr(X, "tocsr")
        self.medians_ = np.zeros(width) if sparse else medians_of(numbers_of(X))
        self.mean_, self.scale_ = np.zeros(width), np.ones(width)
        values = _without_gaps(X) if sparse else filled(numbers_of(X), self.medians_)
        if width < 2 or not abs(values).max() > 0:
            self._nothing_varies(width)
            return self
        self._find(values)
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Return float64 of shape (n_rows, n_components); a csr matrix is not filled out."""
        check_is_fitted(self)
        if hasattr(X, "tocsr"):
            return np.asarray(_without_gaps(X) @ np.ascontiguousarray(self.components_.T))
        return super().transform(X)

    def _find(self, values: Any) -> None:
        from sklearn.decomposition import TruncatedSVD

        count = min(self.count, values.shape[1])
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = TruncatedSVD(n_components=count, random_state=self.seed).fit(values)
        self.components_ = np.nan_to_num(found.components_)
        self.explained_variance_ratio_ = np.nan_to_num(found.explained_variance_ratio_)


def _without_gaps(X: Any) -> Any:
    """Return a csr matrix with 0 where it had a missing or infinite number."""
    matrix = X.tocsr().astype(np.float64, copy=True)
    matrix.data = np.nan_to_num(matrix.data, nan=0.0, posinf=0.0, neginf=0.0)
    return matrix
