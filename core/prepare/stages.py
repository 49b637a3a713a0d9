"""The stages of a compiled plan: each gives the columns of some roots to transformers and puts back what they make.

All are scikit-learn transformers from one `Flow` to the next, so that a compiled plan is one scikit-learn pipeline.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.utils.validation import check_is_fitted

from core.prepare.applying import fit_and_transform, names_out, nothing, values
from core.prepare.flow import Flow, Piece, Place
from core.prepare.transformers.matrix import finite, unique_names


class Start(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """From the frame of `RawColumns` to a flow.

    Parameters
    ----------
    roots : sequence of str
        Columns that are features; the others stand by as helpers.
    """

    def __init__(self, roots: Sequence[str] = ()) -> None:
        self.roots = roots

    def fit(self, X: pd.DataFrame, y: Any = None) -> Start:
        """Learn nothing."""
        self.fitted_ = True
        return self

    def transform(self, X: pd.DataFrame) -> Flow:
        """Return the flow of X's rows."""
        return Flow.of(X, list(self.roots))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the roots."""
        return np.asarray(list(self.roots), dtype=object)


class Stage(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """One step of a plan on some roots.

    Parameters
    ----------
    transformers : sequence of transformer
        One for all roots together; or one a root where ``separate``.
    roots : sequence of str
        What it is given.
    given : sequence of str
        Roots that its columns go to. The same as ``roots`` where columns stay in place.
    helpers : sequence of str
        Raw columns that stand behind the given ones.
    separate : bool
        Each root has its own transformer and keeps all that it makes.
    keeps : bool
        The roots stay besides what is made of them.
    sparse : bool
        The transformer takes csr matrices.

    Attributes
    ----------
    fitted_ : list of (transformer or None)
    widths_ : list of int
        Columns of each of ``given``.
    names_ : list of str
        Names of all columns made.
    """

    def __init__(
        self,
        transformers: Sequence[Any] = (),
        roots: Sequence[str] = (),
        given: Sequence[str] = (),
        helpers: Sequence[str] = (),
        separate: bool = False,
        keeps: bool = False,
        sparse: bool = False,
    ) -> None:
        self.transformers = transformers
        self.roots = roots
        self.given = given
        self.helpers = helpers
        self.separate = separate
        self.keeps = keeps
        self.sparse = sparse

    def fit(self, X: Flow, y: Any = None) -> Stage:
        """Fit the transformers on the flow's rows."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: Flow, y: Any = None, **params: Any) -> Flow:
        """Fit, and transform the rows fitted on (cross-fitted where a transformer does so)."""
        parts = [self._in(X, place) for place in range(len(self.transformers))]
        # Earlier steps may have left a root without a single column.
        self.fitted_ = [clone(t) if p.shape[1] else None for t, p in zip(self.transformers, parts, strict=True)]
        made = [fit_and_transform(transformer, part, y) for transformer, part in zip(self.fitted_, parts, strict=True)]
        given = [X.names([self.roots[n]] if self.separate else list(self.roots)) for n in range(len(parts))]
        names = [names_out(*one) for one in zip(self.fitted_, parts, made, given, strict=True)]
        self.names_ = [name for group in names for name in group]
        self.widths_ = self._widths(X, names)
        return self._out(X, made)

    def transform(self, X: Flow) -> Flow:
        """Return the flow with what the transformers make of its rows."""
        check_is_fitted(self)
        parts = [self._in(X, place) for place in range(len(self.fitted_))]
        made = [nothing(part) if t is None else t.transform(part) for t, part in zip(self.fitted_, parts, strict=True)]
        return self._out(X, made)

    def _in(self, X: Flow, place: int) -> Any:
        roots = [self.roots[place]] if self.separate else list(self.roots)
        return X.take(roots, list(self.helpers), sparse=self.sparse)

    def _widths(self, X: Flow, names: list[list[str]]) -> list[int]:
        if self.separate:
            return [len(group) for group in names]
        if list(self.given) != list(self.roots):
            return [len(self.names_)]
        support = getattr(self.fitted_[0], "get_support", None)
        widths = X.widths(list(self.roots))
        if support is None:
            return widths
        edges = np.cumsum([0, *widths])
        kept = np.asarray(support())
        return [int(kept[start:stop].sum()) for start, stop in itertools.pairwise(edges)]

    def _out(self, X: Flow, made: Sequence[Any]) -> Flow:
        parts = [values(one) for one in made]
        flow = X if self.keeps or list(self.given) == list(self.roots) else X.without(self.roots)
        if self.separate:
            # Each root's columns stay on their own: side by side they would be copied, and copied again at the end.
            edges = np.cumsum([0, *self.widths_])
            names = [self.names_[start:stop] for start, stop in itertools.pairwise(edges)]
            return flow.put_each(list(self.given), parts, names)
        return flow.put(list(self.given), self.widths_, parts[0], self.names_)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns that this stage makes."""
        check_is_fitted(self)
        return np.asarray(self.names_, dtype=object)


class Leave(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Takes roots away."""

    def __init__(self, roots: Sequence[str] = ()) -> None:
        self.roots = roots

    def fit(self, X: Flow, y: Any = None) -> Leave:
        """Learn nothing."""
        self.fitted_ = True
        return self

    def transform(self, X: Flow) -> Flow:
        """Return the flow without the roots."""
        return X.without(self.roots)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return no name: nothing is made."""
        return np.asarray([], dtype=object)


class Rows(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Takes rows out of what later steps and the model learn from; rows to predict always stay.

    Parameters
    ----------
    chooser : object
        Has ``keep_rows(X, y) -> ndarray of bool``.
    roots, helpers : sequence of str
        What it is given.

    Attributes
    ----------
    removed_ : int
        Rows taken out in ``fit``.
    """

    def __init__(self, chooser: Any = None, roots: Sequence[str] = (), helpers: Sequence[str] = ()) -> None:
        self.chooser = chooser
        self.roots = roots
        self.helpers = helpers

    def fit(self, X: Flow, y: Any = None) -> Rows:
        """Count nothing out: only `fit_rows` (core.prepare.fitting) takes rows away."""
        self.removed_ = 0
        return self

    def keep_rows(self, X: Flow, y: Any = None) -> np.ndarray:
        """Return which rows are learned from, bool of shape (n_rows,)."""
        keep = np.asarray(clone(self.chooser).keep_rows(X.take(list(self.roots), list(self.helpers)), y), dtype=bool)
        self.removed_ = int((~keep).sum())
        return keep

    def transform(self, X: Flow) -> Flow:
        """Return every row."""
        return X

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return no name: nothing is made."""
        return np.asarray([], dtype=object)


class Matrix(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Last stage: the numbers of all roots side by side, without infinities, with unique names.

    Parameters
    ----------
    codes : sequence of str
        Roots that hold category codes; they come first.
    numbers : sequence of str
        The other roots, in order.
    keep_missing : bool
        Leave NaN for a model that takes it; otherwise NaN becomes 0.
    sparse : bool
        Give a csr matrix.
    single : bool
        Give float32.

    Attributes
    ----------
    names_ : ndarray of str
    n_features_in_ : int
        Columns of the matrix.
    empty_ : list of int
        Columns without a value in any row of ``fit``; they are 0.
    """

    def __init__(
        self,
        codes: Sequence[str] = (),
        numbers: Sequence[str] = (),
        keep_missing: bool = False,
        sparse: bool = False,
        single: bool = False,
    ) -> None:
        self.codes = codes
        self.numbers = numbers
        self.keep_missing = keep_missing
        self.sparse = sparse
        self.single = single

    def fit(self, X: Flow, y: Any = None) -> Matrix:
        """Record the columns, and which hold no value at all."""
        X = self._with_all_codes(X)
        names = X.names([*self.codes, *self.numbers])
        roots = [*self.codes, *self.numbers] if self.keep_missing else []
        empty = [lacks for root in roots for lacks in _all_missing(X.take([root]))]
        self.empty_ = np.flatnonzero(empty).tolist()
        self.names_ = unique_names(names)
        self.n_features_in_ = len(names)
        return self

    def transform(self, X: Flow) -> Any:
        """Return an array (or csr matrix) of shape (n_rows, n_features), float64 (or float32)."""
        check_is_fitted(self)
        made = self._made(self._with_all_codes(X))
        return made.astype(np.float32) if self.single else made

    def _with_all_codes(self, X: Flow) -> Flow:
        """Give a code column that a step left out one of unknown codes: the model was told how many come first."""
        gone = [root for root, width in zip(self.codes, X.widths(self.codes), strict=True) if not width]
        if not gone:
            return X
        unknown = {root: Place(Piece(np.full((len(X), 1), -1.0), (root,)), 0, 1) for root in gone}
        return Flow(X.raw, {**X.places, **unknown})

    def _made(self, X: Flow) -> Any:
        taken = X.take([*self.codes, *self.numbers], sparse=self.sparse)
        if hasattr(taken, "tocsr"):
            taken.data = finite(taken.data, keep_missing=self.keep_missing)
            return taken
        matrix = finite(taken.to_numpy(), keep_missing=self.keep_missing)
        if self.empty_:
            # Nothing can be learned from them, and histogram boosting does not take them.
            matrix = matrix.copy()
            matrix[:, self.empty_] = 0.0
        if not self.sparse:
            return matrix
        from scipy.sparse import csr_matrix

        return csr_matrix(matrix)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the matrix's columns; a repeated one gets " (2)", " (3)", ..."""
        check_is_fitted(self)
        return self.names_


def _all_missing(X: pd.DataFrame) -> list[bool]:
    return [bool(np.isnan(cells[:1]).all() and np.isnan(cells).all()) for cells in X.to_numpy(dtype=np.float64).T]
