"""Any transformer carried out on the columns of a stage, whether scikit-learn's or ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd


def fit_and_transform(transformer: Any, X: Any, y: Any) -> Any:
    """Fit and transform; for scikit-learn a column without a single value in these rows counts as zeros in the fit.

    Its scalers, encoders and imputers each treat such a column in a way of their own, with warnings; ours know them.
    """
    if transformer is None:
        return nothing(X)
    empty = _empty_columns(X) if type(transformer).__module__.startswith("sklearn.") else []
    if empty:
        filled = X.copy()
        filled.iloc[:, empty] = 0.0
        return transformer.fit(filled, y).transform(X)
    if hasattr(transformer, "fit_transform"):
        return transformer.fit_transform(X, y)
    return transformer.fit(X, y).transform(X)


def nothing(X: Any) -> np.ndarray:
    """Return a matrix of no columns."""
    return np.empty((X.shape[0], 0))


def _empty_columns(X: Any) -> list[int]:
    if not isinstance(X, pd.DataFrame) or not len(X):
        return []
    lacks_first = X.iloc[:1].isna().to_numpy()[0]
    suspects = [n for n, dtype in enumerate(X.dtypes) if lacks_first[n] and dtype == np.float64]
    return [n for n in suspects if X.iloc[:, n].isna().all()]


def names_out(transformer: Any, given: Any, made: Any, named: Sequence[str]) -> list[str]:
    """Return the names of the columns made; ``named`` are those of the columns of ``given`` that a root has."""
    if transformer is None:
        return []
    names = getattr(transformer, "get_feature_names_out", None)
    if names is None:
        return [str(name) for name in getattr(made, "columns", getattr(given, "columns", range(made.shape[1])))]
    if hasattr(transformer, "feature_names_in_"):
        return [str(name) for name in names()]
    if isinstance(given, pd.DataFrame):
        return [str(name) for name in names(given.columns)]
    return [str(name) for name in names(np.asarray(named, dtype=object))]


def values(made: Any) -> Any:
    """Return what a transformer made as a float64 array, a sparse matrix, or the frame of words that it is."""
    if isinstance(made, pd.DataFrame) and all(dtype == np.float64 for dtype in made.dtypes):
        return made.to_numpy()
    if hasattr(made, "tocsr"):
        return made.tocsr()
    if isinstance(made, np.ndarray) and made.dtype != object:
        return np.asarray(made, dtype=np.float64)
    return made
